using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>
/// What the installation in whose place this one is (<see cref="Restored"/>) held, in the backup or by what the remote has learned since. A draft that it worked on is given back. Of an action under way nobody knows
/// here how far it came: it is taken over as one that may have gone out, and the fence looks for it, as after any crash.
/// </summary>
sealed class Takeover(VaultFolder vault, Restored restored, Releaser releaser, TimeProvider clock, Record record)
{
    readonly Claims claims = new(vault, clock);

    /// <summary>Whether a mail in Sent with a task's marker is the predecessor's, sent when nobody here was there to hear of it.</summary>
    public static bool IsPredecessors(Restored restored, SpentApprovals spent, string marker, DateTimeOffset arrived) =>
        arrived <= restored.Since && marker.IndexOf('.') is >= 0 and var dot && marker[(dot + 1)..] is var intent && spent.All().Values.All(use => use.Intent != intent);

    /// <summary>Each is durable before the next.</summary>
    /// <param name="heard">When the remote was last heard: before that is after the restore, the newest word on a task may not be here yet.</param>
    /// <returns>How many there were.</returns>
    public int Run(DateTimeOffset? heard, Action<string> problem)
    {
        if (restored.Since is not { } since || !(heard >= since)) return 0;
        var taken = 0;
        foreach (var entry in restored.Predecessors.Distinct().Where(p => p != vault.Agent).SelectMany(p => vault.List(Place.InProgress(p))).ToList())
        {
            try { taken += Take(entry) ? 1 : 0; }
            catch (Exception e) when (e is BadTaskException or Refusal) { problem($"{entry.Path}: {e.Message}"); }
        }
        return taken;
    }

    bool Take(TaskEntry entry)
    {
        var bytes = vault.ReadBytes(entry);
        var task = TaskFile.Parse(bytes);
        if (!task.Has(Phase.Key) && !task.Has(Approval.Key))
        {
            releaser.Release(entry);
            return true;
        }
        var phase = task.Get(Phase.Key);
        var mine = claims.Stamp(task).Without(Fence.NotBeforeKey, Fence.TriesKey);
        if (phase is Phase.Claimed or Phase.Offered) mine = mine.With(Phase.Key, Phase.Unknown);
        // Written first: without the word that it may have gone out, it would be given back to the owner without a look.
        if (!vault.Rewrite(entry, bytes, mine) || vault.Move(entry, Place.InProgress(vault.Agent)) is not { } moved) return false;
        record("taken over", moved.Name, ("holder", entry.Place.Below), ("phase", phase ?? "none"));
        return true;
    }
}
