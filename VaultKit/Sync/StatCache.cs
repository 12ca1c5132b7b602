using System.Security.Cryptography;
using System.Text;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>A file as it was read: its git object id, or why it does not travel.</summary>
readonly record struct FileState(FileKind Kind, ObjectId? Blob, string? Why = null);

/// <summary>
/// Remembers what a file's content hashed to, so that only what changed is read. An entry counts while the file's stamp is the same and the file was
/// not changed in the moments before it was read: a second change within the clock's grain would leave the stamp alike (git calls that racily clean).
/// </summary>
sealed class StatCache
{
    // Two seconds is the coarsest clock of a file system in use (FAT).
    const long Grain = 2_000_000_000;
    const int Version = 1;

    readonly record struct Entry(FileStamp Stamp, ObjectId Blob, long Taken)
    {
        public bool Holds(FileStamp now) => Stamp == now && IsSettled(Stamp, Taken);
    }

    /// <summary>Whether a file with this stamp could not have changed again, unseen, after it was read at <paramref name="taken"/>.</summary>
    internal static bool IsSettled(FileStamp stamp, long taken) => Math.Max(stamp.Written, stamp.Changed) + Grain < taken;

    readonly Dictionary<string, Entry> files = new(StringComparer.Ordinal);
    readonly Dictionary<string, Entry> folders = new(StringComparer.Ordinal);
    readonly string file;
    bool changed;

    StatCache(string file) => this.file = file;

    /// <summary>Reads a file's state. A file that is being written to is reported as it was before, or as unreadable.</summary>
    /// <param name="path">Below the vault; the key.</param>
    /// <param name="content">The bytes, where they had to be read.</param>
    public FileState Look(VaultFiles vault, string path, out byte[]? content)
    {
        content = null;
        var full = vault.FullPath(path);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var stamp = Disk.Stamp(full);
            if (stamp.Kind == FileKind.Missing) { changed |= files.Remove(path); return default; }
            if (stamp.Kind != FileKind.Regular) return new(stamp.Kind, null, "it is no ordinary file");
            if (files.TryGetValue(path, out var known) && known.Holds(stamp)) return new(FileKind.Regular, known.Blob);
            var limit = SyncPath.Limit(path);
            if (stamp.Size > limit) return new(FileKind.Regular, null, $"it has {stamp.Size / 1024} KiB, more than {limit / 1024}");
            var taken = Now();
            try { content = Disk.ReadRegular(full, limit); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (Disk.Stamp(full) == stamp) return new(FileKind.Regular, null, e.Message);
                continue;
            }
            if (Disk.Stamp(full) != stamp) continue;
            var blob = Hash(content);
            if (known.Blob != blob || known.Stamp != stamp || IsSettled(stamp, taken))
            {
                files[path] = new(stamp, blob, taken);
                changed = true;
            }
            return new(FileKind.Regular, blob);
        }
        return new(FileKind.Regular, null, "it is being written to");
    }

    /// <summary>Whether a folder's names are those that were looked at before, against the same tree. Not kept over a restart.</summary>
    public bool IsSettled(VaultFiles vault, string folder, ObjectId tree) =>
        folders.TryGetValue(folder, out var known) && known.Blob == tree && known.Holds(Disk.Stamp(vault.FullPath(folder)));

    /// <param name="stamp">Taken before the folder was read.</param>
    public void Settle(string folder, FileStamp stamp, ObjectId tree, long taken) => folders[folder] = new(stamp, tree, taken);

    public static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>A blob's object id, as git computes it.</summary>
#pragma warning disable CA5350 // Git's object names are SHA-1; nothing is trusted because of them.
    public static ObjectId Hash(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return new(hash.GetHashAndReset());
    }
#pragma warning restore CA5350

    /// <summary>An unreadable or damaged cache is an empty one: everything is then read again.</summary>
    public static StatCache Load(StateDirectory state)
    {
        var cache = new StatCache(state.PathOf("stat-cache"));
        if (!File.Exists(cache.file)) return cache;
        var bytes = File.ReadAllBytes(cache.file);
        if (bytes.Length < 36 || !SHA256.HashData(bytes.AsSpan(32)).AsSpan().SequenceEqual(bytes.AsSpan(0, 32))) return cache;
        using var reader = new BinaryReader(new MemoryStream(bytes, 32, bytes.Length - 32));
        if (reader.ReadInt32() != Version) return cache;
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var path = reader.ReadString();
            var stamp = new FileStamp(FileKind.Regular, reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            cache.files[path] = new(stamp, new ObjectId(reader.ReadBytes(20)), reader.ReadInt64());
        }
        return cache;
    }

    /// <summary>Writes what changed. Not synced: after a power cut the checksum tells, and the files are read again.</summary>
    /// <param name="keep">Which paths are worth remembering over a restart.</param>
    public void Save(Func<string, bool> keep)
    {
        if (!changed) return;
        var body = new MemoryStream();
        using (var writer = new BinaryWriter(body, Encoding.UTF8, leaveOpen: true))
        {
            var kept = files.Where(f => keep(f.Key)).ToList();
            writer.Write(Version);
            writer.Write(kept.Count);
            foreach (var (path, entry) in kept)
            {
                writer.Write(path);
                writer.Write(entry.Stamp.Device);
                writer.Write(entry.Stamp.Inode);
                writer.Write(entry.Stamp.Size);
                writer.Write(entry.Stamp.Written);
                writer.Write(entry.Stamp.Changed);
                writer.Write(entry.Blob.RawId);
                writer.Write(entry.Taken);
            }
        }
        var bytes = body.ToArray();
        File.WriteAllBytes(file, [.. SHA256.HashData(bytes), .. bytes]);
        changed = false;
    }
}
