using MimeKit;

namespace VaultKit.Mail;

/// <summary>A mail whose structure is made to hurt: more parts, header fields or depth than any mailer writes.</summary>
sealed class HostileMimeException(string what) : Exception(what);

/// <summary>Walks a mail's structure without keeping any of it, before a tree of it is built in memory.</summary>
sealed class MimeBounds(Stream mime) : MimeReader(Limits, mime, MimeFormat.Entity)
{
    public const int Depth = 30, Parts = 500, HeaderFields = 5000;

    int parts, fields;

    /// <summary>Raw 8-bit header text that is not UTF-8 is taken for windows-1252, what most such mailers wrote.</summary>
    public static readonly ParserOptions Limits = MakeLimits();

    static ParserOptions MakeLimits()
    {
        // Before anything of MimeKit's is touched: it looks once which encodings there are.
        var western = Charsets.Windows1252;
        CodePages.LookedAt(static () => _ = new ParserOptions());
        return new() { MaxMimeDepth = Depth, MaxAddressGroupDepth = 3, AllowAddressesWithoutDomain = true, CharsetEncoding = western };
    }

    /// <param name="mime">Read from its start, and left there.</param>
    /// <exception cref="HostileMimeException">It is over a bound.</exception>
    /// <exception cref="FormatException">It is no mail.</exception>
    public static void Check(Stream mime)
    {
        mime.Position = 0;
        // A field takes a line and a part takes half of one at least (an empty mail in a digest is two): nearly every mail has too few to be over a bound.
        var few = Lines(mime) < Parts / 4;
        mime.Position = 0;
        if (few) return;
        new MimeBounds(mime).ReadMessage();
        mime.Position = 0;
    }

    static int Lines(Stream mime)
    {
        Span<byte> octets = stackalloc byte[4096];
        var lines = 0;
        while (lines < Parts && mime.Read(octets) is > 0 and var read) lines += octets[..read].Count((byte)'\n');
        return lines;
    }

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (++fields > HeaderFields) throw new HostileMimeException($"more than {HeaderFields} header fields");
    }

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

    protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Count();

    void Count()
    {
        if (++parts > Parts) throw new HostileMimeException($"more than {Parts} parts");
    }
}
