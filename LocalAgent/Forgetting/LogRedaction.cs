using System.Security.Cryptography;
using System.Text;
using VaultKit.Audit;

namespace LocalAgent.Forgetting;

/// <summary>Takes the lines that speak of a person out of an agent's log. When and by whom each was said stays, and that nothing else was changed is told by the hashes of the segments before and after.</summary>
static class LogRedaction
{
    /// <summary>What a line says of which nothing else is left.</summary>
    public const string Event = "forgotten";

    /// <param name="log">A segment, or several one after the other.</param>
    /// <param name="isOver">Whether a task of that name was forgotten before.</param>
    /// <param name="segments">Gets a line of the list for each segment that is another now: <c>log AGENT SEGMENT OLD NEW</c>.</param>
    /// <returns>Null where nothing in it speaks of the person.</returns>
    public static byte[]? Of(string agent, byte[] log, Person person, Func<string?, bool> isOver, ICollection<string> segments)
    {
        var result = new MemoryStream(log.Length);
        var changed = false;
        for (var rest = log.AsSpan(); rest.Length > 0;)
        {
            var next = rest.IndexOf("\n{\"segment\":"u8) + 1;
            var segment = next == 0 ? rest : rest[..next];
            var now = Segment(segment, person, isOver);
            if (now is not null && Number(segment) is { } number) segments.Add($"log {agent} {number} {Hash(segment)} {Hash(now)}");
            changed |= now is not null;
            result.Write(now ?? segment);
            rest = rest[segment.Length..];
        }
        return changed ? result.ToArray() : null;
    }

    static byte[]? Segment(ReadOnlySpan<byte> segment, Person person, Func<string?, bool> isOver)
    {
        var result = new StringBuilder(segment.Length);
        var changed = false;
        foreach (var line in Encoding.UTF8.GetString(segment).Split('\n'))
        {
            var now = Line(line, person, isOver);
            changed |= now is not null;
            result.Append(now ?? line).Append('\n');
        }
        return changed ? Encoding.UTF8.GetBytes(result.ToString(0, result.Length - 1)) : null;
    }

    static string? Line(string line, Person person, Func<string?, bool> isOver)
    {
        // What stands escaped in JSON is compared as what it says.
        if (LogLine.Read(Encoding.UTF8.GetBytes(line)) is not { } said) return person.IsIn(line) ? "{}" : null;
        var names = isOver(said.Task) || person.IsIn(said.Task ?? "") || said.Detail?.Values.Any(v => person.IsIn(v) || isOver(v)) == true;
        return names ? new LogLine { At = said.At, Agent = said.Agent, Event = Event }.ToJson() : null;
    }

    static int? Number(ReadOnlySpan<byte> segment)
    {
        var opening = "{\"segment\":"u8;
        return segment.StartsWith(opening) && System.Buffers.Text.Utf8Parser.TryParse(segment[opening.Length..], out int value, out _) ? value : null;
    }

    static string Hash(ReadOnlySpan<byte> octets) => Convert.ToHexStringLower(SHA256.HashData(octets));
}
