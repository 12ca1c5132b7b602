using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <summary>
/// The files of a backup as a tar stream (POSIX pax): <c>backup.json</c> first, last <c>SHA256SUMS</c>, lines as sha256sum(1) checks them. A file that changed while it was read is in it twice,
/// and the later one counts, as for tar(1); what is not in the list went away meanwhile.
/// </summary>
sealed class Pack : IDisposable
{
    public const string HeadName = "backup.json", SumsName = "SHA256SUMS";

    readonly TarWriter tar;
    readonly SortedDictionary<string, string> sums = new(StringComparer.Ordinal);

    /// <summary>Without its own head and list.</summary>
    public int Files => sums.Keys.Count(n => n.Contains('/'));
    public long Octets { get; private set; }

    public Pack(Stream to, BackupHead head)
    {
        tar = new TarWriter(to, TarEntryFormat.Pax, leaveOpen: true);
        Add(HeadName, head.ToJson());
    }

    public void Add(string name, byte[] content)
    {
        using var stream = new MemoryStream(content, writable: false);
        Add(name, stream, DateTimeOffset.UnixEpoch, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>A file as long as it is when it is opened; where one grows, the rest is not in it.</summary>
    /// <returns>False where it is gone.</returns>
    /// <exception cref="IOException">It can't be read, or became shorter.</exception>
    public bool Add(string name, string path)
    {
        if (Disk.Stamp(path).Kind != FileKind.Regular) return false;
        FileStream file;
        try { file = Disk.OpenRegular(path); }
        catch (IOException) when (Disk.Stamp(path).Kind != FileKind.Regular) { return false; } // gone in this instant
        using (file) Add(name, file);
        return true;
    }

    public void Add(string name, FileStream file) =>
        Add(name, file, File.GetLastWriteTimeUtc(file.SafeFileHandle), OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(file.SafeFileHandle) & ModeBits);

    const UnixFileMode ModeBits = (UnixFileMode)0b111_111_111;

    void Add(string name, Stream content, DateTimeOffset written, UnixFileMode mode)
    {
        using var measured = new Measured(content);
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = measured, ModificationTime = written, Mode = mode });
        sums[name] = measured.Sum();
        Octets += measured.Length;
    }

    /// <summary>What was added under this name has gone meanwhile.</summary>
    public void Forget(string name) => sums.Remove(name);

    /// <summary>Writes the list, and the end.</summary>
    public void Finish()
    {
        var list = new StringBuilder();
        foreach (var (name, sum) in sums) list.Append(sum).Append("  ").Append(name).Append('\n');
        Add(SumsName, Encoding.UTF8.GetBytes(list.ToString()));
        tar.Dispose();
    }

    public void Dispose() => tar.Dispose();

    /// <summary>A stream of the length that it had at first, hashed on its way.</summary>
    sealed class Measured(Stream from) : Seal.Forward
    {
        readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        readonly long length = from.Length;
        long at;

        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override long Length => length;
        public override long Position { get => at; set { if (value != at) throw new NotSupportedException(); } }

        public override int Read(Span<byte> buffer)
        {
            if (at == length || buffer.Length == 0) return 0;
            var some = from.Read(buffer[..(int)Math.Min(buffer.Length, length - at)]);
            if (some == 0) throw new IOException($"{(from as FileStream)?.Name}: became shorter while it was read");
            hash.AppendData(buffer[..some]);
            at += some;
            return some;
        }

        public string Sum() => at == length ? Convert.ToHexStringLower(hash.GetHashAndReset()) : throw new IOException("a file was not read to its end");

        protected override void Dispose(bool disposing)
        {
            hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
