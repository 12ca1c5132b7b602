using MimeKit;
using MimeKit.IO;
using MimeKit.IO.Filters;

namespace VaultKit.Mail;

/// <summary>What a mail's parts say: its readable text, and the files that came with it.</summary>
sealed class LetterBody
{
    /// <summary>Octets of a part that are decoded, of its text that is kept, and of all parts together.</summary>
    const int PlainRead = 256 * 1024, HtmlRead = 1024 * 1024, TextLimit = 64 * 1024;

    /// <summary>A part of fewer octets is read and decoded at once; no encoding makes it larger.</summary>
    const int OnePiece = 64 * 1024;

    const int AttachmentLimit = 100, AttachmentsLimit = 12 * 1024;

    /// <summary>An image that the text shows is worth a line from here on: smaller ones are logos and lines.</summary>
    const long InlineImageWorthALine = 100 * 1024;

    public static readonly LetterBody Empty = new();

    readonly List<string> texts = [];
    readonly List<string> notes = [];
    readonly List<Attachment> attachments = [];
    int length, listed, omitted;

    public string Text { get; private set; } = "";
    public IReadOnlyList<string> Notes => notes;
    public IReadOnlyList<Attachment> Attachments => attachments;

    public static LetterBody Read(MimeMessage message)
    {
        var body = new LetterBody();
        if (message.Body is { } root) body.Walk(root, related: false);
        if (body.omitted > 0) body.Note($"{body.omitted} more attachments are not listed");
        var text = CleanText.Cut(string.Join("\n\n", body.texts), TextLimit, out var cut);
        body.Text = text;
        if (cut || body.length > TextLimit) body.Note($"text cut after {TextLimit / 1024} KiB");
        return body;
    }

    void Note(string note)
    {
        if (!notes.Contains(note)) notes.Add(note);
    }

    void Walk(MimeEntity part, bool related)
    {
        switch (part)
        {
            case MultipartAlternative alternative:
                Alternative(alternative);
                break;
            case Multipart signed when signed.ContentType.IsMimeType("multipart", "signed"):
                // The signature itself says nothing that a reader could check here.
                if (signed.Count > 0) Walk(signed[0], related);
                for (var i = 2; i < signed.Count; i++) Walk(signed[i], related);
                break;
            case Multipart encrypted when encrypted.ContentType.IsMimeType("multipart", "encrypted"):
                Note("it is encrypted: its text can't be read here");
                foreach (var inner in encrypted) Attach(inner);
                break;
            case MultipartRelated relatedParts:
                var start = relatedParts.Root;
                if (start is not null) Walk(start, related: false);
                foreach (var inner in relatedParts)
                    if (inner != start) Walk(inner, related: true);
                break;
            case Multipart mixed:
                foreach (var inner in mixed) Walk(inner, related);
                break;
            case TextPart text when IsBody(text):
                Add(Readable(text));
                break;
            case MimePart image when IsDecoration(image, related):
                break;
            default:
                Attach(part);
                break;
        }
    }

    /// <summary>Text to read, not a file: not named, not marked as an attachment, of a kind that people write in.</summary>
    static bool IsBody(TextPart part) =>
        !part.IsAttachment && string.IsNullOrEmpty(part.FileName) && (part.IsPlain || part.IsHtml || part.ContentType.IsMimeType("text", "enriched"));

    static bool IsDecoration(MimePart part, bool related) =>
        part.ContentType.IsMimeType("image", "*") && !part.IsAttachment && (related || !string.IsNullOrEmpty(part.ContentId))
        && (part.Content?.Stream?.Length ?? 0) < InlineImageWorthALine * 4 / 3;

    /// <summary>The plain text, or the HTML where there is no plain text or it says only that the mail is HTML. Other parts are walked as they are.</summary>
    void Alternative(MultipartAlternative alternative)
    {
        TextPart? plain = null, html = null;
        var others = new List<MimeEntity>();
        foreach (var part in alternative)
        {
            if (part is TextPart { IsPlain: true } text && IsBody(text)) plain ??= text;
            else if (part is TextPart { IsHtml: true } page && IsBody(page)) html = page;
            else if (part is MultipartRelated { Root: TextPart { IsHtml: true } root } relatedParts && IsBody(root))
            {
                html = root;
                foreach (var inner in relatedParts)
                    if (inner != root) others.Add(inner);
            }
            // AMP is the same mail once more, as a program.
            else if (!part.ContentType.IsMimeType("text", "x-amp-html")) others.Add(part);
        }
        var said = plain is null ? "" : Readable(plain);
        if (html is not null && (string.IsNullOrWhiteSpace(said) || MayBeStub(said)))
        {
            var shown = Readable(html);
            if (string.IsNullOrWhiteSpace(said) || shown.Length > 2 * said.Length) said = shown;
        }
        Add(said);
        foreach (var other in others) Walk(other, related: other is MimePart { ContentId.Length: > 0 });
    }

    // In capitals, as the text is compared.
    static readonly string[] StubWords = ["HTML", "BROWSER", "NAVIGATEUR", "NAVEGADOR", "VIEW THIS", "ONLINE ANSEHEN", "MAIL CLIENT", "E-MAIL-PROGRAMM"];

    static bool MayBeStub(string text)
    {
        if (text.Length > 600) return false;
        text = text.ToUpperInvariant();
        foreach (var word in StubWords)
            if (text.Contains(word, StringComparison.Ordinal)) return true;
        return false;
    }

    void Add(string text)
    {
        text = text.TrimEnd();
        if (text.Length == 0) return;
        length += Math.Min(text.Length, TextLimit + 1);
        if (length - text.Length <= TextLimit) texts.Add(text);
    }

    string Readable(TextPart part)
    {
        var limit = part.IsHtml ? HtmlRead : PlainRead;
        if (part.Content is null) return "";
        var octets = Octets(part.Content, limit);
        var cut = octets.Length == limit;
        if (cut) Note($"text cut after {TextLimit / 1024} KiB");
        var (text, note) = Charsets.Decode(octets, part.ContentType, cut);
        if (note is not null) Note(note);
        if (part.IsHtml)
        {
            text = HtmlText.From(text, out var hidden);
            if (hidden) Note("text that its HTML hides was left out");
        }
        else if (part.IsFlowed) text = FlowedText.Unflow(text, part.ContentType.Parameters["delsp"]?.Equals("yes", StringComparison.OrdinalIgnoreCase) == true);
        return CleanText.Lines(text);
    }

    /// <summary>With LF as it is stored, before anything is decoded: a broken character takes the octet behind it for its second half, and a store with CRLF would give another text.</summary>
    /// <returns>Decoded, so many of them at most.</returns>
    static ReadOnlySpan<byte> Octets(IMimeContent content, int limit)
    {
        var stored = content.Stream ?? Stream.Null;
        stored.Position = 0;
        IMimeFilter[] filters = [new Dos2UnixFilter(), DecoderFilter.Create(content.Encoding)];
        if (stored.Length < OnePiece)
        {
            // As nearly every text is: without a stream's buffers, which are larger than the text.
            var (piece, start) = (new byte[stored.Length], 0);
            var length = stored.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            foreach (var filter in filters)
                if (filter is not Dos2UnixFilter || piece.AsSpan(0, length).Contains((byte)'\r')) piece = filter.Flush(piece, start, length, out start, out length);
            return piece.AsSpan(start, length);
        }
        using var stream = new FilteredStream(stored);
        foreach (var filter in filters) stream.Add(filter);
        var octets = new byte[Math.Min(limit, stored.Length + 1)];
        return octets.AsSpan(0, stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false));
    }

    void Attach(MimeEntity part)
    {
        if (part.ContentType.MediaSubtype.StartsWith("pkcs7-mime", StringComparison.OrdinalIgnoreCase)) Note("it is encrypted: its text can't be read here");
        if (part is MimePart tnef && tnef.ContentType.IsMimeType("application", "ms-tnef")) Note("the sender's Outlook packed content into winmail.dat, which is not opened");
        if (attachments.Count >= AttachmentLimit || listed > AttachmentsLimit)
        {
            omitted++;
            return;
        }
        var attachment = AttachedFile.Describe(part);
        listed += LetterReader.Written(attachment.Name) + attachment.MediaType.Length + attachment.Sha256.Length;
        attachments.Add(attachment);
    }
}
