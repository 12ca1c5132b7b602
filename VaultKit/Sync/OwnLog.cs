using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// What this machine's log says that nobody else has seen, where the owner had something forgotten meanwhile: its lines on forgotten tasks keep when they were said and by whom, and nothing else. The segments behind are
/// chained anew, which only this machine can do and only while nobody knows them.
/// </summary>
/// <param name="forgotten">The list (<see cref="Forgotten"/>).</param>
sealed class OwnLog(StateDirectory state, byte[] forgotten)
{
    static ReadOnlySpan<byte> Opening => "{\"segment\":"u8;

    /// <param name="files">Those that this machine has changed, as they are here, by path.</param>
    /// <param name="known">This agent's logs as the owner's history has them.</param>
    /// <returns>The same files as they are to be. The log's head is durable before: whoever dies now comes to the same again.</returns>
    public Dictionary<string, byte[]> Rewrite(IReadOnlyDictionary<string, byte[]> files, IEnumerable<byte[]> known)
    {
        var stands = new Dictionary<int, byte[]>();
        foreach (var (number, segment) in known.SelectMany(Split)) stands[number] = segment;
        var now = new SortedDictionary<int, byte[]>();
        foreach (var (number, segment) in files.Values.SelectMany(Split)) now[number] = stands.GetValueOrDefault(number) ?? segment;
        string? before = null;
        foreach (var (number, segment) in now.ToList())
        {
            if (stands.ContainsKey(number)) continue;
            var changed = Redact(segment);
            if (before is not null) changed = WithPrevious(changed ?? segment, before);
            if (changed is not null) (now[number], before) = (changed, Convert.ToHexStringLower(SHA256.HashData(changed)));
        }
        if (before is not null)
        {
            Durable.Write(state.PathOf("audit", "head"), Encoding.ASCII.GetBytes($"{now.Keys.Last()} {before}\n"));
            // What this machine countersigned of its own log stands no more; the next look begins with what is there.
            if (state.PathOf("heads", state.Agent.Value) is var countersigned && File.Exists(countersigned)) File.Delete(countersigned);
        }
        return files.ToDictionary(f => f.Key, f => Split(f.Value).SelectMany(s => now[s.Number]).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The same in what is not sealed yet. Durable when it returns.</summary>
    public void RedactOpen()
    {
        using var mine = state.Lock("audit", TimeSpan.FromSeconds(10));
        foreach (var file in new[] { state.PathOf("audit", "sealing.jsonl"), state.PathOf("audit", "open.jsonl") })
            if (File.Exists(file) && Redact(File.ReadAllBytes(file)) is { } changed) Durable.Write(file, changed);
    }

    /// <returns>Null where no line is on a forgotten task.</returns>
    byte[]? Redact(byte[] log)
    {
        var lines = Encoding.UTF8.GetString(log).Split('\n');
        var changed = false;
        for (var i = 0; i < lines.Length; i++)
        {
            // A line is this program's own: its keys stand in the order in which it writes them.
            if (lines[i].IndexOf(",\"event\":\"", StringComparison.Ordinal) is var what && what < 0) continue;
            if (Word(lines[i], ",\"task\":\"") is not { } task || !TaskName.TryParse(task, out var name) || !Forgotten.Holds(forgotten, name)) continue;
            lines[i] = lines[i][..what] + ",\"event\":\"forgotten\"}";
            changed = true;
        }
        return changed ? Encoding.UTF8.GetBytes(string.Join('\n', lines)) : null;
    }

    static byte[] WithPrevious(byte[] segment, string hash)
    {
        var text = Encoding.UTF8.GetString(segment);
        return Word(text, "\"previous\":\"") is { } old ? Encoding.UTF8.GetBytes(text.Replace($"\"previous\":\"{old}\"", $"\"previous\":\"{hash}\"", StringComparison.Ordinal)) : segment;
    }

    static string? Word(string text, string key) =>
        text.IndexOf(key, StringComparison.Ordinal) is >= 0 and var at && text.IndexOf('"', at + key.Length) is >= 0 and var end ? text[(at + key.Length)..end] : null;

    static List<(int Number, byte[] Segment)> Split(byte[] log)
    {
        var segments = new List<(int, byte[])>();
        for (var at = 0; at < log.Length;)
        {
            var next = log.AsSpan(at).IndexOf("\n{\"segment\":"u8) is >= 0 and var end ? at + end + 1 : log.Length;
            if (log.AsSpan(at).StartsWith(Opening) && Utf8Parser.TryParse(log.AsSpan(at + Opening.Length), out int number, out _)) segments.Add((number, log[at..next]));
            at = next;
        }
        return segments;
    }
}
