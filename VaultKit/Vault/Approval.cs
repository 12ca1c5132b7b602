using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
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
    const string Prefix = "v1.";

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
    public string Sign(ECDsa key)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(this, ApprovalJson.Default.Approval);
        var signature = key.SignData(payload, HashAlgorithmName.SHA256);
        return $"{Prefix}{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Reads and verifies a signed record; says nothing yet about digest, expiry or replay.</summary>
    /// <param name="key">The public key for a fingerprint, or null where it is not trusted.</param>
    /// <returns>Null where the record is malformed, the key unknown or the signature wrong.</returns>
    public static Approval? Verify(string text, Func<string, ECDsa?> key)
    {
        var parts = text.Split('.');
        if (parts.Length != 3 || parts[0] != "v1" || text.Length > 4096) return null;
        try
        {
            var payload = Base64Url.DecodeFromChars(parts[1]);
            var signature = Base64Url.DecodeFromChars(parts[2]);
            var approval = JsonSerializer.Deserialize(payload, ApprovalJson.Default.Approval);
            return approval is not null && key(approval.Approver) is { } known && known.VerifyData(payload, signature, HashAlgorithmName.SHA256)
                ? approval : null;
        }
        catch (Exception e) when (e is FormatException or JsonException) { return null; }
    }

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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Approval))]
sealed partial class ApprovalJson : JsonSerializerContext;
