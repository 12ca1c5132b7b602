using System.Runtime.InteropServices;

namespace VaultKit.Sync;

/// <summary>
/// The processes that libgit2 starts for one transport, which is ssh and what that starts. It starts them from the calling thread and, as of 1.9, waits for none of them, nor does it close the pipe over which
/// it heard that one was started: a daemon would have as many dead processes and open pipes as it had syncs, until the system gives it no more. So they are buried here. Only Linux tells which thread started what;
/// elsewhere ssh's own timeouts have to do.
/// </summary>
sealed partial class Children : IDisposable
{
    const int Sigkill = 9, NoHang = 1, CloseOnExec = 0x80000;

    // Those that were still about to end, of whichever transport.
    static readonly HashSet<int> Ending = [];

    readonly int thread;
    readonly HashSet<int> before = [];
    readonly HashSet<string> pipes = [];

    /// <summary>Call it on the thread on which libgit2 will work.</summary>
    public Children()
    {
        if (!OperatingSystem.IsLinux()) return;
        thread = GetTid();
        // Of all threads: what one started that ends meanwhile becomes another's.
        before.UnionWith(Directory.GetDirectories("/proc/self/task").SelectMany(t => Of(t + "/children")));
        pipes.UnionWith(Pipes().Select(p => p.Target));
    }

    /// <summary>From any thread: libgit2 then finds that the other side has gone.</summary>
    public void Kill()
    {
        if (!OperatingSystem.IsLinux()) return;
        foreach (var child in Own().Where(c => !before.Contains(c))) KillTree(child);
    }

    /// <summary>Libgit2 has ended. One transport at a time does this: the pipes of another would be taken for forgotten ones.</summary>
    public void Dispose()
    {
        if (!OperatingSystem.IsLinux()) return;
        lock (Ending)
        {
            Ending.UnionWith(Own().Where(c => !before.Contains(c)));
            // Nobody waits for an end that is a moment away: the next transport finds it.
            Ending.RemoveWhere(c => WaitPid(c, out _, NoHang) != 0);
        }
        foreach (var (pipe, target) in Pipes())
            if (!pipes.Contains(target)) _ = Close(pipe);
    }

    List<int> Own() => Of($"/proc/self/task/{thread}/children");

    static void KillTree(int process)
    {
        var below = Directory.Exists($"/proc/{process}/task") ? Directory.GetDirectories($"/proc/{process}/task").SelectMany(t => Of(t + "/children")).ToList() : [];
        _ = KillProcess(process, Sigkill); // it may have ended by itself
        foreach (var child in below) KillTree(child);
    }

    static List<int> Of(string file)
    {
        try { return [.. File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]; }
        catch (IOException) { return []; } // the process ended meanwhile, or the kernel keeps no such list
    }

    /// <summary>Pipes that a program started from here would have too. Those of .NET's are none of them.</summary>
    static IEnumerable<(int Descriptor, string Target)> Pipes()
    {
        foreach (var file in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            var descriptor = int.Parse(Path.GetFileName(file));
            if (descriptor > 2 && Target(file) is { } target && target.StartsWith("pipe:", StringComparison.Ordinal) && IsInherited(descriptor)) yield return (descriptor, target);
        }
    }

    static string? Target(string file)
    {
        try { return new FileInfo(file).LinkTarget; }
        catch (IOException) { return null; } // closed meanwhile
    }

    // proc_pid_fdinfo(5)
    static bool IsInherited(int descriptor)
    {
        try { return File.ReadLines($"/proc/self/fdinfo/{descriptor}").FirstOrDefault(l => l.StartsWith("flags:", StringComparison.Ordinal)) is { } flags && (Convert.ToInt32(flags[6..].Trim(), 8) & CloseOnExec) == 0; }
        catch (IOException) { return false; } // closed meanwhile
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetTid();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillProcess(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
