using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <summary>What a backup is opened with, asked for once it is known which of them.</summary>
/// <param name="Identity">The file with age's private key.</param>
sealed record BackupKeys(Func<string> Passphrase, Func<string> Identity);

/// <summary>A backup holds every secret, so it is never written without encryption: by age where vault.toml has its recipients, else under a passphrase (<see cref="Seal"/>).</summary>
static class Cover
{
    /// <param name="write">Writes what is to be encrypted.</param>
    /// <exception cref="Refusal">There is nothing to encrypt it with.</exception>
    public static void Write(Stream to, BackupSettings settings, Secrets secrets, Action<Stream> write, CancellationToken cancel)
    {
        if (settings.Recipients.Count > 0)
        {
            Age.Encrypt(settings.Recipients, to, write, cancel);
            return;
        }
        using var sealing = Seal.Begin(to, Passphrase(secrets));
        write(sealing);
        sealing.Finish();
    }

    static string Passphrase(Secrets secrets) => secrets.Find(BackupSettings.Secret) switch
    {
        null => throw new Refusal(ExitCode.Credential, "a backup holds your mail, keys and passwords and is never written unencrypted: the secret 'backup' is missing",
            $"write {{\"backup\": \"...\"}} into {secrets.File} ('openssl rand -base64 24' makes a good one) and keep it elsewhere too, or give recipients of age's"),
        { Length: < Seal.LeastPassphrase } => throw new Refusal(ExitCode.Credential, $"the secret 'backup' has fewer than {Seal.LeastPassphrase} characters", "'openssl rand -base64 24' makes a good one"),
        var passphrase => passphrase,
    };

    /// <param name="read">Reads what was encrypted, to its end.</param>
    /// <exception cref="Refusal">It is no backup, can't be opened with this key, or is damaged.</exception>
    public static void Read(string file, BackupKeys keys, Action<Stream> read, CancellationToken cancel)
    {
        using var from = Disk.OpenRegular(file);
        var head = new byte[Math.Max(Seal.Magic.Length, Age.Magic.Length)];
        var octets = head.AsSpan(0, from.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        from.Position = 0;
        if (octets.StartsWith(Age.Magic)) Age.Decrypt(keys.Identity(), file, read, cancel);
        else if (!octets.StartsWith(Seal.Magic)) throw new Refusal(ExitCode.Failed, $"{file} is no backup, or its beginning is damaged", "take another one");
        else
        {
            using var opened = Seal.Open(from, keys.Passphrase());
            read(opened);
        }
    }
}
