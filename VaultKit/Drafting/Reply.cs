using System.Text;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>An answer, field by field; what the action <c>mail.send/1</c> is made from. Addresses without names, ids without angle brackets.</summary>
/// <param name="Body">LF line ends, ends with one.</param>
public sealed record ReplyFields(
    string From, IReadOnlyList<string> To, IReadOnlyList<string> Cc, string Subject, string? InReplyTo, IReadOnlyList<string> References, string Body);

/// <summary>Makes a whole answer of a draft: addresses, subject, threading and the history below it.</summary>
public static class Reply
{
    /// <summary>The first id and the last ones; a thread is found by either.</summary>
    public const int MaxReferences = 20;

    public const int MaxQuotedLines = 200;

    /// <summary>Characters before quoting.</summary>
    public const int MaxQuoted = 16 * 1024;

    const int MaxSubject = 250;

    static readonly string[] Prefixes = ["re", "aw", "wg", "fw", "fwd", "sv", "vs", "tr", "rv", "rép", "antw", "antwort", "vb", "odp", "ynt", "r"];

    /// <param name="draft">Its body becomes the answer's text; a draft without one gives the quoted history under an empty line, for the owner to write above.</param>
    public static ReplyFields Compose(Letter letter, Account account, Draft draft)
    {
        var recipients = Recipients.Of(letter, account);
        var id = IsId(letter.MessageId) ? letter.MessageId : null;
        return new ReplyFields(recipients.From, recipients.To, recipients.Cc, Subject(letter.Subject), id, References(letter, id), Body(letter, draft));
    }

    /// <summary>One <c>Re: </c> and the subject without the prefixes that mailers of all languages have put before it.</summary>
    public static string Subject(string subject)
    {
        var bare = OneLine(subject);
        while (true)
        {
            var colon = bare.IndexOf(':');
            if (colon is < 1 or > 12) break;
            var prefix = bare[..colon].Trim();
            // RE[2]: and AW(3): count.
            if (prefix.IndexOfAny(['[', '(', '^']) is > 0 and var bracket) prefix = prefix[..bracket];
            if (!Prefixes.Contains(Folding.Compose(prefix).ToLowerInvariant())) break;
            // A single letter is a prefix where another follows or a space does ("R: …"), never in "R:1".
            if (prefix.Length == 1 && colon + 1 < bare.Length && bare[colon + 1] != ' ') break;
            bare = bare[(colon + 1)..].TrimStart();
        }
        return bare.Length == 0 ? "Re:" : "Re: " + Text.Shorten(bare, MaxSubject);
    }

    static string OneLine(string text)
    {
        if (CleanText.FirstUnusual(text) < 0 && !text.AsSpan().ContainsAny('\t', '\n')) return text.Trim();
        var built = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029) built.Append(' ');
            else if (!Unseen.Is(rune) || rune.Value is 0x200D) built.Append(rune);
        }
        return built.ToString().Trim();
    }

    /// <summary>RFC 5322, 3.6.4: the parent's references, then the parent.</summary>
    static List<string> References(Letter letter, string? id)
    {
        if (id is null) return [];
        List<string> all = [.. letter.References.Where(IsId).Where(r => r != id).Distinct(), id];
        return all.Count <= MaxReferences ? all : [all[0], .. all.TakeLast(MaxReferences - 1)];
    }

    /// <summary>Can stand between angle brackets in a header.</summary>
    static bool IsId(string? id)
    {
        if (id is not { Length: > 2 and <= 250 } || !id.Contains('@')) return false;
        foreach (var c in id)
            if (c is <= ' ' or >= '\u007f' or '<' or '>' or ',' or ';' or '(' or ')') return false;
        return true;
    }

    static string Body(Letter letter, Draft draft)
    {
        var phrases = Phrases.For(draft.Language);
        var built = new StringBuilder((draft.Body?.Length ?? 0) + letter.Text.Length + 512);
        built.Append(draft.Body.AsSpan().Trim('\n')).Append("\n\n");
        if (string.IsNullOrWhiteSpace(letter.Text)) return built.ToString().TrimEnd('\n') + "\n";

        var name = Text.Plain(letter.From is { } f ? (f.Name.Length > 0 ? f.Name : "") : "", 60);
        built.Append(Markup.Neutralise(phrases.Attribution(letter.Date, name))).Append('\n');
        Quote(built, letter.Text, phrases);
        return built.ToString();
    }

    static void Quote(StringBuilder built, string text, Phrases phrases)
    {
        var clean = Markup.Neutralise(Text.Shown(text.TrimEnd()));
        var lines = clean.AsSpan().Count('\n') + 1;
        var taken = 0;
        var size = 0;
        foreach (var range in clean.AsSpan().Split('\n'))
        {
            if (taken == MaxQuotedLines) break;
            var line = clean.AsSpan(range).TrimEnd();
            if (size + line.Length > MaxQuoted)
            {
                // One endless line is not left out whole.
                if (taken == 0) built.Append("> ").Append(Text.Cut(line.ToString(), MaxQuoted)).Append('\n');
                break;
            }
            size += line.Length + 1;
            built.Append(line.Length == 0 || line[0] == '>' ? ">" : "> ").Append(line).Append('\n');
            taken++;
        }
        if (taken < lines) built.Append("> ").Append(phrases.Cut(lines - taken)).Append('\n');
    }
}
