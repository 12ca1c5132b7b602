using System.Text.Json;
using VaultKit.Vault;

namespace VaultKit.Audit;

/// <summary>Reads the logs of all agents: one task's story, or everything.</summary>
public static class Story
{
    const int SegmentLimit = 16 * 1024 * 1024;

    /// <summary>The lines about one task, oldest first, from all agents' segments and this agent's open one.</summary>
    public static IReadOnlyList<LogLine> Of(TaskName task, VaultFolder vault, StateDirectory state) =>
        [.. All(vault, state).Where(l => l.Task == task.Value).OrderBy(l => l.At)];

    /// <summary>Every line, segment by segment. Lines that can't be read are passed over: the chain shows that something is wrong there.</summary>
    public static IEnumerable<LogLine> All(VaultFolder vault, StateDirectory state)
    {
        var logs = vault.FullPath("Logs");
        IEnumerable<string> files = Directory.Exists(logs)
            ? Directory.EnumerateDirectories(logs).Where(d => AgentId.TryParse(Path.GetFileName(d), out _))
                .SelectMany(d => Directory.EnumerateFiles(d, "*.jsonl")).Order(StringComparer.Ordinal)
            : [];
        foreach (var file in files.Append(state.PathOf("audit", "sealing.jsonl")).Append(state.PathOf("audit", "open.jsonl")))
            foreach (var line in Lines(file)) yield return line;
    }

    /// <summary>What this agent said of one kind of event since an instant. Segments that were written before it are not opened: the cost follows what is new.</summary>
    public static IEnumerable<LogLine> Recent(string what, DateTimeOffset since, VaultFolder vault, StateDirectory state)
    {
        var mine = vault.FullPath($"Logs/{state.Agent}");
        IEnumerable<string> files = Directory.Exists(mine)
            ? Directory.EnumerateFiles(mine, "*.jsonl").Where(f => File.GetLastWriteTimeUtc(f) >= since.UtcDateTime).Order(StringComparer.Ordinal)
            : [];
        return files.Append(state.PathOf("audit", "sealing.jsonl")).Append(state.PathOf("audit", "open.jsonl"))
            .SelectMany(f => Lines(f, $"\"{what}\"")).Where(l => l.Event == what && l.At >= since);
    }

    /// <summary>What any agent said of one kind of event since the begin of a day (the earliest that any time zone has), oldest file first. Logs of days before it are not opened.</summary>
    public static IEnumerable<LogLine> Since(string what, DateOnly day, VaultFolder vault, StateDirectory state)
    {
        var logs = vault.FullPath("Logs");
        IEnumerable<string> files = Directory.Exists(logs)
            ? Directory.EnumerateDirectories(logs).Where(d => AgentId.TryParse(Path.GetFileName(d), out _))
                .SelectMany(d => Directory.EnumerateFiles(d, "*.jsonl")).Where(f => LogFiles.DayOf(f) is not { } its || its >= day.AddDays(-1)).Order(StringComparer.Ordinal)
            : [];
        return files.Append(state.PathOf("audit", "sealing.jsonl")).Append(state.PathOf("audit", "open.jsonl")).SelectMany(f => Lines(f, $"\"{what}\"")).Where(l => l.Event == what);
    }

    /// <param name="holding">Lines without this text are passed over unread.</param>
    static IEnumerable<LogLine> Lines(string file, string holding = "")
    {
        if (Disk.Stamp(file) is not { Kind: FileKind.Regular, Size: <= SegmentLimit }) yield break;
        foreach (var text in File.ReadLines(file))
        {
            if (!text.Contains(holding, StringComparison.Ordinal)) continue;
            LogLine? line = null;
            try { line = JsonSerializer.Deserialize(text, AuditJson.Default.LogLine); }
            catch (JsonException) { continue; } // a segment's opening, a torn line, or a stranger's; verifying the chain is another command
            if (line is not null) yield return line;
        }
    }
}
