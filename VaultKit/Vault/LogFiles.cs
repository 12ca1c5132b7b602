namespace VaultKit.Vault;

/// <summary>The files of an agent's log: a segment for each cycle, <c>Logs/agent/00000017.jsonl</c>, and one a day once the day is over, <c>Logs/agent/2026-11-23.jsonl</c>.</summary>
public static class LogFiles
{
    /// <param name="path">A file's path or name.</param>
    /// <returns>Null where it is no day's log.</returns>
    public static DateOnly? DayOf(string path) => DateOnly.TryParseExact(NameOf(path), "yyyy-MM-dd", out var day) ? day : null;

    public static bool IsSegment(string path) => NameOf(path) is { Length: 8 } name && !name.AsSpan().ContainsAnyExceptInRange('0', '9');

    /// <param name="path">A file's path or name.</param>
    /// <returns>Null where it is no segment.</returns>
    public static int? NumberOf(string path) => IsSegment(path) ? int.Parse(NameOf(path)) : null;

    /// <summary>Whether a day's log holds a segment, from the begin of a line.</summary>
    public static bool Holds(ReadOnlySpan<byte> day, ReadOnlySpan<byte> segment) =>
        day.StartsWith(segment) || day.IndexOf([(byte)'\n', .. segment]) >= 0;

    static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}
