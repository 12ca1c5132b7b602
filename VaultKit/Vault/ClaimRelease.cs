using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace VaultKit.Vault;

/// <summary>The owner's word that a dead agent's claim is void: for one task and the very claim that was seen. It stays in the task as <c>released: v1.…</c> (<see cref="SignedRecord"/>).</summary>
public sealed record ClaimRelease
{
    public const string Key = "released";

    public required string Task { get; init; }

    /// <summary>The agent whose claim it was.</summary>
    public required string Holder { get; init; }

    /// <summary>The claim's nonce; empty where the agent died before it had written one.</summary>
    public required string Claim { get; init; }

    /// <summary>Fingerprint of the signer's public key (<see cref="Approval.Fingerprint"/>).</summary>
    public required string Approver { get; init; }

    public required DateTimeOffset At { get; init; }

    public string Sign(ECDsa key) => SignedRecord.Sign(this, ClaimReleaseJson.Default.ClaimRelease, key);

    /// <returns>Null where the record is malformed, the key unknown or the signature wrong.</returns>
    public static ClaimRelease? Verify(string text, Func<string, ECDsa?> key) =>
        SignedRecord.Verify(text, ClaimReleaseJson.Default.ClaimRelease, release => key(release.Approver));
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ClaimRelease))]
sealed partial class ClaimReleaseJson : JsonSerializerContext;
