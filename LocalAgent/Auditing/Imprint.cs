using System.Security.Cryptography;
using System.Text;
using LocalAgent.Approving;
using MimeKit;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>
/// What a reader of a mail gets to see, as one SHA-256: sender, recipients, where answers go, subject, threading, text, files. It is taken of an approved action and of a mail in a mailbox alike, and leaves out
/// what servers on the way add or rewrite: Received, Message-ID, line ends, folding. An action's blind recipients stand in no mail, and the action's own digest speaks of them.
/// </summary>
static class Imprint
{
    /// <summary>Of a mail that is not one plain text, alone or with files, which no approved mail is.</summary>
    public const string Other = "other";

    static readonly ParserOptions Bounds = new() { MaxMimeDepth = 10, MaxAddressGroupDepth = 3 };

    /// <returns>Lower-case hexadecimal; <see cref="Other"/> where an address can't be read.</returns>
    public static string Of(MailSend mail)
    {
        List<string> from = [], to = [], cc = [];
        foreach (var (addresses, texts) in new[] { (from, [mail.From]), (to, mail.To), (cc, mail.Cc) })
            foreach (var text in texts)
            {
                if (MailAddress.Read(text, out _) is not { } address) return Other;
                addresses.Add(Address(address));
            }
        return Hash(from, to, cc, [], [], [], Shown(mail.Subject), mail.InReplyTo ?? "", string.Concat(mail.References), mail.Body, [.. mail.Attachments.Select(f => File(f.Sha256, f.Name))]);
    }

    /// <exception cref="FormatException">It is no mail.</exception>
    public static string Of(Stream octets)
    {
        using var mail = MimeMessage.Load(Bounds, octets);
        var files = new List<string>();
        if (mail.Body is Multipart { ContentType.MediaSubtype: "mixed" } mixed)
            foreach (var part in mixed.Skip(1))
            {
                if (part is not MimePart { IsAttachment: true, Content: { } content } file) return Other;
                using var decoded = content.Open();
                files.Add(File(Convert.ToHexStringLower(SHA256.HashData(decoded)), file.FileName ?? ""));
            }
        if ((mail.Body is Multipart parts && files.Count > 0 ? parts[0] : mail.Body) is not TextPart { IsPlain: true, IsAttachment: false } text) return Other;
        return Hash(All(mail.From), All(mail.To), All(mail.Cc), All(mail.Bcc), All(mail.ReplyTo), mail.Sender is { } sender ? [Address(sender)] : [],
            mail.Subject ?? "", mail.Headers[HeaderId.InReplyTo] ?? "", mail.Headers[HeaderId.References] ?? "", text.Text, files);
    }

    // A subject that looks like an encoded word (RFC 2047) is one to whoever reads the mail.
    static string Shown(string subject) => subject.Contains("=?", StringComparison.Ordinal) ? MimeKit.Utils.Rfc2047.DecodeText(new Header(Encoding.UTF8, HeaderId.Subject, subject).RawValue) : subject;

    static List<string> All(InternetAddressList list) => [.. list.Mailboxes.Select(Address)];

    static string Address(MailboxAddress address) => $"{Line(address.Name ?? "")} <{(MailAddress.Wire(address) ?? address.Address).ToLowerInvariant()}>";

    static string Hash(List<string> from, List<string> to, List<string> cc, List<string> bcc, List<string> replyTo, List<string> sender, string subject, string inReplyTo, string references, string body, List<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string name, string value)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}:{bytes.Length}:"));
            hash.AppendData(bytes);
        }
        foreach (var (name, list) in new[] { ("from", from), ("to", to), ("cc", cc), ("bcc", bcc), ("reply-to", replyTo), ("sender", sender) })
            foreach (var one in list) Add(name, one);
        Add("subject", Line(subject));
        Add("in-reply-to", Ids(inReplyTo));
        Add("references", Ids(references));
        Add("body", body.ReplaceLineEndings("\n").TrimEnd());
        foreach (var file in files) Add("file", file);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static string File(string sha256, string name) => $"{sha256} {Line(name)}";

    static string Line(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    static string Ids(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('<' or '>')));
}
