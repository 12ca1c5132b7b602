using System.Security.Cryptography;

namespace VaultKit.Vault;

/// <summary>Files that are there after a power cut, whole or not at all: temporary name, write, fsync, rename, fsync of the directory.</summary>
public static class Durable
{
    /// <summary>Temporary files begin so; older than the process that finds them, they are nobody's.</summary>
    public const string TemporaryPrefix = ".platinum-";

    /// <summary>Writes or replaces a file. Durable when it returns.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content, bool secret = false)
    {
        var temporary = Temporary(path, content, secret);
        try { Disk.Replace(temporary, path); }
        catch { File.Delete(temporary); throw; }
        Disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes a file that must not exist. Durable when it returns true.</summary>
    /// <returns>False where the name is taken; nothing has changed then.</returns>
    public static bool WriteNew(string path, ReadOnlySpan<byte> content, bool secret = false)
    {
        var temporary = Temporary(path, content, secret);
        var moved = false;
        try { moved = Disk.TryMove(temporary, path); }
        finally { if (!moved) File.Delete(temporary); }
        if (moved) Disk.SyncDirectory(Path.GetDirectoryName(path)!);
        return moved;
    }

    /// <summary>Replaces a file only while it still holds what the caller has read. Durable when it returns true.</summary>
    /// <returns>False where somebody else changed or removed it; their content stands.</returns>
    public static bool Replace(string path, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> content)
    {
        if (!Holds(path, expected)) return false;
        var temporary = Temporary(path, content, secret: false);
        try
        {
            if (Disk.TryExchange(temporary, path))
            {
                // What was displaced is under the temporary name now: an editor may have saved in the last instant.
                if (!Holds(temporary, expected))
                {
                    Disk.TryExchange(temporary, path);
                    return false;
                }
            }
            else
            {
                if (!Holds(path, expected)) return false;
                Disk.Replace(temporary, path);
            }
        }
        catch (IOException) when (Disk.Stamp(path).Kind == FileKind.Missing) { return false; } // moved away in this very instant
        // What is neither ours nor what we read was saved by the owner between two of these steps: it stays, and the next clean-up brings it to Quarantine.
        finally { if (Holds(temporary, content) || Holds(temporary, expected)) File.Delete(temporary); }
        Disk.SyncDirectory(Path.GetDirectoryName(path)!);
        return true;
    }

    /// <summary>Moves a file to another name on the same file system. Durable when it returns true: the target's directory is synced first, so that a power cut leaves two names rather than none.</summary>
    /// <returns>False where the source is gone or the target exists.</returns>
    public static bool Move(string from, string to)
    {
        if (!Disk.TryMove(from, to)) return false;
        var target = Path.GetDirectoryName(to)!;
        var source = Path.GetDirectoryName(from)!;
        Disk.SyncDirectory(target);
        if (source != target) Disk.SyncDirectory(source);
        return true;
    }

    /// <summary>Adds to the end of a file, which may not exist yet. Durable when it returns. A crash can leave the addition in part; a reader ignores a last line without its line end.</summary>
    public static void Append(string path, ReadOnlySpan<byte> content)
    {
        var isNew = !File.Exists(path);
        using (var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, 1))
        {
            stream.Write(content);
            Disk.Sync(stream);
        }
        if (isNew) Disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes a directory and those above it. Durable when it returns.</summary>
    public static void CreateDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        CreateDirectory(parent);
        Directory.CreateDirectory(path);
        Disk.SyncDirectory(parent);
    }

    static bool Holds(string path, ReadOnlySpan<byte> expected)
    {
        if (Disk.Stamp(path) is not { Kind: FileKind.Regular } stamp || stamp.Size != expected.Length) return false;
        try { return Disk.ReadRegular(path, expected.Length).AsSpan().SequenceEqual(expected); }
        catch (IOException) when (Disk.Stamp(path) != stamp) { return false; } // moved or saved in this very instant
    }

    static string Temporary(string path, ReadOnlySpan<byte> content, bool secret)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, TemporaryPrefix + RandomNumberGenerator.GetHexString(16, lowercase: true));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (secret && !OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var stream = secret && OperatingSystem.IsWindows() ? WindowsDisk.CreateSecret(temporary) : new FileStream(temporary, options);
            stream.Write(content);
            Disk.Sync(stream);
        }
        catch { File.Delete(temporary); throw; }
        return temporary;
    }
}
