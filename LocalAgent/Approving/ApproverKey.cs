using System.Security.Cryptography;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>The private key that signs approvals (ECDSA P-256). It never leaves this machine; made at its first use in <c>keys/approver.pem</c> of the state directory.</summary>
public sealed class ApproverKey : IDisposable
{
    public ECDsa Key { get; }

    /// <summary>As it stands in an approval's <c>approver</c>.</summary>
    public string Fingerprint { get; }

    ApproverKey(ECDsa key) => (Key, Fingerprint) = (key, Approval.Fingerprint(key));

    /// <exception cref="Refusal">The file can be read by others, or holds no such key.</exception>
    public static ApproverKey Open(StateDirectory state)
    {
        var path = state.PathOf("keys", "approver.pem");
        if (Disk.Stamp(path).Kind == FileKind.Missing) Make(path);
        if (Disk.Exposure(path) is var (why, hint)) throw new Refusal(ExitCode.Credential, why, $"if nobody has read or changed it: {hint}; else remove it, and approve again what still waits");
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(Disk.ReadRegular(path, 10_000)));
            if (key.KeySize != 256) throw new CryptographicException("not a P-256 key");
            return new(key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new Refusal(ExitCode.Credential, $"{path} holds no usable key: {e.Message}", "remove it: a new one is made, and what was approved but not carried out is asked for again", e);
        }
    }

    static void Make(string path)
    {
        Durable.CreateDirectory(Path.GetDirectoryName(path)!);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Where two processes start at once the first one's key stays, and both read that.
        Durable.WriteNew(path, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"), secret: true);
    }

    public void Dispose() => Key.Dispose();
}
