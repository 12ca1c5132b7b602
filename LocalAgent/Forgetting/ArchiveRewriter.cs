using System.IO.Compression;
using System.Text;
using VaultKit.Archiving;
using VaultKit.Vault;

namespace LocalAgent.Forgetting;

/// <summary>
/// Archives without what is forgotten. The new one is durable beside the old one before its index is in the vault; the old one is removed when no index names it any more. In between a note in the state directory
/// (<c>forgetting</c>) says which these are, so that a run after a crash finds them.
/// </summary>
sealed class ArchiveRewriter(VaultFolder vault, StateDirectory state, string folder)
{
    const int NoteLimit = 1 << 20;

    string NoteFile => state.PathOf("forgetting");

    /// <returns>What is to be otherwise in the vault: the indexes. Durable when it returns.</returns>
    public Dictionary<string, byte[]?> Write(IReadOnlyList<AffectedArchive> archives)
    {
        var indexes = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        if (archives.Count == 0) return indexes;
        Durable.Write(NoteFile, Encoding.UTF8.GetBytes(string.Concat(Noted().Union(archives.Select(a => a.Zip)).Select(z => z + "\n"))), secret: true);
        foreach (var archive in archives)
        {
            indexes[archive.Index] = null;
            using var old = ZipFile.OpenRead(archive.Zip);
            var kept = old.Entries.Where(e => !(archive.Changes.TryGetValue(e.FullName, out var now) && now is null)).ToList();
            if (kept.Count == 0) continue;
            var month = Path.GetFileName(archive.Zip)[..7];
            var (zip, lines) = Archiver.Write(folder, month, kept.Select(e => new ArchivedFile(e.FullName, archive.Changes.GetValueOrDefault(e.FullName) ?? Read(e), e.LastWriteTime.DateTime)));
            var (path, text) = Archiver.Index(month, zip, lines);
            indexes[path] = text;
        }
        return indexes;
    }

    /// <summary>Removes the old ones, which nothing names any more.</summary>
    /// <returns>How many.</returns>
    public int RemoveOld()
    {
        if (Noted() is not { Count: > 0 } noted) return 0;
        var named = ArchiveIndex.Files(vault).Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet(StringComparer.Ordinal);
        var old = noted.Where(z => !named.Contains(Path.GetFileNameWithoutExtension(z)) && File.Exists(z)).ToList();
        foreach (var zip in old) File.Delete(zip);
        if (old.Count > 0) Disk.SyncDirectory(folder);
        File.Delete(NoteFile);
        return old.Count;
    }

    List<string> Noted() => Disk.Stamp(NoteFile).Kind == FileKind.Regular ? [.. Encoding.UTF8.GetString(Disk.ReadRegular(NoteFile, NoteLimit)).Split('\n', StringSplitOptions.RemoveEmptyEntries)] : [];

    static byte[] Read(ZipArchiveEntry entry)
    {
        var content = new byte[entry.Length];
        using var from = entry.Open();
        from.ReadExactly(content);
        return content;
    }
}
