using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <param name="Since">Since when, as a part of a sentence.</param>
public readonly record struct Change(string Since, string What);

/// <summary>What waited for the owner when it came, and what the owner last said yes to, as this machine has seen them. What is shown and sent is held against that.</summary>
public sealed class EarlierVersions(StateDirectory state)
{
    /// <summary>Drafts of finished tasks as they came, the newest, so that something can be learned from what became of them.</summary>
    const int Kept = 500;

    readonly TaskCopies drafted = new(state, "drafted"), approved = new(state, "approved"), finished = new(state, "lessons");
    readonly HashSet<TaskName> seen = [];

    /// <summary>Keeps the drafts that wait, as they came, and forgets those of tasks that are not open any more. Durable when it returns.</summary>
    public void Look(VaultFolder vault)
    {
        var waiting = vault.List(Stage.PendingApproval).ToList();
        var open = waiting.Concat(vault.List(Stage.Approved)).Concat(vault.List(Place.InProgress(vault.Agent))).Select(e => e.Name).ToHashSet();
        seen.IntersectWith(open);
        var closed = drafted.Names().Where(n => !open.Contains(n)).ToList();
        foreach (var name in closed)
            if (drafted.Find(name) is { } copy) finished.Keep(name, copy);
        if (closed.Count > 0) finished.ForgetOldest(Kept);
        drafted.Forget(open.Contains);
        approved.Forget(open.Contains);
        foreach (var entry in waiting.Where(e => !seen.Contains(e.Name)))
        {
            try { See(entry.Name, vault.Read(entry)); }
            catch (BadTaskException) { continue; } // among the bad ones already, with the reason
        }
    }

    /// <summary>A draft that may be changed now.</summary>
    public void See(TaskName name, TaskFile task)
    {
        if (seen.Add(name) && drafted.Find(name) is null) drafted.Keep(name, task);
    }

    public void Approve(TaskName name, TaskFile task) => approved.Keep(name, task);

    /// <summary>It will be drafted anew, and what was is no measure any more.</summary>
    public void DoAgain(TaskName name)
    {
        drafted.Forget(name);
        approved.Forget(name);
        seen.Remove(name);
    }

    /// <summary>The drafts of finished tasks, as they came.</summary>
    public IEnumerable<(TaskName Name, TaskFile Task)> Finished()
    {
        foreach (var name in finished.Names())
            if (finished.Find(name) is { } task) yield return (name, task);
    }

    /// <summary>How it differs from what was approved, else from what was drafted; for the card.</summary>
    public IEnumerable<Change> Changes(TaskName name, TypedAction? now)
    {
        if (now is null) return [];
        return ActionIn(approved, name) is { } yes ? Difference.Of(yes, now).Select(d => new Change("you approved it", d))
            : ActionIn(drafted, name) is { } first ? Difference.Of(first, now).Select(d => new Change("it was drafted", d)) : [];
    }

    /// <summary>How it differs from what was approved, in one line; empty where this machine has not seen the approval given.</summary>
    public string SinceApproved(TaskName name, TypedAction now) => ActionIn(approved, name) is { } yes ? string.Join("; ", Difference.Of(yes, now)) : "";

    static TypedAction? ActionIn(TaskCopies copies, TaskName name)
    {
        try { return copies.Find(name) is { } task ? TypedAction.Read(task) : null; }
        catch (BadTaskException) { return null; } // it waited as a draft that could not be read, and was mended since
    }
}
