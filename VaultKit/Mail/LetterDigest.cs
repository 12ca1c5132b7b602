using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace VaultKit.Mail;

/// <summary>
/// What makes a mail this mail, whoever delivered it. SHA-256 over the fields Message-ID, From, Date and Subject as they stand in the header
/// (raw octets, unfolded, runs of white space as one space), then the body's octets: CRLF as LF, line ends at its end dropped. Nothing that
/// delivery adds (Received, Return-Path, Delivered-To, X-…, Status) is in it, so the same mail read by IMAP (CRLF) and from a maildir (LF) has
/// the same digest. Of a mail whose body was not read, the size as its store counts it stands for the body: two stores that count line ends
/// differently then give two digests.
/// </summary>
static class LetterDigest
{
    /// <summary>Of a header, no more than this is looked at, here and when it is parsed.</summary>
    public const int HeaderLimit = 256 * 1024;

    static readonly byte[][] Fields = ["message-id:"u8.ToArray(), "from:"u8.ToArray(), "date:"u8.ToArray(), "subject:"u8.ToArray()];

    /// <param name="mime">Read from its position to its end.</param>
    /// <param name="headerBytes">Length of the header with the blank line after it, as far as it was looked at.</param>
    public static byte[] Of(Stream mime, long bytes, bool whole, out int headerBytes)
    {
        var header = ReadHeader(mime, out headerBytes, out var behind);
        var octets = Gathered.Take();
        Span<Range> places = stackalloc Range[Fields.Length];
        FindFields(header.AsSpan(0, headerBytes), places);
        for (var i = 0; i < Fields.Length; i++)
        {
            octets.Add(Fields[i]);
            AddField(octets, header.AsSpan(places[i]), Fields[i]);
            octets.Add("\n"u8);
        }
        if (whole)
        {
            var body = new LineEnds(octets, trimEnd: true);
            body.Write(header.AsSpan(headerBytes, behind));
            for (int read; (read = mime.Read(header)) > 0;) body.Write(header.AsSpan(0, read));
            body.End();
        }
        else octets.Add(Encoding.ASCII.GetBytes($"bytes:{bytes}"));
        ArrayPool<byte>.Shared.Return(header);
        return octets.Hash();
    }

    /// <summary>A mail's header alone, as far as it is looked at.</summary>
    public static byte[] HeaderOf(Stream mime)
    {
        var buffer = ReadHeader(mime, out var headerBytes, out _);
        var header = buffer[..headerBytes];
        ArrayPool<byte>.Shared.Return(buffer);
        return header;
    }

    /// <returns>A buffer of the shared pool's with the header and, behind it, <paramref name="behind"/> octets of the body.</returns>
    static byte[] ReadHeader(Stream mime, out int headerBytes, out int behind)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        int filled = 0, scanned = 0;
        while (true)
        {
            var read = mime.Read(buffer.AsSpan(filled));
            filled += read;
            var end = HeaderEnd(buffer.AsSpan(0, filled), ref scanned);
            if (end >= 0 || read == 0 || filled >= HeaderLimit)
            {
                headerBytes = end >= 0 ? end : Math.Min(filled, HeaderLimit);
                behind = filled - headerBytes;
                return buffer;
            }
            if (filled < buffer.Length) continue;
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
    }

    /// <summary>Behind the first empty line; -1 while there is none. <paramref name="scanned"/> is the start of the line to go on with.</summary>
    static int HeaderEnd(ReadOnlySpan<byte> mail, ref int scanned)
    {
        while (true)
        {
            var length = mail[scanned..].IndexOf((byte)'\n');
            if (length < 0) return -1;
            var line = mail.Slice(scanned, length);
            scanned += length + 1;
            if (line.IsEmpty || line.SequenceEqual("\r"u8)) return scanned;
        }
    }

    /// <summary>Where each of <see cref="Fields"/> stands: from the first of its name to behind the last, with what is between them.</summary>
    static void FindFields(ReadOnlySpan<byte> header, Span<Range> places)
    {
        places.Fill(0..0);
        var open = -1;
        for (int start = 0, next; start < header.Length; start = next)
        {
            var end = header[start..].IndexOf((byte)'\n');
            next = end < 0 ? header.Length : start + end + 1;
            if (header[start] is (byte)' ' or (byte)'\t' or (byte)'\n')
            {
                if (open >= 0) places[open] = places[open].Start..next;
                continue;
            }
            open = Fields.Length - 1;
            while (open >= 0 && !Begins(header[start..next], Fields[open])) open--;
            if (open >= 0) places[open] = (places[open].End.Value == 0 ? start : places[open].Start)..next;
        }
    }

    /// <param name="field">In lower case, with its colon.</param>
    static bool Begins(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field)
    {
        // By its first letter most are told apart.
        if ((line[0] | 0x20) != field[0]) return false;
        var colon = line.IndexOf((byte)':');
        return colon > 0 && Ascii.EqualsIgnoreCase(line[..colon].TrimEnd((byte)' '), field[..^1]);
    }

    /// <param name="header">Where the field stands in it, or more.</param>
    static void AddField(Gathered octets, ReadOnlySpan<byte> header, ReadOnlySpan<byte> field)
    {
        bool ours = false, space = false, any = false;
        while (!header.IsEmpty)
        {
            var end = header.IndexOf((byte)'\n');
            var line = end < 0 ? header : header[..end];
            header = end < 0 ? default : header[(end + 1)..];
            if (line.IsEmpty) continue;
            if (line[0] is not ((byte)' ' or (byte)'\t'))
            {
                ours = Begins(line, field);
                // A field that stands twice counts twice.
                space = any && ours;
                line = ours ? line[(line.IndexOf((byte)':') + 1)..] : line;
            }
            if (!ours) continue;
            while (!line.IsEmpty)
            {
                var blank = line.IndexOfAny(" \t\r"u8);
                var word = blank < 0 ? line : line[..blank];
                if (!word.IsEmpty)
                {
                    if (space) octets.Add(" "u8);
                    octets.Add(word);
                    any = true;
                }
                space = blank < 0 ? false : any;
                line = blank < 0 ? default : line[(blank + 1)..];
            }
        }
    }
}

/// <summary>Octets on their way to their SHA-256: passed on many at a time, since each call of a hash costs as much as a line.</summary>
sealed class Gathered
{
    // Made for each mail anew, it costs as much as half of what it does.
    [ThreadStatic]
    static Gathered? spare;

    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] held = new byte[2048];
    int count;

    /// <summary>One that is empty.</summary>
    public static Gathered Take()
    {
        var taken = spare ?? new();
        // Back again when it is empty: whoever can't read to the end leaves one behind that is not.
        spare = null;
        return taken;
    }

    /// <summary>So many have come.</summary>
    public long Bytes { get; private set; }

    public void Add(ReadOnlySpan<byte> octets)
    {
        Bytes += octets.Length;
        if (octets.Length > held.Length - count) Pass();
        if (octets.Length > held.Length) hash.AppendData(octets);
        else
        {
            octets.CopyTo(held.AsSpan(count));
            count += octets.Length;
        }
    }

    void Pass()
    {
        hash.AppendData(held.AsSpan(0, count));
        count = 0;
    }

    /// <summary>Of all that came; with it others may take it.</summary>
    public byte[] Hash()
    {
        Pass();
        Bytes = 0;
        var digest = hash.GetHashAndReset();
        spare = this;
        return digest;
    }
}

/// <summary>Passes octets on with CRLF as LF, so that what was stored by different mail stores counts and hashes the same.</summary>
/// <param name="trimEnd">Line ends behind the last other octet are not passed on.</param>
sealed class LineEnds(Gathered next, bool trimEnd)
{
    bool heldReturn;
    long heldLines;

    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (heldReturn && octets[0] != '\n') Pass("\r"u8);
            var end = octets.IndexOf((byte)'\r');
            heldReturn = end >= 0;
            var lines = heldReturn ? octets[..end] : octets;
            var kept = trimEnd ? lines.TrimEnd((byte)'\n') : lines;
            if (!kept.IsEmpty) Pass(kept);
            heldLines += lines.Length - kept.Length;
            octets = heldReturn ? octets[(end + 1)..] : default;
        }
    }

    public void End()
    {
        if (heldReturn && !trimEnd) next.Add("\r"u8);
        heldReturn = false;
    }

    void Pass(ReadOnlySpan<byte> octets)
    {
        for (; heldLines > 0; heldLines--) next.Add("\n"u8);
        next.Add(octets);
    }
}
