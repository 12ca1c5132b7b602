using System.Runtime.InteropServices;
using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>A letter as the rules and the drafter by rules read it: what is newly written, its words folded, what it asks. Each is found out at its first use and kept: triage and draft read a letter once. Not for several threads.</summary>
public sealed class Reading
{
    readonly string quoted;

    public Reading(Letter letter) : this(letter, []) { }

    /// <param name="before">Earlier letters of the same sender that are answered with it, oldest first.</param>
    internal Reading(Letter letter, IReadOnlyList<Letter> before)
    {
        Letter = letter;
        (Fresh, quoted, Signature) = LetterText.Split(letter.Text);
        OwnFresh = Fresh;
        if (before.Count > 0) Fresh = string.Join("\n\n", before.Select(l => LetterText.Split(l.Text).Fresh).Append(Fresh));
        var (subject, text) = (Comparable(letter.Subject, 300), Comparable(Fresh, Sentences.MaxText));
        Own = new((subject.Length + text.Length) / 5);
        Folding.Words(subject, Own);
        SubjectWords = Own.Count;
        Folding.Words(text, Own);
        Language = Drafting.Language.Detect(Fresh, Text, letter.Subject);
        Phrases = Phrases.For(Language);
        QuotesItself = letter.From is { } from && Drafting.Text.Cut(quoted, 300).Contains(from.Mailbox, StringComparison.OrdinalIgnoreCase);
    }

    public Letter Letter { get; }

    /// <summary>One of <see cref="Language.All"/>.</summary>
    public string Language { get; }

    /// <summary>What the sender newly wrote, in this letter and in those before.</summary>
    internal string Fresh { get; }

    /// <summary>In this letter alone.</summary>
    internal string OwnFresh { get; }

    internal string Signature { get; }
    internal Phrases Phrases { get; }

    /// <summary>Of the subject and of what is newly written.</summary>
    internal List<Word> Own { get; }

    /// <summary>So many of them are the subject's.</summary>
    internal int SubjectWords { get; }

    internal List<Word> Subject => field ??= Own[..SubjectWords];

    /// <summary>Of what is newly written.</summary>
    internal ReadOnlySpan<Word> Text => CollectionsMarshal.AsSpan(Own)[SubjectWords..];

    internal List<Word> Words => field ??= QuotesItself ? [.. Own, .. Folded(quoted, Sentences.MaxText)] : Own;

    /// <summary>What it speaks of that no program answers (<see cref="Drafting.Sensitive.In"/>).</summary>
    internal List<int> Sensitive => field ??= Drafting.Sensitive.In(Own);

    Asked Asked => field ??= Drafting.Questions.Scan(Fresh, Phrases);

    internal List<Question> Questions => Asked.Questions;

    /// <summary>How many more it asks.</summary>
    internal int More => Asked.More;

    /// <summary>Some of it is written to a program.</summary>
    internal bool ToMachine => Asked.ToMachine;

    internal bool IsReply => Letter.References.Count > 0 && !QuotesItself;

    /// <summary>Whoever answers nobody but themselves writes again, and makes it look like an answer.</summary>
    bool QuotesItself { get; }

    internal static List<Word> Folded(string text, int length) => Folding.Words(Comparable(text, length));

    static string Comparable(string text, int length) => Folding.Compose(Drafting.Text.Cut(text, length));

    /// <summary>Before the <c>@</c>, lower case.</summary>
    internal string Sender => field ??= Letter.From?.Mailbox is { } mailbox ? mailbox[..mailbox.LastIndexOf('@')].ToLowerInvariant() : "";

    /// <summary>That, and what dashes, dots and the like part in it.</summary>
    internal string[] SenderParts => field ??= [Sender, .. Sender.Split('-', '.', '_', '+')];

    /// <summary>Another address is asked for than it came from: a robot that writes for a person.</summary>
    internal bool ForAnother => Letter.ReplyTo.Any(r => !r.Mailbox.Equals(Letter.From?.Mailbox, StringComparison.OrdinalIgnoreCase));

    internal int Count(PhraseIndex phrases) => phrases.Count(Words);
}
