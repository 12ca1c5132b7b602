using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>Where a provider gives tokens for codes and refresh tokens (RFC 6749, 4.1.3 and 6), and says what a token may do. Nothing is shown of what is sent there.</summary>
public sealed class TokenEndpoint(string account, OAuthClient client, Func<string, string> secret, Web web)
{
    const int Limit = 256 * 1024;

    OAuthService Service => client.Service;
    string Host => Service.Token.Authority;

    /// <summary>A new access token for a refresh token.</summary>
    /// <exception cref="Refusal">Not reachable (75), or refused (12), with what to do.</exception>
    public Task<TokenAnswer> RefreshAsync(string token, CancellationToken cancel) => AskAsync(Revoked, cancel, ("grant_type", "refresh_token"), ("refresh_token", token));

    /// <summary>The first tokens, for the code that the owner's consent gave.</summary>
    /// <param name="verifier">Of which the browser brought the hash (RFC 7636).</param>
    /// <exception cref="Refusal">Not reachable (75), or refused (12), with what to do.</exception>
    public Task<TokenAnswer> ExchangeAsync(string code, string redirect, string verifier, CancellationToken cancel) =>
        AskAsync(words => new(ExitCode.Credential, $"account {account}: {Service.Provider} does not take the code: {words}", "a code is good once and for some minutes: begin again"), cancel,
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect), ("code_verifier", verifier));

    async Task<TokenAnswer> AskAsync(Func<string, Refusal> invalid, CancellationToken cancel, params IEnumerable<(string Key, string Value)> form)
    {
        List<(string Key, string Value)> fields = [.. form, ("client_id", client.ClientId)];
        if (client.ClientSecret is { } name) fields.Add(("client_secret", secret(name)));
        using var request = new HttpRequestMessage(HttpMethod.Post, Service.Token);
        request.Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Key, f.Value)));
        var answer = await web.SendAsync(request, Limit, cancel);
        var said = Parse(answer.Body);
        // It goes into a header, where a line break would begin another field.
        if (answer.Status == 200 && said.AccessToken is { Length: > 0 } access && access.All(c => c is > ' ' and < '\x7f')) return said;
        var words = CleanText.OneLine(said.Description ?? said.Error ?? $"status {answer.Status}", 200);
        throw said.Error == "invalid_grant" ? invalid(words) : Refused(answer.Status, said.Error, words);
    }

    /// <summary>What an access token may do: in the answer that brought it, or where its provider says so (Google's tokeninfo).</summary>
    /// <exception cref="Refusal">It is not said.</exception>
    public async Task<IReadOnlyList<string>> ScopesAsync(TokenAnswer token, CancellationToken cancel)
    {
        var said = token.Scope;
        if (Service.TokenInfo is { } place)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{place}?access_token={Uri.EscapeDataString(token.AccessToken!)}");
            var answer = await web.SendAsync(request, Limit, cancel);
            if (answer.Status is 429 or >= 500) throw new Refusal(ExitCode.TryAgain, $"account {account}: {place.Authority} can't tell now what the token may do ({answer.Status})");
            said = answer.Status == 200 ? Parse(answer.Body).Scope : null;
        }
        if (said is null) throw new Refusal(ExitCode.Credential, $"account {account}: {Service.Provider} does not say what the token may do, so nothing is done with it", $"run {Login}");
        return said.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    string Login => $"'localagent login {Service.Name} --account {account} --for cloud|local' on your own machine";

    Refusal Revoked(string words) => new(ExitCode.Credential, $"account {account}: {Service.Provider} takes the token \"{client.Token}\" no more: {words}",
        Service.Name == OAuthService.Gmail.Name
            ? $"it was revoked, the password was changed, or the app is in \"Testing\" at Google, where a token ends after seven days: set it to \"In production\" (Google Auth Platform, Audience). Then run {Login}"
            : $"it was revoked, the password was changed, or it was not used for 90 days; run {Login}");

    Refusal Refused(int status, string? error, string words) => error switch
    {
        "invalid_client" or "unauthorized_client" => new(ExitCode.Credential,
            $"account {account}: {Service.Provider} does not know this program: {words}", "client_id and client_secret in [account.oauth] must be those of the app that you registered"),
        _ when status is 429 or >= 500 => new(ExitCode.TryAgain, $"account {account}: {Host} gives no token now: {words}"),
        _ => new(ExitCode.Credential, $"account {account}: {Host} gives no token: {words}", $"run {Login}"),
    };

    static TokenAnswer Parse(byte[] body)
    {
        try { return JsonSerializer.Deserialize(body, TokenJson.Default.TokenAnswer) ?? new(); }
        catch (JsonException) { return new(); } // a proxy's page, say: the status tells
    }
}

/// <summary>RFC 6749, 5.1 and 5.2.</summary>
public sealed record TokenAnswer
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("expires_in")]
    public int ExpiresIn { get; init; }

    /// <summary>Seconds that are left to the refresh token; null where it has no end. Google says it of apps in "Testing" and of access that was granted for a time ("Using OAuth 2.0 to Access Google APIs").</summary>
    [JsonPropertyName("refresh_token_expires_in")]
    public int? RefreshTokenExpiresIn { get; init; }

    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? Description { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(TokenAnswer))]
sealed partial class TokenJson : JsonSerializerContext;
