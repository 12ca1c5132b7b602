using System.Buffers.Text;
using System.IO.Compression;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Looks for loose objects that are cut off, after a power loss or on a failing disk. libgit2 finds every other damage itself when it reads, and reads one that is cut off
/// forever (libgit2 issue 7342, open in the version that is used here).
/// </summary>
static class LooseObjects
{
    const string Mark = "platinum-checked", Boot = "/proc/sys/kernel/random/boot_id";

    /// <summary>Reads those that are new since it was done last: about 30 ms for a thousand. What a process writes it writes to the end, or it is dead; so once in a process is enough.</summary>
    /// <exception cref="SyncException">One of our own cannot be read to its end.</exception>
    public static void Check(GitDirectory git) => Check(git.Path, File.Exists(Boot) ? File.ReadAllText(Boot) : null);

    /// <param name="boot">Which start of the machine this is: what a power cut did to files older than that cannot be seen from their stamps. Null where nobody can tell; then all are read.</param>
    internal static void Check(string git, string? boot)
    {
        var mark = Path.Combine(git, Mark);
        var began = DateTime.UtcNow;
        var known = boot is not null && File.Exists(mark) && File.ReadAllText(mark) == boot;
        var since = known ? Disk.Stamp(mark) : default;
        if (since.Written > FileStamp.Now()) since = default; // the clock was wrong then, or is now
        if (FirstCutOff(git, since) is { } damaged) throw new SyncException(new(SyncFailureKind.Corrupt, $"{damaged} is cut off"));
        if (boot is null) return;
        if (!known) File.WriteAllText(mark, boot);
        File.SetLastWriteTimeUtc(mark, began);
    }

    /// <param name="since">What was not changed since this was written is whole.</param>
    /// <returns>Null where all are whole.</returns>
    public static string? FirstCutOff(string git, FileStamp since = default)
    {
        var buffer = new byte[16 * 1024];
        foreach (var path in Directory.EnumerateDirectories(Path.Combine(git, "objects"), "??"))
        {
            using var folder = new Disk.OpenFolder(path);
            foreach (var file in Directory.EnumerateFiles(path))
                if (Path.GetFileName(file) is { Length: 38 } name && !folder.Stamp(name).IsSettled(since.Written) && !IsWhole(file, buffer)) return file;
        }
        return null;
    }

    // gitformat-loose: deflate of "type SP size NUL content".
    static bool IsWhole(string file, byte[] buffer)
    {
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(File.ReadAllBytes(file)), CompressionMode.Decompress);
            var read = inflated.ReadAtLeast(buffer, 32, throwOnEndOfStream: false);
            var (space, end) = (buffer.AsSpan(0, read).IndexOf((byte)' '), buffer.AsSpan(0, read).IndexOf((byte)0));
            if (space < 0 || end < space || !Utf8Parser.TryParse(buffer.AsSpan(space + 1, end - space - 1), out long size, out _)) return false;
            long found = read - end - 1;
            while ((read = inflated.Read(buffer)) > 0) found += read;
            return found == size;
        }
        catch (InvalidDataException) { return false; }
    }
}
