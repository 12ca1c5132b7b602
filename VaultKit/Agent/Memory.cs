using System.Runtime.InteropServices;

namespace VaultKit.Agent;

/// <summary>A turn takes a moment, the wait for the next one hours: what only the turn needed goes back to the system.</summary>
static partial class Memory
{
    public static void GiveBack()
    {
        // Twice, with the finalizers between: libgit2's objects are freed by theirs.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux()) return;
        // What libgit2 and OpenSSL freed stays with the C library until it is asked for (malloc_trim(3)).
        try { _ = MallocTrim(0); }
        catch (EntryPointNotFoundException) { return; } // another C library than glibc
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
