namespace LocalAgent.Auditing;

/// <summary>A mail that bears our marker, as it was seen where sent mail is kept.</summary>
/// <param name="Where">What names it there: a UID, or a file and its stamp.</param>
/// <param name="Marker">As it stands in the mail.</param>
/// <param name="Id">Its Message-ID, without angle brackets.</param>
/// <param name="Imprint">See <see cref="Auditing.Imprint"/>.</param>
/// <param name="Seen">When this machine saw it first.</param>
/// <param name="Gone">Since when it is there no more; null where it is.</param>
public sealed record SentMail(string Where, string Marker, string Id, string Imprint, DateTimeOffset Seen, DateTimeOffset? Gone)
{
    /// <summary>The nonce of the intent that it says it comes from; null where the marker is none of ours.</summary>
    public UInt128? Intent => Marker.Length == 49 && Marker[16] == '.' ? Nonce(Marker.AsSpan(17)) : null;

    /// <returns>Null where it is no nonce of an intent.</returns>
    public static UInt128? Nonce(ReadOnlySpan<char> text) =>
        text.Length == 32 && !text.ContainsAnyExcept("0123456789abcdef") ? UInt128.Parse(text, System.Globalization.NumberStyles.AllowHexSpecifier, null) : null;

    /// <summary>The hash in the name of the task that it says it comes from.</summary>
    public ReadOnlySpan<char> Hash => Marker.AsSpan(0, Math.Min(16, Marker.Length));
}

/// <summary>Somewhere that sent mail is kept: an account's Sent mailbox, or the maildir that is its outbox.</summary>
/// <param name="Account">The account whose sends it must hold.</param>
/// <param name="TakesShadows">Whether a mail in shadow mode leaves one there too.</param>
/// <param name="Looked">When it was last looked at as a whole; null: never.</param>
/// <param name="Why">Why it could not be looked at now; null where it was, or was not to be.</param>
public sealed record SentPlace(string Name, string Account, bool TakesShadows, DateTimeOffset? Looked, string? Why, IReadOnlyCollection<SentMail> Mails);

/// <summary>Reads what is new where sent mail is kept. Changes nothing there.</summary>
interface ISentSource
{
    /// <summary>What tells this place from others; also names its cache.</summary>
    string Key { get; }

    /// <summary>In words.</summary>
    string Name { get; }

    /// <summary>Brings the cache up to date.</summary>
    /// <returns>Null where that was done; else what hindered it.</returns>
    Task<string?> RefreshAsync(SentCache cache, CancellationToken cancel);
}

/// <summary>What both kinds of places have in common: which mail is ours, and what it says.</summary>
static class MarkedMail
{
    /// <summary>The largest mail that is looked into; none that was approved comes near it.</summary>
    public const int Limit = 32 << 20;

    /// <summary>How much of a mail its header may be.</summary>
    public const int HeaderLimit = 256 << 10;

    /// <summary>The longest marker or Message-ID that is remembered: what is longer is nobody's of ours.</summary>
    const int TextLimit = 300;

    public static string Marker(string? header) => Cut(header ?? "");

    public static string Id(string? header) => Cut((header ?? "").Trim().TrimStart('<').TrimEnd('>'));

    /// <returns><see cref="Imprint.Other"/> also for what is no mail.</returns>
    public static string ImprintOf(Stream octets)
    {
        try { return Imprint.Of(octets); }
        catch (FormatException) { return Imprint.Other; }
    }

    static string Cut(string text) => text.Trim() is { Length: > TextLimit } longer ? longer[..TextLimit] : text.Trim();
}
