using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>What one run of the fence did.</summary>
public sealed class FenceReport
{
    public int Accepted { get; internal set; }
    public int Returned { get; internal set; }

    /// <summary>Claimed, but not finished: refused for now, not confirmed, or waiting until an answer can be looked for.</summary>
    public int Waiting { get; internal set; }

    /// <summary>Offered without success, and offered again later; and offered without an answer, which is looked for.</summary>
    public int Postponed { get; internal set; }
    public int Unanswered { get; internal set; }

    /// <summary>Waiting for the owner to say whether it went out.</summary>
    public int Unknown { get; internal set; }

    /// <summary>When there is something to do again by the clock; null where nothing is.</summary>
    public DateTimeOffset? Next { get; internal set; }

    /// <summary>What the owner's own settings, or the owner's word, keep waiting.</summary>
    public List<(TaskName Task, Hold Hold)> Held { get; } = [];

    internal void Holds(TaskName task, Hold hold)
    {
        Held.Add((task, hold));
        if (hold.Until is { } until && !(Next <= until)) Next = until;
    }

    /// <summary>In words, for status.</summary>
    public List<string> Problems { get; } = [];

    internal void Later(DateTimeOffset at)
    {
        Waiting++;
        if (Next is null || at < Next) Next = at;
    }
}
