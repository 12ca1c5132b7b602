using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// What an account's token may do, as it was said last, and the refresh token that came in the place of the owner's secret (Microsoft gives a new one each time). It counts only
/// while the secret is the same: a new login goes before it. In the state directory, mode 0600; it never travels.
/// </summary>
/// <param name="Secret">SHA-256 of the secret that it stands for.</param>
/// <param name="RefreshToken">Null where the secret itself is still the one to use.</param>
public sealed record TokenMemory(string Secret, string? RefreshToken, string Scopes)
{
    /// <summary>The server asked not to be asked sooner (Retry-After); null where it did not.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When the owner has to log in anew, to the hour; null where nobody said that it ends.</summary>
    public DateTimeOffset? Ends { get; init; }

    const int Limit = 64 * 1024;

    /// <returns>Null where nothing is remembered.</returns>
    public static TokenMemory? Load(StateDirectory state, Account account)
    {
        var file = PathOf(state, account);
        if (!File.Exists(file)) return null;
        try { return JsonSerializer.Deserialize(Disk.ReadRegular(file, Limit), TokenMemoryJson.Default.TokenMemory); }
        // Without it the owner's secret is used, as at the first time.
        catch (JsonException) { return null; }
    }

    /// <summary>Durable when it returns; written only when it is something else than before.</summary>
    public void Save(StateDirectory state, Account account)
    {
        if (Load(state, account) == this) return;
        Durable.CreateDirectory(state.PathOf("oauth"));
        Durable.Write(PathOf(state, account), JsonSerializer.SerializeToUtf8Bytes(this, TokenMemoryJson.Default.TokenMemory), secret: true);
    }

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    static string PathOf(StateDirectory state, Account account) => state.PathOf("oauth", account.Name + ".json");
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TokenMemory))]
sealed partial class TokenMemoryJson : JsonSerializerContext;
