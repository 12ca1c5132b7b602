namespace VaultKit.Mail;

/// <summary>A mail as it came, not yet parsed.</summary>
/// <param name="Origin">Where it lies, for the log: a file's name or <c>INBOX;uid=7</c>.</param>
/// <param name="Bytes">Size of the whole mail in octets, also where <paramref name="Open"/> gives less.</param>
/// <param name="Whole">False where the mail is over the limit and <paramref name="Open"/> gives its header only.</param>
/// <param name="Answered">The store's own mark that the owner has answered it.</param>
/// <param name="Arrived">When the store received it; null where it does not say.</param>
/// <param name="Open">
/// A new stream that can seek; usable until the next mail is asked for. <see cref="FileNotFoundException"/>: the mail is gone meanwhile.
/// </param>
/// <param name="Next">The position behind this mail: stored by the caller when the mail is filed, so that a crash in between reads it again.</param>
public sealed record IncomingMail(
    string Origin, long Bytes, bool Whole, bool Answered, DateTimeOffset? Arrived, Func<Stream> Open, MailPosition Next);

/// <summary>How far an inbox has been read: the inbox's own words, opaque to others, at most 64 KiB. Losing it loses no mail: intake knows what it has filed.</summary>
/// <param name="Text">Empty at the first connection.</param>
public readonly record struct MailPosition(string Text)
{
    public bool IsStart => string.IsNullOrEmpty(Text);
}

/// <summary>A mailbox that can be read and that nothing here changes: no flag, no move, no file name.</summary>
public interface IInbox : IAsyncDisposable
{
    Account Account { get; }

    /// <summary>Under which its position is kept: a file's name. Of an account's first mailbox the account's.</summary>
    string PositionName => Account.Name;

    /// <summary>The mails behind a position, oldest first.</summary>
    /// <param name="since">At the start position, mail that arrived earlier than this may be left out; a store that does not know when mail arrived gives all.</param>
    /// <exception cref="Vault.Refusal">The mailbox can't be read: what and why, and what to do.</exception>
    IAsyncEnumerable<IncomingMail> ReadAsync(MailPosition position, DateTimeOffset since, CancellationToken cancel);

    /// <summary>Comes back when there may be new mail (IDLE, a watcher, some minutes are over) or when cancelled, without an exception. A hint only: the next read is the truth.</summary>
    Task WaitAsync(CancellationToken cancel);
}
