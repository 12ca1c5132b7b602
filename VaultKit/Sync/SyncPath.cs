using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Which files of the vault travel. One decision for both directions: what is not accepted is neither committed nor taken from a remote.
/// Everything accepted is ASCII, has no dot names, no Windows device and no trailing dot or space, so that every file system can hold it and no two names look alike.
/// </summary>
public static class SyncPath
{
    public const string InboxView = "Inbox.base";

    /// <summary>The largest segment of a log, in octets; everything else ends at <see cref="TaskFile.Limit"/>.</summary>
    public const int LogLimit = 4 * 1024 * 1024;

    const int LengthLimit = 200, LogDepth = 4;

    /// <summary>Of how many parts a path has at most.</summary>
    internal const int Depth = LogDepth;

    /// <param name="path">Below the vault, '/' between its parts.</param>
    public static bool Accepts(string path)
    {
        if (path.Length is 0 or > LengthLimit) return false;
        if (Place.FromPath(path) is not null || IsKept(path)) return true;
        var parts = path.Split('/');
        if (parts.Length == 1) return IsRootFile(path);
        if (!parts.All(IsSafeName)) return false;
        return parts[0] switch
        {
            "Logs" => parts.Length is >= 3 and <= LogDepth && AgentId.TryParse(parts[1], out _) && path.EndsWith(".jsonl", StringComparison.Ordinal),
            "Updates" => parts.Length == 3 && AgentId.TryParse(parts[1], out _) && IsMarkdown(path),
            "Plans" => parts.Length == 3 && Domains.All.Contains(parts[1]) && IsMarkdown(path),
            "Briefings" or ArchiveIndex.Folder => parts.Length == 2 && IsMarkdown(path),
            _ => false,
        };
    }

    /// <summary>Whether an accepted path can lie below this folder.</summary>
    public static bool MayHold(string folder)
    {
        if (Place.FromFolder(folder) is not null || Stages.FromFolder(folder) is not null) return true;
        var parts = folder.Split('/');
        return parts[0] switch
        {
            "Logs" => parts.Length == 1 || (parts.Length < LogDepth && AgentId.TryParse(parts[1], out _) && parts.All(IsSafeName)),
            "Updates" => parts.Length == 1 || (parts.Length == 2 && AgentId.TryParse(parts[1], out _)),
            "Plans" => parts.Length == 1 || (parts.Length == 2 && Domains.All.Contains(parts[1])),
            "Briefings" or ArchiveIndex.Folder => parts.Length == 1,
            _ => false,
        };
    }

    /// <summary>The most octets that this path may have.</summary>
    public static int Limit(string path) => IsLog(path) ? LogLimit : IsArchive(path) ? ArchiveIndex.Limit : TaskFile.Limit;

    /// <summary>Whether a file that is no task may be removed: notes, plans and kept versions are the owner's to clear away; logs, the archive's indexes, the owner's words and PROTOCOL are nobody's (but see <see cref="Elsewhere"/>).</summary>
    public static bool MayVanish(string path) =>
        IsKept(path) || path.StartsWith("Updates/", StringComparison.Ordinal) || path.StartsWith("Plans/", StringComparison.Ordinal) || path.StartsWith("Briefings/", StringComparison.Ordinal);

    /// <summary>Whether a file at the vault's root holds the owner's words, or what only the owner's machine writes.</summary>
    public static bool IsOwners(string path) => IsRootFile(path);

    /// <summary>Whether it is an index of what was archived, which only the owner's machine writes.</summary>
    public static bool IsArchive(string path) => path.StartsWith(ArchiveIndex.Folder + "/", StringComparison.Ordinal);

    /// <summary>Whether it is a part of an agent's log: more may be written to it, and nothing in it is changed.</summary>
    public static bool IsLog(string path) => path.StartsWith("Logs/", StringComparison.Ordinal);

    /// <summary>The agent whose folder a log or update lies in; null elsewhere.</summary>
    public static AgentId? Writer(string path)
    {
        var parts = path.Split('/');
        return parts.Length >= 3 && parts[0] is "Logs" or "Updates" && AgentId.TryParse(parts[1], out var agent) ? agent : null;
    }

    /// <summary>The name under which a version of a task that lost is kept; every machine computes the same.</summary>
    /// <param name="blob">The version's git object id, in hexadecimal.</param>
    public static string Kept(TaskName task, string blob) => $"{Stage.Quarantine.Folder()}/{task.Value}.{blob[..8]}.md";

    internal static bool IsKept(string path)
    {
        var head = Stage.Quarantine.Folder() + "/";
        if (!path.StartsWith(head, StringComparison.Ordinal) || !IsMarkdown(path)) return false;
        var name = path.AsSpan(head.Length, path.Length - head.Length - 3);
        return name.Length > 9 && name[^9] == '.' && !name[^8..].ContainsAnyExcept("0123456789abcdef") && TaskName.TryParse(name[..^9].ToString(), out _);
    }

    static bool IsRootFile(string name) =>
        name is VaultFolder.DashboardFile or VaultFolder.HandbookFile or VaultFolder.GoalsFile or VaultFolder.ProtocolFile or InboxView;

    static bool IsMarkdown(string path) => path.EndsWith(".md", StringComparison.Ordinal);

    static bool IsSafeName(string name)
    {
        if (name.Length is 0 or > 100 || !char.IsAsciiLetterOrDigit(name[0]) || name[^1] is '.' or ' ') return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ' ')) return false;
        var dot = name.IndexOf('.');
        var stem = (dot < 0 ? name : name[..dot]).TrimEnd().ToLowerInvariant();
        var device = stem is "con" or "prn" or "aux" or "nul" || (stem.Length == 4 && stem[..3] is "com" or "lpt" && char.IsAsciiDigit(stem[3]));
        return !device;
    }
}
