using System.Buffers.Text;
using System.IO.Compression;

namespace VaultKit.Sync;

/// <summary>
/// Looks for loose objects that are cut off, after a power loss or on a failing disk. libgit2 finds every other damage itself when it reads, and reads one that is cut off
/// forever (libgit2 issue 7342, open in the version that is used here).
/// </summary>
static class LooseObjects
{
    /// <exception cref="SyncException">One of our own cannot be read to its end.</exception>
    public static void Check(GitDirectory git)
    {
        if (FirstCutOff(git.Path) is { } damaged) throw new SyncException(new(SyncFailureKind.Corrupt, $"{damaged} is cut off"));
    }

    /// <summary>Reads every loose object: about 30 ms for a thousand. What a process writes itself it writes to the end, or it is dead; so once in a process is enough.</summary>
    /// <returns>Null where all are whole.</returns>
    public static string? FirstCutOff(string git)
    {
        var buffer = new byte[16 * 1024];
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(git, "objects"), "??"))
            foreach (var file in Directory.EnumerateFiles(folder))
                if (Path.GetFileName(file).Length == 38 && !IsWhole(file, buffer)) return file;
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
