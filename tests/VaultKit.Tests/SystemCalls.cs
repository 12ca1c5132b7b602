using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace VaultKit.Tests;

/// <summary>
/// What a piece of work asks of the system, in its order: each name that comes, goes or changes below a folder, and each sync. strace(1) is the only witness of a sync; it looks
/// at one thread, which does the work.
/// </summary>
static partial class SystemCalls
{
    const int SetPtracer = 0x59616d61;
    const string Traced = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat";

    public static bool CanSee => OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(d => File.Exists(Path.Combine(d, "strace")));

    /// <returns>Such as <c>fsync a/f</c>, <c>rename a/f b/f</c>, <c>exchange a b</c>, <c>unlink f</c>, <c>mkdir a</c>; the folder itself is a point, a name made by chance a star.</returns>
    /// <param name="also">Further calls, by their names; those on an open file.</param>
    public static List<string> Of(string folder, Action work, params string[] also)
    {
        _ = PrCtl(SetPtracer, -1); // where only parents may look; elsewhere there is no such rule
        using var ready = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var (thread, failure) = (0, (Exception?)null);
        var worker = new Thread(() =>
        {
            thread = GetTid();
            ready.Set();
            go.Wait();
            try { work(); }
            catch (Exception e) { failure = e; }
        });
        worker.Start();
        ready.Wait();
        var trace = Path.GetTempFileName();
        try
        {
            using var strace = Process.Start(new ProcessStartInfo("strace", ["-y", "-qq", "-o", trace, "-e", "trace=" + string.Join(',', also.Prepend(Traced)), "-e", "signal=none", "-p", $"{thread}"]) { RedirectStandardError = true })!;
            try
            {
                for (var n = 0; File.ReadLines($"/proc/self/task/{thread}/status").Any(l => l is "TracerPid:\t0"); n++)
                {
                    if (n == 500 || strace.HasExited) throw new InvalidOperationException("strace can't look at this process");
                    Thread.Sleep(10);
                }
            }
            finally { go.Set(); }
            worker.Join();
            if (!strace.WaitForExit(10_000)) strace.Kill();
            if (failure is not null) throw new InvalidOperationException("the work that was looked at failed", failure);
            return [.. File.ReadLines(trace).Select(l => Event(folder, l)).OfType<string>()];
        }
        finally { File.Delete(trace); }
    }

    static string? Event(string folder, string line)
    {
        var call = line[..Math.Max(0, line.IndexOf('('))];
        if (call.Length == 0 || !Succeeded().IsMatch(line)) return null;
        var paths = Descriptor().IsMatch(line) ? [Descriptor().Match(line).Groups[1].Value] : Quoted().Matches(line).Select(m => m.Groups[1].Value).ToList();
        if (!paths.Any(p => p == folder || p.StartsWith(folder + "/", StringComparison.Ordinal))) return null;
        var what = line.Contains("RENAME_EXCHANGE") ? "exchange" : call.StartsWith("rename", StringComparison.Ordinal) ? "rename" : call is "unlinkat" or "mkdirat" or "linkat" ? call[..^2] : call.Replace("fdatasync", "fsync");
        return what + " " + string.Join(' ', paths.Select(p => ByChance().Replace(p == folder ? "." : Path.GetRelativePath(folder, p), "*")));
    }

    [GeneratedRegex(@"= \d+(<.*>)?$")]
    private static partial Regex Succeeded();

    [GeneratedRegex("""\(\d+<([^>]*)>""")]
    private static partial Regex Descriptor();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\.platinum-[0-9a-f]+")]
    private static partial Regex ByChance();

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetTid();

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int PrCtl(int option, nint value);
}
