using System.Text.Json;
using VaultKit.Vault;

namespace VaultKit.Audit;

/// <summary>
/// An agent's log of one day, <c>Logs/agent/2026-11-23.jsonl</c>: its segments of that day one after the other, unchanged, so that the chain of hashes still runs through them.
/// A file for each cycle is cheap to replicate and many to keep; once a day is over they are put together. No segment is removed before the day holds it.
/// </summary>
public static class DayLog
{
    /// <summary>The most octets of a day: what sync takes.</summary>
    const int Limit = 4 * 1024 * 1024;

    /// <summary>Puts the segments of days before this one together. Durable when it returns; safe to repeat after a crash at any point.</summary>
    /// <param name="folder">An agent's own folder of logs.</param>
    public static void Close(string folder, DateOnly today)
    {
        if (!Directory.Exists(folder)) return;
        var over = new List<(string File, byte[] Bytes)>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl").Where(LogFiles.IsSegment).Order(StringComparer.Ordinal))
        {
            // Up to the first that must wait: so a day's segments stand in the order in which they were written, whatever a clock or a copy did to the files' times.
            if (DateOnly.FromDateTime(File.GetLastWriteTimeUtc(file)) >= today || Disk.ReadRegular(file, Limit) is var bytes && !(Last(bytes) < today)) break;
            over.Add((file, bytes));
        }
        var days = over.GroupBy(s => Last(s.Bytes)).ToList();
        foreach (var day in days)
        {
            var file = Path.Combine(folder, $"{day.Key:yyyy-MM-dd}.jsonl");
            var content = File.Exists(file) ? Disk.ReadRegular(file, Limit) : [];
            var missing = day.Where(s => !LogFiles.Holds(content, s.Bytes)).SelectMany(s => s.Bytes).ToArray();
            if (content.Length + missing.Length > Limit) continue; // a day that loud stays in its segments
            if (missing.Length > 0) Durable.Write(file, [.. content, .. missing]);
            foreach (var segment in day) File.Delete(segment.File);
        }
        if (days.Count > 0) Disk.SyncDirectory(folder);
    }

    /// <summary>The day of a segment's last line, in UTC.</summary>
    /// <returns>Null where no line tells.</returns>
    public static DateOnly? Last(ReadOnlySpan<byte> segment)
    {
        while (segment.Length > 0)
        {
            var end = segment.TrimEnd((byte)'\n');
            var line = end[(end.LastIndexOf((byte)'\n') + 1)..];
            segment = end[..^line.Length];
            try { return DateOnly.FromDateTime(JsonSerializer.Deserialize(line, AuditJson.Default.LogLine)!.At.UtcDateTime); }
            catch (JsonException) { continue; } // the opening, or a torn line
        }
        return null;
    }
}
