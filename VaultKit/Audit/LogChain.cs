using System.Security.Cryptography;
using System.Text.Json;

namespace VaultKit.Audit;

/// <summary>What is wrong with a chain.</summary>
public enum ChainFault { Foreign, Twice, Reordered, Missing, Changed }

/// <summary>A place where an agent's chain is not what it should be.</summary>
/// <param name="From">The first segment that it is about; 0 where that can't be told.</param>
/// <param name="To">The last one.</param>
/// <param name="What">In words.</param>
public sealed record ChainBreak(string Agent, ChainFault Fault, int From, int To, string What);

/// <summary>Follows the logs of agents from segment to segment: each names the SHA-256 of the one before it, wherever they lie and in whatever order the files are given.</summary>
/// <param name="stoodFor">Agent, segment and SHA-256 of what stands in a log: the SHA-256 of what stood there before the owner had something in it forgotten; null where nothing was. Null: nothing ever was.</param>
public sealed class LogChain(Func<string, int, string, string?>? stoodFor = null)
{
    readonly record struct Link(Sha256 Previous, Sha256 Own);

    readonly SortedDictionary<string, SortedList<int, Link>> agents = new(StringComparer.Ordinal);
    readonly List<ChainBreak> faults = [];

    /// <summary>How many segments there are.</summary>
    public int Count => agents.Values.Sum(a => a.Count);

    public IEnumerable<string> Agents => agents.Keys;

    /// <summary>The numbers of the segments of an agent that are here, in order.</summary>
    public IList<int> Numbers(string agent) => agents.TryGetValue(agent, out var links) ? links.Keys : [];

    /// <summary>The SHA-256 of a segment, in lower-case hexadecimal; null where it is not here.</summary>
    public string? HashOf(string agent, int segment) => agents.TryGetValue(agent, out var links) && links.TryGetValue(segment, out var link) ? link.Own.ToString() : null;

    /// <summary>What a segment says is the SHA-256 of the one before it; null where it is not here.</summary>
    public string? PreviousOf(string agent, int segment) => agents.TryGetValue(agent, out var links) && links.TryGetValue(segment, out var link) ? link.Previous.ToString() : null;

    /// <param name="agent">Whose folder it lies in.</param>
    /// <param name="log">A segment, or several one after the other.</param>
    /// <param name="named">The number in the file's name; null where it has none.</param>
    public void Add(string agent, ReadOnlySpan<byte> log, int? named = null)
    {
        var before = 0;
        while (log.Length > 0)
        {
            var next = log.IndexOf("\n{\"segment\":"u8) + 1;
            var segment = next == 0 ? log : log[..next];
            if (Segment(agent, segment) is { } number)
            {
                if (number < before || (named ?? number) != number)
                    faults.Add(new(agent, ChainFault.Reordered, number, number, $"Logs/{agent}: segment {number} does not stand where it was written: {(named is { } n && n != number ? $"it lies in the file of segment {n}" : $"it comes after segment {before}")}"));
                before = number;
            }
            log = log[segment.Length..];
        }
    }

    int? Segment(string agent, ReadOnlySpan<byte> segment)
    {
        SegmentStart? start = null;
        var end = segment.IndexOf((byte)'\n');
        try { start = JsonSerializer.Deserialize(end < 0 ? segment : segment[..end], AuditJson.Default.SegmentStart); }
        catch (JsonException) { start = null; } // said below
        if (start is null || start.Agent != agent || Sha256.Parse(start.Previous) is not { } previous)
        {
            faults.Add(new(agent, ChainFault.Foreign, 0, 0, $"Logs/{agent} holds lines that begin no segment of its own"));
            return null;
        }
        if (!agents.TryGetValue(agent, out var links)) agents[agent] = links = [];
        var own = Sha256.HashOf(segment);
        // Forgotten more than once: back to the first.
        while (stoodFor?.Invoke(agent, start.Segment, own.ToString()) is { } before && Sha256.Parse(before) is { } stood) own = stood;
        var link = new Link(previous, own);
        // The same segment in two places is a crash between its copy and its removal.
        if (!links.TryAdd(start.Segment, link) && links[start.Segment] != link) faults.Add(new(agent, ChainFault.Twice, start.Segment, start.Segment, $"Logs/{agent}: there are two segments {start.Segment}"));
        return start.Segment;
    }

    /// <summary>Where a chain is broken.</summary>
    public IEnumerable<ChainBreak> Breaks()
    {
        foreach (var fault in faults.Distinct()) yield return fault;
        foreach (var (agent, links) in agents)
        {
            var (number, hash) = (0, default(Sha256));
            foreach (var (segment, link) in links)
            {
                if (segment != number + 1) yield return new(agent, ChainFault.Missing, number + 1, segment - 1, $"Logs/{agent}: {(segment == number + 2 ? $"segment {number + 1} is" : $"segments {number + 1} to {segment - 1} are")} missing");
                else if (link.Previous != hash) yield return new(agent, ChainFault.Changed, number, segment, $"Logs/{agent}: segment {segment} does not go on from segment {number}: one of them was changed");
                (number, hash) = (segment, link.Own);
            }
        }
    }

    /// <summary>The same, in words.</summary>
    public IEnumerable<string> Problems() => Breaks().Select(b => b.What);

    /// <summary>A SHA-256: four numbers instead of a text, of which there are two for each segment.</summary>
    readonly record struct Sha256(ulong A, ulong B, ulong C, ulong D)
    {
        public static Sha256 HashOf(ReadOnlySpan<byte> octets)
        {
            Span<byte> hash = stackalloc byte[32];
            SHA256.HashData(octets, hash);
            return From(hash);
        }

        public static Sha256? Parse(string text)
        {
            if (text.Length != 64 || text.AsSpan().ContainsAnyExcept("0123456789abcdef")) return null;
            return From(Convert.FromHexString(text));
        }

        static Sha256 From(ReadOnlySpan<byte> h) => new(Read(h), Read(h[8..]), Read(h[16..]), Read(h[24..]));
        static ulong Read(ReadOnlySpan<byte> octets) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(octets);

        public override string ToString() => $"{A:x16}{B:x16}{C:x16}{D:x16}";
    }
}
