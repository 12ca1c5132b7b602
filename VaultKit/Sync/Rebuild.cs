using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// A damaged git directory is built anew beside the old one from what the remote has, and takes its place when it is whole. The vault's files are the work: compared with the
/// tip that this machine saw last, what was never pushed is a local change like any other. Commits that only the damaged directory had are lost as history; it is kept, aside.
/// </summary>
static class Rebuild
{
    const string Beside = "git.new";

    internal const string Aside = "git-damaged";

    /// <summary>Call it under the lock. That the remote gives its whole history also shows that the damage was ours.</summary>
    /// <returns>Null where the new one is in place, durably; otherwise why it could not be built, and nothing has changed.</returns>
    public static string? Run(StateDirectory state, SyncOptions options, SyncMemory memory, CancellationToken cancel)
    {
        if (options.Remote.Length == 0) return "there is no remote to build it anew from";
        if (memory.LastSeen is not { } seen) return "what was last seen of the remote is not known";
        var (place, beside, aside) = (state.PathOf("git"), state.PathOf(Beside), state.PathOf(Aside));
        if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
        using (var git = GitDirectory.OpenHeld(state, options, Beside))
        {
            if (new Transport(git, state, options, cancel).Fetch() is null) return "the remote is empty";
            // It holds nothing but what the remote's main goes back to.
            if (git.Find(seen) is not { } last) return $"the remote's history does not hold {seen[..8]}, the last that was seen of it";
            git.Point(GitDirectory.Seen, last);
            git.Point(GitDirectory.Main, last);
            git.Point(GitDirectory.Vault, last);
        }
        if (Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
        if (!Directory.Exists(place)) Directory.Move(beside, place);
        else if (Disk.TryExchange(beside, place)) Directory.Move(beside, aside);
        else
        {
            Directory.Move(place, aside);
            Directory.Move(beside, place);
        }
        Disk.SyncDirectory(state.Root);
        return null;
    }
}
