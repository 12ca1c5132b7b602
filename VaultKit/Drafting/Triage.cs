using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>What a mail is, and what is to be done with it.</summary>
/// <param name="Category">One of <see cref="Mail.Category"/>.</param>
/// <param name="NeedsAnswer">False: a line in the log and no task.</param>
/// <param name="Asks">It needs the owner, and no program drafts it: by the owner's rule, or because it may be nobody's to answer.</param>
/// <param name="Urgency"><c>high</c> or <c>normal</c>.</param>
/// <param name="Language">en, de, fr or es.</param>
/// <param name="Marks">What needs the owner's own eyes: <c>emotional</c>, <c>legal</c>, <c>medical</c>, <c>money</c>.</param>
/// <param name="Rule">What decided, in words.</param>
public sealed record Verdict(string Category, bool NeedsAnswer, bool Asks, string Urgency, string Language, IReadOnlyList<string> Marks, string Rule);

/// <summary>
/// Sorts mail by rules that can be named. A header that programs set decides before words do, the owner's rules before both; in doubt a mail
/// is a person's and needs an answer. Nothing that a mail says about how it should be sorted counts.
/// </summary>
public static class Triage
{
    /// <param name="sifted">What the header says (<see cref="Screen"/>).</param>
    public static Verdict Of(Letter letter, Sifted? sifted, Account account, Handbook handbook)
    {
        var (fresh, quoted, _) = LetterText.Split(letter.Text);
        var words = Reading.Folded(fresh, Sentences.MaxText);
        var language = Language.Detect(fresh, words, letter.Subject);
        var mail = new Reading(letter, account, fresh, words, quoted, Phrases.For(language));
        var (category, needs, why) = sifted is not null ? (Robots.Kind(sifted, mail), false, sifted.Why)
            : Robots.Disguised(mail) is { } robot ? (robot.Category, false, robot.Why)
            : Person(mail);
        var doubt = needs ? Robots.WhyDoubt(mail) : null;
        var asks = doubt is not null;
        why = doubt ?? why;
        if (category != Category.Own && handbook.Rules.FirstOrDefault(r => r.Fits(letter)) is { } rule)
            (needs, asks, why) = (rule.Action == RuleAction.AlwaysAsk, rule.Action == RuleAction.AlwaysAsk, $"your handbook: {rule.Text}");
        return new(category, needs, asks, needs ? Drafting.Urgency.Of(mail) : "normal", language, needs ? Sensitive.Marks(mail.Words) : [], why);
    }

    static (string, bool, string) Person(Reading mail)
    {
        var sensitive = Sensitive.Why(mail.Own);
        var category = People.Kind(mail);
        if (sensitive is null && People.WhyNone(mail) is { } none) return (category, false, none);
        if (mail.Questions.Count > 0) return (category, true, $"it asks: {mail.Questions[0].Words}");
        if (sensitive is not null) return (category, true, sensitive);
        if (category is Category.Application or Category.Complaint || category == Category.Appointment && mail.Letter.Attachments.Any(a => a.MediaType == "text/calendar")) return (category, true, $"a person's mail, {category} by its words");
        return People.WhyNote(mail) is { } note ? (Category.Note, false, note) : (category == Category.Note ? Category.Inquiry : category, true, "a person's mail, and no rule says that it needs no answer");
    }
}

/// <summary>A letter as the rules read it: its own words folded, what it asks found.</summary>
sealed class Reading(Letter letter, Account account, string fresh, List<Word> words, string quoted, Phrases phrases)
{
    public Letter Letter => letter;
    public Account Account => account;
    public string Fresh => fresh;
    public Phrases Phrases => phrases;
    public List<Word> Subject { get; } = Reading.Folded(letter.Subject, 300);

    /// <summary>Of the subject and of what is newly written.</summary>
    public List<Word> Own => field ??= [.. Subject, .. words];

    public List<Word> Words => field ??= QuotesItself ? [.. Own, .. Folded(quoted, Sentences.MaxText)] : Own;
    public List<Question> Questions => field ??= Drafting.Questions.Scan(fresh, phrases).Questions;
    public bool IsReply => letter.References.Count > 0 && !QuotesItself;

    /// <summary>Whoever answers nobody but themselves writes again, and makes it look like an answer.</summary>
    bool QuotesItself { get; } = letter.From is { } from && Text.Cut(quoted, 300).Contains(from.Mailbox, StringComparison.OrdinalIgnoreCase);

    public static List<Word> Folded(string text, int length) => Folding.Words(Folding.Compose(Text.Cut(text, length)));

    /// <summary>Before the <c>@</c>, lower case.</summary>
    public string Sender { get; } = letter.From?.Mailbox is { } mailbox ? mailbox[..mailbox.LastIndexOf('@')].ToLowerInvariant() : "";

    /// <summary>Another address is asked for than it came from: a robot that writes for a person.</summary>
    public bool ForAnother => letter.ReplyTo.Any(r => !r.Mailbox.Equals(letter.From?.Mailbox, StringComparison.OrdinalIgnoreCase));

    public int Count(PhraseIndex phrases) => phrases.Count(Words);
}
