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

    static IEnumerable<LogLine> Lines(string file)
    {
        if (Disk.Stamp(file) is not { Kind: FileKind.Regular, Size: <= SegmentLimit }) yield break;
        foreach (var text in File.ReadLines(file))
        {
            LogLine? line = null;
            try { line = JsonSerializer.Deserialize(text, AuditJson.Default.LogLine); }
            catch (JsonException) { continue; } // a segment's opening, a torn line, or a stranger's; verifying the chain is another command
            if (line is not null) yield return line;
        }
    }
}
