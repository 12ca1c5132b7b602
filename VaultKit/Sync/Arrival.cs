using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// The judge: what of an incoming tip may become ours, path by path, before anything is written. What is refused changes nothing here:
/// our version stays, and the finding says why. Only what lies in Approved without the owner's yes counts as waiting for it. Pure, but for looking at blobs.
/// </summary>
sealed class Arrival(Zone zone, Func<TaskName, byte[], bool>? approved, Func<ObjectId, long> size, Func<ObjectId, byte[]> read)
{
    const string Unapproved = "it arrived in Approved without a valid approval: it waits in Pending_Approval";

    /// <param name="theirs">What the remote changed since the common commit.</param>
    /// <param name="ours">Our tree.</param>
    public Dictionary<string, Change> Judge(IReadOnlyDictionary<string, Change> theirs, ITree ours, List<Finding> findings)
    {
        var accepted = new Dictionary<string, Change>(StringComparer.Ordinal);
        var refused = new HashSet<TaskName>();
        var unapproved = new List<string>();
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        // What is gone is judged last: it may stand in something that arrived too.
        var elsewhere = new Elsewhere(ours, accepted, read);
        foreach (var (path, change) in theirs.OrderBy(c => c.Value.New is null).ThenBy(c => c.Key, StringComparer.Ordinal))
        {
            if (WhyNot(path, change, theirs, ours, names, elsewhere) is not { } why) { accepted[path] = change; continue; }
            findings.Add(new(Printable(path), why, Refused: true));
            if (Place.FromPath(path) is not { } task) continue;
            if (why == Unapproved) unapproved.Add(path);
            else refused.Add(task.Name);
        }
        // Half of a move is no move: where its arrival is refused, its departure is too.
        foreach (var path in accepted.Keys.ToList())
            if (Place.FromPath(path) is { } task && refused.Contains(task.Name)) accepted.Remove(path);
        foreach (var path in unapproved)
            if (Place.FromPath(path) is { } task && !refused.Contains(task.Name)) Unapprove(path, task.Place, task.Name, theirs, ours, accepted);
        return accepted;
    }

    /// <summary>
    /// Nobody's yes: it waits for the owner. Left out altogether it would be nowhere here, and others, who take nothing for gone, would bring it again and again.
    /// Where we know it as waiting, our version stands, and new words in the other are kept beside it.
    /// </summary>
    void Unapprove(string path, Place place, TaskName name, IReadOnlyDictionary<string, Change> theirs, ITree ours, Dictionary<string, Change> accepted)
    {
        var (waiting, blob) = (Place.Pending(place.Below).PathOf(name), theirs[path].New!);
        if (theirs.TryGetValue(waiting, out var left) && left is { Old: { } lay, New: null } && ours.Blob(waiting) == lay)
        {
            accepted.Remove(waiting);
            if (TaskMerge.LosesWords(null, read(lay), read(blob), emptied: true)) accepted[SyncPath.Kept(name, blob.Sha)] = new(null, blob);
            return;
        }
        if (theirs[path].Old is { } old) accepted[path] = new(old, null);
        accepted[waiting] = new(null, blob);
    }

    string? WhyNot(string path, Change change, IReadOnlyDictionary<string, Change> theirs, ITree ours, Dictionary<string, string> names, Elsewhere elsewhere)
    {
        if (!SyncPath.Accepts(path)) return change.New is null ? "not a path of the vault: its removal is ignored" : "not a path that the vault knows: refused";
        if (change.New is not { } blob) return MayVanish(path) || elsewhere.Holds(path, change.Old!) ? null : "nobody may remove it: it stays";
        if (zone == Zone.Local && SyncPath.IsOwners(path) && ours.Blob(path) is { } standing && standing != blob) return "only the owner's machine changes it: refused";
        // An index of a stranger's could keep a mail from ever becoming a task. In an empty vault there is nothing yet to compare with.
        if (zone == Zone.Local && SyncPath.IsArchive(path) && ours.Exists && ours.Blob(path) != blob) return "only the owner's machine archives: refused";
        if (!change.Plain) return "a link or another repository: refused";
        if (!names.TryAdd(path, path) || HasTwin(path, ours, theirs)) return "another file differs from it in case only: refused";
        var limit = SyncPath.Limit(path);
        if (size(blob) is var octets && octets > limit) return $"{octets / 1024} KiB, more than {limit / 1024}: refused";
        var content = read(blob);
        if (!Snapshot.IsText(content)) return "not UTF-8 text: refused";
        if (zone == Zone.Local && SyncPath.IsLog(path) && ours.Blob(path) is { } written && !content.AsSpan().StartsWith(read(written))) return "what a log says is not changed: refused";
        return zone == Zone.Local && Place.FromPath(path) is { Place.Stage: Stage.Approved } task
            && ours.Blob(path) != blob && approved?.Invoke(task.Name, content) != true
            ? Unapproved : null;
    }

    // A task that is nowhere stays by the merge. An index is the owner's machine's to judge: one that it refused is gone for good, and one that a stranger removed is put back.
    bool MayVanish(string path) => Place.FromPath(path) is not null || SyncPath.MayVanish(path) || (zone == Zone.Cloud && SyncPath.IsArchive(path));

    // Task names have no capitals; only the folders of free names can hold twins. One that goes with the same tip is none: a name may change its case.
    bool HasTwin(string path, ITree ours, IReadOnlyDictionary<string, Change> theirs)
    {
        if (Place.FromPath(path) is not null) return false;
        var (folder, name) = path.LastIndexOf('/') is var slash && slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
        return ours.Names(folder).Any(other => other != name && string.Equals(other, name, StringComparison.OrdinalIgnoreCase)
            && !(theirs.TryGetValue($"{folder}/{other}", out var change) && change.New is null && MayVanish($"{folder}/{other}")));
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
