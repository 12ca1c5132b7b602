using LocalAgent.Acting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>
/// Puts drafts away whose sender wrote once more, where the draft for the later mail says that it answers both. Only what waits exactly as it was drafted: what the owner has
/// worked on stays.
/// </summary>
sealed class Superseding(VaultFolder vault, EarlierVersions earlier, TimeProvider clock, Record record)
{
    /// <summary>Of the one put away: the later task's name.</summary>
    public const string ByKey = "superseded_by", AtKey = "superseded_at";

    readonly HashSet<TaskName> seen = [];

    /// <returns>How many were put away.</returns>
    public int Run()
    {
        var waiting = vault.List(Stage.PendingApproval).ToList();
        seen.IntersectWith(waiting.Select(e => e.Name));
        var away = 0;
        foreach (var entry in waiting.Where(e => seen.Add(e.Name)))
        {
            try
            {
                var later = vault.Read(entry);
                away += later.GetList(LetterFile.SupersedesKey).Count(one => TryPutAway(entry, later, one));
            }
            catch (BadTaskException) { continue; } // among the bad ones already, with the reason
        }
        return away;
    }

    bool TryPutAway(TaskEntry later, TaskFile task, string one)
    {
        var at = one.LastIndexOf('@');
        if (at < 0 || !TaskName.TryParse(one[..at], out var name) || name == later.Name || vault.Find(name) is not { Place.Stage: Stage.PendingApproval } entry) return false;
        var bytes = vault.ReadBytes(entry);
        var old = TaskFile.Parse(bytes);
        if (!Continues(task, old) || TypedAction.Read(old) is not { } action || action.Digest() != one[(at + 1)..] || earlier.Changes(name, action).Any()) return false;
        // Written first: a crash in between leaves it waiting, and it is put away at the next start.
        if (!vault.Rewrite(entry, bytes, old.With(ByKey, later.Name.Value).With(AtKey, clock.GetUtcNow()))
            || vault.Move(entry, Place.Done(old.GetTime("received") ?? clock.GetUtcNow())) is not { } done) return false;
        record("superseded", name, ("by", later.Name.Value), ("place", done.Path));
        return true;
    }

    /// <summary>The same person's next mail in the same conversation: nobody's draft goes because a stranger names it.</summary>
    static bool Continues(TaskFile later, TaskFile old) =>
        old.Get("mail_id") is { } id && later.GetList("mail_references").Contains(id) && later.Get("account") == old.Get("account")
        && MailAddress.Plain(later.Get("mail_from") ?? "") is { } from && from == MailAddress.Plain(old.Get("mail_from") ?? "");
}
