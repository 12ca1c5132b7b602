using System.Globalization;
using System.Security.Cryptography;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>Where an action stands, in the task's <c>phase</c>. Each is durable before the next begins.</summary>
public static class Phase
{
    public const string Key = "phase";

    /// <summary>Nothing has gone out; it may be offered, or given back.</summary>
    public const string Claimed = "claimed";

    /// <summary>It may have gone out.</summary>
    public const string Offered = "offered";

    /// <summary>Nobody here can tell whether it went out: the owner is asked.</summary>
    public const string Unknown = "unknown";

    /// <summary>It went out.</summary>
    public const string Accepted = "accepted";
}

/// <summary>
/// What is about to be done, decided and durable beforehand, so that a crash finds the same identity, the same date and therefore the same octets again.
/// </summary>
public sealed record Intent
{
    public const string IdKey = "outgoing_id", NonceKey = "intent", DigestKey = "intent_digest", DateKey = "outgoing_date", AttemptKey = "attempt", ShadowKey = "shadow";

    public static readonly string[] Keys = [IdKey, NonceKey, DigestKey, DateKey, AttemptKey, ShadowKey];

    public required TaskName Task { get; init; }

    /// <summary>The identity that the action bears in the world; of a mail its Message-ID, without angle brackets.</summary>
    public required string Id { get; init; }

    /// <summary>32 hexadecimal digits, of this intent alone.</summary>
    public required string Nonce { get; init; }

    /// <summary>Of the action that was approved.</summary>
    public required string Digest { get; init; }

    /// <summary>To the second, in the machine's own time zone.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>How often it was offered; 0 before the first time.</summary>
    public int Attempt { get; init; }

    /// <summary>It goes to the owner instead of its recipients, and does not count as sent to them.</summary>
    public bool Shadow { get; init; }

    /// <summary>A second identity, since servers rewrite the first: it stands in <c>X-Platinum-Task</c>.</summary>
    public string Marker => $"{Task.Hash}.{Nonce}";

    public static Intent New(TaskName task, string id, string digest, DateTimeOffset now, bool shadow = false) => new()
    {
        Task = task,
        Id = id,
        Nonce = RandomNumberGenerator.GetHexString(32, lowercase: true),
        Digest = digest,
        Shadow = shadow,
        Date = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)),
    };

    public TaskFile Write(TaskFile task)
    {
        task = task.With(IdKey, Id).With(NonceKey, Nonce).With(DigestKey, Digest)
            .With(DateKey, Date.ToString("yyyy-MM-ddTHH:mm:sszzz")).With(AttemptKey, $"{Attempt}");
        return Shadow ? task.With(ShadowKey, "yes") : task.Without(ShadowKey);
    }

    /// <exception cref="BadTaskException">The task holds no whole intent.</exception>
    public static Intent Read(TaskName name, TaskFile task) =>
        task.Get(IdKey) is { } id && task.Get(NonceKey) is { } nonce && task.Get(DigestKey) is { } digest
        && DateTimeOffset.TryParseExact(task.Get(DateKey), "yyyy-MM-ddTHH:mm:sszzz", null, DateTimeStyles.None, out var date)
        && int.TryParse(task.Get(AttemptKey), out var attempt)
            ? new() { Task = name, Id = id, Nonce = nonce, Digest = digest, Date = date, Attempt = attempt, Shadow = task.Has(ShadowKey) }
            : throw new BadTaskException($"{name} has a phase but no whole intent: somebody changed it while it was acted on");
}
