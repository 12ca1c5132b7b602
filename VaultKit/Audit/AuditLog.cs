using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VaultKit.Vault;

namespace VaultKit.Audit;

/// <summary>
/// What this agent did: lines in an open segment of the state directory, sealed into <c>Logs/agent/NNNNNNNN.jsonl</c> before each commit.
/// A segment's first line names the SHA-256 of the one before, so that none can be changed, removed or reordered unseen.
/// </summary>
public sealed class AuditLog
{
    readonly StateDirectory state;
    readonly TimeProvider clock;
    readonly string open, sealing, head;
    DateOnly closed;

    public AuditLog(StateDirectory state, TimeProvider clock)
    {
        (this.state, this.clock) = (state, clock);
        Durable.CreateDirectory(state.PathOf("audit"));
        open = state.PathOf("audit", "open.jsonl");
        sealing = state.PathOf("audit", "sealing.jsonl");
        head = state.PathOf("audit", "head");
    }

    /// <summary>Says that something happened. Durable when it returns.</summary>
    public void Append(string what, TaskName? task = null, params ReadOnlySpan<(string Key, string Value)> detail)
    {
        var line = new LogLine { At = clock.GetUtcNow(), Agent = state.Agent.Value, Event = what, Task = task?.Value, Detail = detail.Length == 0 ? null : [] };
        foreach (var (key, value) in detail) line.Detail![key] = value;
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, AuditJson.Default.LogLine), (byte)'\n'];
        using var mine = state.Lock("audit", TimeSpan.FromSeconds(10));
        MendTornLine();
        Durable.Append(open, bytes);
    }

    /// <summary>Seals what has been said since the last time into the vault as a segment. Nothing said, nothing written. Safe to repeat after a crash at any point.</summary>
    /// <returns>Whether a segment was written.</returns>
    public bool Seal(VaultFolder vault)
    {
        if (vault.ReadOnly) return false;
        using var mine = state.Lock("audit", TimeSpan.FromSeconds(10));
        var sealedOne = SealOpen(vault);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (closed < today) DayLog.Close(Folder(vault), today);
        closed = today;
        return sealedOne;
    }

    string Folder(VaultFolder vault) => vault.FullPath($"Logs/{state.Agent}");

    bool SealOpen(VaultFolder vault)
    {
        // A crash may have left a segment that was being sealed: it goes first, under the number that it would have had.
        if (!File.Exists(sealing))
        {
            if (!File.Exists(open)) return false;
            MendTornLine();
            if (!Durable.Move(open, sealing)) return false;
        }
        var (number, previous) = ReadHead();
        var said = File.ReadAllBytes(sealing);
        var folder = Folder(vault);
        // A crash after the head was written and before this file was removed: the newest segment holds these very lines.
        var newest = Path.Combine(folder, $"{number:d8}.jsonl");
        if (File.Exists(newest) && File.ReadAllBytes(newest).AsSpan().EndsWith(said))
        {
            File.Delete(sealing);
            return false;
        }
        var opening = JsonSerializer.SerializeToUtf8Bytes(
            new SegmentStart { Segment = number + 1, Agent = state.Agent.Value, Previous = previous }, AuditJson.Default.SegmentStart);
        byte[] segment = [.. opening, (byte)'\n', .. said];
        Durable.CreateDirectory(folder);
        Durable.Write(Path.Combine(folder, $"{number + 1:d8}.jsonl"), segment);
        Durable.Write(head, Encoding.ASCII.GetBytes($"{number + 1} {Convert.ToHexStringLower(SHA256.HashData(segment))}\n"));
        File.Delete(sealing);
        Disk.SyncDirectory(Path.GetDirectoryName(sealing)!);
        return true;
    }

    (int Number, string Previous) ReadHead()
    {
        if (!File.Exists(head)) return (0, new string('0', 64));
        var parts = File.ReadAllText(head).Split(' ', '\n');
        return parts.Length >= 2 && int.TryParse(parts[0], out var number) && parts[1].Length == 64
            ? (number, parts[1])
            : throw new Refusal(ExitCode.Failed, $"{head} does not hold a segment's number and hash", "restore it from the newest file in Logs/ of this agent");
    }

    // A crash in the middle of an append leaves a last line without its end; nobody was told of it.
    void MendTornLine()
    {
        if (!File.Exists(open)) return;
        using var stream = new FileStream(open, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, 1);
        var end = stream.Length;
        while (end > 0)
        {
            stream.Position = end - 1;
            if (stream.ReadByte() == '\n') break;
            end--;
        }
        if (end == stream.Length) return;
        stream.SetLength(end);
        Disk.Sync(stream);
    }
}
