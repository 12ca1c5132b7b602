using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VaultKit.Vault;

namespace VaultKit.Http;

/// <summary>Whom to believe that a server is who it says: the system's authorities, and those in a file of the owner's.</summary>
public static partial class ServerTrust
{
    const string FileVariable = "SSL_CERT_FILE", FolderVariable = "SSL_CERT_DIR";

    /// <summary>All of the system's authorities in one file: Debian's (update-ca-certificates(8)), the Red Hat family's (update-ca-trust(8)).</summary>
    static readonly string[] Bundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

    /// <summary>
    /// To be called before the first connection. .NET reads the system's authorities from one file, and then all of them again from the folder of single ones, which takes a third of
    /// a start. Who says in the environment where they are (openssl-env(7)) is heard.
    /// </summary>
    public static void ReadAuthoritiesOnce()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(FileVariable) is not null || Environment.GetEnvironmentVariable(FolderVariable) is not null) return;
        if (Array.Find(Bundles, File.Exists) is not { } bundle) return;
        // The library that reads them doesn't see the copy of the environment that .NET would change, nor do programs that are started from here see this one. Where it fails, both are read as ever.
        if (SetEnv(FileVariable, bundle, 1) == 0) _ = SetEnv(FolderVariable, "/dev/null", 1); // in which there is no file
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    /// <param name="caFile">PEM, one or more certificates.</param>
    /// <exception cref="Refusal">The file can't be read or holds no certificate.</exception>
    public static RemoteCertificateValidationCallback Also(string caFile)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(caFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new Refusal(ExitCode.BadConfiguration, $"{caFile}: {e.Message}", "ca_file must be a PEM file of certificates.", e);
        }
        if (authorities.Count == 0) throw new Refusal(ExitCode.BadConfiguration, $"{caFile}: no certificate in it", "ca_file must be a PEM file of certificates.");
        return (_, certificate, sent, errors) =>
        {
            if (errors == SslPolicyErrors.None) return true;
            // A wrong name is never forgiven, whoever signed.
            if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null) return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            if (sent is not null)
                foreach (var element in sent.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            return certificate is X509Certificate2 known ? chain.Build(known) : chain.Build(new X509Certificate2(certificate));
        };
    }
}
