using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Takes an existing vault from the remote into an empty folder (<see cref="SyncCycle.TryJoin"/>), a part after the other: what is known of some thousand files at once is a few megabytes,
/// and of all files of a large vault more than a small machine has to give. Its steps are ended each by closing the repository, since libgit2 keeps what it has unpacked until then.
/// </summary>
sealed class Joining(VaultFiles files, StateDirectory state, SyncOptions options, TimeProvider clock, CancellationToken cancel)
{
    /// <summary>Files that are judged or written at once.</summary>
    const int Part = 2000;

    /// <returns>False where the remote is empty.</returns>
    public bool Run()
    {
        if (In(git => git.Commit(GitDirectory.Main) is null))
        {
            if (options.Remote.Length == 0 || In(git => new Transport(git, state, options, cancel).Fetch()?.Sha) is not { } tip) return false;
            In(git => TakeIn(git, git.Find(tip)!));
        }
        return In(WriteOut);
    }

    T In<T>(Func<GitDirectory, T> step)
    {
        T result;
        using (var git = GitDirectory.OpenHeld(state, options))
        {
            result = step(git);
        }
        NativeGit.GiveBack();
        return result;
    }

    bool TakeIn(GitDirectory git, Commit theirs)
    {
        if (git.View(theirs.Tree).Blob(VaultFolder.ProtocolFile) is null)
            throw new Refusal(ExitCode.NoVault, "the remote holds something that is no vault", "give it an empty repository, or one of a vault");
        var main = IsWhole(git, theirs) ? theirs : WithoutRefused(git, theirs);
        git.Point(GitDirectory.Seen, theirs);
        git.Point(GitDirectory.Main, main);
        return true;
    }

    /// <summary>Whether nothing in it is refused. In an empty vault one path is then judged without looking at the others.</summary>
    bool IsWhole(GitDirectory git, Commit theirs)
    {
        var (judge, findings, owners) = (SyncWork.Judge(git, state.Agent, options), new List<Finding>(), SyncWork.Owners(git, options, null, null, theirs));
        foreach (var part in GitDirectory.Parts(theirs.Tree, Part))
        {
            cancel.ThrowIfCancellationRequested();
            judge.Run(new(part, TreeView.Empty, TreeView.Empty, owners), findings);
            if (findings.Count > 0) return false;
        }
        return true;
    }

    /// <summary>What is refused of a task counts for all that arrives of it, wherever it lies: judged at once.</summary>
    Commit WithoutRefused(GitDirectory git, Commit theirs)
    {
        var arrived = SyncWork.Judge(git, state.Agent, options).Run(new(git.Diff(null, theirs.Tree), TreeView.Empty, TreeView.Empty, SyncWork.Owners(git, options, null, null, theirs)), []);
        var tree = git.Build(null, arrived.Select(c => KeyValuePair.Create(c.Key, c.Value.New)));
        return tree.Id == theirs.Tree.Id ? theirs : git.Write(tree, CommitMessage.ForMerge(arrived.Count, state.Agent), state.Agent, clock.GetUtcNow(), theirs);
    }

    bool WriteOut(GitDirectory git)
    {
        git.Delete(GitDirectory.Vault);
        var main = git.Commit(GitDirectory.Main)!;
        Durable.CreateDirectory(files.Root);
        var kept = new List<string>();
        // The root's own files come last, and of these PROTOCOL, which makes the folder a vault.
        foreach (var part in GitDirectory.Parts(main.Tree, Part)) kept.AddRange(new Checkout(files, git).Run(part, [], cancel).Kept);
        if (kept.Count > 0) throw new Refusal(ExitCode.NoVault, $"{kept.Count} files could not be written into {files.Root}, the first is {kept[0]}", "choose an empty folder");
        git.Point(GitDirectory.Vault, main);
        return true;
    }
}
