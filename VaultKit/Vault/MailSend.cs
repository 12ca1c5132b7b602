namespace VaultKit.Vault;

/// <summary>A file that goes out with a mail: named in the task, covered by its hash.</summary>
public sealed record OutgoingFile(string Name, string Sha256);

/// <summary>The action <c>mail.send/1</c>: a mail, down to the last octet of its text. Addresses stand as in a header, <c>Name &lt;local@domain&gt;</c>; ids without angle brackets.</summary>
public sealed record MailSend : TypedAction
{
    public const string KindName = "mail.send/1";

    /// <summary>The <c>task</c> of a mail that the owner orders: it has its action from the beginning, and nobody drafts it.</summary>
    public const string OrderTask = "order/1";

    internal static readonly string[] FieldKeys = ["account", "from", "to", "cc", "bcc", "subject", "in_reply_to", "references", "attachments"];
    public override string Kind => KindName;

    public required string From { get; init; }
    public required IReadOnlyList<string> To { get; init; }
    public IReadOnlyList<string> Cc { get; init; } = [];
    public IReadOnlyList<string> Bcc { get; init; } = [];
    public required string Subject { get; init; }
    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];

    public IReadOnlyList<OutgoingFile> Attachments { get; init; } = [];

    public override IEnumerable<(string Name, string Value)> Fields()
    {
        yield return ("from", From);
        foreach (var to in To) yield return ("to", to);
        foreach (var cc in Cc) yield return ("cc", cc);
        foreach (var bcc in Bcc) yield return ("bcc", bcc);
        yield return ("subject", Subject);
        yield return ("in_reply_to", InReplyTo ?? "");
        foreach (var reference in References) yield return ("references", reference);
        foreach (var file in Attachments) yield return ("attachments", file.Sha256 + " " + file.Name);
        yield return ("body", Body);
    }

    /// <summary>Puts the action into a task: its fields into the front matter, its text under <c>## Draft</c>.</summary>
    public TaskFile Write(TaskFile task)
    {
        task = task.With("action", Kind).With("account", Account).With("from", From)
            .With("to", To).With("cc", Cc).With("bcc", Bcc).With("subject", Subject);
        task = InReplyTo is null ? task.Without("in_reply_to") : task.With("in_reply_to", InReplyTo);
        task = References.Count == 0 ? task.Without("references") : task.With("references", References);
        task = Attachments.Count == 0 ? task.Without("attachments")
            : task.With("attachments", [.. Attachments.Select(a => a.Sha256 + " " + a.Name)]);
        return task.WithDraft(Body);
    }

    /// <exception cref="BadTaskException">A field is missing, empty, has a line break or control character, or is not what it should be.</exception>
    internal static new MailSend Read(TaskFile task)
    {
        return new()
        {
            Account = Line(task, "account"),
            From = Line(task, "from"),
            To = Lines(task, "to"),
            Cc = Lines(task, "cc"),
            Bcc = Lines(task, "bcc"),
            Subject = task.Get("subject") is null ? "" : Line(task, "subject"),
            InReplyTo = task.Get("in_reply_to") is null ? null : Line(task, "in_reply_to"),
            References = Lines(task, "references"),
            Attachments = [.. Lines(task, "attachments").Select(File)],
            Body = task.Draft ?? "",
        };
    }

    static OutgoingFile File(string line) =>
        line.Length > 65 && line[64] == ' ' && !line.AsSpan(0, 64).ContainsAnyExcept("0123456789abcdef") && line.AsSpan(65).IndexOfAny("/\\") < 0
            ? new(line[65..], line[..64])
            : throw new BadTaskException($"'attachments' needs lines of a SHA-256, a space and a file name; this is '{line}'");

    static IReadOnlyList<string> Lines(TaskFile task, string key) =>
        task.GetList(key) is { Count: <= 200 } lines ? [.. lines.Select(l => Checked(key, l))]
        : throw new BadTaskException($"'{key}' has more than 200 entries");
}
