using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>A draft that waits for the owner, and the letter that it answers.</summary>
/// <param name="Digest">Of its action, as it was when it was looked at.</param>
sealed record WaitingDraft(TaskName Name, Letter Letter, string Digest);

/// <summary>
/// What waits in <c>Pending_Approval/email</c>, by the Message-ID of its letter: whoever writes once more before the answer has gone gets one answer to both.
/// Read from the vault once, when a letter first asks; good for one turn.
/// </summary>
sealed class OpenThreads(VaultFolder vault)
{
    const int Most = 5;

    Dictionary<string, WaitingDraft>? waiting;

    /// <summary>
    /// The sender's own letters that this one goes on from, oldest first, at most the last 5. A stranger who refers to somebody else's letter finds none; nor does whoever writes
    /// the sender's name and wants the answer elsewhere: it goes to nobody to whom the answer to the first would not go.
    /// </summary>
    /// <param name="task">The letter's own: where it is drafted once more, those that it has put away already count too.</param>
    public IReadOnlyList<WaitingDraft> Before(Letter letter, Account account, TaskFile task)
    {
        if (letter.References.Count == 0 || letter.From is not { } from) return [];
        waiting ??= Read(vault.List(Place.Pending(Domains.Email)));
        var recipients = Reached(letter, account);
        var away = Read(task.GetList(LetterFile.SupersedesKey).Take(Most).Select(PutAway).OfType<TaskEntry>());
        return [.. letter.References.Distinct().Select(id => waiting.GetValueOrDefault(id) ?? away.GetValueOrDefault(id)).OfType<WaitingDraft>()
            .Where(w => w.Letter.Account == letter.Account && recipients.IsSubsetOf(Reached(w.Letter, account)) && from.Mailbox.Equals(w.Letter.From?.Mailbox, StringComparison.OrdinalIgnoreCase)).TakeLast(Most)];
    }

    static HashSet<string> Reached(Letter letter, Account account)
    {
        var all = Recipients.Of(letter, account);
        return new(all.To.Concat(all.Cc), StringComparer.OrdinalIgnoreCase);
    }

    TaskEntry? PutAway(string one) => TaskName.TryParse(one.Split('@')[0], out var name) && vault.Find(name) is { Place.Stage: Stage.Done } entry ? entry : null;

    public void Add(WaitingDraft draft)
    {
        if (draft.Letter.MessageId is { } id) waiting?.TryAdd(id, draft);
    }

    Dictionary<string, WaitingDraft> Read(IEnumerable<TaskEntry> entries)
    {
        var found = new Dictionary<string, WaitingDraft>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            try
            {
                var task = vault.Read(entry);
                if (TypedAction.Read(task) is { } action && task.Get("mail_id") is { } id) found.TryAdd(id, new(entry.Name, LetterFile.Read(task), action.Digest()));
            }
            catch (BadTaskException) { continue; } // the owner is told of it where it lies
        }
        return found;
    }
}
