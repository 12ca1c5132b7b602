using System.Security.Cryptography;

namespace VaultKit.Vault;

/// <summary>Public keys of the owner's machines, as 'localagent key' prints them (base64 of the SubjectPublicKeyInfo, RFC 5480): for who has to know the owner's word and has no key of its own.</summary>
public static class OwnersKeys
{
    /// <returns>The key of a fingerprint (<see cref="Approval.Fingerprint"/>), null where it is not among them; null where there are none.</returns>
    /// <exception cref="Refusal">One is no key.</exception>
    public static Func<string, ECDsa?>? From(IEnumerable<string> words, string where)
    {
        var keys = new Dictionary<string, ECDsa>(StringComparer.Ordinal);
        foreach (var word in words.Select(w => w.Trim()).Where(w => w.Length > 0))
        {
            var key = ECDsa.Create();
            try { key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(word), out _); }
            catch (Exception e) when (e is CryptographicException or FormatException)
            {
                throw new Refusal(ExitCode.BadConfiguration, $"{where}: '{(word.Length > 20 ? word[..20] + "…" : word)}' is no key", "copy the whole word that 'localagent key' prints", e);
            }
            keys[Approval.Fingerprint(key)] = key;
        }
        return keys.Count == 0 ? null : keys.GetValueOrDefault;
    }
}
