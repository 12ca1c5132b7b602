using System.Text;
using LocalAgent.Approving;
using MimeKit;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>
/// A mail as octets (RFC 5322, 2045): 7-bit ASCII with CRLF line ends, so that no server on the way has a reason to change any.
/// </summary>
/// <remarks>
/// The text is UTF-8 in quoted-printable, always. A paragraph stays one line of any length, which every reader wraps to its own width; format=flowed
/// would need hard breaks, which the most used readers show as ragged lines, and 8bit depends on what each server on the way can do.
/// </remarks>
static class MimeComposer
{
    public const string MarkerHeader = "X-Platinum-Task";

    static readonly FormatOptions Wire = NewWire();

    /// <exception cref="BadTaskException">An address or id that cannot be written; <see cref="Objections"/> says so earlier.</exception>
    /// <param name="shadow">Whom a shadow was for; null where the mail is what it seems.</param>
    /// <param name="files">Names and octets, in the order of the mail's attachments.</param>
    public static byte[] Compose(MailSend mail, Intent intent, string? shadow = null, IReadOnlyList<(string Name, byte[] Octets)>? files = null)
    {
        using var message = new MimeMessage();
        message.Headers.Clear();
        message.Date = intent.Date;
        message.From.Add(Read(mail.From));
        message.To.AddRange(mail.To.Select(Read));
        message.Cc.AddRange(mail.Cc.Select(Read));
        message.Subject = mail.Subject;
        message.Headers.Add("Message-ID", $"<{intent.Id}>");
        if (mail.InReplyTo is { } reply) message.Headers.Add(HeaderId.InReplyTo, $"<{reply}>");
        if (mail.References.Count > 0) message.Headers.Add(HeaderId.References, string.Join(' ', mail.References.Select(r => $"<{r}>")));
        message.Headers.Add(MarkerHeader, intent.Marker);
        if (shadow is not null) message.Headers.Add(Shadow.Header, shadow);
        message.MimeVersion = new Version(1, 0);
        var text = new TextPart("plain") { ContentTransferEncoding = ContentEncoding.QuotedPrintable };
        text.SetText(Encoding.UTF8, mail.Body.TrimEnd('\n') + "\n");
        message.Body = files is { Count: > 0 } ? With(text, files, intent) : text;
        using var octets = new MemoryStream();
        message.WriteTo(Wire, octets);
        return octets.ToArray();
    }

    static Multipart With(TextPart text, IReadOnlyList<(string Name, byte[] Octets)> files, Intent intent)
    {
        // The same intent gives the same octets, so nothing here is by chance.
        var mixed = new Multipart("mixed") { Boundary = "=_" + intent.Nonce };
        mixed.Add(text);
        foreach (var (name, octets) in files)
        {
            var type = MimeTypes.GetMimeType(name).Split('/');
            mixed.Add(new MimePart(type[0], type[1])
            {
                ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
                ContentTransferEncoding = ContentEncoding.Base64,
                FileName = name,
                Content = new MimeContent(new MemoryStream(octets, writable: false)),
            });
        }
        return mixed;
    }

    static MailboxAddress Read(string text) => MailAddress.Read(text, out var why) ?? throw new BadTaskException(why);

    static FormatOptions NewWire()
    {
        var wire = FormatOptions.Default.Clone();
        wire.NewLineFormat = NewLineFormat.Dos;
        wire.EnsureNewLine = true;
        wire.International = false;
        return wire;
    }
}
