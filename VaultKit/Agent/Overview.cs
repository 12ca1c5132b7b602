using VaultKit.Drafting;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>Where a task stands, for people: what the owner has to do about it.</summary>
public enum Standing
{
    /// <summary>It may have gone out; only the owner can find out. First everywhere.</summary>
    Unknown,
    /// <summary>A reply that can be approved as it is.</summary>
    Ready,
    /// <summary>A reply with a blank, or another reason why it can't go out yet.</summary>
    Blank,
    /// <summary>A letter that the owner must answer.</summary>
    Yours,
    /// <summary>Approved, not yet carried out.</summary>
    Approved,
    /// <summary>An agent works on it.</summary>
    Working,
    /// <summary>Nobody has begun.</summary>
    New,
    Rejected,
    Done,
    /// <summary>In quarantine, or a file that can't be read where it lies.</summary>
    Bad,
}

/// <summary>A line of <c>list</c>, <c>status</c> and the Dashboard.</summary>
/// <param name="Digest">Of the typed action; null where there is none.</param>
/// <param name="Note">Why it stands so: open blanks, why it is the owner's, why it came back, what is wrong with the file.</param>
public sealed record TaskRow(
    string Id, string Path, Standing Standing, string From, string Subject, DateTimeOffset? Received, string? Digest, string? Holder, string Note);

/// <summary>The tasks as rows, those that need the owner first.</summary>
public static class Overview
{
    public static IReadOnlyList<TaskRow> Open(VaultFolder vault, TimeProvider clock) =>
        [.. new[] { Stage.InProgress, Stage.PendingApproval, Stage.Approved, Stage.NeedsAction, Stage.Quarantine }
            .SelectMany(vault.List).Select(e => Row(vault, e, clock))
            .OrderBy(r => r.Standing).ThenBy(r => r.Received ?? DateTimeOffset.MaxValue).ThenBy(r => r.Id, StringComparer.Ordinal)];

    public static TaskRow Row(VaultFolder vault, TaskEntry entry, TimeProvider clock)
    {
        try
        {
            var task = vault.Read(entry);
            var action = TypedAction.Read(task);
            var (standing, note) = Stand(entry, task, action, clock.GetUtcNow());
            return new(entry.Name.Value, entry.Path, standing, Say.Clean(task.Get("mail_from") ?? ""), Say.Clean(task.Get("mail_subject") ?? (action as MailSend)?.Subject ?? task.Get("title") ?? ""),
                task.GetTime("received"), action?.Digest(), task.Get(Claims.ByKey), Say.Clean(note));
        }
        catch (BadTaskException e)
        {
            return new(entry.Name.Value, entry.Path, Standing.Bad, "", "", null, null, null, Say.Clean(e.Message));
        }
    }

    static (Standing, string) Stand(TaskEntry entry, TaskFile task, TypedAction? action, DateTimeOffset now)
    {
        var why = task.Get("why") ?? "";
        switch (entry.Place.Stage)
        {
            case Stage.InProgress:
                var stale = task.GetTime(Claims.LeaseKey) is { } until && until < now ? "; the claim looks stale" : "";
                return task.Get("phase") == "unknown"
                    ? (Standing.Unknown, "it may have been sent or not: look in Sent, then 'localagent resolve'")
                    : (Standing.Working, $"held by {entry.Place.Below}{stale}");
            case Stage.PendingApproval:
                var reasons = action is null ? ["there is no draft"] : DraftCheck.Reasons(action.Body);
                if (task.Get("returned") is { } returned) return (reasons.Count == 0 ? Standing.Ready : Standing.Blank, "came back: " + returned);
                if (reasons.Count == 0) return (Standing.Ready, why);
                return task.Get("answer") == "yours" ? (Standing.Yours, why) : (Standing.Blank, string.Join("; ", reasons));
            case Stage.Approved: return (Standing.Approved, action is SocialPost ? "post it yourself, then 'localagent posted'" : "");
            case Stage.Rejected: return (Standing.Rejected, task.Get("rejected_reason") ?? "");
            case Stage.Done: return (Standing.Done, task.Get("server_reply") ?? why);
            case Stage.Quarantine: return (Standing.Bad, "in quarantine");
            default: return (Standing.New, "");
        }
    }
}
