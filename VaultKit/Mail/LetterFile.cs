using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>A letter as a task file and back. What is written depends on the mail's octets and the account's name alone, so that two agents write the same bytes.</summary>
public static class LetterFile
{
    /// <summary>Key of a task whose draft answers earlier letters too: their tasks, each as <c>NAME@DIGEST</c>, the digest that of the draft which waited.</summary>
    public const string SupersedesKey = "supersedes";

    public static TaskName Name(Letter letter) => TaskName.From(letter.Subject, letter.Digest);

    public static TaskFile Write(Letter letter)
    {
        var task = TaskFile.New(letter.Subject.Length == 0 ? "(no subject)" : letter.Subject)
            .With("task", "email/1")
            .With("account", letter.Account);
        if (letter.Date is { } date) task = task.With("received", date);
        task = task.With("mail_from", letter.From?.ToString() ?? "");
        if (letter.ReplyTo.Count > 0) task = task.With("mail_reply_to", Texts(letter.ReplyTo));
        task = task.With("mail_to", Texts(letter.To));
        if (letter.Cc.Count > 0) task = task.With("mail_cc", Texts(letter.Cc));
        task = task.With("mail_subject", letter.Subject);
        if (letter.MessageId is { } id) task = task.With("mail_id", id);
        if (letter.References.Count > 0) task = task.With("mail_references", letter.References);
        if (letter.Attachments.Count > 0)
            task = task.With("mail_attachments", [.. letter.Attachments.Select(a => $"{a.Sha256} {a.Bytes} {a.MediaType} {a.Name}")]);
        if (letter.Notes.Count > 0) task = task.With("mail_notes", letter.Notes);
        return task.With("mail_digest", Convert.ToHexStringLower(letter.Digest)).WithOriginal(letter.Text);
    }

    /// <exception cref="BadTaskException">Not a mail's task.</exception>
    public static Letter Read(TaskFile task)
    {
        if (task.Get("task") != "email/1") throw new BadTaskException("'task' is not 'email/1'");
        return new()
        {
            Account = task.Get("account") ?? throw new BadTaskException("'account' is missing"),
            Digest = Digest(task.Get("mail_digest")),
            Date = task.GetTime("received"),
            From = task.Get("mail_from") is { } from ? Parse(from) : null,
            ReplyTo = Addresses(task, "mail_reply_to"),
            To = Addresses(task, "mail_to"),
            Cc = Addresses(task, "mail_cc"),
            Subject = task.Get("mail_subject") ?? "",
            MessageId = task.Get("mail_id"),
            References = task.GetList("mail_references"),
            Attachments = [.. task.GetList("mail_attachments").Select(ParseAttachment).OfType<Attachment>()],
            Notes = task.GetList("mail_notes"),
            Text = task.Original.TrimEnd('\n'),
        };
    }

    static IReadOnlyList<string> Texts(IReadOnlyList<Address> addresses) => [.. addresses.Select(a => a.ToString())];

    static IReadOnlyList<Address> Addresses(TaskFile task, string key) => [.. task.GetList(key).Select(Parse).OfType<Address>()];

    /// <summary>Reads what <see cref="Address.ToString"/> writes; null for anything else.</summary>
    static Address? Parse(string text)
    {
        // The parser gives the domain in the letters that its ASCII form stands for, seen or unseen.
        return MimeKit.MailboxAddress.TryParse(text, out var parsed) && LetterReader.Mailbox(parsed) is { } mailbox ? new(parsed.Name ?? "", mailbox) : null;
    }

    static Attachment? ParseAttachment(string line)
    {
        var parts = line.Split(' ', 4);
        return parts.Length == 4 && long.TryParse(parts[1], out var bytes) ? new(parts[3], parts[2], bytes, parts[0]) : null;
    }

    static byte[] Digest(string? hex)
    {
        try { return Convert.FromHexString(hex ?? throw new BadTaskException("'mail_digest' is missing")); }
        catch (FormatException) { throw new BadTaskException("'mail_digest' is not hexadecimal"); }
    }
}
