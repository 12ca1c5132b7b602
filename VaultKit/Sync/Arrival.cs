using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>What arrives, and what it is judged by.</summary>
/// <param name="Theirs">What the remote changed since the common commit.</param>
/// <param name="Standing">The common commit's tree.</param>
/// <param name="Ours">Our tree.</param>
/// <param name="Owners">The newest of the trees that the owner's other machines signed (<see cref="OwnersWord"/>): what stands so in one of them is the owner's doing.</param>
sealed record Incoming(IReadOnlyDictionary<string, Change> Theirs, ITree Standing, ITree Ours, IReadOnlyList<OwnersTree> Owners);

/// <param name="Paths">Those that differ from the common commit.</param>
readonly record struct OwnersTree(ITree Tree, IReadOnlyCollection<string> Paths);

/// <summary>
/// The judge: what of an incoming tip may become ours, path by path, before anything is written. What is refused changes nothing here:
/// our version stays, and the finding says why. Only what lies in Approved without the owner's yes counts as waiting for it. Pure, but for looking at blobs.
/// </summary>
sealed class Arrival(AgentId self, SyncOptions asked, Func<ObjectId, long> size, Func<ObjectId, byte[]> read)
{
    const string Unapproved = "it arrived in Approved without a valid approval: it waits in Pending_Approval";

    /// <summary>Of what was looked at, be it in an earlier run over another part of the same tip. Task names have no capitals: only the folders of free names can hold twins.</summary>
    readonly Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, Change> Run(Incoming incoming, List<Finding> findings)
    {
        var accepted = new Dictionary<string, Change>(StringComparer.Ordinal);
        var refused = new HashSet<TaskName>();
        var unapproved = new List<string>();
        var illegal = self.Zone == Zone.Local ? Illegal(incoming) : [];
        // What is gone is judged last: it may stand in something that arrived too.
        var elsewhere = new Elsewhere(incoming.Ours, accepted, read);
        foreach (var (path, change) in incoming.Theirs.OrderBy(c => c.Value.New is null).ThenBy(c => c.Key, StringComparer.Ordinal))
        {
            var task = Place.FromPath(path);
            // Of a move that nobody may make it is told once, where the task would have come to lie.
            var isMove = task is { } moved && illegal.ContainsKey(moved.Name);
            var why = WhyNot(path, change, incoming, elsewhere) ?? (isMove ? illegal[task!.Value.Name] : null);
            if (why is null) { accepted[path] = change; continue; }
            if (!(isMove && change.New is null)) findings.Add(new(Printable(path), why, Refused: true));
            if (task is not { } at) continue;
            if (why == Unapproved && !isMove) unapproved.Add(path);
            else refused.Add(at.Name);
        }
        // Half of a move is no move: where its arrival is refused, its departure is too.
        foreach (var path in accepted.Keys.ToList())
            if (Place.FromPath(path) is { } task && refused.Contains(task.Name)) accepted.Remove(path);
        foreach (var name in illegal.Keys) Restore(name, incoming, accepted, findings);
        foreach (var path in unapproved)
            if (Place.FromPath(path) is { } task && !refused.Contains(task.Name)) Unapprove(path, task.Place, task.Name, incoming.Theirs, incoming.Ours, accepted);
        return accepted;
    }

    /// <summary>
    /// The tasks that lie where no agent of the cloud may have brought them, and why: from where they were, or from where another machine of the owner's left them since. Those too
    /// that are gone from there. Into Approved the owner's signature decides (<see cref="WhyNot"/>). In an empty vault there is nothing yet to compare with.
    /// </summary>
    static Dictionary<TaskName, string> Illegal(Incoming incoming)
    {
        var illegal = new Dictionary<TaskName, string>();
        if (!incoming.Ours.Exists) return illegal;
        var changed = incoming.Theirs.ToLookup(c => Place.FromPath(c.Key)?.Name);
        foreach (var name in changed.Select(c => c.Key).Concat(incoming.Owners.SelectMany(o => o.Paths.Select(p => Place.FromPath(p)?.Name))).OfType<TaskName>().Distinct())
        {
            var was = incoming.Standing.Find(name);
            var now = changed[name].Aggregate(new Dictionary<string, ObjectId>(was, StringComparer.Ordinal), (places, c) =>
            {
                if (c.Value.New is { } blob) places[c.Key] = blob;
                else places.Remove(c.Key);
                return places;
            });
            var left = LeftByOwner(name, was, incoming).ToList();
            if (left.Count == 0 ? now.Count == 0 || MayHaveCome(was, now) : left.Any(from => Same(from, now) || (now.Count > 0 && MayHaveCome(from, now)))) continue;
            var from = Places(left.FirstOrDefault() ?? was).FirstOrDefault();
            illegal[name] = from is { } lay && !Moves.ByCloud(from, lay) ? $"only the owner's machine changes or moves what lies in {lay.Stage.Folder()}: refused" : "no agent of the cloud brings a task there: refused";
        }
        return illegal;
    }

    /// <summary>How the owner's other machines left a task, where they did something with it.</summary>
    static IEnumerable<Dictionary<string, ObjectId>> LeftByOwner(TaskName name, Dictionary<string, ObjectId> was, Incoming incoming) =>
        incoming.Owners.Select(o => o.Tree.Find(name)).Where(there => !Same(there, was));

    /// <summary>What was refused hides what another machine of the owner's did before: that counts.</summary>
    void Restore(TaskName name, Incoming incoming, Dictionary<string, Change> accepted, List<Finding> findings)
    {
        var was = incoming.Standing.Find(name);
        if (LeftByOwner(name, was, incoming).FirstOrDefault(left => left.Count > 0) is not { } there) return;
        if (there.Any(t => Place.FromPath(t.Key)!.Value.Place.Stage == Stage.Approved && asked.Approved?.Invoke(name, read(t.Value)) != true)) return;
        foreach (var (path, blob) in was)
            if (!there.ContainsKey(path)) accepted[path] = new(blob, null);
        foreach (var (path, blob) in there)
            if (was.GetValueOrDefault(path) is var old && old != blob) accepted[path] = new(old, blob);
        findings.Add(new(there.Keys.First(), "it stands as the owner's other machine left it"));
    }

    static bool Same(Dictionary<string, ObjectId> a, Dictionary<string, ObjectId> b) => a.Count == b.Count && a.All(t => b.GetValueOrDefault(t.Key) == t.Value);

    static bool MayHaveCome(Dictionary<string, ObjectId> from, Dictionary<string, ObjectId> now)
    {
        var places = Places(from).DefaultIfEmpty(null).ToList();
        return now.Where(n => from.GetValueOrDefault(n.Key) != n.Value).Select(n => Place.FromPath(n.Key)!.Value.Place).All(to => places.All(p => Moves.ByCloud(p, to) || MayAsk(p, to) || IsKept(p, to)));
    }

    static IEnumerable<Place?> Places(Dictionary<string, ObjectId> task) => task.Keys.Select(p => (Place?)Place.FromPath(p)!.Value.Place);

    // What was archived here may come back from one who knows it as it was before, and takes nothing for gone: refused, it would come again and again.
    static bool IsKept(Place? from, Place to) => from is null && to.Stage == Stage.Rejected;

    static bool MayAsk(Place? from, Place to) =>
        to.Stage == Stage.Approved && (from?.Stage == Stage.PendingApproval || Moves.ByCloud(from, Place.Pending(to.Below)));

    /// <summary>
    /// Nobody's yes: it waits for the owner. Left out altogether it would be nowhere here, and others, who take nothing for gone, would bring it again and again.
    /// Where we know it as waiting, our version stands, and new words in the other are kept beside it.
    /// </summary>
    void Unapprove(string path, Place place, TaskName name, IReadOnlyDictionary<string, Change> theirs, ITree ours, Dictionary<string, Change> accepted)
    {
        var (waiting, blob) = (Place.Pending(place.Below).PathOf(name), theirs[path].New!);
        // Whether they took it from there or not, and in whichever folder we have it: nobody but the owner changes what waits.
        foreach (var (lies, here) in ours.Find(name))
        {
            if (Place.FromPath(lies) is not { Place.Stage: Stage.PendingApproval }) continue;
            accepted.Remove(lies);
            if (TaskMerge.LosesWords(null, read(here), read(blob), emptied: true)) accepted[SyncPath.Kept(name, blob.Sha)] = new(null, blob);
            return;
        }
        if (theirs[path].Old is { } old) accepted[path] = new(old, null);
        accepted[waiting] = new(null, blob);
    }

    string? WhyNot(string path, Change change, Incoming incoming, Elsewhere elsewhere)
    {
        var (ours, isLocal) = (incoming.Ours, self.Zone == Zone.Local);
        if (!SyncPath.Accepts(path)) return change.New is null ? "not a path of the vault: its removal is ignored" : "not a path that the vault knows: refused";
        if (change.New is not { } blob) return MayVanish(path) || elsewhere.Holds(path, change.Old!) ? null : "nobody may remove it: it stays";
        var isOwners = incoming.Owners.Any(o => o.Tree.Blob(path) == blob);
        if (isLocal && SyncPath.IsOwners(path) && !isOwners && ours.Blob(path) is { } standing && standing != blob) return "only the owner's machine changes it: refused";
        // An index of a stranger's could keep a mail from ever becoming a task. In an empty vault there is nothing yet to compare with.
        if (isLocal && SyncPath.IsArchive(path) && !isOwners && ours.Exists && ours.Blob(path) != blob) return "only the owner's machine archives: refused";
        if (isLocal && SyncPath.Writer(path) == self && ours.Blob(path) != blob) return "only this machine writes it: refused";
        if (!change.Plain) return "a link or another repository: refused";
        if (Place.FromPath(path) is null && (!names.TryAdd(path, path) || HasTwin(path, ours, incoming.Theirs))) return "another file differs from it in case only: refused";
        var limit = SyncPath.Limit(path);
        if (size(blob) is var octets && octets > limit) return $"{octets / 1024} KiB, more than {limit / 1024}: refused";
        var content = read(blob);
        if (!Snapshot.IsText(content)) return "not UTF-8 text: refused";
        if (isLocal && SyncPath.IsLog(path) && ours.Blob(path) is { } written && !content.AsSpan().StartsWith(read(written))) return "what a log says is not changed: refused";
        if (!isLocal || Place.FromPath(path) is not { } task || ours.Blob(path) == blob) return null;
        if (Forges(task.Name, content, ours)) return "it says that the owner released it, and no key of the owner's signed that: refused";
        return task.Place.Stage == Stage.Approved && !(isOwners && asked.Approved?.Invoke(task.Name, content) == true) ? Unapproved : null;
    }

    /// <summary>Whether it brings an owner's release that is none. What we have already was judged when it came.</summary>
    bool Forges(TaskName name, byte[] content, ITree ours)
    {
        if (asked.IsForged is not { } isForged || ReleaseIn(content) is not { Length: > 0 } release) return false;
        foreach (var known in ours.Find(name).Values)
            if (ReleaseIn(read(known)).SequenceEqual(release)) return false;
        return isForged(name, content);
    }

    static ReadOnlySpan<byte> ReleaseIn(ReadOnlySpan<byte> task)
    {
        var start = task.IndexOf("\nreleased: "u8);
        return start < 0 ? [] : task[(start + 1)..] is var line && line.IndexOf((byte)'\n') is >= 0 and var end ? line[..end] : line;
    }

    // A task that is nowhere stays by the merge. An index is the owner's machine's to judge: one that it refused is gone for good, and one that a stranger removed is put back.
    bool MayVanish(string path) => Place.FromPath(path) is not null || SyncPath.MayVanish(path) || (self.Zone == Zone.Cloud && SyncPath.IsArchive(path));

    // One that goes with the same tip is none: a name may change its case.
    bool HasTwin(string path, ITree ours, IReadOnlyDictionary<string, Change> theirs)
    {
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
