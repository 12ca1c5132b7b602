using System.Collections;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>One folder of a tree, its entries by name. Read once: libgit2 reads the whole folder again for every name that it is asked for. And not before it is asked for one: of most past months the id is enough.</summary>
sealed class TreeFolder(Tree tree) : IEnumerable<TreeEntry>
{
    Dictionary<string, TreeEntry>? read;
    Dictionary<string, TreeEntry> Entries => read ??= tree.ToDictionary(e => e.Name, StringComparer.Ordinal);

    public ObjectId Id => tree.Id;
    public int Count => Entries.Count;

    /// <summary>Null where there is no such name.</summary>
    public TreeEntry? this[string name] => Entries.GetValueOrDefault(name);

    public IEnumerator<TreeEntry> GetEnumerator() => Entries.Values.GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What is asked of a tree by those who decide what becomes of it.</summary>
interface ITree
{
    /// <summary>False where there is no commit yet.</summary>
    bool Exists { get; }

    /// <summary>The blob of an ordinary file; null where there is none.</summary>
    ObjectId? Blob(string path);

    /// <summary>What lies in a folder, folders and links too.</summary>
    /// <param name="folder">Empty for the root.</param>
    IEnumerable<string> Names(string folder);

    /// <summary>Everywhere that a task lies; at most one place, unless somebody broke the rule.</summary>
    Dictionary<string, ObjectId> Find(TaskName task);
}

/// <summary>A commit's tree, looked at by path and by task. Folders are loaded once.</summary>
sealed class TreeView(Tree? root) : ITree
{
    readonly Dictionary<string, TreeFolder?> folders = new(StringComparer.Ordinal) { [""] = root is null ? null : new(root) };
    List<Place>? places;

    public bool Exists => root is not null;

    public IEnumerable<string> Names(string folder) => Folder(folder)?.Select(e => e.Name) ?? [];

    /// <param name="path">Empty for the root.</param>
    public TreeFolder? Folder(string path)
    {
        if (folders.TryGetValue(path, out var known)) return known;
        var slash = path.LastIndexOf('/');
        var entry = Folder(slash < 0 ? "" : path[..slash])?[path[(slash + 1)..]];
        var found = entry is { TargetType: TreeEntryTargetType.Tree } ? new TreeFolder((Tree)entry.Target) : null;
        return folders[path] = found;
    }

    public ObjectId? Blob(string path)
    {
        var slash = path.LastIndexOf('/');
        var entry = Folder(slash < 0 ? "" : path[..slash])?[path[(slash + 1)..]];
        return entry is { TargetType: TreeEntryTargetType.Blob, Mode: not Mode.SymbolicLink } ? entry.Target.Id : null;
    }

    public Dictionary<string, ObjectId> Find(TaskName task)
    {
        var found = new Dictionary<string, ObjectId>(StringComparer.Ordinal);
        foreach (var place in places ??= [.. Places()])
            if (Folder(place.Folder)?[task.FileName] is { TargetType: TreeEntryTargetType.Blob, Mode: not Mode.SymbolicLink } entry)
                found[place.PathOf(task)] = entry.Target.Id;
        return found;
    }

    IEnumerable<Place> Places()
    {
        foreach (var stage in Stages.All)
        {
            if (Place.FromFolder(stage.Folder()) is { } itself) yield return itself;
            foreach (var entry in Folder(stage.Folder()) ?? Enumerable.Empty<TreeEntry>())
                if (entry.TargetType == TreeEntryTargetType.Tree && Place.FromFolder(stage.Folder() + "/" + entry.Name) is { } place) yield return place;
        }
    }
}
