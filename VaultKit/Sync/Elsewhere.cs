using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Whether what is gone from its path stands somewhere else, byte for byte: a segment of a log in its agent's log of a day, a finished or rejected task or a log of a day in an index of the archive.
/// Only then may it be gone.
/// </summary>
/// <param name="tree">A tree.</param>
/// <param name="changes">What is to be changed in it.</param>
sealed class Elsewhere(ITree tree, IReadOnlyDictionary<string, Change> changes, Func<ObjectId, byte[]> read)
{
    readonly Dictionary<ObjectId, byte[]> days = [];
    HashSet<string>? archived;
    HashSet<TaskName>? names;

    public bool Holds(string path, ObjectId blob)
    {
        var isLog = SyncPath.IsLog(path);
        if (!isLog && Place.FromPath(path) is not { Place.Stage: Stage.Done or Stage.Rejected }) return false;
        var content = read(blob);
        return (isLog && LogFiles.IsSegment(path) && InDay(path, content)) || (archived ??= [.. Lines().Select(l => ArchiveIndex.Line(l.Hash, l.Path))]).Contains(ArchiveIndex.Line(content, path));
    }

    /// <summary>The same, or a task that is open here and was archived elsewhere: a machine that was away while it was finished has it as it was before.</summary>
    public bool HoldsOrIsOver(string path, ObjectId blob) => Holds(path, blob)
        || (Place.FromPath(path) is { Place.Stage: not (Stage.Done or Stage.Rejected) } task && (names ??= [.. Over()]).Contains(task.Name));

    bool InDay(string path, byte[] content)
    {
        foreach (var (other, blob) in In(path[..path.LastIndexOf('/')]))
        {
            if (LogFiles.DayOf(other) is null) continue;
            if (!days.TryGetValue(blob, out var day)) days[blob] = day = read(blob);
            if (LogFiles.Holds(day, content)) return true;
        }
        return false;
    }

    // What is open is nobody's to archive: a line that names it takes nothing away.
    IEnumerable<TaskName> Over()
    {
        foreach (var (_, path) in Lines())
            if (Place.FromPath(path) is { Place.Stage: Stage.Done or Stage.Rejected } task) yield return task.Name;
    }

    IEnumerable<(string Hash, string Path)> Lines() => In(ArchiveIndex.Folder).SelectMany(i => ArchiveIndex.Read(read(i.Blob)));

    IEnumerable<(string Path, ObjectId Blob)> In(string folder)
    {
        foreach (var name in tree.Names(folder))
            if (folder + "/" + name is var path && !changes.ContainsKey(path) && tree.Blob(path) is { } blob) yield return (path, blob);
        foreach (var (path, change) in changes)
            if (change.New is { } blob && path.Length > folder.Length && path[folder.Length] == '/' && path.LastIndexOf('/') == folder.Length && path.StartsWith(folder, StringComparison.Ordinal))
                yield return (path, blob);
    }
}
