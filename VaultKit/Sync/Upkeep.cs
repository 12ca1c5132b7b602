using System.ComponentModel;
using System.Diagnostics;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Keeps our git directory small: libgit2 writes one file for each object and one pack for each fetch, and never puts them together. Git does that where it is installed,
/// and <see cref="OwnRepack"/> where it is not, under a lock, when enough has come together. Nothing that is reachable is dropped, and what is not stays too.
/// </summary>
static class Upkeep
{
    // Of 256 folders of loose objects this one stands for all, as in git gc --auto: 8 files here are about 2,000 objects.
    const string Sample = "17";
    internal const int LooseInSample = 8, Packs = 20, PacksOfRemote = 50;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), Pause = TimeSpan.FromHours(6), Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>Repacks our own directory where it is time. Never throws for git's sake: what went wrong is a finding.</summary>
    public static void Run(string path, StateDirectory state, SyncOptions options, TimeProvider clock, SyncReport report, CancellationToken cancel)
    {
        var mark = state.PathOf("upkeep");
        if (IsDue(path, Packs, mark, clock)) Run(path, path, Packs, mark, "state/git", options, clock, report, cancel);
    }

    /// <summary>
    /// The same for a remote that is a path, after a push. Behind ssh and https git's own receive-pack looks after it; into a path libgit2 writes one pack more with each push, and the more
    /// there are the dearer is every later cycle. Who reads there meanwhile is not disturbed: what libgit2 misses it looks for anew.
    /// </summary>
    /// <param name="ours">Our own git directory. Git runs with its configuration and not with the remote's, which others can write and which can name programs to run.</param>
    /// <param name="tryLock">Takes the lock of a push; null where another one pushes.</param>
    public static void RunRemote(string remote, string ours, Func<IDisposable?> tryLock, StateDirectory state, SyncOptions options, TimeProvider clock, SyncReport report, CancellationToken cancel)
    {
        var mark = state.PathOf("upkeep-remote");
        try
        {
            if (!IsDue(remote, PacksOfRemote, mark, clock)) return;
            using var alone = tryLock();
            if (alone is not null) Run(remote, ours, PacksOfRemote, mark, "remote", options, clock, report, cancel);
        }
        // What was to be pushed is pushed; that the remote is untidy is no failure of this cycle.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LibGit2SharpException) { report.Findings.Add(new("remote", $"its packs could not be put together: {e.Message}")); }
    }

    static void Run(string path, string ours, int packs, string mark, string name, SyncOptions options, TimeProvider clock, SyncReport report, CancellationToken cancel)
    {
        RemoveLeftovers(Path.Combine(path, "objects", "pack"), clock);
        // What the cycle has left would lie beside what git needs, which is as much again.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeGit.GiveBack();
        var why = Repack(path, ours, options.Git, cancel);
        if (why is not null) report.Findings.Add(new(name, why));
        File.Delete(mark);
        // Where git fails or leaves objects loose it would look due at each cycle.
        if (why is null && !IsDue(path, packs, mark, clock)) return;
        File.WriteAllText(mark, why ?? "repacked");
        File.SetLastWriteTimeUtc(mark, clock.GetUtcNow().UtcDateTime);
    }

    static bool IsDue(string path, int packs, string mark, TimeProvider clock)
    {
        var sample = Path.Combine(path, "objects", Sample);
        var due = (Directory.Exists(sample) && Directory.EnumerateFiles(sample).Count() >= LooseInSample)
            || Directory.EnumerateFiles(Path.Combine(path, "objects", "pack"), "*.pack").Count() > packs;
        return due && !(File.Exists(mark) && (clock.GetUtcNow() - File.GetLastWriteTimeUtc(mark)).Duration() < Pause);
    }

    // What git leaves when it is killed (tmp_pack_…, .tmp-123-pack-…); we hold the lock, so an old one is nobody's.
    static void RemoveLeftovers(string packs, TimeProvider clock)
    {
        foreach (var file in Directory.EnumerateFiles(packs, "*tmp*"))
            if (clock.GetUtcNow() - File.GetLastWriteTimeUtc(file) > TimeSpan.FromHours(1)) File.Delete(file);
    }

    /// <summary>Removes from a repository what none of its references goes back to. Needs git; call it under the lock of a push.</summary>
    /// <returns>Null where it went well.</returns>
    public static string? Prune(string path, SyncOptions options, CancellationToken cancel)
    {
        // As above: git runs in a repository that nobody else can configure, which has the other's references and works on its objects.
        var ours = Directory.CreateTempSubdirectory("platinum-prune-").FullName;
        try
        {
            Repository.Init(ours, isBare: true);
            using (var repository = new Repository(path))
                File.WriteAllLines(Path.Combine(ours, "packed-refs"), repository.Refs.OfType<DirectReference>().Select(r => $"{r.TargetIdentifier} {r.CanonicalName}"));
            // It may name what is to go, and is made again.
            File.Delete(Path.Combine(path, "objects", "info", "commit-graph"));
            if (Path.Combine(path, "objects", "info", "commit-graphs") is var graphs && Directory.Exists(graphs)) Directory.Delete(graphs, recursive: true);
            string[][] steps = [["repack", "-a", "-d", "-l", "-q"], ["prune", "--expire=now"]];
            return steps.Select(step => Git(path, ours, options.Git, step, cancel)).FirstOrDefault(why => why is not null);
        }
        catch (Win32Exception) { return "git is not installed"; }
        finally { Directory.Delete(ours, recursive: true); }
    }

    /// <returns>Null where it went well.</returns>
    static string? Repack(string path, string ours, string git, CancellationToken cancel)
    {
        // A machine with one gigabyte has other things to do; geometric packs cost by what is new and not by what there is.
        try { return Git(path, ours, git, ["repack", "--geometric=2", "-d", "-l", "-q"], cancel); }
        catch (Win32Exception) { OwnRepack.Run(path); return null; } // git is not installed
    }

    /// <summary>Runs git on the objects of one repository with the configuration and references of another.</summary>
    /// <exception cref="Win32Exception">It is not installed.</exception>
    static string? Git(string path, string ours, string git, string[] command, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(git) { WorkingDirectory = ours, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        // A folder's tree is as large as the folder: whoever reads one that is the fiftieth difference from another has all fifty in memory. Git keeps 96 MB of such unless it is told.
        string[] always = ["-c", "pack.threads=1", "-c", "pack.windowMemory=4m", "-c", "pack.deltaCacheSize=2m", "-c", "core.deltaBaseCacheLimit=2m", "-c", "pack.depth=10", "-c", "core.packedGitLimit=64m", "-c", "core.fsync=all", "--git-dir=."];
        foreach (var argument in always.Concat(command)) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        (start.Environment["GIT_CONFIG_NOSYSTEM"], start.Environment["GIT_CONFIG_GLOBAL"]) = ("1", OperatingSystem.IsWindows() ? "NUL" : "/dev/null");
        start.Environment["GIT_OBJECT_DIRECTORY"] = Path.Combine(path, "objects");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += static (_, _) => { }; // nothing is expected there, and a full pipe would stop it
        process.BeginOutputReadLine();
        var said = process.StandardError.ReadToEndAsync(CancellationToken.None);
        for (var began = Stopwatch.StartNew(); !process.WaitForExit(Glance);)
        {
            if (!cancel.IsCancellationRequested && began.Elapsed < Patience) continue;
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            cancel.ThrowIfCancellationRequested();
            return $"git {command[0]} did not end in {Patience.TotalMinutes:0} minutes";
        }
        return process.ExitCode == 0 ? null : $"git {command[0]} ended with {process.ExitCode}: {said.Result.Trim().ReplaceLineEndings(" ")}";
    }
}
