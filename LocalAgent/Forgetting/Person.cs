using LocalAgent.Approving;
using MimeKit;
using VaultKit.Vault;

namespace LocalAgent.Forgetting;

/// <summary>
/// Somebody who is to be forgotten: an address, the names that stand beside it in headers, and the names of their tasks. A name counts where it has two words or more and no other address bears it: whoever calls
/// themselves as the owner does takes nothing of the owner's along.
/// </summary>
public sealed class Person(string address)
{
    /// <summary>What stands in the place of a person.</summary>
    public const string Word = "[forgotten]";

    readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase), others = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<TaskName> tasks = [];
    List<string>? words;

    /// <summary>As its envelope would have it, in lower case.</summary>
    public string Address => address;

    public IReadOnlySet<TaskName> Tasks => tasks;

    /// <exception cref="Refusal">It is no mail address.</exception>
    public static Person Of(string text) => MailAddress.Read(text, out var why) is { } read && MailAddress.Wire(read) is { } wire ? new(wire.ToLowerInvariant())
        : throw new Refusal(ExitCode.Usage, why, "give the address alone, such as alice@example.com");

    /// <summary>Whether one address of a header is theirs.</summary>
    public bool Is(string header) => MailAddress.Plain(header) == address;

    /// <summary>Whether a task is theirs: they wrote its mail, or its answer goes to them.</summary>
    public bool IsOther(TaskFile task) => task.Get("mail_from") is { } from && Is(from) || task.GetList("mail_reply_to").Any(Is) || task.GetList("to").Any(Is);

    /// <summary>Takes what the headers of a task say of names.</summary>
    public void Learn(TaskFile task)
    {
        foreach (var text in ((string[])["mail_reply_to", "mail_to", "mail_cc", "to", "cc", "bcc"]).SelectMany(task.GetList).Append(task.Get("mail_from") ?? ""))
            if (MailboxAddress.TryParse(text, out var mailbox) && mailbox.Name?.Trim() is { Length: > 4 } name && name.Contains(' ')) Learn(name, Is(text));
    }

    /// <summary>A name that somebody else bears.</summary>
    public void Learn(string name, bool theirs)
    {
        (theirs ? names : others).Add(name);
        words = null;
    }

    public void Has(TaskName task)
    {
        tasks.Add(task);
        words = null;
    }

    List<string> Words => words ??= [address, .. names.Where(n => !others.Contains(n)).OrderByDescending(n => n.Length), .. tasks.Select(t => t.Value)];

    public bool IsIn(string text) => Words.Any(w => Find(text, w, 0) >= 0);

    /// <summary>The text with <see cref="Word"/> in the place of each mention.</summary>
    public string Without(string text)
    {
        foreach (var word in Words)
            for (var at = Find(text, word, 0); at >= 0; at = Find(text, word, at + Word.Length)) text = string.Concat(text.AsSpan(0, at), Word, text.AsSpan(at + word.Length));
        return text;
    }

    // A longer address or name that this one is a part of is somebody else's.
    static int Find(string text, string word, int from)
    {
        for (var at = text.IndexOf(word, Math.Min(from, text.Length), StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
            if (!(at > 0 && IsPart(text[at - 1])) && !(at + word.Length is var end && end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '-' or '_' or '@' || (text[end] == '.' && end + 1 < text.Length && char.IsLetterOrDigit(text[end + 1]))))) return at;
        return -1;
    }

    static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-';
}
