namespace LocalAgent.Correspondence;

/// <summary>A mail as a mailbox has it.</summary>
/// <param name="Where">The mailbox or file, for people.</param>
/// <param name="Arrived">When the store received it.</param>
/// <param name="Bytes">Size of the whole mail in octets.</param>
/// <param name="Octets">The mail; empty where it is larger than the limit that was asked for.</param>
sealed record StoredMail(string Where, DateTimeOffset Arrived, long Bytes, byte[] Octets);

/// <summary>What a header says of a mail that belongs to a conversation.</summary>
/// <param name="Id">Its Message-ID without angle brackets; empty where it has none.</param>
/// <param name="From">The sender's bare address.</param>
/// <param name="To">Bare addresses of all recipients.</param>
/// <param name="Refers">What it names in In-Reply-To and References, without angle brackets.</param>
/// <param name="IsSent">It lies where sent mail lies, so the owner, or this program, has sent it.</param>
/// <param name="Marker">What stands in <c>X-Platinum-Task</c>; empty in mail that this program has not sent.</param>
sealed record ThreadMail(string Id, string From, IReadOnlyList<string> To, DateTimeOffset Arrived, IReadOnlyList<string> Refers, bool IsSent, string Marker);

/// <summary>
/// An account's own mail, asked with a credential that only this machine has: what the vault says is held against it. Nothing in it is changed, no flag
/// either. One question at a time is asked, however many callers there are.
/// </summary>
interface ICorrespondence : IAsyncDisposable
{
    /// <summary>The mails with a Message-ID, wherever they lie; more than one where somebody has used it again.</summary>
    /// <param name="messageId">Without angle brackets.</param>
    /// <param name="limit">In octets; of a larger mail the octets are left out.</param>
    /// <exception cref="VaultKit.Vault.Refusal">The mailbox can't be read now.</exception>
    Task<IReadOnlyList<StoredMail>> FindAsync(string messageId, long limit, CancellationToken cancel);

    /// <summary>The mails, received and sent, that refer to one of these ids; at most the newest fifty of each kind.</summary>
    /// <exception cref="VaultKit.Vault.Refusal">The mailbox can't be read now.</exception>
    Task<IReadOnlyList<ThreadMail>> ThreadAsync(IReadOnlyList<string> messageIds, CancellationToken cancel);

    /// <summary>Another text when mail has arrived or was sent; cheap.</summary>
    /// <exception cref="VaultKit.Vault.Refusal">The mailbox can't be read now.</exception>
    Task<string> StampAsync(CancellationToken cancel);
}
