using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Counting;

/// <summary>
/// What the agents' logs say of a period. No task's file is opened: the logs of its days have nearly all, and only for what was begun before them older logs are read, for those tasks alone.
/// Line by line, so that what is held in memory follows the period and not the age of the vault.
/// </summary>
sealed class Tally
{
    // As a line of this product's own begins: by that its day is told without reading it.
    const string Opening = "{\"at\":\"", SegmentOpening = "{\"segment\":", TaskKey = "\"task\":\"";
    const int DayLength = 10;

    readonly Period period;
    readonly Dictionary<string, TaskStory> tasks = new(StringComparer.Ordinal);
    readonly HashSet<string> sifted = new(StringComparer.Ordinal), unreadable = new(StringComparer.Ordinal);

    /// <summary>The tasks of which something was said within the period.</summary>
    public IReadOnlyCollection<TaskStory> Tasks => tasks.Values;

    /// <summary>Mails that needed no answer. One that two machines read counts once.</summary>
    public int Sifted => sifted.Count;

    /// <summary>Mails that could not be read.</summary>
    public int Unreadable => unreadable.Count;

    /// <summary>Lines of the period's logs that can't be read.</summary>
    public int Damaged { get; private set; }

    /// <summary>By agent; those alone of which something was heard.</summary>
    public SortedDictionary<string, SignsOfLife> Agents { get; } = new(StringComparer.Ordinal);

    public Tally(Period period, VaultFolder vault, StateDirectory state)
    {
        this.period = period;
        var (first, last) = (Day(period.From), Day(period.End));
        var (firstText, lastText) = ($"{first:yyyy-MM-dd}", $"{last:yyyy-MM-dd}");
        foreach (var (agent, text) in Story.Texts(vault, state, day => day is null || day >= first.AddDays(-1)))
        {
            if (!AgentId.TryParse(agent, out var id) || text.StartsWith(SegmentOpening, StringComparison.Ordinal) || IsOfAnotherDay(text, firstText, lastText)) continue;
            if (LogLine.Read(System.Text.Encoding.UTF8.GetBytes(text)) is not { } line) Damaged++;
            else if (period.Holds(line.At)) Take(line, id);
        }
        var older = tasks.Where(t => !t.Value.HasBegin).Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        if (older.Count > 0) Complete(older, vault, state);
    }

    static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    static bool IsOfAnotherDay(string text, string first, string last)
    {
        if (!text.StartsWith(Opening, StringComparison.Ordinal) || text.Length < Opening.Length + DayLength) return false;
        var day = text.AsSpan(Opening.Length, DayLength);
        return day.SequenceCompareTo(first) < 0 || day.SequenceCompareTo(last) > 0;
    }

    void Take(LogLine line, AgentId agent)
    {
        if (!Agents.TryGetValue(agent.Value, out var signs)) Agents[agent.Value] = signs = new(period);
        signs.Hear(line.At);
        string Of(string key) => line.Detail?.GetValueOrDefault(key) ?? "";
        if (line.Event == "mail.sifted") sifted.Add($"{Of("origin")}\n{Of("from")}\n{Of("subject")}");
        else if (line.Event == "mail.unreadable") unreadable.Add($"{Of("origin")}\n{Of("why")}");
        else if (line.Task is { } task)
        {
            if (!tasks.TryGetValue(task, out var story)) tasks[task] = story = new();
            story.Add(line, agent.Zone);
        }
    }

    /// <summary>What was said of these tasks before the period.</summary>
    void Complete(HashSet<string> older, VaultFolder vault, StateDirectory state)
    {
        var wanted = older.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (agent, text) in Story.Texts(vault, state, _ => true))
        {
            var begin = text.IndexOf(TaskKey, StringComparison.Ordinal);
            if (begin < 0 || !AgentId.TryParse(agent, out var id)) continue;
            var rest = text.AsSpan(begin + TaskKey.Length);
            var end = rest.IndexOf('"');
            if (end < 0 || !wanted.Contains(rest[..end]) || LogLine.Read(System.Text.Encoding.UTF8.GetBytes(text)) is not { } line || line.At >= period.From) continue;
            if (line.Task is { } task && tasks.TryGetValue(task, out var story)) story.Add(line, id.Zone);
        }
    }
}
