using System.Text;
using MimeKit;

namespace VaultKit.Mail;

/// <summary>
/// A part of a mail as a named, measured and hashed file, streamed and never held. What was not sent as base64 is text in transit and its
/// line ends are the store's, so there CRLF counts and hashes as LF.
/// </summary>
public static class AttachedFile
{
    const int NameLimit = 120, TypeLimit = 100;

    /// <summary>Writes the octets of the file in a mail that has a hash.</summary>
    /// <param name="mime">A mail; read from its start, not closed.</param>
    /// <returns>False where the mail has no such file, or is none that can be read.</returns>
    public static bool Extract(Stream mime, string sha256, Stream target)
    {
        try
        {
            MimeBounds.Check(mime);
            using var message = new MimeParser(MimeBounds.Limits, mime, MimeFormat.Entity, persistent: true).ParseMessage();
            var waiting = new Stack<MimeEntity>(message.Body is { } body ? [body] : []);
            while (waiting.TryPop(out var part))
            {
                if (Describe(part).Sha256 == sha256)
                {
                    Decode(part, target);
                    return true;
                }
                if (part is Multipart parts)
                    foreach (var inner in parts) waiting.Push(inner);
            }
            return false;
        }
        catch (Exception e) when (e is FormatException or HostileMimeException) { return false; }
    }

    internal static Attachment Describe(MimeEntity part)
    {
        using var sink = new HashStream(asText: part is not MimePart { ContentTransferEncoding: ContentEncoding.Base64 or ContentEncoding.UUEncode or ContentEncoding.Binary });
        Decode(part, sink);
        var (bytes, sha256) = sink.Finish();
        return new(Name(part), Type(part.ContentType), bytes, sha256);
    }

    static void Decode(MimeEntity part, Stream target)
    {
        switch (part)
        {
            case MimePart { Content: { } content }:
                content.DecodeTo(target);
                break;
            case MessagePart { Message: { } message }:
                message.WriteTo(target);
                break;
            case Multipart parts:
                parts.WriteTo(target);
                break;
        }
    }

    static string Type(ContentType type)
    {
        var name = type.MimeType.ToLowerInvariant();
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && !"/.+-_!#$&^".Contains(c)) return "application/octet-stream";
        return name.Length <= TypeLimit ? name : "application/octet-stream";
    }

    static string Name(MimeEntity part)
    {
        var given = part is MimePart { FileName: { } file } ? file : part.ContentDisposition?.FileName ?? part.ContentType.Name;
        var name = Safe(given ?? "");
        if (name.Length > 0) return name;
        if (part is MessagePart { Message.Subject: { } subject } && Safe(subject) is { Length: > 0 } title) return Short(title + ".eml");
        return part.ContentType.MimeType.ToLowerInvariant() switch
        {
            "text/calendar" => "invitation.ics",
            "message/rfc822" => "mail.eml",
            "message/delivery-status" => "delivery-status.txt",
            "text/plain" => "unnamed.txt",
            "text/html" => "unnamed.html",
            "application/pdf" => "unnamed.pdf",
            "image/jpeg" => "unnamed.jpg",
            "image/png" => "unnamed.png",
            _ => "unnamed",
        };
    }

    /// <summary>One line, no separator of any system, no leading dot or blank, at most 120 characters with its extension kept.</summary>
    static string Safe(string name)
    {
        var safe = new StringBuilder();
        foreach (var c in CleanText.OneLine(name, 1000)) safe.Append("/\\:*?\"<>|".Contains(c) ? '_' : c);
        return Short(safe.ToString().TrimStart(' ', '.').TrimEnd());
    }

    static string Short(string name)
    {
        if (name.Length <= NameLimit) return name;
        var dot = name.LastIndexOf('.');
        var extension = dot > 0 && name.Length - dot <= 12 ? name[dot..] : "";
        var kept = NameLimit - extension.Length;
        return (char.IsHighSurrogate(name[kept - 1]) ? name[..(kept - 1)] : name[..kept]) + extension;
    }

    /// <summary>Counts and hashes what is written to it.</summary>
    sealed class HashStream : Stream
    {
        readonly Gathered octets = Gathered.Take();
        readonly LineEnds? lines;

        public HashStream(bool asText) => lines = asText ? new LineEnds(octets, trimEnd: false) : null;

        public (long Bytes, string Sha256) Finish()
        {
            lines?.End();
            return (octets.Bytes, Convert.ToHexStringLower(octets.Hash()));
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (lines is null) octets.Add(buffer);
            else lines.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => octets.Bytes;
        public override long Position { get => octets.Bytes; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
