using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>
/// What the model said, under the SHA-256 of what it was asked: the same is never asked twice. A crash between an answer and its filing costs nothing, and an answer that was
/// of no use is not asked for again. In the state directory; of too many the oldest go.
/// </summary>
public sealed class ModelAnswers(StateDirectory state)
{
    internal const int Kept = 200;

    const int Size = 8 * 1024 * 1024;

    string Folder => state.PathOf("model", "answers");

    /// <summary>Everything that the answer depends on.</summary>
    public static string KeyOf(string model, int maxTokens, ModelPrompt prompt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (string[])[model, maxTokens.ToString(), prompt.System, prompt.User])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(Encoding.ASCII.GetBytes($"{bytes.Length}:"));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Null where it was not asked yet, or the file is none of ours.</summary>
    public ModelAnswer? Find(string key)
    {
        var file = Path.Combine(Folder, key + ".json");
        if (Disk.Stamp(file).Kind != FileKind.Regular) return null;
        try { return JsonSerializer.Deserialize(Disk.ReadRegular(file, Size), ModelJson.Default.ModelAnswer); }
        catch (JsonException) { return null; } // it is asked again, and the file replaced
    }

    /// <summary>Durable when it returns.</summary>
    public void Keep(string key, ModelAnswer answer)
    {
        Durable.CreateDirectory(Folder);
        Durable.Write(Path.Combine(Folder, key + ".json"), JsonSerializer.SerializeToUtf8Bytes(answer, ModelJson.Default.ModelAnswer), secret: true);
        foreach (var old in new DirectoryInfo(Folder).EnumerateFiles().OrderByDescending(f => f.LastWriteTimeUtc).Skip(Kept)) old.Delete();
    }
}
