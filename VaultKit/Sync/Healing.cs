using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Two things that a vault must not be committed with: a task that is nowhere, and a task that is in two places.
/// <para>
/// A program never commits a disappearance. A file that is gone for a while was deleted by a person: on the owner's machine that is a no, and the last committed
/// content goes to Rejected (what is finished, claimed or quarantined comes back as it was, and so does everything when most of the open work is gone at once: that is an accident).
/// The cloud has no owner at its keyboard: there it comes back from the last commit.
/// </para>
/// <para>A task in two places was copied by hand, or a crash came between a move's two halves: the furthest stays. What only the other has is never lost: it goes to Quarantine.</para>
/// </summary>
sealed class Healing(VaultFolder vault, VaultFiles files, GitDirectory git, SyncOptions options, TimeProvider clock, SyncMemory memory)
{
    const int Many = 10;

    /// <summary>Takes what must not be committed out of <paramref name="difference"/>.</summary>
    /// <param name="last">Do not ask for another look: a task that will not lie still is left for the next cycle.</param>
    /// <returns>True where the vault was changed, or changed while we looked: look again.</returns>
    public bool Run(Difference difference, TreeView tree, bool last)
    {
        var again = false;
        var gone = new List<(string Path, ObjectId Blob)>();
        var tasks = new Dictionary<TaskName, List<string>>();
        var elsewhere = new Elsewhere(tree, difference.Changes, git.Read);
        foreach (var (path, change) in difference.Changes)
        {
            if (change is { Old: not null, New: not null }) continue;
            if (Place.FromPath(path) is not { } task)
            {
                if (change.New is null && !MayDisappear(path) && !elsewhere.Holds(path, change.Old!)) gone.Add((path, change.Old!));
                continue;
            }
            if (!tasks.TryGetValue(task.Name, out var paths)) tasks[task.Name] = paths = [];
            paths.Add(path);
        }
        foreach (var (name, paths) in tasks)
        {
            var onDisk = paths.Concat(tree.Find(name).Keys).Distinct()
                .Where(p => !difference.Changes.TryGetValue(p, out var change) || change.New is not null).ToList();
            // It may have moved into a folder that we had looked at already: the next look sees it there.
            var restless = onDisk.Count > 1 ? KeepFurthest(name, onDisk, tree, difference.Findings) : onDisk.Count == 0 && vault.Find(name) is not null;
            if (restless && last) paths.ForEach(p => difference.Changes.Remove(p));
            else if (onDisk.Count == 0 && !restless)
                gone.AddRange(paths.Select(p => (p, difference.Changes[p].Old!)).Where(g => !elsewhere.Holds(g.p, g.Item2)));
            again |= restless;
        }
        return (Restore(gone, difference, tree) || again) && !last;
    }

    bool KeepFurthest(TaskName name, List<string> paths, TreeView tree, List<Finding> findings)
    {
        // Looked at again: a task that was moved while the folders were read was seen twice.
        var there = FurthestFirst(paths.Where(p => Disk.Stamp(files.FullPath(p)).Kind == FileKind.Regular), tree, vault.Agent);
        foreach (var path in there.Skip(1))
        {
            if (files.Hash(path) is not { } blob) continue;
            var kept = SyncPath.Kept(name, blob.Sha);
            if (blob == files.Hash(there[0]) || (blob == tree.Blob(path) && !SaysMore(blob, there[0]))) files.Remove(path, blob);
            else if (files.EnsureFolder(kept) && Durable.Move(files.FullPath(path), files.FullPath(kept)))
                findings.Add(new(path, $"the task lies in {there[0]} too: this version is now {kept}"));
        }
        return true;
    }

    // What stays may be an older version: moved from its old place while a newer one was written to its new place.
    bool SaysMore(ObjectId blob, string standing) =>
        TaskMerge.LosesWords(null, Disk.ReadRegular(files.FullPath(standing), TaskFile.Limit), git.Read(blob), emptied: false);

    /// <summary>
    /// Of the places where a task lies, the one that stays comes first. Another's claim that was committed goes before all: who died while it was written here
    /// has the task in its old place too, and may have taken it from there before anything else.
    /// </summary>
    internal static List<string> FurthestFirst(IEnumerable<string> paths, ITree tree, AgentId self) =>
        [.. paths.OrderByDescending(p => tree.Blob(p) is not null && Place.FromPath(p) is { Place: { Stage: Stage.InProgress } place } && place.Below != self.Value)
            .ThenByDescending(p => Place.FromPath(p)!.Value.Place.Stage).ThenBy(p => p, StringComparer.Ordinal)];

    bool Restore(List<(string Path, ObjectId Blob)> gone, Difference difference, TreeView tree)
    {
        var now = clock.GetUtcNow();
        memory.OnlyGone(gone.Select(g => g.Path));
        var accident = gone.Count >= Many && gone.Count > OpenTasks(tree) / 2;
        var acted = false;
        foreach (var (path, blob) in gone)
        {
            difference.Changes.Remove(path);
            if (now - memory.GoneSince(path, now) < options.DeletionSettle) continue;
            var (back, content) = Comeback(vault.Agent.Zone, path, git.Read(blob), accident);
            acted |= Put(back, content);
            if (back == path) difference.Findings.Add(new(path, accident ? "most of the vault was gone at once: restored" : "it was gone: restored from the last commit"));
        }
        return acted;
    }

    /// <summary>Where, and as what, comes back what is gone: the owner's no to open work, or as it was.</summary>
    internal static (string Path, byte[] Content) Comeback(Zone zone, string path, byte[] content, bool accident) =>
        Place.FromPath(path) is { } task && zone == Zone.Local && !accident && task.Place.Stage is Stage.NeedsAction or Stage.PendingApproval or Stage.Approved
            ? (Place.Rejected(task.Place.Below).PathOf(task.Name), Rejected(content)) : (path, content);

    bool Put(string path, byte[] content) => files.EnsureFolder(path) && Durable.WriteNew(files.FullPath(path), content);

    static byte[] Rejected(byte[] content)
    {
        try { return TaskFile.Parse(content).With("rejected_reason", "deleted by the owner").ToBytes(); }
        catch (BadTaskException) { return content; } // it can carry no reason; the commit tells
    }

    static int OpenTasks(TreeView tree) =>
        new[] { Stage.NeedsAction, Stage.PendingApproval, Stage.Approved }
            .Sum(stage => Domains.All.Sum(domain => tree.Folder(new Place(stage, domain).Folder)?.Count ?? 0));

    // LocalAgent empties Updates once they are on the Dashboard; the cloud removes nothing.
    bool MayDisappear(string path) => vault.Agent.Zone == Zone.Local && SyncPath.MayVanish(path);
}
