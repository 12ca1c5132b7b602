using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaultKit.Mail;

/// <summary>A regular file in a directory that other programs write. Symbolic links, pipes, devices and directories are never opened, also where one takes a file's place meanwhile.</summary>
/// <param name="Bytes">Its size in octets.</param>
/// <param name="Modified">Of its content: when a delivery wrote it.</param>
/// <param name="Changed">Of its place and name too (ctime), where the system tells: nothing gets into a directory with an older one.</param>
readonly partial record struct MailFile(long Bytes, DateTimeOffset Modified, DateTimeOffset Changed)
{
    /// <summary>Null where there is no regular file of that name.</summary>
    public static MailFile? Look(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            if (Statx(-100 /* AT_FDCWD */, path, 0x100 /* AT_SYMLINK_NOFOLLOW */, 0x7FF /* STATX_BASIC_STATS */, out var found) == 0) return Regular(found);
            return Missing(Marshal.GetLastPInvokeError()) ? null : throw Failure(path);
        }
        var file = new FileInfo(path);
        if (!file.Exists || (file.Attributes & (FileAttributes.Directory | FileAttributes.ReparsePoint | FileAttributes.Device)) != 0) return null;
        var changed = file.CreationTimeUtc > file.LastWriteTimeUtc ? file.CreationTimeUtc : file.LastWriteTimeUtc;
        return new(file.Length, file.LastWriteTimeUtc, changed);
    }

    /// <exception cref="FileNotFoundException">There is no regular file of that name.</exception>
    public static FileStream Open(string path)
    {
        if (!OperatingSystem.IsLinux())
            return Look(path) is null ? throw new FileNotFoundException("the mail is gone", path) : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // Without O_NONBLOCK, opening a pipe would wait for its other end for ever. O_RDONLY is 0.
        const int nonBlock = 0x800, closeOnExec = 0x80000;
        var descriptor = OpenDescriptor(path, NoFollow | nonBlock | closeOnExec);
        if (descriptor < 0) throw Missing(Marshal.GetLastPInvokeError()) ? new FileNotFoundException("the mail is gone", path) : Failure(path);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            if (Statx(descriptor, "", 0x1000 /* AT_EMPTY_PATH */, 0x7FF, out var found) != 0) throw Failure(path);
            if (Regular(found) is null) throw new FileNotFoundException("it is not a regular file", path);
            return new FileStream(handle, FileAccess.Read);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // The flag's number differs between processors.
    static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    static MailFile? Regular(in Stat found) =>
        (found.Mode & 0xF000) == 0x8000 ? new((long)found.Size, Time(found.Modified), Time(found.Changed)) : null;

    static DateTimeOffset Time(Timestamp time) =>
        DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(time.Seconds, 0, 200_000_000_000)).AddTicks(time.Nanoseconds / 100);

    /// <summary>ENOENT, ENOTDIR, ELOOP (a link), ENXIO (a socket): no file to read, and no failure.</summary>
    static bool Missing(int error) => error is 2 or 20 or 40 or 6;

    static IOException Failure(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"{path}: {new Win32Exception(error).Message}");
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        int reserved;
    }

    /// <summary>struct statx of the Linux kernel, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct Stat
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public Timestamp Changed;
        [FieldOffset(112)] public Timestamp Modified;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out Stat found);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenDescriptor(string path, int flags);
}
