using System.ComponentModel;
using System.Diagnostics;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Keeps our git directory small: libgit2 writes one file for each object and one pack for each fetch, and never puts them together. Git does that where it is installed,
/// and <see cref="OwnRepack"/> where it is not, under our lock, when enough has come together. Nothing that is reachable is dropped, and what is not stays too.
/// </summary>
static class Upkeep
{
    // Of 256 folders of loose objects this one stands for all, as in git gc --auto: 8 files here are about 2,000 objects.
    const string Sample = "17";
    internal const int LooseInSample = 8, Packs = 20;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), Pause = TimeSpan.FromHours(6), Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>Repacks where it is time. Never throws for git's sake: what went wrong is a finding. At most once in six hours.</summary>
    public static void Run(string path, StateDirectory state, SyncOptions options, TimeProvider clock, SyncReport report, CancellationToken cancel)
    {
        var objects = Path.Combine(path, "objects");
        if (!IsDue(objects)) return;
        // Where git fails or leaves objects loose it would look due at each cycle.
        var last = state.PathOf("upkeep");
        if (File.Exists(last) && (clock.GetUtcNow() - File.GetLastWriteTimeUtc(last)).Duration() < Pause) return;
        RemoveLeftovers(Path.Combine(objects, "pack"), clock);
        var why = Repack(path, options.Git, cancel);
        if (why is not null) report.Findings.Add(new("state/git", why));
        File.WriteAllText(last, why ?? "repacked");
        File.SetLastWriteTimeUtc(last, clock.GetUtcNow().UtcDateTime);
    }

    static bool IsDue(string objects)
    {
        var sample = Path.Combine(objects, Sample);
        return (Directory.Exists(sample) && Directory.EnumerateFiles(sample).Count() >= LooseInSample)
            || Directory.EnumerateFiles(Path.Combine(objects, "pack"), "*.pack").Count() > Packs;
    }

    // What git leaves when it is killed (tmp_pack_…, .tmp-123-pack-…); we hold the lock, so an old one is nobody's.
    static void RemoveLeftovers(string packs, TimeProvider clock)
    {
        foreach (var file in Directory.EnumerateFiles(packs, "*tmp*"))
            if (clock.GetUtcNow() - File.GetLastWriteTimeUtc(file) > TimeSpan.FromHours(1)) File.Delete(file);
    }

    /// <returns>Null where it went well.</returns>
    static string? Repack(string path, string git, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(git) { WorkingDirectory = path, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        // A machine with one gigabyte has other things to do; geometric packs cost by what is new and not by what there is.
        foreach (var argument in new[] { "-c", "pack.threads=1", "-c", "pack.windowMemory=32m", "-c", "core.packedGitLimit=64m", "-c", "core.fsync=all", "--git-dir=.", "repack", "--geometric=2", "-d", "-l", "-q" })
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        (start.Environment["GIT_CONFIG_NOSYSTEM"], start.Environment["GIT_CONFIG_GLOBAL"]) = ("1", OperatingSystem.IsWindows() ? "NUL" : "/dev/null");
        try
        {
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
                return $"git repack did not end in {Patience.TotalMinutes:0} minutes";
            }
            return process.ExitCode == 0 ? null : $"git repack ended with {process.ExitCode}: {said.Result.Trim().ReplaceLineEndings(" ")}";
        }
        catch (Win32Exception) { OwnRepack.Run(path); return null; } // git is not installed
    }
}
