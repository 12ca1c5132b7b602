namespace LocalAgent.Counting;

/// <summary>
/// What was heard of an agent within a period. No log tells for how long a program ran: one that has nothing to do says nothing, so this is the least that it was there, and the longest silence is
/// the most that it may have been away at a time.
/// </summary>
sealed class SignsOfLife(Period period)
{
    readonly HashSet<long> hours = [];
    readonly List<DateTimeOffset> heard = [];

    /// <summary>Hours, from the begin of the period, in which its log has a line.</summary>
    public int Hours => hours.Count;

    public DateTimeOffset? Last => heard.Count == 0 ? null : heard.Max();

    public void Hear(DateTimeOffset at)
    {
        hours.Add((long)(at - period.From).TotalHours);
        // One for each minute is enough, and little to keep.
        if (heard.Count == 0 || (at - heard[^1]).Duration() >= TimeSpan.FromMinutes(1)) heard.Add(at);
    }

    /// <summary>The longest time without a line, up to the period's end; from its begin, if the agent is older than that.</summary>
    public TimeSpan Silence(bool isOlder)
    {
        var (longest, before) = (TimeSpan.Zero, isOlder || heard.Count == 0 ? period.From : heard.Min());
        foreach (var at in heard.Append(period.Until).Order())
        {
            if (at - before > longest) longest = at - before;
            before = at;
        }
        return longest;
    }
}
