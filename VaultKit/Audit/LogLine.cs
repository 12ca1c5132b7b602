using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaultKit.Audit;

/// <summary>A line of the log: when, who, what, to which task, and what else is known.</summary>
public sealed class LogLine
{
    public required DateTimeOffset At { get; init; }
    public required string Agent { get; init; }
    public required string Event { get; init; }
    public string? Task { get; init; }
    public Dictionary<string, string>? Detail { get; init; }

    /// <returns>Null where it is no such line: a segment's opening, a torn line, or a stranger's.</returns>
    public static LogLine? Read(ReadOnlySpan<byte> line)
    {
        try { return JsonSerializer.Deserialize(line, AuditJson.Default.LogLine); }
        catch (JsonException) { return null; }
    }

    public string ToJson() => JsonSerializer.Serialize(this, AuditJson.Default.LogLine);
}

/// <summary>A segment's first line. <see cref="Previous"/> is the SHA-256 of the segment before it, zeros for the first.</summary>
sealed class SegmentStart
{
    public required int Segment { get; init; }
    public required string Agent { get; init; }
    public required string Previous { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(SegmentStart))]
sealed partial class AuditJson : JsonSerializerContext;
