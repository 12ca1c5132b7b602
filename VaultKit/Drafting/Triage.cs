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
    public static Verdict Of(Letter letter, Sifted? sifted, Account account, Handbook handbook) => Of(new Reading(letter), sifted, account, handbook);

    /// <param name="mail">May be drafted from afterwards (<see cref="DraftRequest.Read"/>).</param>
    /// <inheritdoc cref="Of(Letter, Sifted, Account, Handbook)"/>
    public static Verdict Of(Reading mail, Sifted? sifted, Account account, Handbook handbook)
    {
        var (category, needs, why) = sifted is not null ? (Robots.Kind(sifted, mail), false, sifted.Why)
            : Robots.Disguised(mail) is { } robot ? (robot.Category, false, robot.Why)
            : Person(mail);
        var doubt = needs ? Robots.WhyDoubt(mail, account) : null;
        var asks = doubt is not null;
        why = doubt ?? why;
        if (category != Category.Own && handbook.Rules.FirstOrDefault(r => r.Fits(mail.Letter)) is { } rule)
            (needs, asks, why) = (rule.Action == RuleAction.AlwaysAsk, rule.Action == RuleAction.AlwaysAsk, $"your handbook: {rule.Text}");
        return new(category, needs, asks, needs ? Drafting.Urgency.Of(mail) : "normal", mail.Language, needs ? Sensitive.Marks(mail) : [], why);
    }

    static (string, bool, string) Person(Reading mail)
    {
        var sensitive = Sensitive.Why(mail);
        var category = People.Kind(mail);
        if (sensitive is null && People.WhyNone(mail) is { } none) return (category, false, none);
        if (mail.Questions.Count > 0) return (category, true, $"it asks: {mail.Questions[0].Words}");
        if (sensitive is not null) return (category, true, sensitive);
        if (category is Category.Application or Category.Complaint || category == Category.Appointment && mail.Letter.Attachments.Any(a => a.MediaType == "text/calendar")) return (category, true, $"a person's mail, {category} by its words");
        return People.WhyNote(mail) is { } note ? (Category.Note, false, note) : (category == Category.Note ? Category.Inquiry : category, true, "a person's mail, and no rule says that it needs no answer");
    }
}
