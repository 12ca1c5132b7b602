namespace VaultKit.Agent;

/// <summary>Something of which the owner should hear although nobody looks. Its words leave the machine: they are this program's own, with names of accounts and agents in them, and nothing of any mail.</summary>
/// <param name="Key">The same for as long as it is the same thing; no white space.</param>
/// <param name="Hint">The command that shows more.</param>
public sealed record Alarm(string Key, string Text, string Hint)
{
    /// <summary>Work stands still over it, or somebody waits for the owner: it is told with priority, and again each day.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>It is told once; that it is over is no news.</summary>
    public bool IsNews { get; init; }

    /// <summary>How many there are of it: of more than were told, it is told again.</summary>
    public int Count { get; init; } = 1;
}

/// <summary>What is told at once: one message, however much there is to tell.</summary>
/// <param name="Title">One line of ASCII.</param>
/// <param name="Lines">Each with its state: <c>raised</c>, <c>still</c> or <c>over</c>.</param>
public sealed record Notice(string Title, IReadOnlyList<(string State, Alarm Alarm)> Lines, bool IsUrgent)
{
    /// <summary>A line each.</summary>
    public string Text => string.Join('\n', Lines.Select(l => l.State switch
    {
        "over" => $"over: {l.Alarm.Text}",
        var state => $"{(state == "still" ? "still: " : "")}{l.Alarm.Text}{(l.Alarm.Hint.Length > 0 ? $" ({l.Alarm.Hint})" : "")}",
    }));
}

/// <summary>A way to the owner.</summary>
public interface IAlertChannel
{
    /// <summary>As vault.toml calls it.</summary>
    string Name { get; }

    /// <returns>When it was taken over.</returns>
    /// <exception cref="Vault.Refusal">It was not.</exception>
    Task TellAsync(Notice notice, CancellationToken cancel);
}
