namespace VaultKit.Vault;

/// <summary>What a program's process ends with; the same in every command.</summary>
public enum ExitCode
{
    Done = 0,
    Failed = 1,
    Usage = 2,
    DoneInPart = 3,
    NoVault = 10,
    Locked = 11,
    Credential = 12,
    TryAgain = 75,
    BadConfiguration = 78,
    Interrupted = 130,
}

/// <summary>An error that a person can act on: what is wrong and where, and what to do next. Shown as it is, without a stack.</summary>
public sealed class Refusal(ExitCode code, string what, string? hint = null, Exception? cause = null) : Exception(what, cause)
{
    public ExitCode Code { get; } = code;

    /// <summary>What to do next; null where the message says it.</summary>
    public string? Hint { get; } = hint;
}

/// <summary>A task file that can't be understood or may not be used as it is. The file itself is left as it was.</summary>
public sealed class BadTaskException(string why) : Exception(why);
