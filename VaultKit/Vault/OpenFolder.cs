using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaultKit.Vault;

public static partial class Disk
{
    /// <summary>A folder, open to look at many of its files: where the system can be asked by name alone, each look is spared the way there.</summary>
    public sealed class OpenFolder(string path) : IDisposable
    {
        const int LongestName = 255;

        readonly SafeFileHandle? opened = OperatingSystem.IsLinux() && Open(path, PathOnly, 0) is >= 0 and var fd ? new(fd, ownsHandle: true) : null;

        /// <summary>As <see cref="Disk.Stamp(string)"/>.</summary>
        public FileStamp Stamp(ReadOnlySpan<char> name) => opened is null ? Disk.Stamp(Path.Join(path, name)) : Look(name).Stamp;

        /// <summary>As <see cref="Disk.Names(string)"/>.</summary>
        public int Names(ReadOnlySpan<char> name) => opened is null ? Disk.Names(Path.Join(path, name)) : (int)Look(name).Links;

        unsafe StatX Look(ReadOnlySpan<char> name)
        {
            Span<byte> bytes = stackalloc byte[LongestName * 3 + 1];
            bytes[System.Text.Encoding.UTF8.GetBytes(name, bytes[..^1])] = 0;
            StatX s;
            fixed (byte* text = bytes)
                if (Statx(opened!, text, NoFollow, BasicStats, &s) == 0) return s;
            var error = Marshal.GetLastPInvokeError();
            return error is ENoEnt or ENotDir ? default : throw Error("stat", Path.Join(path, name), error);
        }

        public void Dispose() => opened?.Dispose();
    }

    const int PathOnly = 0x200000; // O_PATH

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static unsafe partial int Statx(SafeFileHandle dir, byte* name, int flags, uint mask, StatX* result);
}
