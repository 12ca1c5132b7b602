using System.Collections;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>What a tree has under a name: a folder, an ordinary file, or something that is neither.</summary>
readonly record struct TreeItem(Mode Mode, ObjectName Name)
{
    public ObjectId Id => Name.ToId();
    public bool IsFolder => Mode is Mode.Directory;
    public bool IsFile => Mode is Mode.NonExecutableFile or Mode.ExecutableFile or Mode.NonExecutableGroupWritableFile;
}

/// <summary>
/// One folder of a tree, its entries by name. Read once: libgit2 reads the whole folder again for every name that it is asked for. And not before it is asked for one: of most past
/// months the id is enough. Of what LibGit2Sharp gives for an entry little is kept: half a kilobyte each, which in a folder of 10,000 is what the program has at all.
/// </summary>
sealed class TreeFolder(Tree tree) : IEnumerable<KeyValuePair<string, TreeItem>>
{
    Dictionary<string, TreeItem>? read;
    int[]? hashes;
    Dictionary<string, TreeItem> Entries => read ??= Read(tree);

    public ObjectId Id => tree.Id;
    public int Count => Entries.Count;

    /// <summary>Null where there is no such name.</summary>
    public TreeItem? this[string name] => Entries.TryGetValue(name, out var item) ? item : null;

    /// <summary>The same, for a name that is hardly there: a folder that does not know it is not kept, only four octets for each of its names.</summary>
    public TreeItem? Seldom(string name)
    {
        if (read is null)
        {
            hashes ??= Hashes(tree);
            if (Array.BinarySearch(hashes, name.GetHashCode()) < 0) return null;
        }
        return this[name];
    }

    static Dictionary<string, TreeItem> Read(Tree tree)
    {
        var entries = new Dictionary<string, TreeItem>(tree.Count, StringComparer.Ordinal);
        foreach (var entry in tree) entries.Add(entry.Name, new(entry.Mode, entry.Target.Id));
        return entries;
    }

    static int[] Hashes(Tree tree)
    {
        var (hashes, count) = (new int[tree.Count], 0);
        foreach (var entry in tree) hashes[count++] = entry.Name.GetHashCode();
        Array.Sort(hashes);
        return hashes;
    }

    /// <summary>A folder in this one; null where there is none.</summary>
    public TreeFolder? Below(string name) => this[name] is { IsFolder: true } ? new((Tree)tree[name].Target) : null;

    public IEnumerator<KeyValuePair<string, TreeItem>> GetEnumerator() => Entries.GetEnumerator();
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

    public IEnumerable<string> Names(string folder) => Folder(folder)?.Select(e => e.Key) ?? [];

    /// <param name="path">Empty for the root.</param>
    public TreeFolder? Folder(string path)
    {
        if (folders.TryGetValue(path, out var known)) return known;
        var slash = path.LastIndexOf('/');
        return folders[path] = Folder(slash < 0 ? "" : path[..slash])?.Below(path[(slash + 1)..]);
    }

    public ObjectId? Blob(string path)
    {
        var slash = path.LastIndexOf('/');
        return Folder(slash < 0 ? "" : path[..slash])?[path[(slash + 1)..]] is { IsFile: true } item ? item.Id : null;
    }

    public Dictionary<string, ObjectId> Find(TaskName task)
    {
        var found = new Dictionary<string, ObjectId>(StringComparer.Ordinal);
        foreach (var place in places ??= [.. Places()])
            if (Folder(place.Folder)?.Seldom(task.FileName) is { IsFile: true } item)
                found[place.PathOf(task)] = item.Id;
        return found;
    }

    IEnumerable<Place> Places()
    {
        foreach (var stage in Stages.All)
        {
            if (Place.FromFolder(stage.Folder()) is { } itself) yield return itself;
            foreach (var (name, item) in Folder(stage.Folder()) ?? Enumerable.Empty<KeyValuePair<string, TreeItem>>())
                if (item.IsFolder && Place.FromFolder(stage.Folder() + "/" + name) is { } place) yield return place;
        }
    }
}
