namespace VaultKit.Sync;

/// <summary>What libgit2 leaves in a repository when its process dies: locks, packs and objects that were not finished.</summary>
static class Leftovers
{
    /// <summary>A lock of a git that was killed; git itself holds one for milliseconds.</summary>
    static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    /// <summary>In our own directory. Whoever holds our flock is the only one who works there: what is left belonged to a process that died.</summary>
    public static void RemoveOurs(string git)
    {
        foreach (var file in Directory.EnumerateFiles(git, "*.lock").Concat(Directory.EnumerateFiles(Path.Combine(git, "refs"), "*.lock", SearchOption.AllDirectories))) File.Delete(file);
        RemoveUnfinished(git);
    }

    /// <summary>In a remote that is a path, by one who alone pushes into it.</summary>
    /// <param name="died">Whether the one who pushed before did not come to the end. Otherwise a lock is another program's, and is left alone until it is old.</param>
    public static void RemoveOfPush(string git, bool died)
    {
        var mark = Path.Combine(git, "refs", "heads", "main.lock");
        if (File.Exists(mark) && (died || DateTime.UtcNow - File.GetLastWriteTimeUtc(mark) > Abandoned)) File.Delete(mark);
        if (died) RemoveUnfinished(git);
    }

    // Finished, a pack is called pack-<hash>, and an object by its hash.
    static void RemoveUnfinished(string git)
    {
        var objects = Path.Combine(git, "objects");
        foreach (var folder in (string[])[objects, Path.Combine(objects, "pack")])
            foreach (var file in Directory.EnumerateFiles(folder, "*_git2_*")) File.Delete(file);
    }
}
