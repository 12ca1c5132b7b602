using System.Net;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary><c>[health]</c> of vault.toml.</summary>
public sealed class HealthSettings
{
    const string Key = "health:listen", Default = "127.0.0.1:8080", Secret = "health";

    /// <summary>Of a token that whoever reaches the port could try to guess.</summary>
    const int LeastToken = 16;

    /// <summary>Where health and metrics are given; null: nowhere.</summary>
    public IPEndPoint? At { get; }

    /// <summary>The owner wrote another address than the one that everybody has.</summary>
    public bool IsChosen { get; }

    /// <exception cref="Refusal">It is no address with a port; exit code 78.</exception>
    public HealthSettings(Settings settings)
    {
        var text = settings.Text(Key, Default);
        IsChosen = text != Default;
        if (text == "off") return;
        // Without a port it would be 0.
        At = IPEndPoint.TryParse(text, out var at) && at.Port > 0 ? at
            : throw Settings.Bad(Key, $"'{text}' is not an address with a port", "write it as 127.0.0.1:8080 or [::1]:8080; \"off\" for none");
    }

    /// <summary>The secret <c>health</c>. Where there is one it is asked for, and elsewhere than on this machine there must be one.</summary>
    /// <returns>Null where none is asked for.</returns>
    /// <exception cref="Refusal">It is missing or too short; exit code 12.</exception>
    public string? Token(Secrets secrets)
    {
        var token = secrets.Find(Secret);
        return token is null ? At is null || IPAddress.IsLoopback(At.Address) ? null : throw Missing($"health and metrics would be open to whoever reaches {At}")
            : token.Length >= LeastToken ? token : throw Missing($"the secret '{Secret}' is shorter than {LeastToken} characters");
    }

    Refusal Missing(string what) => new(ExitCode.Credential, what, $"give the secret '{Secret}' a token ('openssl rand -hex 16' makes one), or let [health] listen at 127.0.0.1:{At?.Port ?? 8080}");
}
