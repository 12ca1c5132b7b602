using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// One cycle, top to bottom: finish what was interrupted, commit local work, fetch, judge, merge, write the result, push; round again where another's push came first.
/// <para>
/// <c>refs/heads/main</c> is what this machine holds true; <c>refs/platinum/vault</c> is what its files were last fully brought to, and what local work is compared with.
/// Main moves first and is durable before a file changes; the vault's reference moves when all files are durable. Whatever dies in between, the next cycle finds the two apart
/// and brings the files on before it looks at them, so that a half-written vault is never read as the owner's doing.
/// </para>
/// </summary>
public sealed class SyncCycle(VaultFolder vault, StateDirectory state, SyncOptions options, TimeProvider clock)
{
    const int Rounds = 5;

    readonly VaultFiles files = new(vault.Root);
    readonly StatCache cache = StatCache.Load(state);
    bool begun;

    /// <summary>Runs one cycle. What is committed, checked out or pushed is durable when it returns; what failed is in the report, and the next cycle goes on from there.</summary>
    /// <param name="full">Look at every file of the past months too.</param>
    /// <param name="patient">After a failure leave the remote alone until it is worth asking again; the failure is reported meanwhile. False: somebody waits for it.</param>
    /// <exception cref="Refusal">Something that a person must set right first, or another process works here.</exception>
    /// <exception cref="OperationCanceledException">Stopped between two steps; the next cycle goes on.</exception>
    public SyncReport Run(CancellationToken cancel, bool full = false, bool patient = false)
    {
        Transport.Check(options);
        using var alone = GitDirectory.Lock(state, options);
        var memory = SyncMemory.Load(state);
        var waits = patient && options.Remote.Length > 0 ? memory.WaitsUntil(clock.GetUtcNow()) : null;
        var report = RunOnce(memory, full, askRemote: waits is null, cancel);
        if (report.Failure is { Kind: SyncFailureKind.Corrupt }) report = BuildAnew(report, memory, full, cancel);
        if (memory.HoldsOldHistory && waits is null && report.Failure is null && NewHistory.DropOld(state, options, memory, report, cancel)) cache.Clear();
        if (waits is not null && report.Failure is null) (report.Failure, report.LeftAlone) = (new(memory.LastFailure!.Value, memory.LastError ?? "the remote could not be reached"), true);
        else memory.Record(report, clock.GetUtcNow());
        report.NotBefore = memory.NotBefore;
        memory.Save(state);
        // Past months are looked at by name; remembering each of their files would make every start dearer than the last.
        cache.Save(path => Place.FromPath(path) is not { Place: { Stage: Stage.Done } place } || place == Place.Done(clock.GetUtcNow()));
        return report;
    }

    SyncReport RunOnce(SyncMemory memory, bool full, bool askRemote, CancellationToken cancel)
    {
        var report = new SyncReport();
        try
        {
            using var git = GitDirectory.OpenHeld(state, options);
            if (!begun) LooseObjects.Check(git);
            var work = new SyncWork(vault, files, git, cache, options, clock, state, memory, report, cancel);
            try { RunOnce(work, full, askRemote, cancel); }
            catch (Exception e) when (FailureOf(e) is { Kind: not SyncFailureKind.Corrupt } failure) { report.Failure = failure; }
            report.Ahead = options.Remote.Length > 0 ? work.Ahead() : 0;
            memory.Saw(git.Commit(GitDirectory.Seen)?.Sha);
        }
        catch (Exception e) when (FailureOf(e) is { } failure) { report.Failure = failure; }
        return report;
    }

    void RunOnce(SyncWork work, bool full, bool askRemote, CancellationToken cancel)
    {
        if (options.Remote.Length > 0 && work.Memory.LastSeen is not null && work.Main() is null)
            throw new SyncException(new(SyncFailureKind.Corrupt, $"{work.Git.Path} is empty"));
        if (!vault.ReadOnly) LocalWork(work, full);
        if (options.Remote.Length > 0 && askRemote)
        {
            var transport = new Transport(work.Git, state, options, cancel);
            Exchange(work, transport);
            if (work.Report.Pushed) transport.KeepUp(clock, work.Report);
        }
        Upkeep.Run(work.Git.Path, state, options, clock, work.Report, cancel);
    }

    internal static SyncFailure? FailureOf(Exception e) => e switch
    {
        SyncException failed => failed.Failure,
        LibGit2SharpException or IOException or UnauthorizedAccessException => SyncFailures.Classify(e.Message, e),
        _ => null,
    };

    SyncReport BuildAnew(SyncReport report, SyncMemory memory, bool full, CancellationToken cancel)
    {
        var what = report.Failure!.Text;
        string? why;
        try { why = Rebuild.Run(state, options, memory, cancel); }
        catch (Exception e) when (FailureOf(e) is { } failure)
        {
            // A directory with nothing in it has nothing that could be damaged.
            if (failure.Kind is SyncFailureKind.Corrupt or SyncFailureKind.RemoteCorrupt)
            {
                report.Failure = new(SyncFailureKind.RemoteCorrupt, "the remote gives damaged objects: " + failure.Text, "run 'git fsck' in the remote");
                return report;
            }
            why = failure.Text;
        }
        if (why is not null)
        {
            report.Failure = new(SyncFailureKind.Corrupt, $"{what}; it could not be built anew: {why}");
            return report;
        }
        report = RunOnce(memory, full, askRemote: true, cancel);
        report.Findings.Add(new("state/git", $"it was damaged ({what}) and has been built anew from the remote; the damaged one is kept beside it"));
        return report;
    }

    void LocalWork(SyncWork work, bool full)
    {
        if (!begun) work.CleanUp();
        begun = true;
        work.Report.Time("checkout", work.FinishCheckout);
        work.Report.Time("snapshot", () => work.CommitLocal(full));
    }

    void Exchange(SyncWork work, Transport transport)
    {
        // With something to say it is said at once: where the remote still is where we saw it, there is nothing to fetch, and one connection does.
        if (!vault.ReadOnly && work.Unsaid() is { } seen && work.Report.Time("push", () => transport.Push(seen.Id)) is null)
        {
            work.Git.Point(GitDirectory.Seen, work.Main()!);
            work.Report.Pushed = true;
            return;
        }
        for (var round = 1; ; round++)
        {
            var theirs = work.Report.Time("fetch", transport.Fetch);
            if (work.CheckHistory(theirs)) work.Report.Time("checkout", work.FinishCheckout);
            if (vault.ReadOnly) return;
            if (theirs is not null && work.Report.Time("merge", () => work.MergeIn(theirs)))
            {
                work.Report.Time("checkout", work.FinishCheckout);
                // What the owner changed while we merged stayed as it was: it is committed and merged in turn.
                if (work.IsBehind()) LocalWork(work, full: false);
            }
            if (theirs is not null) work.Git.Point(GitDirectory.Seen, theirs);
            if (work.Main() is not { } main || main.Id == theirs?.Id) return;

            var said = work.Report.Time("push", () => transport.Push());
            if (said is null)
            {
                work.Git.Point(GitDirectory.Seen, main);
                work.Report.Pushed = true;
                return;
            }
            var now = work.Report.Time("fetch", transport.Fetch);
            if (now?.Id == theirs?.Id) throw new SyncException(SyncFailures.Rejected(said));
            work.Report.Races++;
            if (round == Rounds) throw new SyncException(new(SyncFailureKind.Race, $"others pushed first {round} times in a row"));
            Thread.Sleep(Random.Shared.Next(20, 100) * round);
        }
    }

    /// <summary>Whether the last tip that the remote gave or accepted holds this claim. Always so on a machine that is alone, where the rename has decided.</summary>
    public bool Confirmed(Held held) => Confirmed([held]).Count == 1;

    /// <summary>Those of these claims that the last tip of the remote holds, by their nonces.</summary>
    public IReadOnlySet<TaskName> Confirmed(IReadOnlyCollection<Held> held)
    {
        if (options.Remote.Length == 0) return held.Select(h => h.Entry.Name).ToHashSet();
        try
        {
            using var git = GitDirectory.Open(state, options);
            return Confirmed(held, git);
        }
        catch (Exception e) when (e is SyncException or LibGit2SharpException) { return new HashSet<TaskName>(); } // damaged: the next cycle says so
    }

    static HashSet<TaskName> Confirmed(IReadOnlyCollection<Held> held, GitDirectory git)
    {
        if (git.Commit(GitDirectory.Seen) is not { } tip) return [];
        var tree = git.View(tip.Tree);
        return held.Where(h => Holds(tree, h, git.Read)).Select(h => h.Entry.Name).ToHashSet();
    }

    internal static bool Holds(ITree tip, Held held, Func<ObjectId, byte[]> read) =>
        tip.Blob(held.Entry.Path) is { } blob && Claims.NonceOf(read(blob)) == held.Nonce;

    /// <summary>Whether this machine has something to commit or to push. Asks no server.</summary>
    public bool HasLocalWork()
    {
        try
        {
            using var git = GitDirectory.Open(state, options);
            return HasLocalWork(git);
        }
        catch (Exception e) when (e is SyncException or LibGit2SharpException) { return true; } // the cycle meets it too, and reports it
    }

    bool HasLocalWork(GitDirectory git)
    {
        if (git.Commit(GitDirectory.Vault) is not { } at) return true;
        if (options.Remote.Length > 0 && git.Commit(GitDirectory.Seen)?.Id != git.Commit(GitDirectory.Main)?.Id) return true;
        var found = new Snapshot(files, git, cache, clock).Compare(git.View(at.Tree), full: false);
        return found.Changes.Count > 0;
    }

    /// <summary>Asks the remote for its tip, and changes nothing.</summary>
    /// <returns>What was found, in words.</returns>
    /// <exception cref="Refusal">It can't be reached, or its history is another.</exception>
    public string Probe(CancellationToken cancel)
    {
        Transport.Check(options);
        try
        {
            using var git = GitDirectory.Open(state, options);
            LooseObjects.Check(git);
            return new Transport(git, state, options, cancel).Fetch() is { } tip ? $"{options.Remote} is at {tip.Sha[..8]}" : $"{options.Remote} is empty";
        }
        catch (SyncException e)
        {
            throw new Refusal(e.Failure.Kind is SyncFailureKind.Credentials or SyncFailureKind.HostKey ? ExitCode.Credential : e.Failure.IsPassing ? ExitCode.TryAgain : ExitCode.Failed, e.Message, e.Failure.Hint, e);
        }
    }

    /// <summary>Cycles that failed in a row, the last error, the last success, and what waits to be pushed.</summary>
    public static SyncMemory Status(StateDirectory state) => SyncMemory.Load(state);

    /// <summary>
    /// Fetches an existing vault into a folder that is missing or empty: a fresh machine. Durable when it returns true; interrupted, it is finished by calling it again, since PROTOCOL,
    /// which makes the folder a vault, is written last. Open the vault afterwards.
    /// </summary>
    /// <returns>False where there is a vault already, or the remote is empty: then make one with <see cref="VaultFolder.Create"/>.</returns>
    /// <exception cref="Refusal">The folder holds something else, the remote can't be reached or holds no vault.</exception>
    public static bool TryJoin(string folder, StateDirectory state, SyncOptions options, TimeProvider clock, CancellationToken cancel)
    {
        Transport.Check(options);
        var files = new VaultFiles(folder);
        if (Disk.Stamp(files.FullPath(VaultFolder.ProtocolFile)).Kind == FileKind.Regular) return false;
        try
        {
            using var alone = GitDirectory.Lock(state, options);
            var interrupted = IsInterrupted();
            if (!interrupted && Directory.Exists(files.Root) && !HoldsNothing(new(files.Root)))
                throw new Refusal(ExitCode.NoVault, $"{files.Root} is not empty and is no vault", "choose an empty folder");
            return new Joining(files, state, options, clock, cancel).Run();
        }
        catch (SyncException e) { throw new Refusal(e.Failure.IsPassing ? ExitCode.TryAgain : ExitCode.Failed, e.Message, e.Failure.Hint, e); }

        bool IsInterrupted()
        {
            using var git = GitDirectory.OpenHeld(state, options);
            return git.Commit(GitDirectory.Main) is not null && git.Commit(GitDirectory.Vault) is null;
        }
    }

    // Folders alone are what is left of a vault whose making was interrupted before its PROTOCOL.
    static bool HoldsNothing(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos().All(e => e.Name[0] == '.' || e is DirectoryInfo { LinkTarget: null } inner && HoldsNothing(inner));
}
