using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>A draft that waits for the owner, and the letter that it answers.</summary>
/// <param name="Digest">Of its action, as it was when it was looked at.</param>
sealed record WaitingDraft(TaskName Name, Letter Letter, string Digest);

/// <summary>
/// What waits in <c>Pending_Approval/email</c>, by the Message-ID of its letter: whoever writes once more before the answer has gone gets one answer to both.
/// Looked through once, when a letter first asks; good for one turn. A draft is read when it is asked for: thousands may wait.
/// </summary>
sealed class OpenThreads(VaultFolder vault)
{
    const int Most = 5;

    Dictionary<string, TaskName>? waiting;

    /// <summary>
    /// The sender's own letters that this one goes on from, oldest first, at most the last 5. A stranger who refers to somebody else's letter finds none; nor does whoever writes
    /// the sender's name and wants the answer elsewhere: it goes to nobody to whom the answer to the first would not go.
    /// </summary>
    /// <param name="task">The letter's own: where it is drafted once more, those that it has put away already count too.</param>
    public IReadOnlyList<WaitingDraft> Before(Letter letter, Account account, TaskFile task)
    {
        if (letter.References.Count == 0 || letter.From is not { } from) return [];
        waiting ??= LookThrough();
        var recipients = Reached(letter, account);
        var away = task.GetList(LetterFile.SupersedesKey).Take(Most).Select(PutAway).OfType<WaitingDraft>().ToList();
        return [.. letter.References.Distinct().Select(id => Waits(id) ?? away.Find(w => w.Letter.MessageId == id)).OfType<WaitingDraft>()
            .Where(w => w.Letter.Account == letter.Account && recipients.IsSubsetOf(Reached(w.Letter, account)) && from.Mailbox.Equals(w.Letter.From?.Mailbox, StringComparison.OrdinalIgnoreCase)).TakeLast(Most)];
    }

    static HashSet<string> Reached(Letter letter, Account account)
    {
        var all = Recipients.Of(letter, account);
        return new(all.To.Concat(all.Cc), StringComparer.OrdinalIgnoreCase);
    }

    WaitingDraft? Waits(string id) => waiting!.TryGetValue(id, out var name) ? Read(new(Place.Pending(Domains.Email), name)) : null;

    WaitingDraft? PutAway(string one) => TaskName.TryParse(one.Split('@')[0], out var name) && vault.Find(name) is { Place.Stage: Stage.Done } entry ? Read(entry) : null;

    /// <summary>A draft that has just been filed.</summary>
    public void Add(TaskName name, Letter letter)
    {
        if (letter.MessageId is { } id) waiting?.TryAdd(id, name);
    }

    Dictionary<string, TaskName> LookThrough()
    {
        var found = new Dictionary<string, TaskName>(StringComparer.Ordinal);
        foreach (var entry in vault.List(Place.Pending(Domains.Email)))
            if (Parsed(entry)?.Get("mail_id") is { } id) found.TryAdd(id, entry.Name);
        return found;
    }

    WaitingDraft? Read(TaskEntry entry)
    {
        try { return Parsed(entry) is { } task && task.Has("mail_id") && TypedAction.Read(task) is { } action ? new(entry.Name, LetterFile.Read(task), action.Digest()) : null; }
        catch (BadTaskException) { return null; } // the owner is told of it where it lies
    }

    /// <returns>Null for what is no task, and for what has been moved meanwhile.</returns>
    TaskFile? Parsed(TaskEntry entry)
    {
        try { return vault.Read(entry); }
        catch (BadTaskException) { return null; } // the owner is told of it where it lies
    }
}
