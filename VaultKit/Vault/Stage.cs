namespace VaultKit.Vault;

/// <summary>The folders that are states. A task is in exactly one of them.</summary>
/// <remarks>The order is the order of progress: where a merge would leave one task in two stages, the higher one stays.</remarks>
public enum Stage
{
    NeedsAction,
    InProgress,
    PendingApproval,
    Approved,
    Rejected,
    Done,
    Quarantine,
}

/// <summary>Names of stages as they stand on disk.</summary>
public static class Stages
{
    static readonly (Stage Stage, string Folder)[] Folders =
    [
        (Stage.NeedsAction, "Needs_Action"),
        (Stage.InProgress, "In_Progress"),
        (Stage.PendingApproval, "Pending_Approval"),
        (Stage.Approved, "Approved"),
        (Stage.Rejected, "Rejected"),
        (Stage.Done, "Done"),
        (Stage.Quarantine, "Quarantine"),
    ];

    public static IReadOnlyList<Stage> All { get; } = [.. Folders.Select(f => f.Stage)];

    public static string Folder(this Stage stage) => Folders[(int)stage].Folder;

    public static Stage? FromFolder(string folder)
    {
        foreach (var (stage, name) in Folders)
            if (name == folder) return stage;
        return null;
    }
}

/// <summary>Kinds of work; the folder below a stage.</summary>
public static class Domains
{
    public const string Email = "email", Social = "social", Files = "files";

    public static IReadOnlyList<string> All { get; } = [Email, Social, "whatsapp", "payments", "accounting", Files];

    /// <summary>A task says of what kind it is, such as <c>social/1</c>; what does not is mail.</summary>
    public static string Of(TaskFile task) => task.Get("task")?.Split('/')[0] is { } domain && All.Contains(domain) ? domain : Email;
}
