using VaultKit.Vault;

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
    string Origin, long Bytes, bool Whole, bool Answered, DateTimeOffset? Arrived, Func<Stream> Open, MailPosition Next)
{
    /// <summary>Under which the inbox gives it <see cref="IInbox.AgainAsync">again</see>; empty where that is never needed. At most 1 KiB.</summary>
    public string Key { get; init; } = "";

    /// <summary>Why the store names this mail and does not give it now; <see cref="Open"/> raises it. Null where it does.</summary>
    public Refusal? Failed { get; init; }

    /// <summary>Nothing is wrong with the store: it says that the mail, which it has just named, is not there.</summary>
    public bool Absent { get; init; }

    public static IncomingMail NotGiven(string origin, string key, MailPosition next, Refusal why) =>
        new(origin, 0, false, false, null, () => throw why, next) { Key = key, Failed = why };
}

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

    /// <summary>The mails behind a position, oldest first. One that the store does not give is among them: what becomes of it is the caller's to say, who may stop there.</summary>
    /// <param name="since">At the start position, mail that arrived earlier than this may be left out; a store that does not know when mail arrived gives all.</param>
    /// <exception cref="Refusal">The mailbox can't be read: what and why, and what to do.</exception>
    IAsyncEnumerable<IncomingMail> ReadAsync(MailPosition position, DateTimeOffset since, CancellationToken cancel);

    /// <summary>A mail that the store named once and did not give.</summary>
    /// <returns>Null where it is not there any more.</returns>
    /// <exception cref="Refusal">The mailbox can't be read.</exception>
    Task<IncomingMail?> AgainAsync(string key, CancellationToken cancel) => Task.FromResult<IncomingMail?>(null);

    /// <summary>Comes back when there may be new mail (IDLE, a watcher, some minutes are over) or when cancelled, without an exception. A hint only: the next read is the truth.</summary>
    Task WaitAsync(CancellationToken cancel);
}
