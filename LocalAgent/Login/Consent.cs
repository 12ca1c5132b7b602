using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Login;

/// <summary>
/// The owner's yes at a provider, in a browser (OAuth 2.0 for native apps, RFC 8252): the address to open, bound to this run by a state and by a verifier of which only the hash is shown
/// (RFC 7636, S256), and what comes back.
/// </summary>
/// <param name="address">The mailbox that is meant.</param>
/// <param name="port">Where on this machine the browser is sent back to.</param>
sealed class Consent(OAuthClient client, string address, IReadOnlyList<string> scopes, int port)
{
    readonly string state = Random(), verifier = Random();

    public string Redirect { get; } = $"http://{client.Service.Loopback}:{port}";

    /// <summary>For the browser.</summary>
    public string Url
    {
        get
        {
            (string Key, string Value)[] fields =
            [
                ("client_id", client.ClientId), ("response_type", "code"), ("redirect_uri", Redirect), ("scope", string.Join(' ', scopes)), ("state", state),
                ("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))), ("code_challenge_method", "S256"), ("login_hint", address),
            ];
            return $"{client.Service.Authorize}?{string.Join('&', fields.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}").Concat(client.Service.Extra))}";
        }
    }

    /// <summary>Tokens for what the browser was sent back with.</summary>
    /// <param name="redirected">The whole address, or what stands behind the host in it.</param>
    /// <exception cref="Refusal">It is the answer to another question, or a no.</exception>
    public Task<TokenAnswer> ExchangeAsync(TokenEndpoint endpoint, string redirected, CancellationToken cancel)
    {
        var query = redirected.Trim().Split('?', 2) is [_, var behind] ? behind : "";
        var fields = query.Split('#')[0].Split('&').Select(f => f.Split('=', 2)).Where(f => f.Length == 2)
            .DistinctBy(f => f[0]).ToDictionary(f => f[0], f => Uri.UnescapeDataString(f[1].Replace('+', ' ')), StringComparer.Ordinal);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(fields.GetValueOrDefault("state", "")), Encoding.UTF8.GetBytes(state)))
            throw new Refusal(ExitCode.Credential, "that is not the address that this run was sent back to", "the whole address is needed, beginning with " + Redirect + "; begin again, and use the address that is printed then");
        if (fields.TryGetValue("error", out var error))
            throw new Refusal(ExitCode.Credential, $"{client.Service.Provider} gives no token: {Say.Clean(fields.GetValueOrDefault("error_description", error))}", error == "access_denied" ? "nothing was changed; begin again when you want to agree" : "begin again; if it stays so, look at the app's registration");
        if (!fields.TryGetValue("code", out var code) || code.Length == 0) throw new Refusal(ExitCode.Credential, "there is no code in that address", "begin again");
        return endpoint.ExchangeAsync(code, Redirect, verifier, cancel);
    }

    static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
