namespace LocalAgent.Auditing;

/// <summary>What a finding says about the whole; the worst decides what <c>verify</c> ends with.</summary>
public enum Verdict
{
    /// <summary>Worth knowing; nothing is in doubt.</summary>
    Note,

    /// <summary>What a crash leaves, and nothing else could: a line that is missing in an unbroken chain (PROTOCOL.md, The audit).</summary>
    CrashGap,

    /// <summary>It could not be proved, and nothing speaks against it.</summary>
    Unproven,

    /// <summary>Two records say what can't both be true: somebody changed one of them, or a program is wrong.</summary>
    Contradiction,
}

/// <param name="About">A task, an agent, a mail or a mailbox; may hold a stranger's text, and is cleaned where it is printed.</param>
/// <param name="What">What was found.</param>
/// <param name="Do">What to do now; empty where that is nothing.</param>
public sealed record AuditFinding(Verdict Verdict, string About, string What, string Do = "")
{
    public override string ToString() => $"{About}: {What}{(Do.Length > 0 ? $" ({Do})" : "")}";
}
