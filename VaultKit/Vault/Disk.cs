using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaultKit.Vault;

/// <summary>What stands under a name, without following a link.</summary>
public enum FileKind { Missing, Regular, Directory, Link, Other }

/// <summary>A file's identity and state: enough to see that it is not what it was. Times are nanoseconds since 1970, UTC.</summary>
/// <param name="Changed">When name, owner or content last changed; a rename counts. Where the system does not tell (Windows), the time of the last write.</param>
/// <param name="Device">The file system; 0 where the system does not tell.</param>
public readonly record struct FileStamp(FileKind Kind, ulong Device, ulong Inode, long Size, long Written, long Changed)
{
    // Two seconds is the coarsest clock of a file system in use (FAT).
    const long Grain = 2_000_000_000;

    /// <summary>Whether what has this stamp could not have changed again, unseen, after it was read at <paramref name="taken"/> (see <see cref="Now"/>): a change within the clock's grain would leave the stamp alike (git calls that racily clean).</summary>
    public bool IsSettled(long taken) => Math.Max(Written, Changed) + Grain < taken;

    /// <summary>The time now, as stamps have it.</summary>
    public static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}

/// <summary>
/// The few calls that .NET has not, or has unsafely (<c>File.Move</c> is a check and then a rename on Unix).
/// Linux has them all; elsewhere each has a fallback that is as safe and perhaps slower.
/// </summary>
public static partial class Disk
{
    /// <summary>Renames a file within one file system; never replaces. Not durable until both directories are synced.</summary>
    /// <returns>False where <paramref name="to"/> exists or <paramref name="from"/> does not; nothing has changed then.</returns>
    /// <exception cref="IOException">The disk, permissions, or two file systems.</exception>
    public static bool TryMove(string from, string to)
    {
        if (OperatingSystem.IsWindows()) return WindowsDisk.TryMove(from, to);
        if (OperatingSystem.IsLinux())
        {
            if (RenameAt2(AtFdCwd, from, AtFdCwd, to, NoReplace) == 0) return true;
            var error = Marshal.GetLastPInvokeError();
            if (error is ENoEnt or EExist) return false;
            if (error is not (EInval or ENoSys)) throw Error("rename", from, error);
        }
        // A file system that refuses the flag, or a Unix without it: two names for an instant, never a lost file.
        if (Link(from, to) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is ENoEnt or EExist ? false : throw Error("link", from, error);
        }
        if (Unlink(from) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == ENoEnt) return false; // another mover took the source name first; its own target has the file too
            throw Error("unlink", from, error);
        }
        return true;
    }

    /// <summary>Renames a file in another's place. Not durable until the directory is synced.</summary>
    public static void Replace(string from, string to)
    {
        if (OperatingSystem.IsWindows()) WindowsDisk.Replace(from, to);
        else File.Move(from, to, overwrite: true);
    }

    /// <summary>Lets two existing files change names in one step (RENAME_EXCHANGE); on Windows in two, with neither content ever without a name.</summary>
    /// <returns>False where the system or file system cannot.</returns>
    public static bool TryExchange(string a, string b)
    {
        if (OperatingSystem.IsWindows()) return WindowsDisk.TryExchange(a, b);
        if (!OperatingSystem.IsLinux()) return false;
        if (RenameAt2(AtFdCwd, a, AtFdCwd, b, ExchangeNames) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error is EInval or ENoSys ? false : throw Error("exchange", b, error);
    }

    /// <summary>Makes the names in a directory survive a power cut. Windows keeps them in its journal and has no such call.</summary>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var fd = Open(path, OpenDirectory, 0);
        if (fd < 0) throw Error("open", path, Marshal.GetLastPInvokeError());
        var failed = Fsync(fd) != 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = Close(fd); // a directory opened to read has nothing left to lose
        if (failed != 0) throw Error("fsync", path, failed);
    }

    /// <summary>Makes what was written into an open file survive a power cut. .NET's own flush to disk drops the error, and with it the write.</summary>
    /// <exception cref="IOException">The disk could not: what the file holds is unknown, and syncing it again would not tell (fsync(2)).</exception>
    public static void Sync(FileStream stream)
    {
        if (OperatingSystem.IsWindows())
        {
            stream.Flush(flushToDisk: true);
            return;
        }
        stream.Flush();
        if (Fsync(stream.SafeFileHandle) != 0) throw Error("fsync", stream.Name, Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes all that was written survive a power cut, for a hundred thousand files at once (sync(2), which on Linux returns when it is done). Windows writes when it likes.</summary>
    public static void SyncAll()
    {
        if (!OperatingSystem.IsWindows()) SyncSystem();
    }

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void SyncSystem();

    /// <summary>Looks without following a link.</summary>
    public static unsafe FileStamp Stamp(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            StatX s;
            if (Statx(AtFdCwd, path, NoFollow, BasicStats, &s) == 0) return s.Stamp;
            var error = Marshal.GetLastPInvokeError();
            return error is ENoEnt or ENotDir ? default : throw Error("stat", path, error);
        }
        var info = new FileInfo(path);
        if (info.LinkTarget is not null) return new(FileKind.Link, 0, 0, 0, 0, 0);
        // A folder's times are not to be relied on everywhere: with the present time its stamp never says that nothing has changed.
        if (Directory.Exists(path)) return new(FileKind.Directory, 0, 0, 0, FileStamp.Now(), FileStamp.Now());
        if (!info.Exists) return default;
        var written = (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100;
        return new(FileKind.Regular, 0, 0, info.Length, written, written);
    }

    /// <summary>How many names a file has; 1 where the system does not tell, 0 where there is none.</summary>
    public static unsafe int Names(string path)
    {
        if (!OperatingSystem.IsLinux()) return File.Exists(path) ? 1 : 0;
        StatX s;
        return Statx(AtFdCwd, path, NoFollow, BasicStats, &s) == 0 ? (int)s.Links : 0;
    }

    /// <summary>What keeps a secret in this file from being one, and what mends it; null where its owner alone may read and write it, and that is this process's user or root. On Windows, where its list of access names nobody but its user, the system and administrators.</summary>
    public static unsafe (string Why, string Hint)? Exposure(string path)
    {
        if (OperatingSystem.IsWindows()) return WindowsDisk.Others(path) is { } other ? ($"others ({other}) may read {path}", $"icacls \"{path}\" /inheritance:r /grant:r \"{Environment.UserName}:F\"") : null;
        if (((int)File.GetUnixFileMode(path) & Others) != 0) return ($"others may read {path}", $"chmod 600 {path}");
        StatX s;
        return OperatingSystem.IsLinux() && Statx(AtFdCwd, path, 0, BasicStats, &s) == 0 && s.User != 0 && s.User != EffectiveUser()
            ? ($"{path} belongs to another user, who may put another secret there", $"chown {Environment.UserName} {path}") : null;
    }

    /// <summary>Opens a regular file to read, never a link, device or pipe.</summary>
    /// <exception cref="IOException">It is something else, or cannot be read.</exception>
    public static FileStream OpenRegular(string path)
    {
        var before = Stamp(path);
        if (before.Kind != FileKind.Regular)
            throw new IOException(before.Kind == FileKind.Missing ? $"{path}: no such file" : $"{path}: not a regular file");
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        // The name may have become a link between the look and the open: what was opened must be what was seen.
        if (IsStill(before, stream, path)) return stream;
        stream.Dispose();
        throw new IOException($"{path}: changed while it was opened");
    }

    static unsafe bool IsStill(FileStamp before, FileStream stream, string path)
    {
        if (!OperatingSystem.IsLinux()) return Stamp(path) is { Kind: FileKind.Regular } after && after.Inode == before.Inode;
        StatX s;
        return Statx((int)stream.SafeFileHandle.DangerousGetHandle(), "", EmptyPath, BasicStats, &s) == 0
            && s.Ino == before.Inode && (((ulong)s.DeviceMajor << 32) | s.DeviceMinor) == before.Device;
    }

    /// <exception cref="IOException">Longer than <paramref name="limit"/> octets, not a regular file, or unreadable.</exception>
    public static byte[] ReadRegular(string path, int limit)
    {
        using var stream = OpenRegular(path);
        if (stream.Length > limit) throw new IOException($"{path}: {stream.Length} bytes, more than {limit}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static IOException Error(string call, string path, int error) =>
        new($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);

    const int ENoEnt = 2, EExist = 17, ENotDir = 20, EInval = 22, ENoSys = 38;
    const int Others = 0b111_111;
    const int AtFdCwd = -100, NoFollow = 0x100, EmptyPath = 0x1000, OpenDirectory = 0;
    const uint NoReplace = 1, ExchangeNames = 2, BasicStats = 0x7ff;

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromDir, string from, int toDir, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int fd);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int dir, string path, int flags, uint mask, StatX* result);

    [StructLayout(LayoutKind.Sequential)]
    readonly struct StatTime
    {
        readonly long seconds;
        readonly uint nanoseconds;
        readonly int reserved;
        public long Nanoseconds => seconds * 1_000_000_000 + nanoseconds;
    }

    /// <summary>statx(2), the same on every architecture; 256 octets.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    readonly struct StatX
    {
        [FieldOffset(16)] public readonly uint Links;
        [FieldOffset(20)] public readonly uint User;
        [FieldOffset(28)] public readonly ushort Mode;
        [FieldOffset(32)] public readonly ulong Ino;
        [FieldOffset(40)] public readonly ulong Size;
        [FieldOffset(96)] public readonly StatTime Ctime;
        [FieldOffset(112)] public readonly StatTime Mtime;
        [FieldOffset(136)] public readonly uint DeviceMajor;
        [FieldOffset(140)] public readonly uint DeviceMinor;

        /// <summary>Of nothing, nothing.</summary>
        public FileStamp Stamp => new(Kind, ((ulong)DeviceMajor << 32) | DeviceMinor, Ino, (long)Size, Mtime.Nanoseconds, Ctime.Nanoseconds);

        FileKind Kind => (Mode & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0xA000 => FileKind.Link,
            0 => FileKind.Missing,
            _ => FileKind.Other,
        };
    }
}
