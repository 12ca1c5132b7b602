using System.Text.Json;
using System.Text.Json.Nodes;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <summary>Where the parts of a backup come to lie: where they lay, or all below one folder.</summary>
/// <param name="Vault">The vault's folder.</param>
/// <param name="State">The state directory.</param>
/// <param name="Config">The file vault.toml; others lie beside it.</param>
/// <param name="Secrets">The file with the secrets.</param>
/// <param name="Archive">The folder of archives.</param>
sealed record BackupPlaces(string Vault, string State, string Config, string Secrets, string Archive)
{
    /// <summary>What belongs to a machine's configuration beside vault.toml.</summary>
    public static readonly string[] BesideConfig = [LocalFile, "prompt.md"];

    const string LocalFile = "vault.local.json";

    public static BackupPlaces Original(BackupHead head) =>
        new(head.Vault, head.State, head.Config ?? Path.Combine(Path.GetDirectoryName(head.Secrets)!, "vault.toml"), head.Secrets, head.Archive);

    public static BackupPlaces Below(string folder) =>
        new(Path.Combine(folder, "vault"), Path.Combine(folder, "state"), Path.Combine(folder, "config", "vault.toml"), Path.Combine(folder, "config", "secrets.json"), Path.Combine(folder, "vault-archive"));

    IEnumerable<string> Folders => [Vault, State, Archive];

    IEnumerable<string> Files => BesideConfig.Select(b => Path.Combine(Path.GetDirectoryName(Config)!, b)).Prepend(Config).Append(Secrets);

    /// <exception cref="Refusal">Something is there already: nothing is ever written over.</exception>
    public void RequireEmpty()
    {
        foreach (var folder in Folders)
            if (Disk.Stamp(folder) is { Kind: not FileKind.Missing } there && (there.Kind != FileKind.Directory || Directory.EnumerateFileSystemEntries(folder).Any()))
                throw Taken(folder);
        foreach (var file in Files)
            if (Disk.Stamp(file).Kind != FileKind.Missing) throw Taken(file);
    }

    static Refusal Taken(string path) => new(ExitCode.Failed, $"{path} is there already, and a restore writes over nothing", "restore to another place with --to DIR, or move that away first");

    /// <summary>The file that says to the configuration where its parts are now: <c>vault.local.json</c>, which goes before vault.toml.</summary>
    /// <param name="before">What it held; null where there was none.</param>
    public byte[] Override(byte[]? before)
    {
        JsonObject all;
        try { all = before is null ? [] : JsonNode.Parse(before) as JsonObject ?? []; }
        catch (JsonException e) { throw new Refusal(ExitCode.Failed, $"the {LocalFile} in the backup can't be read: {e.Message}", "restore to where it was made, without --to", e); }
        (all["vault"], all["state"], all["secrets"]) = (Vault, State, Secrets);
        return System.Text.Encoding.UTF8.GetBytes(all.ToJsonString(new() { WriteIndented = true }) + "\n");
    }
}
