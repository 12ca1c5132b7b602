using System.Security.Cryptography;
using System.Text;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>A file as it was read: its git object id, or why it does not travel.</summary>
readonly record struct FileState(FileKind Kind, ObjectName? Blob, string? Why = null);

/// <summary>A folder that holds the very names that the tree has there, and nothing that a dead process left. Names cannot change without its stamp; the files' content can.</summary>
/// <param name="Stamp">Taken before the folder was read.</param>
/// <param name="Files">Null where only their names were looked at.</param>
/// <param name="Taken">When it was read (<see cref="FileStamp.Now"/>).</param>
sealed record SettledFolder(FileStamp Stamp, ObjectId? Tree, IReadOnlyList<(string Path, ObjectName Blob)>? Files, IReadOnlyList<string> Folders, long Taken)
{
    // There are file systems that keep no times of their folders (some of those in user space): what came there is seen within the hour.
    const long Longest = 3_600_000_000_000;

    public bool Holds(ObjectId? tree, FileStamp stamp, long now) => Tree == tree && Stamp == stamp && now >= Taken && now - Taken < Longest;
}

/// <summary>
/// Remembers what a file's content hashed to, so that only what changed is read. An entry counts while the file's stamp is the same and the file was
/// not changed in the moments before it was read.
/// </summary>
sealed class StatCache
{
    const int Version = 3, Buffer = 64 * 1024;

    readonly record struct Entry(string Path, FileStamp Stamp, ObjectName Blob, long Taken)
    {
        public bool Holds(FileStamp now) => Stamp == now && Stamp.IsSettled(Taken);
    }

    readonly Dictionary<string, Entry> files = new(StringComparer.Ordinal);
    readonly Dictionary<string, SettledFolder> folders = new(StringComparer.Ordinal);
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
            var taken = FileStamp.Now();
            try { content = Disk.ReadRegular(full, limit); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (Disk.Stamp(full) == stamp) return new(FileKind.Regular, null, e.Message);
                continue;
            }
            if (Disk.Stamp(full) != stamp) continue;
            ObjectName blob = Hash(content);
            if (known.Blob != blob || known.Stamp != stamp || stamp.IsSettled(taken))
            {
                files[path] = new(path, stamp, blob, taken);
                changed = true;
            }
            return new(FileKind.Regular, blob);
        }
        return new(FileKind.Regular, null, "it is being written to");
    }

    /// <summary>Whether a file is known to hold this blob, without reading it.</summary>
    /// <param name="folder">In which the file lies.</param>
    public bool IsStill(Disk.OpenFolder folder, string path, ObjectName blob) =>
        files.TryGetValue(path, out var known) && known.Blob == blob && known.Holds(folder.Stamp(path.AsSpan(path.LastIndexOf('/') + 1)));

    /// <summary>A folder whose names are still those of when it was last read, against the same tree: it need not be read again.</summary>
    /// <param name="tree">The folder's id in the commit that it is compared with; null where that has no such folder.</param>
    public SettledFolder? Settled(VaultFiles vault, string folder, ObjectId? tree) =>
        folders.TryGetValue(folder, out var known) && known.Holds(tree, Disk.Stamp(vault.FullPath(folder)), FileStamp.Now()) ? known : null;

    /// <summary>A path as the file's own entry has it, not its twin.</summary>
    public string Same(string path) => files.TryGetValue(path, out var known) ? known.Path : path;

    /// <summary>A file that is no longer there: whatever is done once goes through four folders.</summary>
    public void Forget(string path) => changed |= files.Remove(path);

    /// <summary>Everything is read again.</summary>
    public void Clear()
    {
        files.Clear();
        folders.Clear();
        changed = true;
    }

    public void Settle(string folder, SettledFolder settled)
    {
        if (!settled.Stamp.IsSettled(settled.Taken)) return;
        folders[folder] = settled;
        changed |= settled.Tree is not null;
        if (settled.Files is null) return;
        // What has left the folder is not remembered: a restart takes for the folder's files what is remembered in it.
        var inside = settled.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var path in files.Keys)
            if (FolderOf(path).SequenceEqual(folder) && !inside.Contains(path)) files.Remove(path);
    }

    /// <summary>A blob's object id, as git computes it.</summary>
#pragma warning disable CA5350 // Git's object names are SHA-1; nothing is trusted because of them.
    public static ObjectId Hash(ReadOnlySpan<byte> content) => Hash("blob", content);

    /// <summary>An object's id, as git computes it.</summary>
    public static ObjectId Hash(string kind, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"{kind} {content.Length}\0"));
        hash.AppendData(content);
        return new(hash.GetHashAndReset());
    }
#pragma warning restore CA5350

    /// <summary>An unreadable or damaged cache is an empty one: everything is then read again.</summary>
    public static StatCache Load(StateDirectory state)
    {
        var cache = new StatCache(state.PathOf("stat-cache"));
        if (!File.Exists(cache.file)) return cache;
        using var stream = new FileStream(cache.file, FileMode.Open, FileAccess.Read, FileShare.Read, Buffer);
        if (stream.Length < 36) return cache;
        var (sum, said) = (Sum(stream, stream.Length - 32), new byte[32]);
        stream.ReadExactly(said);
        if (!sum.AsSpan().SequenceEqual(said)) return cache;
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        if (reader.ReadInt32() != Version) return cache;
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var (path, stamp) = (reader.ReadString(), ReadStamp(reader, FileKind.Regular));
            cache.files[path] = new(path, stamp, new(reader.ReadBytes(20)), reader.ReadInt64());
        }
        var inside = cache.files.ToLookup(f => FolderOf(f.Key).ToString(), StringComparer.Ordinal);
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var (path, stamp) = (reader.ReadString(), ReadStamp(reader, FileKind.Directory));
            var (tree, taken, namesOnly) = (new ObjectId(reader.ReadBytes(20)), reader.ReadInt64(), reader.ReadBoolean());
            var below = new string[reader.ReadInt32()];
            for (var i = 0; i < below.Length; i++) below[i] = reader.ReadString();
            cache.folders[path] = new(stamp, tree, namesOnly ? null : inside[path].Select(f => (f.Value.Path, f.Value.Blob)).ToArray(), below, taken);
        }
        return cache;
    }

    /// <summary>Writes what changed. Not synced: after a power cut the checksum tells, and the files are read again.</summary>
    /// <param name="keep">Which files are worth remembering over a restart.</param>
    public void Save(Func<string, bool> keep)
    {
        if (!changed) return;
        using var stream = new FileStream(file, FileMode.Create, FileAccess.ReadWrite, FileShare.None, Buffer);
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(files.Count(f => keep(f.Key)));
            foreach (var (path, entry) in files)
            {
                if (!keep(path)) continue;
                writer.Write(path);
                WriteStamp(writer, entry.Stamp);
                writer.Write(entry.Blob.Octets);
                writer.Write(entry.Taken);
            }
            var settled = folders.Where(f => f.Value.Tree is not null && f.Value.Files?.All(IsKept) != false).ToList();
            writer.Write(settled.Count);
            foreach (var (path, folder) in settled)
            {
                writer.Write(path);
                WriteStamp(writer, folder.Stamp);
                writer.Write(folder.Tree!.RawId);
                writer.Write(folder.Taken);
                writer.Write(folder.Files is null);
                writer.Write(folder.Folders.Count);
                foreach (var below in folder.Folders) writer.Write(below);
            }
        }
        var length = stream.Length;
        stream.Position = 0;
        stream.Write(Sum(stream, length));
        changed = false;

        // A folder's files are then those that are remembered in it.
        bool IsKept((string Path, ObjectName Blob) f) => keep(f.Path) && files.TryGetValue(f.Path, out var known) && known.Blob == f.Blob;
    }

    /// <summary>Of the first octets of a file, piece by piece: a vault of 50,000 files has 7 MB of this, and the whole of it in memory would be most of what the program needs.</summary>
    static byte[] Sum(FileStream stream, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[Buffer];
        while (length > 0)
        {
            var read = stream.Read(piece, 0, (int)Math.Min(piece.Length, length));
            if (read == 0) break;
            hash.AppendData(piece, 0, read);
            length -= read;
        }
        return hash.GetHashAndReset();
    }

    static ReadOnlySpan<char> FolderOf(string path) => path.AsSpan(0, Math.Max(path.LastIndexOf('/'), 0));

    static FileStamp ReadStamp(BinaryReader reader, FileKind kind) =>
        new(kind, reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());

    static void WriteStamp(BinaryWriter writer, FileStamp stamp)
    {
        writer.Write(stamp.Device);
        writer.Write(stamp.Inode);
        writer.Write(stamp.Size);
        writer.Write(stamp.Written);
        writer.Write(stamp.Changed);
    }
}
