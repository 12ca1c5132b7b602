using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>The steps of a cycle; <see cref="SyncCycle"/> says in which order.</summary>
sealed class SyncWork(VaultFolder vault, VaultFiles files, GitDirectory git, StatCache cache, SyncOptions options, TimeProvider clock,
    StateDirectory state, SyncMemory memory, SyncReport report, CancellationToken cancel)
{
    const int Looks = 4;

    public GitDirectory Git => git;
    public SyncReport Report => report;
    public SyncMemory Memory => memory;
    public Commit? Main() => git.Commit(GitDirectory.Main);

    /// <summary>Files that the vault holds otherwise than main says: an interrupted checkout, or what the owner changed during one.</summary>
    public bool IsBehind() => Main()?.Tree.Id != git.Commit(GitDirectory.Vault)?.Tree.Id;

    /// <summary>Brings the vault's files to main. Paths that hold something else stay, and the vault's reference says so: a commit of main with the old versions of these paths.</summary>
    /// <returns>Paths that were changed.</returns>
    public int FinishCheckout()
    {
        var main = Main();
        var at = git.Commit(GitDirectory.Vault);
        if (at is not null && at.Id != main?.Id && (main is null || git.IsAncestor(main, at)))
        {
            // It died between the two references of a local commit: the files are further than main.
            git.Point(GitDirectory.Main, at);
            return 0;
        }
        if (main is null || at?.Id == main.Id) return 0;
        var changes = git.Diff(at?.Tree, main.Tree);
        var done = new Checkout(files, git).Run(changes, report.Findings, cancel);
        report.FilesIn += done.Written;
        git.Point(GitDirectory.Vault, done.Kept.Count == 0 ? main : Kept(at, main, changes, done.Kept));
        return done.Written;
    }

    // Its parent is what the vault was brought to before, never main: a vault that descends from main is ahead of it.
    Commit Kept(Commit? at, Commit main, Dictionary<string, Change> changes, HashSet<string> kept)
    {
        var tree = git.Build(main.Tree, kept.Select(p => KeyValuePair.Create(p, changes[p].Old)));
        return at?.Tree.Id == tree.Id ? at
            : git.Write(tree, CommitMessage.ForKept(kept.Count, vault.Agent), vault.Agent, clock.GetUtcNow(), at is null ? [] : [at]);
    }

    /// <summary>Commits what is new in the vault. Nothing changed: no commit.</summary>
    public int CommitLocal(bool full)
    {
        var at = git.Commit(GitDirectory.Vault);
        var difference = Look(git.View(at?.Tree), full);
        report.Findings.AddRange(difference.Findings);
        if (difference.Changes.Count == 0) return 0;

        var main = Main();
        var tree = git.Build(at?.Tree, difference.Changes.Select(c => KeyValuePair.Create(c.Key, c.Value.New)));
        var commit = git.Write(tree, CommitMessage.For(difference.Changes, vault.Agent, git.Read), vault.Agent, clock.GetUtcNow(), at is null ? [] : [at]);
        report.Committed++;
        report.FilesOut += difference.Changes.Count;
        if (main?.Id == at?.Id)
        {
            // The vault's reference first: a vault ahead of main means that main has to follow, the other way round the files would.
            git.Point(GitDirectory.Vault, commit);
            git.Point(GitDirectory.Main, commit);
            return difference.Changes.Count;
        }
        // Files that main had changed meanwhile: merged like anybody else's work, main being the side that came first.
        // Main first: until it holds this work, the vault must not be brought to it.
        var merged = Combine(at?.Tree, commit, main!, git.Diff(at?.Tree, main!.Tree));
        git.Point(GitDirectory.Main, git.Write(merged, CommitMessage.ForMerge(1, vault.Agent), vault.Agent, clock.GetUtcNow(), commit, main));
        git.Point(GitDirectory.Vault, commit);
        FinishCheckout();
        return difference.Changes.Count;
    }

    Difference Look(TreeView tree, bool full)
    {
        var snapshot = new Snapshot(files, git, cache, clock);
        var healing = new Healing(vault, files, git, options, clock, memory);
        var findings = new HashSet<Finding>();
        for (var look = 1; ; look++)
        {
            cancel.ThrowIfCancellationRequested();
            var difference = snapshot.Compare(tree, full);
            var again = healing.Run(difference, tree, last: look == Looks);
            findings.UnionWith(difference.Findings);
            if (!again) return difference with { Findings = [.. findings] };
        }
    }

    /// <summary>Removes what died processes left in the vault's folders.</summary>
    public int CleanUp()
    {
        var folders = Stages.All.SelectMany(vault.Places).Select(p => p.Folder).Append("").Append("Briefings").Append(ArchiveIndex.Folder)
            .Concat(new[] { "Logs", "Updates", "Plans" }.SelectMany(files.Subfolders));
        var tree = git.View(git.Commit(GitDirectory.Vault)?.Tree);
        foreach (var folder in folders.Where(f => cache.Settled(files, f, tree.Folder(f)?.Id) is null)) files.CleanTemporaries(folder, clock, git.Repository.ObjectDatabase.Contains, report.Findings);
        return 0;
    }

    /// <summary>The remote's tip as last seen, where main goes on from it; null where there is nothing to push, or something to merge first.</summary>
    public Commit? Unsaid() =>
        Main() is { } main && git.Commit(GitDirectory.Seen) is { } seen && seen.Id != main.Id && git.IsAncestor(seen, main) ? seen : null;

    /// <returns>True where the owner began history anew, and main was brought to it: nothing in the vault is touched yet.</returns>
    /// <exception cref="SyncException">The remote's tip does not go on from the last one seen, nor is it the owner's new history.</exception>
    public bool CheckHistory(Commit? theirs)
    {
        var seen = git.Commit(GitDirectory.Seen);
        if (seen is null || (theirs is not null && git.IsAncestor(seen, theirs))) return false;
        if (theirs is not null && !vault.ReadOnly && Main() is { } ours && Epochs.After(git, memory.Epoch, seen, theirs, options.OwnersKey) is var (root, epoch))
        {
            var tree = Epochs.Carry(git, state, seen.Tree, ours.Tree, root.Tree, report.Findings);
            // First, that there is something to put away; last, that it was taken: a crash in between finds the same history once more.
            memory.Holds(oldHistory: true);
            memory.Save(state);
            git.Point(GitDirectory.Main, tree.Id == root.Tree.Id ? root : git.Write(tree, CommitMessage.ForMerge(1, vault.Agent), vault.Agent, clock.GetUtcNow(), root));
            git.Point(GitDirectory.Seen, root);
            memory.TookEpoch(epoch.Epoch);
            report.Findings.Add(new("history", $"the owner began it anew on {epoch.At.UtcDateTime:yyyy-MM-dd}"));
            return true;
        }
        throw new SyncException(new(SyncFailureKind.RewrittenHistory,
            theirs is null ? $"the remote has lost its main branch, which was at {seen.Sha[..8]}" : $"the remote's main ({theirs.Sha[..8]}) does not go on from what it was ({seen.Sha[..8]})",
            "somebody rewrote or restored the remote; nothing was merged. Put the old history back, or decide which one is true. Where it was your 'localagent forget', this machine does not know your key: owners in vault.toml here, or 'localagent key trust'"));
    }

    /// <summary>Takes the others' work into main. Nothing in the vault is touched yet.</summary>
    /// <returns>True where main moved.</returns>
    public bool MergeIn(Commit theirs)
    {
        if (Main() is not { } ours) throw new SyncException(new(SyncFailureKind.RewrittenHistory, "the remote holds a vault already, and this one is another", "join it with an empty folder instead"));
        if (git.IsAncestor(theirs, ours)) return false;
        if (git.Repository.ObjectDatabase.FindMergeBase(ours, theirs) is not { } @base)
            throw new SyncException(new(SyncFailureKind.RewrittenHistory, "the remote's history has nothing in common with this vault's; nothing was merged", "join the remote's vault with an empty folder, or give this vault a remote of its own"));

        var arrived = Judge(git, vault.Agent, options).Run(new(git.Diff(@base.Tree, theirs.Tree), git.View(@base.Tree), git.View(ours.Tree), Owners(git, options, @base, ours, theirs)), report.Findings);
        var merged = Combine(@base.Tree, ours, theirs, arrived);
        report.Merged = true;
        // Theirs as it is, where it brings nothing that was refused and we have nothing of our own.
        var next = merged.Id == theirs.Tree.Id && git.IsAncestor(ours, theirs) ? theirs
            : git.Write(merged, CommitMessage.ForMerge(arrived.Count, vault.Agent), vault.Agent, clock.GetUtcNow(), ours, theirs);
        git.Point(GitDirectory.Main, next);
        return true;
    }

    internal static Arrival Judge(GitDirectory git, AgentId agent, SyncOptions options) => new(agent, options, git.SizeOf, git.Read);

    /// <summary>What the owner's machines committed last of what is new to us.</summary>
    internal static List<OwnersTree> Owners(GitDirectory git, SyncOptions options, Commit? @base, Commit? ours, Commit theirs)
    {
        if (options.IsOwners is not { } isOwners) return [];
        var news = git.Repository.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = theirs, ExcludeReachableFrom = ours, SortBy = CommitSortStrategies.Topological });
        return [.. OwnersWord.Newest(news, c => c.Parents, c => OwnersWord.IsOn(c, isOwners)).Select(c => new OwnersTree(git.View(c.Tree), git.Diff(@base?.Tree, c.Tree).Keys))];
    }

    Tree Combine(Tree? @base, Commit ours, Commit theirs, IReadOnlyDictionary<string, Change> arrived)
    {
        var standing = git.View(@base);
        var elsewhere = new Elsewhere(git.View(ours.Tree), arrived, git.Read);
        var result = Merge.Run(new(vault.Agent, git.Diff(@base, ours.Tree), arrived, standing.Find, elsewhere.HoldsOrIsOver, git.Read, git.WriteBlob));
        report.Findings.AddRange(result.Findings);
        return git.Build(ours.Tree, result.Changes);
    }

    public int Ahead()
    {
        if (Main() is not { } main) return 0;
        var seen = git.Commit(GitDirectory.Seen);
        if (seen?.Id == main.Id) return 0;
        return git.Repository.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = main, ExcludeReachableFrom = seen }).Take(1000).Count();
    }
}
