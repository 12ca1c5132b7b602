using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VaultKit.Vault;

namespace VaultKit.Http;

/// <summary>Whom to believe that a server is who it says: the system's authorities, and those in a file of the owner's.</summary>
public static class ServerTrust
{
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
