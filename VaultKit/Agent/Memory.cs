using System.Runtime.InteropServices;
using VaultKit.Drafting;
using VaultKit.Sync;

namespace VaultKit.Agent;

/// <summary>A machine with 1 GB for everything: memory is not kept for speed.</summary>
static partial class Memory
{
    const int MmapThreshold = -3, ArenaMax = -8; // M_MMAP_THRESHOLD, M_ARENA_MAX, mallopt(3)

    /// <summary>
    /// One pool of the C library's for all threads, instead of one for each: two megabytes less here. And what is large does not come from it, however often it was asked for: a pool that one such block was
    /// once taken from does not shrink again. Call it before there are threads.
    /// </summary>
    public static void KeepOnePool()
    {
        if (!OperatingSystem.IsLinux()) return;
        try { _ = MallOpt(ArenaMax, 1) + MallOpt(MmapThreshold, 128 << 10); }
        catch (EntryPointNotFoundException) { return; } // another C library than glibc
    }

    // What a turn that found nothing to do leaves behind: giving back less would cost more than the turn.
    const long Enough = 512 << 10;

    // In the middle of a turn it is for the next piece of work, which would soon have it again.
    const long Much = 32 << 20;

    static long given = -Enough; // the start of a program is worth it

    /// <summary>A turn takes a moment, the wait for the next one hours: what only the turn needed goes back to the system, as soon as it is worth the work.</summary>
    /// <param name="worked">Whether the turn did anything; libgit2's part of that shows in no count of ours.</param>
    public static void GiveBack(bool worked)
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (!worked && allocated - given < Enough) return;
        given = allocated;
        PhraseIndex.GiveBack();
        if (worked)
        {
            // Twice then, with the finalizers between: libgit2's objects are freed by theirs.
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeGit.GiveBack();
    }

    /// <summary>A turn that goes on for long gives back as it goes.</summary>
    public static void GiveBackAmid()
    {
        if (GC.GetTotalAllocatedBytes() - given >= Much) GiveBack(worked: true);
    }

    /// <summary>Octets of memory in use, and of those the ones that no file stands for (proc_pid_statm(5)); 0 where the system does not tell.</summary>
    public static (long Resident, long Anonymous) Look()
    {
        if (!OperatingSystem.IsLinux()) return (Environment.WorkingSet, 0);
        var pages = File.ReadAllText("/proc/self/statm").Split(' ');
        var resident = long.Parse(pages[1]) * Environment.SystemPageSize;
        return (resident, resident - long.Parse(pages[2]) * Environment.SystemPageSize);
    }

    /// <summary>Octets of memory that the machine could still give without swapping (proc_meminfo(5)); null where the system does not tell.</summary>
    public static long? Available()
    {
        const string told = "/proc/meminfo";
        // Other systems have none, nor has a service that sees nothing of /proc but processes (ProcSubset=pid).
        if (!File.Exists(told)) return null;
        foreach (var line in File.ReadLines(told))
            if (line.StartsWith("MemAvailable:", StringComparison.Ordinal)) return long.Parse(line.AsSpan(13).Trim().TrimEnd("kB").Trim()) << 10;
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int option, int value);
}
