using System.Security.Cryptography;
using System.Text.Json;

namespace VaultKit.Audit;

/// <summary>Follows the logs of agents from segment to segment: each names the SHA-256 of the one before it, wherever they lie and in whatever order they are given.</summary>
sealed class LogChain
{
    readonly record struct Link(string Previous, string Own);

    readonly SortedDictionary<string, SortedDictionary<int, Link>> agents = new(StringComparer.Ordinal);
    readonly List<string> problems = [];

    /// <summary>How many segments there are.</summary>
    public int Count => agents.Values.Sum(a => a.Count);

    /// <param name="agent">Whose folder it lies in.</param>
    /// <param name="log">A segment, or several one after the other.</param>
    public void Add(string agent, ReadOnlySpan<byte> log)
    {
        while (log.Length > 0)
        {
            var next = log.IndexOf("\n{\"segment\":"u8) + 1;
            var segment = next == 0 ? log : log[..next];
            Segment(agent, segment);
            log = log[segment.Length..];
        }
    }

    void Segment(string agent, ReadOnlySpan<byte> segment)
    {
        SegmentStart? start = null;
        var end = segment.IndexOf((byte)'\n');
        try { start = JsonSerializer.Deserialize(end < 0 ? segment : segment[..end], AuditJson.Default.SegmentStart); }
        catch (JsonException) { start = null; } // said below
        if (start is null || start.Agent != agent) { problems.Add($"Logs/{agent} holds lines that begin no segment of its own"); return; }
        if (!agents.TryGetValue(agent, out var links)) agents[agent] = links = [];
        var link = new Link(start.Previous, Convert.ToHexStringLower(SHA256.HashData(segment)));
        // The same segment in two places is a crash between its copy and its removal.
        if (!links.TryAdd(start.Segment, link) && links[start.Segment] != link) problems.Add($"Logs/{agent}: there are two segments {start.Segment}");
    }

    /// <summary>Where a chain is broken, in words.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in problems.Distinct()) yield return problem;
        foreach (var (agent, links) in agents)
        {
            var (number, hash) = (0, new string('0', 64));
            foreach (var (segment, link) in links)
            {
                if (segment != number + 1) yield return $"Logs/{agent}: {(segment == number + 2 ? $"segment {number + 1} is" : $"segments {number + 1} to {segment - 1} are")} missing";
                else if (link.Previous != hash) yield return $"Logs/{agent}: segment {segment} does not go on from segment {number}: one of them was changed";
                (number, hash) = (segment, link.Own);
            }
        }
    }
}
