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
        return new() { MaxMimeDepth = Depth, MaxAddressGroupDepth = 3, AllowAddressesWithoutDomain = true, CharsetEncoding = western };
    }

    /// <exception cref="HostileMimeException">It is over a bound.</exception>
    /// <exception cref="FormatException">It is no mail.</exception>
    public static void Check(Stream mime) => new MimeBounds(mime).ReadMessage();

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
