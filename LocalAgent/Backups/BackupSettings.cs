using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <summary><c>[backup]</c> of vault.toml.</summary>
/// <param name="Folder">Where backups lie.</param>
/// <param name="Keep">How many.</param>
/// <param name="Recipients">Public keys that age(1) encrypts to; none: a passphrase does, the secret <c>backup</c>.</param>
/// <param name="Identity">The file with age's private key, for looking into one; null where it is not on this machine.</param>
sealed record BackupSettings(string Folder, int Keep, IReadOnlyList<string> Recipients, string? Identity)
{
    public const string Secret = "backup";

    /// <exception cref="Refusal">A value that can't be; exit code 78.</exception>
    public static BackupSettings Read(Settings settings)
    {
        var folder = settings.Text("backup:folder", "");
        if (folder.Length == 0) throw new Refusal(ExitCode.BadConfiguration, "vault.toml, backup.folder: no folder is given", "name one on another disk or machine: [backup] folder = \"/media/you/backups\"");
        folder = Settings.FullPath(folder);
        foreach (var inside in new[] { settings.Vault, settings.State })
            if ((folder + Path.DirectorySeparatorChar).StartsWith(inside + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw Settings.Bad("backup:folder", $"{folder} lies in {inside}, which is backed up", "choose a folder outside of it");
        var recipients = settings.List("backup:recipients");
        foreach (var recipient in recipients)
            if (!recipient.StartsWith("age1", StringComparison.Ordinal) && !recipient.StartsWith("ssh-", StringComparison.Ordinal)) throw Settings.Bad("backup:recipients", $"'{recipient}' is no public key", "'age-keygen -o backup.key' prints one, age1…");
        return new(folder, settings.Number("backup:keep", 14, 1, 10_000), recipients, settings.Text("backup:identity", "") is { Length: > 0 } identity ? Settings.FullPath(identity) : null);
    }
}
