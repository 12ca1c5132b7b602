using System.Security.Cryptography;
using System.Text;

namespace VaultKit.Vault;

/// <summary>
/// <c>Archive/</c>: what was taken out of the vault, a file for each archive: lines as sha256sum(1) writes and checks them, first the archive itself, then each file that went into it,
/// by its path in the vault. The tasks in it keep their names: a mail that became one of them never becomes a task again.
/// </summary>
public static class ArchiveIndex
{
    public const string Folder = "Archive";

    /// <summary>The most octets of one index: about 30,000 files.</summary>
    public const int Limit = 4 * 1024 * 1024;

    const int HashLength = 64;

    /// <summary>A line for a file: its SHA-256 in hexadecimal, two spaces, its path.</summary>
    public static string Line(ReadOnlySpan<byte> content, string path) => Line(Convert.ToHexStringLower(SHA256.HashData(content)), path);

    public static string Line(string hash, string path) => $"{hash}  {path}";

    /// <summary>The indexes of a vault, by name.</summary>
    public static IEnumerable<string> Files(VaultFolder vault)
    {
        var folder = vault.FullPath(Folder);
        return Disk.Stamp(folder).Kind == FileKind.Directory ? Directory.EnumerateFiles(folder, "*.md").Where(f => Path.GetFileName(f) != Path.GetFileName(Forgotten.ListPath)).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>The hashes and paths of an index, in its order. What is no such line is for people.</summary>
    public static IEnumerable<(string Hash, string Path)> Read(byte[] index)
    {
        foreach (var line in Encoding.UTF8.GetString(index).Split('\n'))
            if (line.Length > HashLength + 2 && line.AsSpan(HashLength, 2) is "  " && !line.AsSpan(0, HashLength).ContainsAnyExcept("0123456789abcdef"))
                yield return (line[..HashLength], line[(HashLength + 2)..].TrimEnd('\r'));
    }

    /// <summary>The index that a task's name stands in; null where it was not archived. Reads the indexes through: no memory is held for what is over.</summary>
    public static string? Find(VaultFolder vault, TaskName name)
    {
        var wanted = Encoding.UTF8.GetBytes($"/{name.FileName}\n");
        return Files(vault).FirstOrDefault(f => Disk.Stamp(f).Kind == FileKind.Regular && Disk.ReadRegular(f, Limit).AsSpan().IndexOf(wanted) >= 0);
    }
}
