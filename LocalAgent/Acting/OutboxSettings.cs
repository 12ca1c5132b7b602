using VaultKit.Mail;

namespace LocalAgent.Acting;

/// <summary>Where an account's mail goes out.</summary>
public abstract record OutboxTarget
{
    public sealed record Smtp(MailServer Server) : OutboxTarget;

    /// <summary>Gmail by its own interface.</summary>
    public sealed record Gmail(OAuthClient Client) : OutboxTarget;

    /// <summary>A maildir instead of the world, for trying things out.</summary>
    public sealed record Maildir(string Path) : OutboxTarget;
}

/// <summary>How one account sends, as only the owner's machine knows it.</summary>
public sealed record OutboxSettings
{
    public required Account Account { get; init; }

    /// <summary>Null where this machine does not send for this account.</summary>
    public OutboxTarget? Target { get; init; }

    /// <summary>Where copies are filed and originals marked; null where that is not configured.</summary>
    public MailServer? Imap { get; init; }

    /// <summary>Where the account's mail is looked up by a provider's own interface; null where this machine has no token for that.</summary>
    public OAuthClient? Api { get; init; }

    /// <summary>The mailbox that mail arrives in, whose originals are marked as answered.</summary>
    public string Mailbox { get; init; } = "INBOX";

    /// <summary>Name of the mailbox for sent mail; empty for the one that the server marks as such (RFC 6154).</summary>
    public string Sent { get; init; } = "";

    /// <summary>The server files what it sends by itself, so that a copy from here would be a second one.</summary>
    public bool ServerSavesSent { get; init; }
}
