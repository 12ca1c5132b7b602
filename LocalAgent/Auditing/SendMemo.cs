using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>
/// What was read out of tasks' files, by the files' SHA-256, in <c>verify/tasks</c> of the state directory: a signature that was checked over these octets need not be checked again. Nothing in it is trusted
/// for another content, and only what holds is kept: what has a fault is read anew each time.
/// </summary>
sealed class SendMemo
{
    const string Head = "v1";
    const int HashLength = 64, Limit = 256 << 20;

    readonly string path;
    readonly byte[] known = [];
    readonly Dictionary<UInt128, int> lines = [];
    readonly List<(int At, int Length)> used = [];
    readonly List<byte> added = [];

    public SendMemo(StateDirectory state)
    {
        path = state.PathOf("verify", "tasks");
        if (Disk.Stamp(path) is not { Kind: FileKind.Regular, Size: < Limit }) return;
        known = Disk.ReadRegular(path, Limit);
        if (!known.AsSpan().StartsWith("v1\n"u8)) return; // another version's: all is read anew
        for (var at = Head.Length + 1; at < known.Length;)
        {
            var end = known.AsSpan(at).IndexOf((byte)'\n');
            if (end <= HashLength) break;
            lines[Key(known.AsSpan(at, HashLength))] = at;
            at += end + 1;
        }
    }

    /// <param name="read">Reads a content that is not known.</param>
    public ApprovedSend? Get(byte[] content, Func<ApprovedSend?> read)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        Convert.TryToHexStringLower(SHA256.HashData(content), hash, out _);
        if (lines.TryGetValue(Key(hash), out var at) && known.AsSpan(at).StartsWith(hash))
        {
            var line = known.AsSpan(at, known.AsSpan(at).IndexOf((byte)'\n') + 1);
            if (Parse(Encoding.ASCII.GetString(line[(HashLength + 1)..^1])) is var (send, isWhole) && isWhole)
            {
                used.Add((at, line.Length));
                return send;
            }
        }
        var fresh = read();
        if (fresh is { Fault.Length: > 0 }) return fresh;
        added.AddRange(hash);
        added.AddRange(Encoding.ASCII.GetBytes($" {Write(fresh)}\n"));
        return fresh;
    }

    /// <summary>Durable when it returns. Where nothing is new, nothing is written.</summary>
    public void Save()
    {
        if (added.Count == 0 && used.Count == lines.Count) return;
        var kept = new MemoryStream(known.Length + added.Count + Head.Length + 1);
        kept.Write(Encoding.ASCII.GetBytes(Head + "\n"));
        foreach (var (at, length) in used) kept.Write(known, at, length);
        kept.Write(CollectionsMarshal.AsSpan(added));
        Durable.CreateDirectory(Path.GetDirectoryName(path)!);
        Durable.Write(path, kept.GetBuffer().AsSpan(0, (int)kept.Length), secret: true);
    }

    static string Write(ApprovedSend? send) => send is null ? "-" : string.Join(' ', new[]
    {
        send.Task, send.Account, send.Intent, send.Id, send.Digest, send.Approval, send.Approver, send.Imprint,
        $"{(send.Shadow ? 's' : '-')}{(send.NotFiled ? 'n' : '-')}{(send.Resolved ? 'r' : '-')}", $"{send.SentAt?.ToUnixTimeSeconds()}",
    }.Select(w => w.Length == 0 ? "%" : Uri.EscapeDataString(w)));

    static (ApprovedSend? Send, bool IsWhole) Parse(string line)
    {
        if (line == "-") return (null, true);
        var words = line.Split(' ');
        if (words.Length != 10 || words[8].Length != 3) return (null, false);
        for (var i = 0; i < words.Length; i++)
            if (words[i].Contains('%')) words[i] = words[i] == "%" ? "" : Uri.UnescapeDataString(words[i]);
        return (new()
        {
            Task = words[0], Account = words[1], Intent = words[2], Id = words[3], Digest = words[4], Approval = words[5], Approver = words[6], Imprint = words[7], Fault = "",
            Shadow = words[8][0] == 's', NotFiled = words[8][1] == 'n', Resolved = words[8][2] == 'r',
            SentAt = long.TryParse(words[9], out var at) ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
        }, true);
    }

    // Of 64 digits the first 32; which line it is, all of them decide.
    static UInt128 Key(ReadOnlySpan<byte> hash) => UInt128.TryParse(hash[..32], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var key) ? key : 0;
}
