namespace VaultKit.Mail;

/// <summary>An address and the name beside it. <see cref="Mailbox"/> is <c>local@domain</c>, checked for shape; <see cref="Name"/> is decoded, one line, may be empty.</summary>
public sealed record Address(string Name, string Mailbox)
{
    /// <summary>As in a header, for people: <c>Name &lt;local@domain&gt;</c>, the name quoted where it must be.</summary>
    public override string ToString() =>
        Name.Length == 0 || Name == Mailbox ? Mailbox
        : Name.AsSpan().ContainsAny("()<>[]:;@\\,.\"") ? $"\"{Name.Replace("\\", "\\\\").Replace("\"", "\\\"")}\" <{Mailbox}>"
        : $"{Name} <{Mailbox}>";
}

/// <summary>A file that came with a mail. It is named and hashed, never synced. The name is one line, without path separators.</summary>
/// <param name="Bytes">Size after decoding.</param>
/// <param name="Sha256">Of the decoded octets, lower-case hexadecimal.</param>
public sealed record Attachment(string Name, string MediaType, long Bytes, string Sha256);

/// <summary>
/// What a mail says, out of its MIME: bounded, decoded, without control characters, the same on every machine that reads the same octets.
/// Everything in it was written by a stranger.
/// </summary>
public sealed record Letter
{
    /// <summary>The account it arrived at.</summary>
    public required string Account { get; init; }

    /// <summary>80 bits or more of SHA-256 over Message-ID, From, Date, Subject and the body's octets with line ends normalized; what the task's name ends with.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>Without angle brackets; null where the mail has none.</summary>
    public string? MessageId { get; init; }

    /// <summary>Null where no address can be read from it.</summary>
    public Address? From { get; init; }

    public IReadOnlyList<Address> ReplyTo { get; init; } = [];
    public IReadOnlyList<Address> To { get; init; } = [];
    public IReadOnlyList<Address> Cc { get; init; } = [];

    /// <summary>The Date header; null where it is missing, unreadable, before 1980 or after 2100.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>One line, at most 300 characters.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Without angle brackets, oldest first, at most 30.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Readable plain text, LF line ends, at most 64 KiB of UTF-8; quotes of earlier mail and the signature are still in it.</summary>
    public string Text { get; init; } = "";

    /// <summary>What was left out or can't be trusted, in words for the owner ("text cut after 64 KiB", "too large to read: 60 MB").</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
}
