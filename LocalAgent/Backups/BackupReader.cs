using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <param name="Files">By their names in the backup, with their SHA-256.</param>
sealed record BackupContent(BackupHead Head, IReadOnlyDictionary<string, string> Files, long Octets);

/// <summary>
/// Reads a backup through, to its very end, and holds each file against the list in it. Whoever has age's public key can make a backup, so its names are a stranger's: one that leads out of its part is refused.
/// </summary>
static class BackupReader
{
    const int HeadLimit = 1 << 20, SumsLimit = 256 << 20;

    static readonly string[] Parts = ["vault", "state", "config", "archive"];

    /// <param name="begin">Is told whose it is before anything is written, and says where each part goes; null: nothing is written.</param>
    /// <exception cref="Refusal">It can't be opened, is damaged, or holds what no backup does.</exception>
    public static BackupContent Read(string file, BackupKeys keys, Func<BackupHead, Func<string, string>>? begin, CancellationToken cancel)
    {
        BackupContent? content = null;
        Cover.Read(file, keys, opened =>
        {
            using var unzipped = new GZipStream(opened, CompressionMode.Decompress, leaveOpen: true);
            try { content = Read(unzipped, begin, cancel); }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException) { throw new Refusal(ExitCode.Failed, $"{file} is damaged: {e.Message}", "take another one", e); }
            // What was sealed is proved to its end, and there is nothing behind the end.
            if (unzipped.ReadByte() >= 0 || opened.ReadByte() >= 0) throw new Refusal(ExitCode.Failed, $"{file} is damaged: there is something behind its end", "take another one");
        }, cancel);
        return content!;
    }

    static BackupContent Read(Stream stream, Func<BackupHead, Func<string, string>>? begin, CancellationToken cancel)
    {
        using var tar = new TarReader(stream, leaveOpen: true);
        if (tar.GetNextEntry() is not { Name: Pack.HeadName } first) throw new InvalidDataException("it does not begin with its backup.json");
        var headJson = Small(first, HeadLimit);
        var head = BackupHead.Read(headJson);
        var placeOf = begin?.Invoke(head);
        var found = new Dictionary<string, string>(StringComparer.Ordinal) { [Pack.HeadName] = Convert.ToHexStringLower(SHA256.HashData(headJson)) };
        var octets = 0L;
        while (tar.GetNextEntry() is { } entry)
        {
            cancel.ThrowIfCancellationRequested();
            if (entry.Name == Pack.SumsName)
            {
                var sums = Sums(Small(entry, SumsLimit));
                if (tar.GetNextEntry() is not null) throw new InvalidDataException("something follows its list");
                // What the tar's own end is padded with.
                stream.CopyTo(Stream.Null);
                Compare(sums, found, placeOf);
                return new(head, sums, octets);
            }
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !IsName(entry.Name)) throw new InvalidDataException($"'{Unseen.Show(entry.Name)}' belongs into no backup");
            found[entry.Name] = Take(entry, placeOf?.Invoke(entry.Name), out var length);
            octets += length;
        }
        throw new InvalidDataException("its list is missing");
    }

    static bool IsName(string name)
    {
        var parts = name.Split('/');
        return parts.Length > 1 && Parts.Contains(parts[0]) && parts.All(p => p.Length > 0 && p is not ("." or "..") && p.IndexOfAny(['\0', '\\']) < 0);
    }

    static byte[] Small(TarEntry entry, int limit)
    {
        if (entry.Length > limit) throw new InvalidDataException($"{entry.Name} is too large");
        var content = new byte[entry.Length];
        entry.DataStream?.ReadExactly(content);
        return content;
    }

    /// <returns>The content's SHA-256.</returns>
    static string Take(TarEntry entry, string? path, out long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = entry.Mode | UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (path is not null) Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        length = 0;
        using (var to = path is null ? null : new FileStream(path, options))
        {
            var buffer = new byte[1 << 16];
            for (int some; entry.DataStream is { } from && (some = from.Read(buffer)) > 0; length += some)
            {
                hash.AppendData(buffer.AsSpan(0, some));
                to?.Write(buffer.AsSpan(0, some));
            }
        }
        // When a key was taken, and since when a file lies still, is told by this time.
        if (path is not null) File.SetLastWriteTimeUtc(path, entry.ModificationTime.UtcDateTime);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static Dictionary<string, string> Sums(byte[] list) =>
        Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(l => l[66..], l => l[..64], StringComparer.Ordinal);

    /// <summary>What is listed is there and as it was; what is not went away while the backup was made.</summary>
    static void Compare(Dictionary<string, string> sums, Dictionary<string, string> found, Func<string, string>? placeOf)
    {
        foreach (var (name, sum) in sums)
            if (found.GetValueOrDefault(name) != sum) throw new InvalidDataException(found.ContainsKey(name) ? $"{name} is not what its list says" : $"{name} is missing");
        foreach (var name in found.Keys.Where(n => !sums.ContainsKey(n)))
            if (placeOf is not null && name != Pack.HeadName) File.Delete(placeOf(name));
        sums.Remove(Pack.HeadName);
    }
}
