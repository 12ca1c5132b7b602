using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>A mail that was looked up at a provider.</summary>
/// <param name="Id">The provider's own name for it.</param>
/// <param name="IsSent">It lies where sent mail lies and did not arrive.</param>
/// <param name="Bytes">Size of the whole mail in octets, nearly.</param>
/// <param name="Octets">The mail or its header, as was asked for; empty where the mail is larger than the limit.</param>
public sealed record FoundMail(string Id, DateTimeOffset Arrived, bool IsSent, long Bytes, byte[] Octets);

/// <summary>A mailbox that is asked for single mails by a provider's own interface; nothing in it is changed. Used by one caller at a time.</summary>
public interface IMailLookup : IDisposable
{
    /// <summary>The mails with a Message-ID, whole; a few where there are many.</summary>
    /// <param name="messageId">Without angle brackets.</param>
    /// <param name="limit">In octets.</param>
    /// <exception cref="Refusal">The mailbox can't be read now, or the id is none that can be asked for.</exception>
    Task<IReadOnlyList<FoundMail>> FindAsync(string messageId, long limit, CancellationToken cancel);

    /// <summary>The headers, as far as they tell who wrote to whom in answer to what, of the conversations that hold a mail with one of these ids.</summary>
    /// <exception cref="Refusal">The mailbox can't be read now, or the id is none that can be asked for.</exception>
    Task<IReadOnlyList<FoundMail>> ConversationAsync(IReadOnlyList<string> messageIds, CancellationToken cancel);

    /// <summary>Another text when mail has arrived or was sent; cheap.</summary>
    /// <exception cref="Refusal">The mailbox can't be read now.</exception>
    Task<string> StampAsync(CancellationToken cancel);
}
