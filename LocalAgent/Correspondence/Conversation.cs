using LocalAgent.Approving;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Correspondence;

/// <summary>What has happened in a task's conversation since its mail arrived.</summary>
/// <param name="Answered">A mail of the owner's own in Sent that answers it; null where there is none.</param>
/// <param name="Later">What others have written since, the newest last.</param>
/// <param name="Failed">Why it could not be looked up; empty where it was.</param>
sealed record News(ThreadMail? Answered, IReadOnlyList<ThreadMail> Later, string Failed = "")
{
    public static readonly News None = new(null, []);

    /// <summary>In words, for the card.</summary>
    public IEnumerable<string> Notes()
    {
        if (Answered is { } own) yield return $"you have answered it yourself on {own.Arrived.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
        if (Later is [.., var last]) yield return $"the thread has moved on: {(last.From.Length > 0 ? last.From : "somebody")} wrote on {last.Arrived.UtcDateTime:yyyy-MM-dd HH:mm} UTC{(Later.Count > 1 ? $", and {Later.Count - 1} more" : "")}";
        if (Failed.Length > 0) yield return $"whether the thread has moved on could not be looked up: {Failed}";
    }
}

/// <summary>Looks into the owner's own mailbox for what has happened in a conversation since a draft was written.</summary>
sealed class Conversation(Originals originals, IReadOnlyList<Account> accounts, Func<string, IReadOnlyList<ICorrespondence>> correspondences)
{
    /// <summary>Whether the installation in whose place this one is sent a mail after its backup, by the mail's marker and when it arrived in Sent.</summary>
    public Func<string, DateTimeOffset, bool> IsPredecessors { get; init; } = static (_, _) => false;

    /// <summary>
    /// Only a mail in Sent counts as an answer of the owner's, since anybody can write a sender's name; only one to whoever asked, since a mail that is
    /// passed on to somebody else refers to it too; and only one later than the mail itself, since a stranger can write a mail with the Message-ID of an old one.
    /// </summary>
    /// <returns><see cref="News.None"/> too where the original is not known, and nothing can be said.</returns>
    public async Task<News> LookAsync(TaskName name, TaskFile task, CancellationToken cancel)
    {
        if (originals.Of(name, task).Mail is not { } mail || mail.Get("mail_id") is not { } id || mail.GetTime(Original.ArrivedKey) is not { } arrived) return News.None;
        var account = accounts.FirstOrDefault(a => a.Name == task.Get("account"));
        var ids = mail.GetList("mail_references") is [var first, ..] && first != id ? new[] { id, first } : [id];
        var found = new List<ThreadMail>();
        foreach (var correspondence in correspondences(task.Get("account") ?? ""))
        {
            try { found.AddRange(await correspondence.ThreadAsync(ids, cancel)); }
            catch (Refusal e) { return new(null, [], e.Message); }
        }
        HashSet<string> asking = [.. mail.GetList("mail_reply_to").Append(mail.Get("mail_from") ?? "").Select(MailAddress.Plain).OfType<string>()];
        var since = found.Where(m => m.Arrived > arrived && m.Id != id).OrderBy(m => m.Arrived).ToList();
        return new(
            since.Find(m => m.IsSent && m.Refers.Contains(id) && m.To.Any(asking.Contains) && (!m.Marker.StartsWith(name.Hash + ".", StringComparison.Ordinal) || IsPredecessors(m.Marker, m.Arrived))),
            [.. since.Where(m => !m.IsSent && account?.Owns(m.From) != true)]);
    }
}
