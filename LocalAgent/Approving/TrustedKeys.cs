using System.Security.Cryptography;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>The public keys whose approvals this machine carries out: its own, and those enrolled in <c>keys/trusted/FINGERPRINT.pem</c> of the state directory. Nothing that the vault or its remote says adds one.</summary>
public sealed class TrustedKeys(StateDirectory state, ApproverKey own)
{
    readonly Dictionary<string, ECDsa?> known = new(StringComparer.Ordinal) { [own.Fingerprint] = own.Key };

    /// <returns>Null where the key is not trusted.</returns>
    public ECDsa? Find(string fingerprint)
    {
        if (known.TryGetValue(fingerprint, out var key)) return key;
        // The fingerprint comes out of a hostile file and becomes a file name.
        if (fingerprint.Length != 16 || fingerprint.AsSpan().ContainsAnyExcept("0123456789abcdef")) return null;
        var path = state.PathOf("keys", "trusted", fingerprint + ".pem");
        return Disk.Stamp(path).Kind == FileKind.Regular ? known[fingerprint] = Read(path, fingerprint) : null;
    }

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
