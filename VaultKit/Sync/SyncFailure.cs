namespace VaultKit.Sync;

/// <summary>What kept a cycle from finishing; each kind has an action of its own.</summary>
public enum SyncFailureKind
{
    /// <summary>Refused, unreachable, no such name, silent, a path that is not there: try again later.</summary>
    Offline,
    /// <summary>The remote does not let us in: pause and alert.</summary>
    Credentials,
    /// <summary>The remote is not who it was: pause and alert.</summary>
    HostKey,
    /// <summary>A hook or rule of the remote refused the push, its tip being unchanged.</summary>
    Declined,
    /// <summary>Others pushed first, again and again; recognised by comparing tips. The next cycle goes on.</summary>
    Race,
    /// <summary>The remote's tip is no descendant of the last one seen, or shares no history with ours: merging has stopped.</summary>
    RewrittenHistory,
    /// <summary>An object or reference of our git directory can't be read.</summary>
    Corrupt,
    /// <summary>The remote gives damaged objects: pause and alert.</summary>
    RemoteCorrupt,
    /// <summary>Cycle after cycle it brings what may not be taken: answered rarely from then on, and alert.</summary>
    Refused,
    /// <summary>No space; heals when there is space again.</summary>
    DiskFull,
    Other,
}

/// <summary>A failure of a cycle, in words.</summary>
/// <param name="Hint">What to do next; null where waiting is all.</param>
public sealed record SyncFailure(SyncFailureKind Kind, string Text, string? Hint = null)
{
    /// <summary>Worth trying again without a person.</summary>
    public bool IsPassing => Kind is SyncFailureKind.Offline or SyncFailureKind.Race or SyncFailureKind.DiskFull;

    /// <summary>Trying again changes nothing before somebody did something.</summary>
    public bool NeedsPerson => Kind is SyncFailureKind.Credentials or SyncFailureKind.HostKey or SyncFailureKind.Declined or SyncFailureKind.RewrittenHistory or SyncFailureKind.RemoteCorrupt or SyncFailureKind.Refused;

    public override string ToString() => Hint is null ? Text : $"{Text} ({Hint})";
}

/// <summary>Carries a failure up to the cycle, which reports it; never leaves this room.</summary>
sealed class SyncException(SyncFailure failure, Exception? cause = null) : Exception(failure.Text, cause)
{
    public SyncFailure Failure { get; } = failure;
}

/// <summary>Something that a person may want to know about one path; the cycle went on.</summary>
/// <param name="Refused">It came from the remote, and our version stays.</param>
public sealed record Finding(string Path, string Why, bool Refused = false)
{
    public override string ToString() => $"{Path}: {Why}";
}
