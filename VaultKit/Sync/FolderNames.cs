using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>
/// Which names the folders of trees have, four octets for each: enough to know that a name is not there. The trees that a cycle looks at differ in a few folders; each of the
/// others is read once for all of them.
/// </summary>
sealed class FolderNames
{
    readonly Dictionary<ObjectId, int[]> known = [];

    /// <summary>False: there is no such name. True: most likely there is.</summary>
    public bool MayHold(Tree folder, string name)
    {
        if (!known.TryGetValue(folder.Id, out var hashes)) known[folder.Id] = hashes = Hashes(folder);
        return Array.BinarySearch(hashes, name.GetHashCode()) >= 0;
    }

    static int[] Hashes(Tree folder)
    {
        var (hashes, count) = (new int[folder.Count], 0);
        foreach (var entry in folder) hashes[count++] = entry.Name.GetHashCode();
        Array.Sort(hashes);
        return hashes;
    }
}
