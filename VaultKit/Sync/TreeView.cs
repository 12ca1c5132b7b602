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
/// <param name="names">What is known of folders from other trees.</param>
sealed class TreeView(Tree? root, FolderNames names) : ITree
{
    readonly Dictionary<string, TreeFolder?> folders = new(StringComparer.Ordinal) { [""] = root is null ? null : new(root, names) };
    List<Place>? places;

    /// <summary>Before the first commit.</summary>
    public static TreeView Empty => new(null, new());

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
