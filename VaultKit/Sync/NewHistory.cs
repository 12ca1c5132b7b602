using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Begins history anew on the owner's machine, without what is to be forgotten: a commit without a parent, signed (<see cref="Epochs"/>), takes the place of the remote's tip, and of no other than the one that was
/// looked at. It is made of what was committed; the vault's files follow by the next cycle's checkout, as those of every other machine do. Whatever dies in between, the remote decides: with the new history there, all take it.
/// </summary>
public static class NewHistory
{
    const string Anew = "refs/platinum/anew";

    /// <param name="forget">Is given what is committed, by path, each with a way to read it; gives back what is to be otherwise, null for what is to be gone.</param>
    /// <param name="word">Signs: number, the commit in whose place it stands, the tree.</param>
    /// <returns>The commit that history begins with now; durable, and accepted by the remote.</returns>
    /// <exception cref="Refusal">Something is not synced yet, the remote was pushed to meanwhile or can't be reached: nothing has changed.</exception>
    public static string Begin(VaultFolder vault, StateDirectory state, SyncOptions options, TimeProvider clock,
        Func<IReadOnlyDictionary<string, Func<byte[]>>, IReadOnlyDictionary<string, byte[]?>> forget, Func<int, string, string, string> word, CancellationToken cancel)
    {
        Transport.Check(options);
        using var alone = GitDirectory.Lock(state, options);
        var memory = SyncMemory.Load(state);
        try
        {
            using var git = GitDirectory.OpenHeld(state, options);
            var main = git.Commit(GitDirectory.Main) ?? throw NotYet("there is no history yet");
            var hasRemote = options.Remote.Length > 0;
            if (git.Commit(GitDirectory.Vault)?.Id != main.Id || (hasRemote && git.Commit(GitDirectory.Seen)?.Id != main.Id)) throw NotYet("not all of the vault is synced");
            if (new Snapshot(new VaultFiles(vault.Root), git, StatCache.Load(state), clock).Compare(git.View(main.Tree), full: true).Changes.Count > 0) throw NotYet("something in the vault was changed since the last sync");
            var transport = new Transport(git, state, options, cancel);
            if (hasRemote && transport.Fetch()?.Id != main.Id) throw NotYet("another machine has pushed since the last sync");

            var changes = forget(git.Diff(null, main.Tree).ToDictionary(c => c.Key, c => (Func<byte[]>)(() => git.Read(c.Value.New!)), StringComparer.Ordinal));
            var tree = git.Build(main.Tree, changes.Select(c => KeyValuePair.Create(c.Key, c.Value is { } content ? git.WriteBlob(content) : null)));
            var number = Math.Max(memory.Epoch, Epochs.NumberOf(git, main, options.OwnersKey)) + 1;
            var root = git.Write(tree, $"vault: history begins anew\n\nAgent: {vault.Agent}\n{HistoryEpoch.Trailer}{word(number, main.Sha, tree.Sha)}\n", vault.Agent, clock.GetUtcNow());
            git.Point(Anew, root);
            if (hasRemote && transport.Push(main.Id, Anew) is { } said)
            {
                if (transport.Fetch()?.Id != main.Id) throw NotYet("another machine has pushed in this moment");
                throw new Refusal(ExitCode.Failed, $"the remote did not take the new history: {said}", $"nothing has changed; a repository with the pre-receive hook wants the line that 'localagent key' prints in its file {Gate.OwnersFile}");
            }
            memory.Holds(oldHistory: true);
            memory.Save(state);
            Epochs.Clear(git, state, main.Tree, tree);
            // Main first: a crash in between finds the same history once more. The other way round, two histories would have nothing in common.
            git.Point(GitDirectory.Main, root);
            if (hasRemote) git.Point(GitDirectory.Seen, root);
            memory.TookEpoch(number);
            memory.Saw(git.Commit(GitDirectory.Seen)?.Sha);
            memory.Save(state);
            git.Delete(Anew);
            return root.Sha;
        }
        catch (Exception e) when (SyncCycle.FailureOf(e) is { } failure) { throw new Refusal(failure.IsPassing ? ExitCode.TryAgain : ExitCode.Failed, failure.Text, failure.Hint, e); }
    }

    static Refusal NotYet(string why) => new(ExitCode.TryAgain, $"history can't begin anew: {why}", "'localagent run --once' syncs; then again");

    /// <summary>Puts the objects of a history away that the owner has left, once nothing here needs them: the git directory is built anew of what history goes back to now.</summary>
    /// <returns>Whether that is done.</returns>
    internal static bool DropOld(StateDirectory state, SyncOptions options, SyncMemory memory, SyncReport report, CancellationToken cancel)
    {
        try
        {
            string tip;
            using (var git = GitDirectory.OpenHeld(state, options))
            {
                if (git.Commit(GitDirectory.Main) is not { } main || git.Commit(GitDirectory.Vault)?.Id != main.Id || (options.Remote.Length > 0 && git.Commit(GitDirectory.Seen)?.Id != main.Id)) return false;
                tip = main.Sha;
            }
            // Alone, the directory is its own remote: what nothing goes back to is not fetched.
            var from = options.Remote.Length > 0 ? options : options with { Remote = state.PathOf("git") };
            if (Rebuild.Run(state, from, new() { LastSeen = tip }, cancel) is { } why)
            {
                Say(report, why);
                return false;
            }
            if (state.PathOf(Rebuild.Aside) is var aside && Directory.Exists(aside)) Directory.Delete(aside, recursive: true);
            memory.Holds(oldHistory: false);
            return true;
        }
        catch (Exception e) when (SyncCycle.FailureOf(e) is { } failure)
        {
            Say(report, failure.Text);
            return false;
        }
    }

    /// <summary>The same in a remote that is a path.</summary>
    /// <returns>Null where it is done; otherwise why it is for whoever keeps the remote to do.</returns>
    public static string? DropOldAtRemote(StateDirectory state, SyncOptions options, CancellationToken cancel)
    {
        try
        {
            using var git = GitDirectory.Open(state, options);
            return new Transport(git, state, options, cancel).Prune();
        }
        catch (Exception e) when (SyncCycle.FailureOf(e) is { } failure) { return failure.Text; }
    }

    static void Say(SyncReport report, string why) => report.Findings.Add(new("state/git", $"the history before it began anew could not be put away yet: {why}"));
}
