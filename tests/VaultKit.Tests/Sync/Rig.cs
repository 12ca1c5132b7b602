using System.Diagnostics;
using System.Text;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Vaults that share a bare remote, in a temporary folder. The judge is always git itself.</summary>
sealed class Rig : IDisposable
{
    public string Root { get; }
    public string Remote { get; }
    public TestClock Clock { get; } = new();
    readonly List<Machine> machines = [];

    /// <param name="inMemory">Where a machine has a file system in memory: for many cycles, of which none is to survive a power cut.</param>
    public Rig(bool withRemote = true, bool inMemory = false)
    {
        Root = inMemory && Directory.Exists("/dev/shm") ? Directory.CreateDirectory("/dev/shm/platinum-sync-" + Guid.NewGuid().ToString("N")).FullName : Directory.CreateTempSubdirectory("platinum-sync-").FullName;
        Remote = Path.Combine(Root, "remote.git");
        if (withRemote) Git(Root, "init", "-q", "--bare", "-b", "main", Remote);
    }

    public Machine Machine(string name, Zone zone, Func<SyncOptions, SyncOptions>? with = null, bool join = true)
    {
        var options = new SyncOptions { Remote = Remote, Approved = (_, bytes) => Encoding.UTF8.GetString(bytes).Contains("approval: good") };
        if (zone == Zone.Local) options = AsOwner(options);
        var machine = new Machine(this, name, zone, with?.Invoke(options) ?? options, join);
        machines.Add(machine);
        return machine;
    }

    /// <summary>All machines of the owner's know each other's keys here; what the signatures themselves are worth is LocalAgent's to test.</summary>
    public static SyncOptions AsOwner(SyncOptions options) =>
        options with { Sign = digest => "the owner's on " + digest, IsOwners = (word, digest) => word == "the owner's on " + digest };

    public string RemoteTree() => Git(Remote, "ls-tree", "-r", "main");
    public string RemoteFile(string path) => Git(Remote, "show", "main:" + path);
    public string[] RemotePaths() => Git(Remote, "ls-tree", "-r", "--name-only", "main").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Git finds nothing wrong with the remote and every machine's own directory.</summary>
    public void Fsck()
    {
        foreach (var path in machines.Select(m => m.GitPath).Prepend(Remote).Where(Directory.Exists))
            if (Git(path, "fsck", "--strict", "--no-dangling").Trim() is { Length: > 0 } said && !said.Contains("notice")) throw new InvalidOperationException(said);
    }

    public static string Git(string directory, params string[] arguments) => Git(directory, null, arguments);

    public static string Git(string directory, string? input, string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in new[] { "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "safe.directory=*", "-c", "core.protectNTFS=false" }.Concat(arguments)) start.ArgumentList.Add(argument);
        using var git = Process.Start(start)!;
        if (input is not null) git.StandardInput.Write(input);
        git.StandardInput.Close();
        var error = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {output}{error.Result}");
    }

    /// <summary>Commits entries onto the remote's main with git's plumbing; the tree may be as hostile as one likes.</summary>
    public void Plant(string message, bool fromNothing, params (string Mode, string Path, string Content)[] entries)
    {
        var work = Directory.CreateDirectory(Path.Combine(Root, "plant-" + Guid.NewGuid().ToString("N"))).FullName;
        Git(work, "init", "-q", "-b", "main");
        Git(work, "remote", "add", "origin", Remote);
        if (!fromNothing) { Git(work, "fetch", "-q", "origin"); Git(work, "reset", "-q", "--soft", "origin/main"); Git(work, "read-tree", "origin/main"); }
        foreach (var (mode, path, content) in entries)
        {
            if (mode == "0") { Git(work, "update-index", "--force-remove", path); continue; }
            var id = mode == "160000" ? new string('1', 40) : Git(work, content, ["hash-object", "-w", "--stdin"]).Trim();
            Git(work, "update-index", "--add", "--cacheinfo", $"{mode},{id},{path}");
        }
        Git(work, "commit", "-q", "-m", message);
        Git(work, "push", "-q", "--force", "origin", "main");
    }

    public static TaskName Name(string title) => TaskName.From(title, System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(title)));

    public static TaskFile Task(string title, string draft = "") => TaskFile.New(title).With("action", "mail.send/1").With("account", "main")
        .With("from", "me@example.com").With("to", ["you@example.com"]).With("subject", title).With("mail_id", title.Replace(' ', '.') + "@example.com").WithDraft(draft);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

sealed class TestClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;
    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>One machine: its vault, its state and its cycle.</summary>
sealed class Machine
{
    readonly Rig rig;
    readonly SyncOptions options;
    public StateDirectory State { get; }
    public VaultFolder Vault { get; private set; }
    public SyncCycle Cycle { get; private set; }
    public Claims Claims { get; private set; }
    public AgentId Agent => State.Agent;
    public string GitPath => State.PathOf("git");

    public Machine(Rig rig, string name, Zone zone, SyncOptions options, bool join)
    {
        (this.rig, this.options) = (rig, options);
        State = StateDirectory.Open(Path.Combine(rig.Root, name + "-state"), zone);
        var folder = Path.Combine(rig.Root, name);
        if (!(join && options.Remote.Length > 0 && SyncCycle.TryJoin(folder, State, options, rig.Clock, default))) VaultFolder.Create(folder);
        Vault = VaultFolder.Open(folder, State.Agent);
        Cycle = new(Vault, State, options, rig.Clock);
        Claims = new(Vault, rig.Clock);
    }

    /// <summary>As after a restart: nothing remembered but what is on disk.</summary>
    public void Restart() => Cycle = new(Vault, State, options, rig.Clock);

    public SyncReport Sync() => Cycle.Run(default);

    public SyncReport SyncWell() =>
        Sync() is { Failure: null } report ? report : throw new InvalidOperationException(SyncCycle.Status(State).LastError);

    public TaskEntry New(string title, string domain = "email")
    {
        var entry = new TaskEntry(Place.NeedsAction(domain), Rig.Name(title));
        return Vault.Create(entry, Rig.Task(title)) ? entry : throw new InvalidOperationException("there already");
    }

    /// <summary>Claims, drafts and files for approval.</summary>
    public TaskEntry Draft(TaskEntry entry, string draft)
    {
        var held = Claims.Take(entry)!;
        return Claims.Release(held, held.Task.WithDraft(draft), Place.Pending("email"))!.Value;
    }

    public TaskEntry? Find(string title) => Vault.Find(Rig.Name(title));
    public string Text(TaskEntry entry) => Encoding.UTF8.GetString(Vault.ReadBytes(entry));
    public string FullPath(string path) => Vault.FullPath(path);
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FullPath(path))!);
        File.WriteAllText(FullPath(path), text);
    }

    /// <summary>What the vault holds of what travels, as git would list it.</summary>
    public string Tree()
    {
        var paths = Directory.EnumerateFiles(Vault.Root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Vault.Root, f)).Where(SyncPath.Accepts).Order(StringComparer.Ordinal);
        return string.Concat(paths.Select(p => $"100644 blob {StatCache.Hash(File.ReadAllBytes(FullPath(p))).Sha}\t{p}\n"));
    }
}
