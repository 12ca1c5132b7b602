using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LocalAgent.Approving;

/// <summary>The owner's word on a commit: <c>FINGERPRINT.SIGNATURE</c> (base64url; ECDSA P-256, SHA-256, IEEE P1363 form). It is of another form than every other statement that the same key signs.</summary>
static class CommitWord
{
    const string Head = "platinum commit v1\n";

    public static string Give(string digest, ApproverKey key) =>
        $"{key.Fingerprint}.{Base64Url.EncodeToString(key.Key.SignData(Octets(digest), HashAlgorithmName.SHA256))}";

    public static bool IsOwners(string word, string digest, TrustedKeys keys)
    {
        if (word.Length > 200 || word.IndexOf('.') is not (> 0 and var dot) || keys.Find(word[..dot]) is not { } key) return false;
        try { return key.VerifyData(Octets(digest), Base64Url.DecodeFromChars(word.AsSpan(dot + 1)), HashAlgorithmName.SHA256); }
        catch (FormatException) { return false; }
    }

    static byte[] Octets(string digest) => Encoding.ASCII.GetBytes(Head + digest);
}
