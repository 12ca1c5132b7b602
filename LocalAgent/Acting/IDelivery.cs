using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>An action in the very octets in which it goes out.</summary>
public sealed record Prepared(TypedAction Action, Intent Intent, byte[] Bytes);

/// <summary>What came of offering an action.</summary>
public abstract record Outcome
{
    /// <summary>Where some of several recipients were refused: each with the answer to it, in the order in which they were named.</summary>
    public IReadOnlyList<(string Recipient, string Reply)> Recipients { get; init; } = [];

    /// <summary>The other side has it, in its own words.</summary>
    public sealed record Accepted(string Reply) : Outcome;

    /// <summary>Refused in so many words, but not for good (SMTP 4xx): it did not happen, and may be offered later.</summary>
    public sealed record RefusedForNow(string Reply) : Outcome;

    /// <summary>Refused in so many words (SMTP 5xx): it did not happen and will not, as it is.</summary>
    public sealed record RefusedForGood(string Reply) : Outcome;

    /// <summary>It was never completely offered, so it did not happen: no connection, no login, or cut before the end.</summary>
    public sealed record NotOffered(string Why) : Outcome;

    /// <summary>It was offered and no answer came: it may or may not have happened (RFC 1047).</summary>
    public sealed record Unknown(string Why) : Outcome;
}

/// <summary>What a look for an earlier offer brought.</summary>
public abstract record Sighting
{
    public sealed record Found(string Where) : Sighting;

    /// <summary>Only where its absence is a proof that it did not happen.</summary>
    public sealed record ProvablyAbsent : Sighting;

    public sealed record CannotTell(string Why) : Sighting;
}

/// <summary>
/// How one kind of action gets into the world. It knows nothing of tasks, approvals and phases, decides nothing and retries nothing:
/// the <see cref="Fence"/> does that, alike for every kind.
/// </summary>
public interface IDelivery
{
    /// <summary>The kind of action, such as <c>mail.send/1</c>.</summary>
    string Kind { get; }

    /// <summary>A fresh identity for an action, before it is offered.</summary>
    string MintId(TypedAction action);

    /// <summary>Renders an action. The same action and intent give the same octets, whatever the attempt.</summary>
    Prepared Prepare(TypedAction action, Intent intent);

    /// <summary>Nothing was offered yet: what a look must find, for an absence to prove anything, is made now. What fails here fails again, and is told, in the offer.</summary>
    void MakeReady() { }

    /// <summary>Offers it once. What happens on the way comes back as an outcome, cancellation too; an exception is a defect, and counts as <see cref="Outcome.Unknown"/>.</summary>
    Task<Outcome> DeliverAsync(Prepared prepared, CancellationToken cancel);

    /// <summary>Looks whether an earlier offer of this intent happened. Changes nothing.</summary>
    Task<Sighting> FindAsync(Intent intent, CancellationToken cancel);

    /// <summary>What follows an accepted action, such as filing a copy. Safe to repeat.</summary>
    /// <returns>Null where it is done; else what failed. That is never a reason to act again.</returns>
    Task<string?> AfterAsync(Prepared prepared, CancellationToken cancel);
}

/// <summary>Tells the audit what happened to a task.</summary>
public delegate void Record(string what, TaskName task, params IReadOnlyList<(string Key, string Value)> facts);
