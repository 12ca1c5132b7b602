using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>A commit of the simulation: its tree is a dictionary.</summary>
sealed class SimCommit(Dictionary<string, ObjectId> tree, params IReadOnlyList<SimCommit> parents) : ITree
{
    /// <summary>What a link holds; only a stranger commits one.</summary>
    public static readonly ObjectId Link = StatCache.Hash("a link"u8);

    /// <summary>Committed, and so signed, by a machine of the owner's.</summary>
    public bool IsOwners { get; init; }

    readonly int generation = parents.Count == 0 ? 0 : 1 + parents.Max(p => p.generation);

    public Dictionary<string, ObjectId> Tree => tree;
    public bool Exists => true;

    public ObjectId? Blob(string path) => tree.GetValueOrDefault(path) is { } blob && blob != Link ? blob : null;

    public IEnumerable<string> Names(string folder)
    {
        var head = folder.Length == 0 ? "" : folder + "/";
        return tree.Keys.Where(p => p.StartsWith(head, StringComparison.Ordinal)).Select(p => p[head.Length..].Split('/')[0]).Distinct().ToList();
    }

    public Dictionary<string, ObjectId> Find(TaskName task) =>
        tree.Where(e => IsOf(e.Key, task) && e.Value != Link).ToDictionary(StringComparer.Ordinal);

    public static bool IsOf(string path, TaskName task) => path.EndsWith(task.FileName, StringComparison.Ordinal) && Place.FromPath(path) is { } found && found.Name == task;

    public static bool Same(Dictionary<string, ObjectId> a, Dictionary<string, ObjectId> b) => a.Count == b.Count && a.All(e => b.GetValueOrDefault(e.Key) == e.Value);

    public static Dictionary<string, Change> Diff(Dictionary<string, ObjectId> from, Dictionary<string, ObjectId> to)
    {
        var changes = new Dictionary<string, Change>(StringComparer.Ordinal);
        foreach (var (path, blob) in to)
            if (from.GetValueOrDefault(path) is var old && old != blob) changes[path] = new(old, blob, blob != Link);
        foreach (var (path, blob) in from)
            if (!to.ContainsKey(path)) changes[path] = new(blob, null);
        return changes;
    }

    public static Dictionary<string, ObjectId> With(Dictionary<string, ObjectId> tree, IEnumerable<KeyValuePair<string, ObjectId?>> changes)
    {
        var changed = new Dictionary<string, ObjectId>(tree, StringComparer.Ordinal);
        foreach (var (path, blob) in changes)
        {
            if (blob is null) changed.Remove(path);
            else changed[path] = blob;
        }
        return changed;
    }

    public static bool IsAncestor(SimCommit older, SimCommit newer) => older == newer || Base(older, newer) == older;

    /// <summary>The youngest commit that both grew from.</summary>
    public static SimCommit Base(SimCommit a, SimCommit b)
    {
        var from = new Dictionary<SimCommit, int> { [a] = 1 };
        from[b] = from.GetValueOrDefault(b) | 2;
        var next = new PriorityQueue<SimCommit, int>();
        next.Enqueue(a, -a.generation);
        if (a != b) next.Enqueue(b, -b.generation);
        while (next.TryDequeue(out var commit, out _))
        {
            if (from[commit] == 3) return commit;
            foreach (var parent in commit.Parents)
            {
                if (!from.TryGetValue(parent, out var sides)) next.Enqueue(parent, -parent.generation);
                from[parent] = sides | from[commit];
            }
        }
        throw new InvalidOperationException("two histories");
    }

    /// <summary>What the owner's machines committed last of what is in one history and not in the other, by the shipped rule.</summary>
    public static List<SimCommit> Owners(SimCommit ours, SimCommit theirs) => OwnersWord.Newest(News(ours, theirs), c => c.Parents, c => c.IsOwners);

    /// <summary>What is in the second history alone, newest first.</summary>
    static IEnumerable<SimCommit> News(SimCommit ours, SimCommit theirs)
    {
        var known = new Dictionary<SimCommit, bool> { [theirs] = false, [ours] = true };
        var next = new PriorityQueue<SimCommit, int>();
        foreach (var tip in known.Keys) next.Enqueue(tip, -tip.generation);
        for (var left = known.Count(k => !k.Value); left > 0 && next.TryDequeue(out var commit, out _);)
        {
            var isKnown = known[commit];
            if (!isKnown)
            {
                left--;
                yield return commit;
            }
            foreach (var parent in commit.Parents)
            {
                if (!known.TryGetValue(parent, out var before))
                {
                    next.Enqueue(parent, -parent.generation);
                    if (!isKnown) left++;
                }
                else if (isKnown && !before) left--;
                known[parent] = before | isKnown;
            }
        }
    }

    IReadOnlyList<SimCommit> Parents => parents;
}
