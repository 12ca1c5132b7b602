using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace VaultKit.Vault;

/// <summary>
/// The owner's word that history begins anew: that this commit, which goes on from nothing, stands in the place of another. It lies in the commit's message as <c>Epoch: v1.…</c>
/// (<see cref="SignedRecord"/>) and counts for the one tree that it names.
/// </summary>
public sealed record HistoryEpoch
{
    public const string Trailer = "Epoch: ";

    /// <summary>1 for the first; an agent goes from a lower one to a higher one, never back.</summary>
    public required int Epoch { get; init; }

    /// <summary>The commit in whose place it stands.</summary>
    public required string From { get; init; }

    /// <summary>The git tree that it begins with.</summary>
    public required string Tree { get; init; }

    /// <summary>Fingerprint of the signer's public key (<see cref="Approval.Fingerprint"/>).</summary>
    public required string Approver { get; init; }

    public required DateTimeOffset At { get; init; }

    public string Sign(ECDsa key) => SignedRecord.Sign(this, HistoryEpochJson.Default.HistoryEpoch, key);

    /// <returns>Null where the record is malformed, the key unknown or the signature wrong.</returns>
    public static HistoryEpoch? Verify(string text, Func<string, ECDsa?> key) =>
        SignedRecord.Verify(text, HistoryEpochJson.Default.HistoryEpoch, epoch => key(epoch.Approver));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HistoryEpoch))]
sealed partial class HistoryEpochJson : JsonSerializerContext;
