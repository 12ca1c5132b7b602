using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace VaultKit.Vault;

/// <summary>
/// What the owner, or the owner's machine, has said, as one word of text: <c>v1.PAYLOAD.SIGNATURE</c>
/// (base64url; ECDSA P-256 over the payload's octets, SHA-256, IEEE P1363 form). Which statement it is, is told by the payload's members: all of a kind's are required, and no others allowed.
/// </summary>
public static class SignedRecord
{
    const int Limit = 4096;

    public static string Sign<T>(T record, JsonTypeInfo<T> shape, ECDsa key)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(record, shape);
        return $"v1.{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(key.SignData(payload, HashAlgorithmName.SHA256))}";
    }

    /// <param name="key">The public key of the record's signer, or null where it is not trusted.</param>
    /// <returns>Null where the record is malformed, of another kind, the key unknown or the signature wrong.</returns>
    public static T? Verify<T>(string text, JsonTypeInfo<T> shape, Func<T, ECDsa?> key) where T : class
    {
        var parts = text.Split('.');
        if (parts.Length != 3 || parts[0] != "v1" || text.Length > Limit) return null;
        try
        {
            var payload = Base64Url.DecodeFromChars(parts[1]);
            var signature = Base64Url.DecodeFromChars(parts[2]);
            return JsonSerializer.Deserialize(payload, shape) is { } record && key(record) is { } known && known.VerifyData(payload, signature, HashAlgorithmName.SHA256)
                ? record : null;
        }
        catch (Exception e) when (e is FormatException or JsonException) { return null; }
    }
}
