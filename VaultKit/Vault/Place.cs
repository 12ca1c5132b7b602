namespace VaultKit.Vault;

/// <summary>Where a task can lie: a stage and what stands below it: a domain, an agent's id, or a month. Quarantine has nothing below it.</summary>
public readonly record struct Place(Stage Stage, string Below)
{
    public static Place NeedsAction(string domain) => new(Stage.NeedsAction, domain);
    public static Place InProgress(AgentId agent) => new(Stage.InProgress, agent.Value);
    public static Place Pending(string domain) => new(Stage.PendingApproval, domain);
    public static Place Approved(string domain) => new(Stage.Approved, domain);
    public static Place Rejected(string domain) => new(Stage.Rejected, domain);
    public static Place Quarantine => new(Stage.Quarantine, "");

    /// <param name="received">When the task was received; the month of this instant, in UTC, names the folder.</param>
    public static Place Done(DateTimeOffset received) => new(Stage.Done, received.UtcDateTime.ToString("yyyy-MM"));

    /// <summary>The folder's path below the vault, with '/' between its parts.</summary>
    public string Folder => Below.Length == 0 ? Stage.Folder() : Stage.Folder() + "/" + Below;

    public string PathOf(TaskName name) => Folder + "/" + name.FileName;

    /// <summary>Reads a folder's path; null where no task may lie.</summary>
    public static Place? FromFolder(ReadOnlySpan<char> folder)
    {
        var slash = folder.IndexOf('/');
        var head = slash < 0 ? folder : folder[..slash];
        var below = slash < 0 ? "" : folder[(slash + 1)..].ToString();
        if (Stages.FromFolder(head.ToString()) is not { } stage) return null;
        var fits = stage switch
        {
            Stage.Quarantine => slash < 0,
            Stage.InProgress => AgentId.TryParse(below, out _),
            Stage.Done => IsMonth(below),
            _ => Domains.All.Contains(below),
        };
        return fits ? new Place(stage, below) : null;
    }

    /// <summary>Reads a path below the vault, such as <c>Done/2026-11/name.md</c>; null where it names no task.</summary>
    public static (Place Place, TaskName Name)? FromPath(string path)
    {
        var slash = path.LastIndexOf('/');
        if (slash < 0 || !TaskName.TryParseFile(path[(slash + 1)..], out var name)) return null;
        return FromFolder(path.AsSpan(0, slash)) is { } place ? (place, name) : null;
    }

    static bool IsMonth(string text) =>
        text.Length == 7 && text[4] == '-'
        && int.TryParse(text.AsSpan(0, 4), out var year) && year >= 1970
        && int.TryParse(text.AsSpan(5), out var month) && month is >= 1 and <= 12;

    public override string ToString() => Folder;
}
