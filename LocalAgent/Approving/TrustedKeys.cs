using System.Security.Cryptography;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>The public keys whose approvals this machine carries out: its own, and those enrolled in <c>keys/trusted/FINGERPRINT.pem</c> of the state directory. Nothing that the vault or its remote says adds one.</summary>
public sealed class TrustedKeys(StateDirectory state, ApproverKey own)
{
    readonly Dictionary<string, ECDsa> known = new(StringComparer.Ordinal);
    Restored? restored;

    /// <returns>Null where the key is not trusted.</returns>
    public ECDsa? Find(string fingerprint)
    {
        if (fingerprint == own.Fingerprint) return own.Key;
        // The fingerprint comes out of a hostile file and becomes a file name.
        if (fingerprint.Length != 16 || fingerprint.AsSpan().ContainsAnyExcept("0123456789abcdef")) return null;
        var path = PathOf(fingerprint);
        // Looked for each time: a key that was revoked counts for nothing from then on, in a program that runs too.
        if (Disk.Stamp(path).Kind != FileKind.Regular) return null;
        return known.TryGetValue(fingerprint, out var key) ? key : known[fingerprint] = Read(path, fingerprint);
    }

    /// <summary>Clocks of two machines differ.</summary>
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Why an approval is too old to count: signed before this machine took its key, or before it was made of a backup; null where it is not. What was carried out until then this machine has no record
    /// of, and a remote that shows it an old state could have it done twice.
    /// </summary>
    public string? WhyTooOld(Approval approval) =>
        approval.At <= (restored ??= Restored.Read(state)).Since ? "it was approved before this machine was restored from a backup, and may have gone out since: look in Sent before you approve it again"
        : approval.Approver != own.Fingerprint && Disk.Stamp(PathOf(approval.Approver)) is { Kind: FileKind.Regular, Written: var taken } && approval.At + Skew < DateTimeOffset.UnixEpoch.AddTicks(taken / 100)
            ? "it was approved on another machine before this one took its key: approve it again" : null;

    /// <summary>This machine's public key, as another takes it (base64 of its SubjectPublicKeyInfo, RFC 5480).</summary>
    public string Own => Convert.ToBase64String(own.Key.ExportSubjectPublicKeyInfo());

    public string OwnFingerprint => own.Fingerprint;

    /// <summary>The fingerprints of the owner's other machines.</summary>
    public IEnumerable<string> Others => Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*.pem").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal) : [];

    /// <summary>Enrols another machine's key. Durable when it returns.</summary>
    /// <param name="text">As <see cref="Own"/> gives it there.</param>
    /// <param name="fingerprint">What the owner read on the other machine: the key may have come through anybody's hands.</param>
    /// <exception cref="Refusal">It is no such key, or another than the fingerprint's.</exception>
    public void Trust(string text, string fingerprint)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text), out _);
            if (key.KeySize != 256) throw new CryptographicException("not a P-256 key");
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new Refusal(ExitCode.Usage, $"that is no key: {e.Message}", "copy the whole word that 'localagent key' prints there", e);
        }
        if (Approval.Fingerprint(key) is var found && found != fingerprint)
            throw new Refusal(ExitCode.Credential, $"the key's fingerprint is {found}, not {fingerprint}", "it is another key: copy it again, straight from the other machine");
        if (found == own.Fingerprint) throw new Refusal(ExitCode.Usage, "that is this machine's own key", "run it with the other machine's");
        Durable.CreateDirectory(Folder);
        Durable.Write(PathOf(found), Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"));
    }

    /// <summary>Takes a key out. Durable when it returns.</summary>
    /// <exception cref="Refusal">There is none with this fingerprint.</exception>
    public void Revoke(string fingerprint)
    {
        if (!Others.Contains(fingerprint)) throw new Refusal(ExitCode.Usage, $"no key {fingerprint} is trusted here", "'localagent key' shows those that are");
        File.Delete(PathOf(fingerprint));
        Disk.SyncDirectory(Folder);
        known.Remove(fingerprint);
    }

    string Folder => state.PathOf("keys", "trusted");
    string PathOf(string fingerprint) => state.PathOf("keys", "trusted", fingerprint + ".pem");

    static ECDsa Read(string path, string fingerprint)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(Disk.ReadRegular(path, 10_000)));
            if (Approval.Fingerprint(key) == fingerprint) return key;
            throw new CryptographicException("another key than its name says");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new Refusal(ExitCode.Credential, $"{path} holds no usable key: {e.Message}", "remove it, and enrol that machine again", e);
        }
    }
}
