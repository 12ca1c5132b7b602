using MimeKit;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// A mail's octets to a <see cref="Letter"/>, without trusting any of them: structure, sizes and counts are bounded before a tree is built,
/// contents stay in the stream. The same octets, with CRLF or with LF, give an equal letter on every machine.
/// </summary>
public static class LetterReader
{
    const string TooMany = "more addresses than are kept: some are left out";
    const int SubjectLimit = 300, NameLimit = 200, AddressLimit = 100, AddressesLimit = 6 * 1024, ReferenceLimit = 30, ReferencesLimit = 6 * 1024, IdLimit = 250;

    /// <param name="mime">Can seek; read from its start. Not closed.</param>
    /// <param name="bytes">Size of the mail in its store, also where the stream holds less.</param>
    /// <param name="whole">False: the stream holds the header only, and so does the letter.</param>
    /// <returns>The letter, and what it is where it needs no answer (<see cref="Screen"/>); null: it becomes a task.</returns>
    /// <exception cref="IOException">The stream can't be read. Nothing that stands in the stream raises an exception.</exception>
    public static (Letter Letter, Sifted? Sifted) Read(Account account, Stream mime, long bytes, bool whole)
    {
        mime.Position = 0;
        var digest = LetterDigest.Of(mime, bytes, whole, out var headerBytes);
        var notes = new List<string>();
        // Each part waits for a finalizer otherwise, and the whole tree with it.
        using var message = Parse(mime, headerBytes, ref whole, bytes, notes);
        var content = whole ? LetterBody.Read(message) : LetterBody.Empty;
        var letter = new Letter
        {
            Account = account.Name,
            Digest = digest,
            MessageId = Ids(message, HeaderId.MessageId).FirstOrDefault(),
            From = Addresses(message.From).FirstOrDefault() ?? Addresses(message.Sender is { } sender ? [sender] : []).FirstOrDefault(),
            ReplyTo = Addresses(message.ReplyTo, notes),
            To = Addresses(message.To, notes),
            Cc = Addresses(message.Cc, notes),
            Date = message.Date is { Year: >= 1980 and <= 2100 } date && message.Headers.Contains(HeaderId.Date) ? date : null,
            Subject = CleanText.OneLine(message.Subject, SubjectLimit),
            References = References(message),
            Text = content.Text,
            Notes = [.. notes, .. content.Notes],
            Attachments = content.Attachments,
        };
        return (WithoutSecrets(letter), Screen.Of(message, letter, account));
    }

    /// <summary>What a sender should not have written travels no further than this machine's mailbox: the vault is replicated.</summary>
    static Letter WithoutSecrets(Letter letter)
    {
        var kinds = new List<string>();
        // An identity cannot be masked and still be one; nobody needs it to answer.
        bool Harmless(string id) => Leaks.Find(id).Count == 0;
        var clean = letter with
        {
            Subject = Leaks.Mask(letter.Subject, kinds),
            Text = Leaks.Mask(letter.Text, kinds),
            From = letter.From is { } sender ? sender with { Name = Leaks.Mask(sender.Name, kinds) } : null,
            MessageId = letter.MessageId is { } id && Harmless(id) ? id : null,
            References = [.. letter.References.Where(Harmless)],
            Attachments = [.. letter.Attachments.Select(a => a with { Name = Leaks.Mask(a.Name, kinds) })],
        };
        return kinds.Count == 0 ? clean : clean with { Notes = [.. clean.Notes, $"masked, because it looks like a credential: {string.Join(", ", kinds.Distinct())}; the mail itself still has it"] };
    }

    /// <summary>The parsed mail; its header alone, with a note, where the rest is too large or hostile.</summary>
    static MimeMessage Parse(Stream mime, int headerBytes, ref bool whole, long bytes, List<string> notes)
    {
        if (!whole) notes.Add($"too large to read: {Math.Max(1, bytes / (1024 * 1024))} MB");
        else if (headerBytes >= LetterDigest.HeaderLimit)
        {
            whole = false;
            notes.Add($"its header is longer than {LetterDigest.HeaderLimit / 1024} KB: the text was not read");
        }
        if (whole)
        {
            try
            {
                MimeBounds.Check(mime);
                return Parse(mime);
            }
            catch (Exception e) when (e is FormatException or HostileMimeException)
            {
                whole = false;
                notes.Add(e is HostileMimeException ? $"its structure is not a mailer's ({e.Message}): the text was not read" : "it is not a readable mail");
            }
        }
        var header = new byte[headerBytes];
        mime.Position = 0;
        mime.ReadExactly(header);
        try
        {
            using var stream = new MemoryStream(header);
            return new MimeParser(MimeBounds.Limits, stream, MimeFormat.Entity).ParseMessage();
        }
        catch (FormatException)
        {
            // Not even a header: an empty letter, so that the mail is seen and not lost.
            notes.Add("its header can't be read");
            return new MimeMessage(new HeaderList());
        }
    }

    // Its buffers are larger than most mails.
    [ThreadStatic]
    static MimeParser? spare;

    static MimeMessage Parse(Stream mime)
    {
        var parser = spare ?? new MimeParser(MimeBounds.Limits, Stream.Null, MimeFormat.Entity);
        // Back again behind a mail that it could read, and without it.
        spare = null;
        parser.SetStream(mime, MimeFormat.Entity, persistent: true);
        var message = parser.ParseMessage();
        parser.SetStream(Stream.Null, MimeFormat.Entity);
        spare = parser;
        return message;
    }

    /// <param name="notes">Says so where there are too many: in a task's front matter all that is listed must find room (<see cref="FrontMatter"/>), and what an answer repeats of it.</param>
    static List<Address> Addresses(IEnumerable<InternetAddress> list, List<string>? notes = null)
    {
        var (addresses, length) = (new List<Address>(), 0);
        foreach (var mailbox in list is InternetAddressList grouped ? grouped.Mailboxes : list.OfType<MailboxAddress>())
        {
            if (Mailbox(mailbox) is not { } checkedMailbox) continue;
            var address = new Address(CleanText.OneLine(mailbox.Name, NameLimit), checkedMailbox);
            if (addresses.Count == AddressLimit || (length += Written(address.ToString())) > AddressesLimit)
            {
                if (notes?.Contains(TooMany) == false) notes.Add(TooMany);
                break;
            }
            addresses.Add(address);
        }
        return addresses;
    }

    /// <summary>Length in a list of the front matter, quoted.</summary>
    internal static int Written(string item) => item.Length + item.AsSpan().Count('"') + item.AsSpan().Count('\\') + 8;

    /// <summary><c>local@domain</c> with the domain in ASCII (IDNA), so that a domain of look-alike letters is seen; null where it is no such thing.</summary>
    internal static string? Mailbox(MailboxAddress address)
    {
        var at = address.Address.LastIndexOf('@');
        if (at is < 1 or > 64 || address.Address.Length > 254) return null;
        var local = address.Address[..at];
        foreach (var c in local)
            if (c <= ' ' || c == '\x7f' || "()<>[]:;@\\,\"".Contains(c) || c is >= '\x80' and < '\xa1' || c > '\x7f' && CleanText.OneLine(c.ToString(), 1) != c.ToString()) return null;
        string domain;
        try
        {
            domain = new System.Globalization.IdnMapping().GetAscii(address.Address[(at + 1)..]);
        }
        catch (ArgumentException)
        {
            return null;
        }
        foreach (var c in domain)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')) return null;
        foreach (var label in domain.Split('.'))
            if (label.Length == 0 || label[0] == '-' || label[^1] == '-') return null;
        return local + "@" + domain.ToLowerInvariant();
    }

    static List<string> References(MimeMessage message)
    {
        var ids = new List<string>();
        foreach (var id in Ids(message, HeaderId.References).Concat(Ids(message, HeaderId.InReplyTo)))
            if (!ids.Contains(id))
            {
                // The first names the conversation, the last ones the place in it.
                while (ids.Count > 1 && (ids.Count == ReferenceLimit || ids.Sum(Written) + Written(id) > ReferencesLimit)) ids.RemoveAt(1);
                ids.Add(id);
            }
        return ids;
    }

    /// <summary>What stands between angle brackets; a lone word with an @ where there are none.</summary>
    static IEnumerable<string> Ids(MimeMessage message, HeaderId field)
    {
        var value = message.Headers[field] ?? "";
        var found = false;
        for (var start = value.IndexOf('<'); start >= 0; start = value.IndexOf('<', start + 1))
        {
            var end = value.IndexOf('>', start);
            if (end < 0) break;
            if (IsId(value.AsSpan(start + 1, end - start - 1).Trim())) yield return value[(start + 1)..end].Trim();
            found = true;
            start = end;
        }
        if (!found && value.Contains('@') && IsId(value.AsSpan().Trim())) yield return value.Trim();
    }

    static bool IsId(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= IdLimit && !id.ContainsAnyExceptInRange('!', '~') && !id.ContainsAny('<', '>');
}
