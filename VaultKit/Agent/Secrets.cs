using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// Secrets by name: first a file in <c>$CREDENTIALS_DIRECTORY</c> (systemd.exec(5), LoadCredential), then <c>secrets.json</c> there, <c>{"name": "value"}</c>;
/// without that, such a JSON file of mode 0600.
/// </summary>
public sealed class Secrets(string file)
{
    const int Limit = 1024 * 1024;

    public string File { get; } = file;

    /// <exception cref="Refusal">It is missing, or others may read the file; exit code 12.</exception>
    public string Get(string name) =>
        Find(name) ?? throw new Refusal(ExitCode.Credential,
            System.IO.File.Exists(File) ? $"the secret '{name}' is not in {File}" : $"the secret '{name}' is missing: there is no {File}",
            $"write {{\"{name}\": \"...\"}} into it and set its mode to 0600");

    /// <returns>Null where there is none of that name.</returns>
    /// <exception cref="Refusal">Others may read the file, or it is no JSON; exit code 12.</exception>
    public string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } directory)
        {
            var credential = Path.Combine(directory, name);
            if (name.AsSpan().IndexOfAny('/', '\\') < 0 && System.IO.File.Exists(credential))
                return System.IO.File.ReadAllText(credential).TrimEnd('\r', '\n');
            var whole = Path.Combine(directory, "secrets.json");
            // What the service was given is its own: the file that it was taken from may be one that this user can't read.
            if (System.IO.File.Exists(whole)) return Of(Parse(whole), name);
        }
        return Of(Read(), name);
    }

    static string? Of(Dictionary<string, string> secrets, string name) => secrets.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Writes one into the file, beside those that are there; mode 0600. Durable when it returns.</summary>
    /// <exception cref="Refusal">Others may read the file, or it is no JSON; exit code 12.</exception>
    public void Put(string name, string value)
    {
        var all = Read();
        all[name] = value;
        Durable.CreateDirectory(Path.GetDirectoryName(File)!);
        Durable.Write(File, Format(all), secret: true);
    }

    /// <summary>As such a file holds them.</summary>
    public static byte[] Format(Dictionary<string, string> secrets) => JsonSerializer.SerializeToUtf8Bytes(secrets, SecretsJson.Default.DictionaryStringString);

    Dictionary<string, string> Read()
    {
        if (!System.IO.File.Exists(File)) return [];
        Check();
        return Parse(File);
    }

    static Dictionary<string, string> Parse(string file)
    {
        try { return JsonSerializer.Deserialize(Disk.ReadRegular(file, Limit), SecretsJson.Default.DictionaryStringString) ?? []; }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new Refusal(ExitCode.Credential, $"{file} can't be read as a JSON object of strings", "write it as {\"name\": \"value\"}");
        }
    }

    /// <summary>Whether the file, where there is one, is this user's alone; asked at each start, and whenever it is read.</summary>
    /// <exception cref="Refusal">It is not; exit code 12.</exception>
    public void Check()
    {
        if (System.IO.File.Exists(File) && Disk.Exposure(File) is var (why, hint)) throw new Refusal(ExitCode.Credential, why, $"run: {hint}");
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, WriteIndented = true)]
[JsonSerializable(typeof(Dictionary<string, string>))]
sealed partial class SecretsJson : JsonSerializerContext;
