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
    public static IEnumerable<LogLine> All(VaultFolder vault, StateDirectory state) => Lines(vault, state, () => Segments(vault));

    /// <summary>What this agent said of one kind of event since an instant. Segments that were written before it are not opened: the cost follows what is new.</summary>
    public static IEnumerable<LogLine> Recent(string what, DateTimeOffset since, VaultFolder vault, StateDirectory state)
    {
        var mine = vault.FullPath($"Logs/{state.Agent}");
        return Lines(vault, state, () => Directory.Exists(mine) ? Directory.EnumerateFiles(mine, "*.jsonl").Where(f => File.GetLastWriteTimeUtc(f) >= since.UtcDateTime) : [], $"\"{what}\"")
            .Where(l => l.Event == what && l.At >= since);
    }

    /// <summary>What any agent said of one kind of event since the begin of a day (the earliest that any time zone has), oldest file first. Logs of days before it are not opened.</summary>
    public static IEnumerable<LogLine> Since(string what, DateOnly day, VaultFolder vault, StateDirectory state) =>
        Lines(vault, state, () => Segments(vault).Where(f => LogFiles.DayOf(f) is not { } its || its >= day.AddDays(-1)), $"\"{what}\"").Where(l => l.Event == what);

    /// <summary>The lines of all agents, unread, each with whose log it stands in, file by file.</summary>
    /// <param name="opens">Whether a log is opened, by its day; null is one of no day, where anything may stand.</param>
    public static IEnumerable<(string Agent, string Text)> Texts(VaultFolder vault, StateDirectory state, Func<DateOnly?, bool> opens) =>
        Texts(state, () => Segments(vault).Where(f => opens(LogFiles.DayOf(f))));

    static IEnumerable<string> Segments(VaultFolder vault)
    {
        var logs = vault.FullPath("Logs");
        return Directory.Exists(logs)
            ? Directory.EnumerateDirectories(logs).Where(d => AgentId.TryParse(Path.GetFileName(d), out _)).SelectMany(d => Directory.EnumerateFiles(d, "*.jsonl"))
            : [];
    }

    /// <param name="holding">Lines without this text are passed over unread.</param>
    static IEnumerable<LogLine> Lines(VaultFolder vault, StateDirectory state, Func<IEnumerable<string>> segments, string holding = "") =>
        Texts(state, segments).Where(t => t.Text.Contains(holding, StringComparison.Ordinal)).Select(t => Line(t.Text)).OfType<LogLine>();

    /// <summary>
    /// Lines go from the open file to the one that is being sealed to a segment, and lie in two of them for a moment. So they are looked for in that order, lest one is missed, and those
    /// that turn up again in a segment are left to it.
    /// </summary>
    static IEnumerable<(string Agent, string Text)> Texts(StateDirectory state, Func<IEnumerable<string>> segments)
    {
        var open = Read(state.PathOf("audit", "open.jsonl"));
        var unsealed = Read(state.PathOf("audit", "sealing.jsonl")).Concat(open).Distinct().ToList();
        var left = unsealed.ToHashSet(StringComparer.Ordinal);
        foreach (var file in segments().Order(StringComparer.Ordinal))
        {
            var agent = Path.GetFileName(Path.GetDirectoryName(file))!;
            foreach (var text in Read(file))
            {
                left.Remove(text);
                yield return (agent, text);
            }
        }
        foreach (var text in unsealed.Where(left.Contains)) yield return (state.Agent.Value, text);
    }

    /// <summary>Nothing, of what is gone by now: its lines are elsewhere.</summary>
    static string[] Read(string file)
    {
        try { return Disk.Stamp(file) is { Kind: FileKind.Regular, Size: <= SegmentLimit } ? File.ReadAllLines(file) : []; }
        catch (FileNotFoundException) { return []; }
    }

    static LogLine? Line(string text)
    {
        try { return JsonSerializer.Deserialize(text, AuditJson.Default.LogLine); }
        catch (JsonException) { return null; } // a segment's opening, a torn line, or a stranger's; verifying the chain is another command
    }
}
