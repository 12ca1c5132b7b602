using System.Security.Cryptography;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// History that the owner began anew (<see cref="HistoryEpoch"/>), so that something is in it no more. Another history is taken for the vault's only where it goes back to one commit without a parent that carries
/// the owner's word, over its very tree, with a higher number than any before. Everything else that does not go on from what was seen is somebody's rewriting, and stops the sync.
/// </summary>
static class Epochs
{
    /// <summary>The owner's word in a commit that goes on from nothing; null where there is none that counts.</summary>
    public static HistoryEpoch? Of(Commit root, Func<string, ECDsa?>? key)
    {
        if (key is null || root.Parents.Any()) return null;
        var words = root.Message.Split('\n').Where(l => l.StartsWith(HistoryEpoch.Trailer, StringComparison.Ordinal)).ToList();
        return words.Count == 1 && HistoryEpoch.Verify(words[0][HistoryEpoch.Trailer.Length..], key) is { Epoch: > 0 } epoch && epoch.Tree == root.Tree.Sha ? epoch : null;
    }

    /// <summary>Where a history begins; null where it has several beginnings.</summary>
    static Commit? Root(GitDirectory git, Commit tip)
    {
        var roots = git.Repository.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = tip }).Where(c => !c.Parents.Any()).Take(2).ToList();
        return roots.Count == 1 ? roots[0] : null;
    }

    /// <summary>The beginning of another history that the owner put in the place of what was seen, with its word; null where it is no such thing.</summary>
    /// <param name="known">The highest number that was taken so far; a machine that joined later has taken none, and knows that of what it has seen.</param>
    public static (Commit Root, HistoryEpoch Epoch)? After(GitDirectory git, int known, Commit seen, Commit theirs, Func<string, ECDsa?>? key) =>
        key is not null && Root(git, theirs) is { } root && Of(root, key) is { } epoch && epoch.Epoch > Math.Max(known, NumberOf(git, seen, key)) ? (root, epoch) : null;

    public static int NumberOf(GitDirectory git, Commit tip, Func<string, ECDsa?>? key) => Root(git, tip) is { } root ? Of(root, key)?.Epoch ?? 0 : 0;

    /// <summary>For who stands at the door: whether a commit is the owner's new history, with nothing behind it yet, in the place of this very tip.</summary>
    public static bool IsNext(GitDirectory git, Commit before, Commit now, Func<string, ECDsa?>? key) =>
        Of(now, key) is { } epoch && epoch.From == before.Sha && epoch.Epoch > NumberOf(git, before, key);

    static byte[] ListIn(GitDirectory git, TreeView tree) => tree.Blob(Forgotten.ListPath) is { } list ? git.Read(list) : [];

    /// <summary>What the state directory has of tasks that are gone or changed in the owner's tree.</summary>
    public static void Clear(GitDirectory git, StateDirectory state, Tree seen, Tree root)
    {
        var (changed, list) = (git.Diff(seen, root).Keys.Select(p => Place.FromPath(p)?.Name).OfType<TaskName>().ToHashSet(), ListIn(git, git.View(root)));
        Forgotten.Clear(state, name => changed.Contains(name) || Forgotten.Holds(list, name));
    }

    /// <summary>
    /// What becomes of this machine's work in another history: what is the same as was seen is as the owner's tree has it, gone where it is gone there; what only this machine has done since goes with it. A task that the
    /// owner's tree has no more, or that was forgotten, is gone, whatever was done with it here; its own log goes with it as <see cref="OwnLog"/> says.
    /// </summary>
    /// <param name="seen">The tree that both knew; the remote's as it was last accepted.</param>
    /// <param name="ours">This machine's.</param>
    /// <param name="root">The owner's.</param>
    public static Tree Carry(GitDirectory git, StateDirectory state, Tree seen, Tree ours, Tree root, List<Finding> findings)
    {
        var (self, mine, now) = (state.Agent, git.Diff(seen, ours), git.View(root));
        var forgotten = ListIn(git, now);
        Clear(git, state, seen, root);
        var own = new OwnLog(state, forgotten);
        own.RedactOpen();
        if (mine.Count == 0) return root;
        var (was, here) = (git.View(seen), git.View(ours));
        var theirs = git.Diff(seen, root);
        var settled = new Dictionary<string, ObjectId?>(StringComparer.Ordinal);
        var logs = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (path, change) in mine.ToList())
        {
            if (Place.FromPath(path) is { } task)
            {
                if (!Forgotten.Holds(forgotten, task.Name) && (was.Find(task.Name).Count == 0 || now.Find(task.Name).Count > 0)) continue;
                mine.Remove(path);
                foreach (var there in here.Find(task.Name).Keys) settled[there] = null;
            }
            // The Dashboard speaks of what is gone, and is written anew by the next turn.
            else if (path == VaultFolder.DashboardFile || (change.Old is not null && now.Blob(path) is null)) mine.Remove(path);
            else if (SyncPath.IsLog(path) && SyncPath.Writer(path) == self)
            {
                mine.Remove(path);
                if (change.New is { } log) logs[path] = git.Read(log);
                else settled[path] = null;
            }
        }
        var folder = $"Logs/{self}";
        foreach (var (path, log) in own.Rewrite(logs, now.Names(folder).Select(n => git.Read(now.Blob($"{folder}/{n}")!)))) settled[path] = git.WriteBlob(log);
        // What is gone there is gone by the owner's word, archived or not.
        var result = Merge.Run(new(self, mine, theirs, was.Find, (_, _) => true, git.Read, git.WriteBlob));
        findings.AddRange(result.Findings);
        foreach (var (path, blob) in settled) result.Changes[path] = blob;
        return git.Build(ours, result.Changes);
    }
}
