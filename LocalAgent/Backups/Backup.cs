using System.IO.Compression;
using VaultKit.Agent;
using VaultKit.Archiving;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <param name="Files">In it.</param>
/// <param name="Octets">Of these files, before compression.</param>
/// <param name="LeftOut">Files whose names not every system can hold.</param>
/// <param name="Removed">Older ones that had to go.</param>
sealed record BackedUp(string File, int Files, long Octets, IReadOnlyCollection<string> LeftOut, IReadOnlyList<string> Removed);

/// <summary>
/// Everything that makes this installation: vault, state directory with the history, configuration, secrets, archives; one encrypted file.
/// <para>
/// The daemon may be at work meanwhile. The sync's lock is held while state, references, loose objects and the vault are read, so that no commit, checkout or repacking comes in between; packs are opened
/// then and read afterwards, since what is in them never changes. Of the state directory the rest comes before the vault: it may know less than the vault, which is safe (a mail is read
/// again, a log's head is an older one), never more. The vault, in which others go on working, is looked at again until nothing has changed since the last look: a task that moved while the folders were read is in no backup twice, and in none nowhere.
/// </para>
/// </summary>
sealed class Backup(Machine machine, BackupSettings settings)
{
    const int Looks = 20;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly BackupFolder folder = new(settings.Folder, machine.State);
    readonly SortedSet<string> leftOut = new(StringComparer.Ordinal);

    /// <summary>Told of each file of a folder, by its name in the backup, before it is read.</summary>
    internal Action<string> Reading { get; init; } = static _ => { };

    /// <summary>Durable when it returns: whole under its name, or not there at all.</summary>
    /// <exception cref="Refusal">Nothing to encrypt it with, another backup at work, a vault that does not lie still.</exception>
    public BackedUp Run(CancellationToken cancel)
    {
        using var only = OnlyOne(machine.State);
        Durable.CreateDirectory(settings.Folder);
        folder.RemoveAbandoned();
        var made = machine.Clock.GetUtcNow();
        var file = folder.PathOf(made);
        var temporary = Path.Combine(settings.Folder, Durable.TemporaryPrefix + Path.GetRandomFileName());
        (int Files, long Octets) done = default;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var to = new FileStream(temporary, options))
            {
                Cover.Write(to, settings, machine.Settings.Secrets, covered => done = Write(covered, made, cancel), cancel);
                Disk.Sync(to);
            }
            if (!Durable.Move(temporary, file)) throw new Refusal(ExitCode.TryAgain, $"there is {file} already", "wait a second");
        }
        finally { File.Delete(temporary); }
        return new(file, done.Files, done.Octets, leftOut, folder.Prune(settings.Keep, file));
    }

    /// <exception cref="Refusal">Another is at work.</exception>
    public static IDisposable OnlyOne(StateDirectory state) => state.TryLock("backup") ?? throw new Refusal(ExitCode.Locked, "another backup or check is under way", "let it finish");

    /// <summary>What would be in it: reads it all, writes nothing.</summary>
    public BackedUp Measure(CancellationToken cancel)
    {
        var made = machine.Clock.GetUtcNow();
        var (files, octets) = Write(Stream.Null, made, cancel);
        return new(folder.PathOf(made), files, octets, leftOut, []);
    }

    (int Files, long Octets) Write(Stream to, DateTimeOffset made, CancellationToken cancel)
    {
        var state = machine.State;
        var archive = Archiver.DefaultFolder(machine.Vault);
        var packs = new List<(string Name, FileStream File)>();
        using var zipped = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        try
        {
            Pack pack;
            using (state.Lock("sync", Patience))
            {
                machine.Audit.Seal(machine.Vault);
                pack = new Pack(zipped, new(BackupHead.Current, state.Agent.Value, made, HistoryCheck.Tip(state.PathOf("git")), machine.Vault.Root, state.Root, machine.Settings.File, machine.Settings.Secrets.File, archive));
                AddTree(pack, "state", state.Root, IsOfNoUse, cancel);
                AddHistory(pack, state.PathOf("git"), packs, cancel);
                AddTree(pack, "vault", machine.Vault.Root, IsTemporary, cancel);
            }
            using (pack)
            {
                foreach (var (name, file) in packs) pack.Add(name, file);
                AddConfiguration(pack);
                // After the vault: an archive is there before the vault's index names it.
                if (Directory.Exists(archive)) AddTree(pack, "archive", archive, IsTemporary, cancel);
                pack.Finish();
                return (pack.Files, pack.Octets);
            }
        }
        finally { packs.ForEach(p => p.File.Dispose()); }
    }

    static bool IsTemporary(string below) => Path.GetFileName(below).StartsWith(Durable.TemporaryPrefix, StringComparison.Ordinal);

    // Whose it is, a restored machine decides anew; locks and caches are this very machine's. What stands in the open log has just been sealed into the vault.
    static bool IsOfNoUse(string below) =>
        below is "agent" or "audit" or "git" or "git.new" or "git-damaged" or "stat-cache" or "ssh-error" or "problems.json" or "backup-checked"
        || below.EndsWith(".lock", StringComparison.Ordinal) || below.StartsWith(CheckFolder, StringComparison.Ordinal) || IsTemporary(below);

    /// <summary>What a check unpacks into begins so, in the state directory.</summary>
    public const string CheckFolder = "backup-check-";

    /// <summary>Adds a folder's regular files, until it lies still.</summary>
    void AddTree(Pack pack, string prefix, string root, Func<string, bool> leavesOut, CancellationToken cancel)
    {
        var before = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
        for (var look = 0; ; look++)
        {
            var now = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
            List(root, "", leavesOut, now);
            var gone = before.Keys.Where(k => !now.ContainsKey(k)).ToList();
            foreach (var below in gone) pack.Forget($"{prefix}/{below}");
            var changed = now.Where(n => !before.TryGetValue(n.Key, out var was) || was != n.Value).Select(n => n.Key).ToList();
            if (changed.Count + gone.Count == 0) return;
            if (look == Looks) throw new Refusal(ExitCode.TryAgain, $"{root} does not lie still: {changed.Concat(gone).First()} changes again and again", "try again when less happens there");
            foreach (var below in changed)
            {
                cancel.ThrowIfCancellationRequested();
                Reading($"{prefix}/{below}");
                // One that is gone by now is missed at the next look.
                if (!pack.Add($"{prefix}/{below}", Path.Combine(root, below.Replace('/', Path.DirectorySeparatorChar)))) pack.Forget($"{prefix}/{below}");
            }
            before = now;
        }
    }

    void List(string root, string below, Func<string, bool> leavesOut, Dictionary<string, FileStamp> into)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(below.Length == 0 ? root : Path.Combine(root, below)))
        {
            var name = below.Length == 0 ? Path.GetFileName(entry) : $"{below}/{Path.GetFileName(entry)}";
            if (leavesOut(name)) continue;
            if (name.Any(c => char.IsControl(c) || c is '\\' or '\ufffd'))
            {
                leftOut.Add(name);
                continue;
            }
            var stamp = Disk.Stamp(entry);
            // Links lead elsewhere, and pipes nowhere.
            if (stamp.Kind == FileKind.Regular) into[name] = stamp;
            else if (stamp.Kind == FileKind.Directory)
            {
                try { List(root, name, leavesOut, into); }
                catch (DirectoryNotFoundException) { continue; } // removed in this instant
            }
        }
    }

    /// <summary>References and loose objects now, since they could be put into packs and removed; packs are opened.</summary>
    void AddHistory(Pack pack, string git, List<(string, FileStream)> packs, CancellationToken cancel)
    {
        if (!Directory.Exists(git)) return;
        var files = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
        List(git, "", static below => below is "hooks" or "FETCH_HEAD" || below.Contains("tmp_", StringComparison.Ordinal) || below.EndsWith(".lock", StringComparison.Ordinal), files);
        foreach (var below in files.Keys)
        {
            cancel.ThrowIfCancellationRequested();
            var path = Path.Combine(git, below.Replace('/', Path.DirectorySeparatorChar));
            if (below.StartsWith("objects/pack/", StringComparison.Ordinal)) packs.Add(($"state/git/{below}", Disk.OpenRegular(path)));
            else pack.Add($"state/git/{below}", path);
        }
    }

    void AddConfiguration(Pack pack)
    {
        if (machine.Settings.File is { } file)
        {
            pack.Add("config/vault.toml", file);
            foreach (var beside in BackupPlaces.BesideConfig) pack.Add($"config/{beside}", Path.Combine(Path.GetDirectoryName(file)!, beside));
        }
        // A service has its secrets from its manager; the file that they came from may be root's.
        var given = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } directory ? Path.Combine(directory, "secrets.json") : "";
        if (!File.Exists(given) || !pack.Add("config/secrets.json", given)) pack.Add("config/secrets.json", machine.Settings.Secrets.File);
    }
}
