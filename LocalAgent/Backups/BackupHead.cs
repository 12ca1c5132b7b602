using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <summary>What stands first in a backup, <c>backup.json</c>: whose it is, and where its parts lay.</summary>
/// <param name="Made">When it was begun.</param>
/// <param name="Tip">The commit of the vault's history that it holds; null where there was none.</param>
/// <param name="Config">The machine's vault.toml; null where it had none.</param>
sealed record BackupHead(int Version, string Agent, DateTimeOffset Made, string? Tip, string Vault, string State, string? Config, string Secrets, string Archive)
{
    public const int Current = 1;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupHead);

    /// <exception cref="Refusal">No such head, or a later one.</exception>
    public static BackupHead Read(byte[] json)
    {
        BackupHead? head;
        try { head = JsonSerializer.Deserialize(json, BackupJson.Default.BackupHead); }
        catch (JsonException e) { throw new Refusal(ExitCode.Failed, $"the backup's backup.json can't be read: {e.Message}", null, e); }
        return head is { Version: Current } && AgentId.TryParse(head.Agent, out _) ? head
            : throw new Refusal(ExitCode.Failed, "the backup is of another version than this program knows", "restore it with the program that wrote it, or a later one");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupHead))]
[JsonSerializable(typeof(Dictionary<string, string>))]
sealed partial class BackupJson : JsonSerializerContext;
