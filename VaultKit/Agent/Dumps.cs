using System.Runtime.InteropServices;

namespace VaultKit.Agent;

/// <summary>What a process holds in memory, passwords among it, gets into no core dump and to no other process of the same user (prctl(2), PR_SET_DUMPABLE).</summary>
static partial class Dumps
{
    const int SetDumpable = 4;

    /// <summary>Call it before a secret is read. Programs that this one starts have memory of their own, and are as they were.</summary>
    public static void TurnOff()
    {
        if (OperatingSystem.IsLinux() && PrCtl(SetDumpable, 0, 0, 0, 0) != 0) Say.Warn("core dumps could not be turned off: one would hold the passwords");
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int PrCtl(int option, nuint a, nuint b, nuint c, nuint d);
}
