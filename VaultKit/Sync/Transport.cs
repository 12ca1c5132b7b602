using System.Net;
using System.Runtime.InteropServices;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>Fetches from and pushes to the remote. Every failure comes out as a <see cref="SyncException"/>.</summary>
sealed class Transport(GitDirectory git, StateDirectory state, SyncOptions options, CancellationToken cancel)
{
    const string Ref = "refs/heads/main";

    /// <exception cref="Refusal">An address that this program does not go to, or no ssh for one that needs it.</exception>
    public static void Check(SyncOptions options)
    {
        var remote = options.Remote;
        if (remote.Length == 0) return;
        if (remote[0] == '-') throw Bad(remote);
        if (Ssh.Is(remote)) { NativeGit.RequireSsh(); return; }
        if (LocalPath(remote) is not null || remote.StartsWith("https://", StringComparison.Ordinal)) return;
        if (!Uri.TryCreate(remote, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || !uri.IsLoopback) throw Bad(remote);
    }

    static Refusal Bad(string remote) =>
        new(ExitCode.BadConfiguration, $"'{remote}' is no address that mail may travel to", "set remote = in vault.toml to ssh://…, https://… or a path");

    /// <summary>Where the remote is a folder of this machine's; else null.</summary>
    public static string? LocalPath(string remote) =>
        remote.StartsWith("file:///", StringComparison.Ordinal) ? new Uri(remote).LocalPath
        : Path.IsPathFullyQualified(remote) ? remote : null;

    static string ErrorFile(StateDirectory state) => state.PathOf("ssh-error");

    static readonly Lock SshGate = new();

    /// <summary>What libgit2 runs for ssh. Its messages go to a file: libgit2 loses them. An owner's own command says them where it wants.</summary>
    string SshCommand() => Ssh.Command(options, alive: 10) + options.Shared?.Through() + (OperatingSystem.IsWindows() || Ssh.OwnersCommand.Length > 0 ? "" : " 2>>" + Ssh.Word(ErrorFile(state)));

    /// <summary>Brings the remote's main here.</summary>
    /// <returns>Its tip; null where the remote has none.</returns>
    public Commit? Fetch() => Guarded(() =>
    {
        var fetch = new FetchOptions
        {
            TagFetchMode = TagFetchMode.None,
            CredentialsProvider = Credentials,
            OnTransferProgress = p => p.ReceivedBytes <= options.DownloadLimit && p.TotalObjects <= options.ObjectLimit && GoesOn(p.ReceivedBytes + Enough * (long)p.IndexedObjects),
            OnProgress = _ => { Heard(); return !cancel.IsCancellationRequested; },
        };
        git.Repository.Network.Fetch("origin", [$"+{Ref}:{GitDirectory.Incoming}"], fetch);
        // An empty or deleted branch leaves the reference as it was; FETCH_HEAD says what was really there.
        var found = File.ReadAllText(Path.Combine(git.Path, "FETCH_HEAD"));
        if (found.Length < 40) return null;
        return git.Repository.Lookup<Commit>(new ObjectId(found[..40])) ?? throw new SyncException(new(SyncFailureKind.Corrupt, "the remote's tip did not arrive"));
    });

    /// <summary>Offers our main to the remote.</summary>
    /// <param name="anew">A reference that takes the place of the remote's main, whatever that goes on from; null: our main.</param>
    /// <param name="at">Where the remote's main must be; where it is elsewhere, nothing is sent. Null where that does not matter.</param>
    /// <returns>Null where it was accepted, else what the remote said. Whether that was a race is for the tips to tell.</returns>
    public string? Push(ObjectId? at = null, string? anew = null) => Guarded(() =>
    {
        string? said = null;
        var push = new PushOptions
        {
            CredentialsProvider = Credentials,
            OnPushStatusError = e => said = e.Message,
            OnPushTransferProgress = (objects, _, bytes) => GoesOn(bytes + Enough * (long)objects),
            OnPackBuilderProgress = (_, _, _) => { Heard(); return !cancel.IsCancellationRequested; },
        };
        var moved = false;
        if (at is not null) push.OnNegotiationCompletedBeforePush = updates => !(moved = updates.Any(u => u.SourceObjectId != at));
        // Into a path libgit2 writes by itself and compares before it locks: two agents at once would both be told yes.
        var path = LocalPath(options.Remote);
        using var alone = path is not null ? LockPath(path, options.Silence) : null;
        try { git.Repository.Network.Push(git.Repository.Network.Remotes["origin"], anew is null ? $"{Ref}:{Ref}" : $"+{anew}:{Ref}", push); }
        catch (NonFastForwardException e) { said = e.Message; }
        catch (UserCancelledException) when (moved) { said = "the remote's main has moved"; }
        // It moved, and a power cut could take it back: the next cycle finds it there, this one does not call it done.
        if (said is not null && !moved && path is not null && TipAt(path) == git.Repository.Refs[anew ?? Ref].TargetIdentifier) throw new LibGit2SharpException(said);
        return said;
    });

    /// <summary>After a push: a remote that nobody else keeps small is kept so by those who push into it.</summary>
    public void KeepUp(TimeProvider clock, SyncReport report)
    {
        if (LocalPath(options.Remote) is { } path) Upkeep.RunRemote(RepositoryAt(path), git.Path, TryLock, state, options, clock, report, cancel);

        PathLock? TryLock()
        {
            try { return LockPath(path, TimeSpan.Zero); }
            catch (IOException) { return null; } // somebody pushes, and looks after it then
        }
    }

    /// <summary>Removes from a remote that is a path what none of its references goes back to.</summary>
    /// <returns>Null where that was done; otherwise why not.</returns>
    public string? Prune()
    {
        if (LocalPath(options.Remote) is not { } path) return "it is not on this machine";
        using var alone = LockPath(path, options.Silence);
        return Upkeep.Prune(RepositoryAt(path), options, cancel);
    }

    /// <summary>The lock of a push into a path: a file that says "pushing" for as long as one is under way, so that who comes after one that died knows it.</summary>
    sealed class PathLock : IDisposable
    {
        readonly FileStream file;

        // Durable before git's own lock is taken: after a power cut that left the lock alone, everybody would wait until it is old.
        public PathLock(FileStream file)
        {
            this.file = file;
            file.Write("pushing\n"u8);
            Disk.Sync(file);
            Disk.SyncDirectory(Path.GetDirectoryName(file.Name)!);
        }

        public void Dispose()
        {
            file.SetLength(0);
            file.Dispose();
        }
    }

    PathLock LockPath(string path, TimeSpan patience)
    {
        var name = Path.Combine(path, "platinum-push.lock");
        FileStream? file = null;
        for (var until = Environment.TickCount64 + (long)patience.TotalMilliseconds; file is null;)
        {
            try { file = new(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1); }
            catch (IOException) when (Directory.Exists(path) && Environment.TickCount64 < until) { cancel.ThrowIfCancellationRequested(); Thread.Sleep(20); }
        }
        try
        {
            Leftovers.RemoveOfPush(RepositoryAt(path), died: file.Length > 0);
            return new(file);
        }
        catch { file.Dispose(); throw; }
    }

    UsernamePasswordCredentials Credentials(string url, string user, SupportedCredentialTypes types)
    {
        // A server may point to another one; what is meant for the first is not for the second.
        var isOurs = Uri.TryCreate(url, UriKind.Absolute, out var asks) && Uri.TryCreate(options.Remote, UriKind.Absolute, out var ours)
            && (asks.Scheme, asks.Host, asks.Port) == (ours.Scheme, ours.Host, ours.Port);
        // Asked twice means that the first answer was wrong.
        if (isOurs && asked++ == 0 && options.Credentials?.Invoke() is { } known) return new() { Username = known.User, Password = known.Password };
        denied = isOurs ? new(SyncFailureKind.Credentials, "the remote wants a user and password, and these were missing or refused", "check the secret that vault.toml names for the remote")
            : new(SyncFailureKind.HostKey, $"the remote points to {new Uri(url).Host}, which wants a user and password", "if that is where it moved to, set remote = in vault.toml");
        throw new SyncException(denied);
    }

    SyncFailure? denied;
    int asked;
    long heard;
    volatile bool silent;

    /// <summary>Octets that count as progress: what comes slower than this in each time of silence would never end.</summary>
    const int Enough = 1000;
    long progress;

    /// <returns>False where the transfer is to end.</returns>
    bool GoesOn(long now)
    {
        if (now - progress >= Enough)
        {
            progress = now;
            Heard();
        }
        return !silent && !cancel.IsCancellationRequested;
    }

    void Heard()
    {
        Volatile.Write(ref heard, Environment.TickCount64);
        options.GoesOn?.Invoke();
    }

    T Guarded<T>(Func<T> work)
    {
        if (!Ssh.Is(options.Remote)) return Watched(work, null);
        // libgit2 takes options for ssh from the environment only, which the whole process shares. An owner's own command goes first.
        lock (SshGate)
        {
            NativeGit.SetSshCommand(SshCommand());
            using var children = new Children();
            return Watched(work, children);
        }
    }

    /// <param name="children">What a silent transport waits for; null where libgit2 starts nothing.</param>
    T Watched<T>(Func<T> work, Children? children)
    {
        (asked, silent, denied, progress) = (0, false, null, 0);
        NativeGit.SetServerTimeout(options.Silence);
        File.Delete(ErrorFile(state));
        Heard();
        using var watch = new Timer(_ =>
        {
            if (Environment.TickCount64 - Volatile.Read(ref heard) < options.Silence.TotalMilliseconds && !cancel.IsCancellationRequested) return;
            silent = true;
            children?.Kill();
            options.Shared?.Kill();
        }, null, Period, Period);
        if (LocalPath(options.Remote) is { } path) CheckPath(path);
        try { return work(); }
        catch (Exception e) when (e is LibGit2SharpException or IOException or UnauthorizedAccessException || denied is not null)
        {
            cancel.ThrowIfCancellationRequested();
            throw new SyncException(Explain(e), e);
        }
    }

    void CheckPath(string path)
    {
        if (!Directory.Exists(path)) throw new SyncException(new(SyncFailureKind.Offline, $"there is no folder {path}", "is the disk mounted? 'git init --bare' makes a new remote"));
        if (!File.Exists(Path.Combine(RepositoryAt(path), "HEAD")))
            throw new SyncException(new(SyncFailureKind.Offline, $"{path} is no git repository", "is the disk mounted? 'git init --bare' makes a new remote"));
        // Over a path libgit2 reads the remote's objects itself.
        if (checkedPath != path && LooseObjects.FirstCutOff(RepositoryAt(path)) is { } damaged)
            throw new SyncException(new(SyncFailureKind.RemoteCorrupt, $"{damaged} is cut off", "run 'git fsck' in the remote"));
        checkedPath = path;
    }

    string? checkedPath;

    public static string RepositoryAt(string path) => Path.Combine(path, ".git") is var inside && Directory.Exists(inside) ? inside : path;

    static string? TipAt(string path) => Path.Combine(RepositoryAt(path), Ref) is var file && File.Exists(file) ? File.ReadAllText(file).Trim() : null;

    TimeSpan Period => TimeSpan.FromMilliseconds(Math.Clamp(options.Silence.TotalMilliseconds / 4, 50, 1000));

    SyncFailure Explain(Exception e)
    {
        if (silent) return new(SyncFailureKind.Offline, $"the remote said nothing for {options.Silence.TotalSeconds:0} s, or next to nothing");
        if (denied is not null) return denied;
        if (e is UserCancelledException) return new(SyncFailureKind.Other, $"the remote sent more than {options.DownloadLimit / 1024 / 1024} MB or {options.ObjectLimit:N0} objects at once", "look at the remote: somebody may have filled it");
        var file = ErrorFile(state);
        var ssh = File.Exists(file) ? File.ReadAllText(file).Trim().ReplaceLineEndings(" ") : "";
        if (ssh.Length > 500) ssh = ssh[..500];
        // What ssh says tells more; where it says something of its own, a greeting or that it was killed, libgit2 knows what did not come.
        return ssh.Length > 0 && SyncFailures.Classify(ssh, e) is var said && (said.Kind != SyncFailureKind.Other || said.Hint is not null) ? said : SyncFailures.Classify(e.Message, e);
    }
}
