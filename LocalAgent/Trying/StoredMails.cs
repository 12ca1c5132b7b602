using VaultKit.Vault;

namespace LocalAgent.Trying;

/// <summary>A mail that lies in a file: where, and its octets. Larger than the limit, its beginning.</summary>
sealed record FileMail(string Origin, byte[] Octets, long Bytes)
{
    public bool Whole => Octets.LongLength == Bytes;
}

/// <summary>The mails in files and folders: one a file (<c>.eml</c>, or whatever is named itself), maildirs, mboxes (RFC 4155), and folders of them. Nothing is changed.</summary>
static class StoredMails
{
    const int ReadAhead = 64 * 1024;

    /// <param name="limit">Of a mail no more octets are kept.</param>
    /// <exception cref="Refusal">There is no such path.</exception>
    public static IEnumerable<FileMail> In(string path, long limit)
    {
        if (Directory.Exists(path)) return InFolder(path, limit);
        if (!File.Exists(path)) throw new Refusal(ExitCode.Usage, $"there is no '{path}'", "give a mail (.eml), a maildir, an mbox, or a folder of mails");
        return InFile(path, limit);
    }

    static IEnumerable<FileMail> InFolder(string folder, long limit)
    {
        string[] maildir = [Path.Combine(folder, "cur"), Path.Combine(folder, "new")];
        var isMaildir = Array.TrueForAll(maildir, Directory.Exists);
        var files = (isMaildir ? maildir : [folder]).SelectMany(Directory.EnumerateFiles).Where(f => Path.GetFileName(f)[0] != '.' && (isMaildir || IsMail(f)));
        foreach (var file in files.Order(StringComparer.Ordinal))
            foreach (var mail in InFile(file, limit)) yield return mail;
    }

    static bool IsMail(string file) => Path.GetExtension(file).ToLowerInvariant() is ".eml" or ".mbox" or ".mbx";

    static IEnumerable<FileMail> InFile(string file, long limit)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, ReadAhead);
        var first = new byte[5];
        var isMbox = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length && first.AsSpan().SequenceEqual("From "u8);
        stream.Position = 0;
        foreach (var mail in isMbox ? InMbox(file, stream, limit) : [Whole(file, stream, limit)]) yield return mail;
    }

    static FileMail Whole(string file, FileStream stream, long limit)
    {
        var octets = new byte[Math.Min(stream.Length, limit)];
        stream.ReadExactly(octets);
        return new(file, octets, stream.Length);
    }

    /// <summary>A line that begins with "From " behind an empty one begins a mail; one that only looks so was marked by the writer with <c>&gt;</c>.</summary>
    static IEnumerable<FileMail> InMbox(string file, FileStream stream, long limit)
    {
        var (octets, bytes, number, blank) = (new MemoryStream(), 0L, 0, true);
        foreach (var line in Lines(stream))
        {
            if (blank && line.AsSpan().StartsWith("From "u8))
            {
                if (number++ > 0) yield return new($"{file}:{number - 1}", octets.ToArray(), bytes);
                (octets, bytes, blank) = (new MemoryStream(), 0, false);
                continue;
            }
            var quoted = line.AsSpan().TrimStart((byte)'>') is var bare && bare.Length < line.Length && bare.StartsWith("From "u8) ? 1 : 0;
            if (bytes + line.Length <= limit) octets.Write(line, quoted, line.Length - quoted);
            bytes += line.Length - quoted;
            blank = line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'];
        }
        if (number > 0) yield return new($"{file}:{number}", octets.ToArray(), bytes);
    }

    /// <summary>With their line ends.</summary>
    static IEnumerable<byte[]> Lines(FileStream stream)
    {
        var (buffer, line) = (new byte[ReadAhead], new List<byte>());
        for (int count; (count = stream.Read(buffer)) > 0;)
            for (var at = 0; at < count;)
            {
                var end = buffer.AsSpan(at, count - at).IndexOf((byte)'\n');
                var part = buffer.AsSpan(at, end < 0 ? count - at : end + 1);
                line.AddRange(part);
                at += part.Length;
                // A line without an end is passed on in pieces.
                if (end < 0 && line.Count < ReadAhead) continue;
                yield return [.. line];
                line.Clear();
            }
        if (line.Count > 0) yield return [.. line];
    }
}
