using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaultKit.Vault;

/// <summary>
/// The owner's yes, as a signed record: for one task, one digest of the whole typed action, one account, once, until it expires.
/// It travels in the task's front matter as <c>approval: v1.PAYLOAD.SIGNATURE</c> (base64url; ECDSA P-256 over the payload's octets, SHA-256, IEEE P1363 form).
/// </summary>
public sealed record Approval
{
    public const string Key = "approval";

    public required string Task { get; init; }
    public required string Action { get; init; }
    public required string Digest { get; init; }
    public required string Account { get; init; }

    /// <summary>Fingerprint of the approver's public key (<see cref="Fingerprint"/>).</summary>
    public required string Approver { get; init; }

    public required DateTimeOffset At { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public required string Nonce { get; init; }

    /// <summary>Signs the record. Only the owner's machine holds a private key.</summary>
    public string Sign(ECDsa key) => SignedRecord.Sign(this, ApprovalJson.Default.Approval, key);

    /// <summary>Reads and verifies a signed record; says nothing yet about digest, expiry or replay.</summary>
    /// <param name="key">The public key for a fingerprint, or null where it is not trusted.</param>
    /// <returns>Null where the record is malformed, the key unknown or the signature wrong.</returns>
    public static Approval? Verify(string text, Func<string, ECDsa?> key) =>
        SignedRecord.Verify(text, ApprovalJson.Default.Approval, approval => key(approval.Approver));

    /// <summary>First 16 hexadecimal digits of SHA-256 over the key's SubjectPublicKeyInfo.</summary>
    public static string Fingerprint(ECDsa key) =>
        Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];

    /// <summary>Why this record does not allow this action now; null where it does. Whether its nonce is spent is the fence's to know.</summary>
    public string? WhyNot(TaskName task, TypedAction action, DateTimeOffset now) =>
        Task != task.Value ? $"the approval is for the task {Task}"
        : Action != action.Kind ? $"the approval is for {Action}"
        : Account != action.Account ? $"the approval is for the account {Account}"
        : Digest != action.Digest() ? "the task was changed after it was approved"
        : now >= Expires ? $"the approval expired at {Expires.UtcDateTime:yyyy-MM-dd HH:mm} UTC"
        : null;
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Approval))]
sealed partial class ApprovalJson : JsonSerializerContext;
