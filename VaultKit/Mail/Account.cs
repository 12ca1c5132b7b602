namespace VaultKit.Mail;

/// <summary>How a connection is protected. <see cref="None"/> is accepted for a loopback address only.</summary>
public enum Protection { Tls, StartTls, None }

/// <summary>A mail server and a login. <paramref name="Secret"/> is the password's name in the secrets, never the password.</summary>
/// <param name="CaFile">A PEM file of certificate authorities to trust beside the system's; null for the system's alone.</param>
public sealed record MailServer(string Host, int Port, Protection Protection, string User, string Secret, string? CaFile)
{
    /// <summary>On this very machine.</summary>
    public bool IsHere => IsLoopback(Host);

    public static bool IsLoopback(string host) => host is "localhost" or "::1" || host.StartsWith("127.", StringComparison.Ordinal);
}

/// <summary>Where mail comes from.</summary>
public abstract record InboxSource
{
    /// <summary>A maildir: <c>new/</c> and <c>cur/</c> below <paramref name="Path"/>. Read only; nothing in it is moved or renamed.</summary>
    public sealed record Maildir(string Path) : InboxSource;

    /// <summary>A folder of <c>.eml</c> files.</summary>
    public sealed record Folder(string Path) : InboxSource;

    /// <param name="AcceptsSendCapable">The owner has said that a machine which must not act may have a password that could send.</param>
    public sealed record Imap(MailServer Server, string Mailbox, bool AcceptsSendCapable = false) : InboxSource
    {
        /// <summary>Other mailboxes of the login that are read too.</summary>
        public IReadOnlyList<string> Also { get; init; } = [];

        /// <summary>It is one of them.</summary>
        public bool IsAlso { get; init; }
    }

    /// <summary>A Gmail mailbox by its own interface.</summary>
    public sealed record Gmail(OAuthClient Client) : InboxSource;

    /// <summary>A mailbox at Microsoft 365 or Outlook.com by Graph.</summary>
    public sealed record Graph(OAuthClient Client) : InboxSource;
}

/// <summary>One of the owner's mail accounts, as an agent that reads knows it. How it sends is LocalAgent's own.</summary>
public sealed record Account
{
    public required string Name { get; init; }

    /// <summary>The address that mail is written from unless an alias was written to.</summary>
    public required string Address { get; init; }

    /// <summary>The name beside the address; may be empty.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Other addresses of the owner that arrive here.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Null where this machine does not read this account.</summary>
    public InboxSource? Inbox { get; init; }

    /// <summary>The account once for each mailbox that is read; the same but for that.</summary>
    public IEnumerable<Account> ByMailbox() => Inbox is InboxSource.Imap imap
        ? imap.Also.Select(m => this with { Inbox = imap with { Mailbox = m, Also = [], IsAlso = true } }).Prepend(this) : [this];

    public bool Owns(string address) =>
        string.Equals(address, Address, StringComparison.OrdinalIgnoreCase)
        || Aliases.Contains(address, StringComparer.OrdinalIgnoreCase);
}
