using System.Security.Cryptography;
using System.Text.Json.Serialization;
using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>This machine's word that it has seen an agent's log up to a segment, unbroken: a signed record (<see cref="SignedRecord"/>). Kept outside the vault, where nobody who can write to the vault reaches it.</summary>
public sealed record LogHead
{
    /// <summary>Whose log.</summary>
    public required string Agent { get; init; }

    /// <summary>The first segment that was followed; more than 1 where earlier ones had been archived before this machine came.</summary>
    public required int First { get; init; }

    /// <summary>The newest one.</summary>
    public required int Segment { get; init; }

    /// <summary>Its SHA-256, lower-case hexadecimal, and thereby that of all before it.</summary>
    public required string Hash { get; init; }

    /// <summary>The day of its last line (UTC), which is the name of the file that it ends in.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Fingerprint of the signer's public key (<see cref="Approval.Fingerprint"/>).</summary>
    public required string Witness { get; init; }

    public required DateTimeOffset At { get; init; }

    public string Sign(ECDsa key) => SignedRecord.Sign(this, LogHeadJson.Default.LogHead, key);

    /// <returns>Null where the record is malformed, of another kind, the key unknown or the signature wrong.</returns>
    public static LogHead? Verify(string text, Func<string, ECDsa?> key) => SignedRecord.Verify(text, LogHeadJson.Default.LogHead, head => key(head.Witness));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LogHead))]
sealed partial class LogHeadJson : JsonSerializerContext;

/// <summary>The heads that this machine remembers, <c>heads/AGENT</c> in the state directory: one signed record each.</summary>
public sealed class LogHeads(StateDirectory state, ApproverKey key)
{
    const int Limit = 4096;

    /// <summary>The agents of which a head is remembered.</summary>
    public IEnumerable<string> Agents => Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder).Select(Path.GetFileName).OfType<string>().Where(n => AgentId.TryParse(n, out _)).Order(StringComparer.Ordinal) : [];

    /// <summary>Where it is kept.</summary>
    public string PathOf(string agent) => state.PathOf("heads", agent);

    /// <returns>Null where none is remembered.</returns>
    /// <exception cref="Refusal">The file does not hold this machine's word on this agent's log.</exception>
    public LogHead? Read(string agent) => Text(agent) is not { } text ? null
        : LogHead.Verify(text, fingerprint => fingerprint == key.Fingerprint ? key.Key : null) is { } head && head.Agent == agent ? head
        : throw new Refusal(ExitCode.Failed, $"{PathOf(agent)} does not hold what this machine signed", "restore it from a backup; without it, only the chain itself speaks for that log: remove the file to begin with what is there now");

    /// <summary>The signed record as it stands in the file.</summary>
    public string? Text(string agent) => Disk.Stamp(PathOf(agent)).Kind == FileKind.Missing ? null : System.Text.Encoding.ASCII.GetString(Disk.ReadRegular(PathOf(agent), Limit)).Trim();

    /// <summary>Durable when it returns.</summary>
    public void Write(LogHead head)
    {
        Durable.CreateDirectory(Folder);
        Durable.Write(PathOf(head.Agent), System.Text.Encoding.ASCII.GetBytes(head.Sign(key.Key) + "\n"));
    }

    string Folder => state.PathOf("heads");
}
