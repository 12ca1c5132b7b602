using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>Two sides that changed since their last common commit.</summary>
/// <param name="Self">The agent that merges; it made the changes of <paramref name="Ours"/>, which no remote has accepted yet.</param>
/// <param name="Theirs">What the remote accepted first.</param>
/// <param name="Standing">Where a task lay in the common commit.</param>
/// <param name="Elsewhere">Whether what is gone from a path was archived.</param>
/// <param name="Read">A blob's content.</param>
/// <param name="Write">Stores a content that was merged.</param>
sealed record MergeInput(AgentId Self, IReadOnlyDictionary<string, Change> Ours, IReadOnlyDictionary<string, Change> Theirs,
    Func<TaskName, IReadOnlyDictionary<string, ObjectId>> Standing, Func<string, ObjectId, bool> Elsewhere, Func<ObjectId, byte[]> Read, Func<byte[], ObjectId> Write);

/// <param name="Changes">What to change in our tree; null takes a path away.</param>
sealed record MergeResult(Dictionary<string, ObjectId?> Changes, List<Finding> Findings);

/// <summary>
/// Merges by meaning: tasks by id and by the table of moves, their content by its parts (<see cref="TaskMerge"/>), other files by whose they are; never by text markers, never by
/// a clock. Pure but for storing what it merged.
/// The version that loses stays in history through the merge commit; an owner's edit that loses also stays as a file in Quarantine.
/// </summary>
static class Merge
{
    /// <summary>A task's version: where, and which bytes.</summary>
    readonly record struct At(string Path, Place Place, ObjectId Blob);

    public static MergeResult Run(MergeInput input)
    {
        var result = new MergeResult(new(StringComparer.Ordinal), []);
        var (ours, theirs) = (ByTask(input.Ours), ByTask(input.Theirs));
        foreach (var name in ours.Keys.Union(theirs.Keys))
        {
            var standing = input.Standing(name);
            MergeTask(input, name, standing, Apply(standing, ours.GetValueOrDefault(name)), Apply(standing, theirs.GetValueOrDefault(name)), result);
        }
        foreach (var (path, change) in input.Theirs)
            if (Place.FromPath(path) is null) MergeFile(input, path, change, result);
        return result;
    }

    static void MergeTask(MergeInput input, TaskName name, IReadOnlyDictionary<string, ObjectId> standing,
        Dictionary<string, ObjectId> ours, Dictionary<string, ObjectId> theirs, MergeResult result)
    {
        var (b, o, t) = (Furthest(standing), Furthest(ours), Furthest(theirs));
        if (b is { } gone && (o is null || o == b) && (t is null || t == b) && (o is null || t is null) && input.Elsewhere(gone.Path, gone.Blob))
        {
            foreach (var path in ours.Keys) result.Changes[path] = null;
            return;
        }
        // A disappearance without an appearance is nobody's legal move: the side that still has the task keeps it.
        if (t is null && b is not null) result.Findings.Add(new(b.Value.Path, "it disappeared from the remote without appearing elsewhere: kept"));
        var winner = t is null ? o : o is null ? t : o == t || t == b ? o : o == b ? t : Decide(input, b, o.Value, t.Value);
        winner ??= b;
        if (winner is not { } won) return;

        if (o is { Place.Stage: Stage.Rejected } no && o != b && won.Place.Stage == Stage.InProgress) result.Findings.Add(new(no.Path, $"it was rejected too late: {won.Path} had been claimed, and stands"));
        if (!MergeContent(input, name, b, o, t, ref won, result))
        {
            Keep(input, name, o, b, won, result);
            Keep(input, name, t, b, won, result);
        }
        foreach (var (path, blob) in ours)
        {
            if (path != won.Path) result.Changes[path] = null;
            // A second place: the owner changed the file there while a checkout was moving the task on; be it the one where it now stands.
            if (path != o?.Path && standing.TryGetValue(path, out var was) && Place.FromPath(path) is { Place: var place })
                Keep(input, name, new At(path, place, blob), new At(path, place, was), won, result);
        }
        if (ours.GetValueOrDefault(won.Path) != won.Blob) result.Changes[won.Path] = won.Blob;
    }

    /// <summary>Brings an edit that was made where the task lay into the version that stands. What cannot be brought in is kept beside it.</summary>
    /// <returns>False where the two are not of the kind that is merged: then only one counts.</returns>
    static bool MergeContent(MergeInput input, TaskName name, At? b, At? o, At? t, ref At won, MergeResult result)
    {
        if (b is not { } was || o is not { } ours || t is not { } theirs || ours.Blob == theirs.Blob || ours.Blob == was.Blob || theirs.Blob == was.Blob) return false;
        // Two moves are two decisions, of which one stands; and what was decided, by the owner or for good, is not changed any more.
        if (ours.Path != was.Path && theirs.Path != was.Path) return false;
        if (won.Place.Stage is not (Stage.NeedsAction or Stage.InProgress or Stage.PendingApproval)) return false;
        var lost = won == ours ? theirs : ours;
        if (TaskMerge.Run(input.Read(was.Blob), input.Read(won.Blob), input.Read(lost.Blob)) is not { } merged) return false;
        if (!merged.Whole) KeepBeside(name, lost, won, result);
        won = won with { Blob = input.Write(merged.Bytes) };
        return true;
    }

    /// <summary>Both sides changed the task, and not alike.</summary>
    static At Decide(MergeInput input, At? b, At ours, At theirs)
    {
        if (ours.Path == theirs.Path) return OwnsPlace(input.Self, ours.Place) ? ours : theirs;
        // One side moved it, the other changed it where it lay: the move stands, with what was moved.
        if (b is { } was && ours.Path == was.Path) return theirs;
        // A fresh claim is a move too, and what releases one claim releases no later one.
        if (b is { } lay && theirs.Path == lay.Path) return IsNewClaim(input, lay, theirs) ? theirs : ours;
        // A claim that was accepted may be acting: no later word recalls it.
        if (theirs.Place.Stage == Stage.InProgress) return theirs;
        // Rejected beats Approved, whoever came first: it is the further stage, and of a task that both found new the first push does not decide this.
        if (b is null && ours.Place.Stage == Stage.Rejected && theirs.Place.Stage == Stage.Approved) return ours;
        // Both left a place whose exits are contended: the push that was accepted first decides, however far ours went on since.
        if (IsContended(b, ours.Place) && IsContended(b, theirs.Place)) return theirs;
        return Compare(ours, theirs) >= 0 ? ours : theirs;
    }

    static bool IsNewClaim(MergeInput input, At was, At now) =>
        was.Place.Stage == Stage.InProgress && Claims.NonceOf(input.Read(now.Blob)) is { } nonce && nonce != Claims.NonceOf(input.Read(was.Blob));

    // Out of Needs_Action goes a claim, whatever follows it; a task that both found new began there too.
    // Out of In_Progress the agent's own move and the owner's release contend; out of Approved, undo and the acting claim.
    static bool IsContended(At? b, Place now) => (b?.Place.Stage ?? Stage.NeedsAction) switch
    {
        Stage.NeedsAction => now.Stage != Stage.NeedsAction,
        Stage.InProgress or Stage.Approved => true,
        _ => false,
    };

    /// <summary>Whose version of a file counts where both changed it in its place. Every agent answers alike about the same two versions.</summary>
    static bool OwnsPlace(AgentId self, Place place) => place.Stage switch
    {
        Stage.InProgress => place.Below == self.Value,
        Stage.PendingApproval or Stage.Approved or Stage.Rejected => self.Zone == Zone.Local,
        _ => false,
    };

    static Dictionary<TaskName, List<KeyValuePair<string, Change>>> ByTask(IReadOnlyDictionary<string, Change> changes)
    {
        var tasks = new Dictionary<TaskName, List<KeyValuePair<string, Change>>>();
        foreach (var change in changes)
        {
            if (Place.FromPath(change.Key) is not { } task) continue;
            if (!tasks.TryGetValue(task.Name, out var list)) tasks[task.Name] = list = [];
            list.Add(change);
        }
        return tasks;
    }

    static Dictionary<string, ObjectId> Apply(IReadOnlyDictionary<string, ObjectId> standing, List<KeyValuePair<string, Change>>? changes)
    {
        var now = new Dictionary<string, ObjectId>(standing, StringComparer.Ordinal);
        foreach (var (path, change) in changes ?? [])
        {
            if (change.New is { } blob) now[path] = blob;
            else now.Remove(path);
        }
        return now;
    }

    /// <summary>An id exists once: of several places the furthest stays.</summary>
    static At? Furthest(IReadOnlyDictionary<string, ObjectId> places)
    {
        At? best = null;
        foreach (var (path, blob) in places)
        {
            if (Place.FromPath(path) is not { } at) continue;
            var one = new At(path, at.Place, blob);
            if (best is null || Compare(one, best.Value) > 0) best = one;
        }
        return best;
    }

    // The stages' order is the order of progress; the rest only makes the answer the same everywhere.
    static int Compare(At a, At b)
    {
        var stage = a.Place.Stage.CompareTo(b.Place.Stage);
        if (stage != 0) return stage;
        var path = string.CompareOrdinal(b.Path, a.Path);
        return path != 0 ? path : string.CompareOrdinal(a.Blob.Sha, b.Blob.Sha);
    }

    /// <summary>Keeps a version that lost and holds words that stand nowhere else.</summary>
    static void Keep(MergeInput input, TaskName name, At? version, At? b, At won, MergeResult result)
    {
        // Wherever it lies: a draft that the owner sent back, or that was claimed to be done again, still holds the owner's words.
        if (version is not { } lost) return;
        if (lost.Blob == won.Blob || lost.Blob == b?.Blob) return;
        var isOwners = lost.Place.Stage is Stage.PendingApproval or Stage.Approved or Stage.Rejected;
        if (TaskMerge.LosesWords(b is { } was ? input.Read(was.Blob) : null, input.Read(won.Blob), input.Read(lost.Blob), isOwners)) KeepBeside(name, lost, won, result);
    }

    static void KeepBeside(TaskName name, At lost, At won, MergeResult result)
    {
        var path = SyncPath.Kept(name, lost.Blob.Sha);
        result.Changes[path] = lost.Blob;
        result.Findings.Add(new(lost.Path, $"two versions could not be reconciled: {won.Path} stands, the other is {path}"));
    }

    static void MergeFile(MergeInput input, string path, Change theirs, MergeResult result)
    {
        if (!input.Ours.TryGetValue(path, out var ours)) { result.Changes[path] = theirs.New; return; }
        if (ours.New == theirs.New || OwnsFile(input.Self, path)) return;
        result.Changes[path] = theirs.New;
    }

    static bool OwnsFile(AgentId self, string path) =>
        SyncPath.Writer(path) is { } writer ? writer == self
        : self.Zone == Zone.Local && path is VaultFolder.DashboardFile or VaultFolder.HandbookFile or VaultFolder.GoalsFile or VaultFolder.ProtocolFile;
}
