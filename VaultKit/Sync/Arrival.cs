using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// The judge: what of an incoming tip may become ours, path by path, before anything is written. What is refused changes nothing here:
/// our version stays, and the finding says why. Pure, but for looking at blobs.
/// </summary>
sealed class Arrival(Zone zone, Func<TaskName, byte[], bool>? approved, Func<ObjectId, long> size, Func<ObjectId, byte[]> read)
{
    /// <param name="theirs">What the remote changed since the common commit.</param>
    /// <param name="ours">Our tree.</param>
    public Dictionary<string, Change> Judge(IReadOnlyDictionary<string, Change> theirs, TreeView ours, List<Finding> findings)
    {
        var accepted = new Dictionary<string, Change>(StringComparer.Ordinal);
        var refused = new HashSet<TaskName>();
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        // What is gone is judged last: it may stand in something that arrived too.
        var elsewhere = new Elsewhere(ours, accepted, read);
        foreach (var (path, change) in theirs.OrderBy(c => c.Value.New is null).ThenBy(c => c.Key, StringComparer.Ordinal))
        {
            if (WhyNot(path, change, ours, names, elsewhere) is not { } why) { accepted[path] = change; continue; }
            findings.Add(new(Printable(path), why, Refused: true));
            if (Place.FromPath(path) is { } task) refused.Add(task.Name);
        }
        // Half of a move is no move: where its arrival is refused, its departure is too.
        foreach (var path in accepted.Keys.ToList())
            if (Place.FromPath(path) is { } task && refused.Contains(task.Name)) accepted.Remove(path);
        return accepted;
    }

    string? WhyNot(string path, Change change, TreeView ours, Dictionary<string, string> names, Elsewhere elsewhere)
    {
        if (!SyncPath.Accepts(path)) return change.New is null ? "not a path of the vault: its removal is ignored" : "not a path that the vault knows: refused";
        if (change.New is not { } blob) return Place.FromPath(path) is not null || SyncPath.MayVanish(path) || elsewhere.Holds(path, change.Old!) ? null : "nobody may remove it: it stays";
        if (zone == Zone.Local && SyncPath.IsOwners(path) && ours.Blob(path) is { } standing && standing != blob) return "only the owner's machine changes it: refused";
        // An index of a stranger's could keep a mail from ever becoming a task. In an empty vault there is nothing yet to compare with.
        if (zone == Zone.Local && SyncPath.IsArchive(path) && ours.Root is not null && ours.Blob(path) != blob) return "only the owner's machine archives: refused";
        if (!change.Plain) return "a link or another repository: refused";
        if (!names.TryAdd(path, path) || HasTwin(path, ours)) return "another file differs from it in case only: refused";
        var limit = SyncPath.Limit(path);
        if (size(blob) is var octets && octets > limit) return $"{octets / 1024} KiB, more than {limit / 1024}: refused";
        var content = read(blob);
        if (!Snapshot.IsText(content)) return "not UTF-8 text: refused";
        return zone == Zone.Local && Place.FromPath(path) is { Place.Stage: Stage.Approved } task
            && ours.Blob(path) != blob && approved?.Invoke(task.Name, content) != true
            ? "it arrived in Approved without a valid approval: refused" : null;
    }

    // Task names have no capitals; only the folders of free names can hold twins.
    static bool HasTwin(string path, TreeView ours)
    {
        if (Place.FromPath(path) is not null) return false;
        var slash = path.LastIndexOf('/');
        var name = path[(slash + 1)..];
        foreach (var entry in ours.Folder(slash < 0 ? "" : path[..slash]) ?? Enumerable.Empty<TreeEntry>())
            if (entry.Name != name && string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>A hostile name must not write to a terminal or a log.</summary>
    static string Printable(string path)
    {
        var text = string.Create(Math.Min(path.Length, 200), path, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = from[i] is >= ' ' and < '\u007f' ? from[i] : '?';
        });
        return text;
    }
}
