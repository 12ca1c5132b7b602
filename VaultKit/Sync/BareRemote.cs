using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>A bare repository in a folder, as a remote: for the demo and for looking at one.</summary>
public static class BareRemote
{
    public static void Create(string path)
    {
        NativeGit.Load();
        Repository.Init(path, isBare: true);
    }

    /// <summary>Whether the tip of its main branch has a file.</summary>
    public static bool Holds(string path, string file)
    {
        NativeGit.Load();
        using var repository = new Repository(path);
        return repository.Branches["main"]?.Tip[file] is not null;
    }

    /// <summary>The first lines of its commits, newest first.</summary>
    public static IReadOnlyList<string> Log(string path)
    {
        NativeGit.Load();
        using var repository = new Repository(path);
        return [.. repository.Branches["main"].Commits.Select(c => $"{c.Sha[..8]}  {c.Author.Name}  {c.MessageShort}")];
    }
}
