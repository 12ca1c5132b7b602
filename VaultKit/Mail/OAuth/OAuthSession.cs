using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>An account's access token, in memory only: got with the refresh token when one is needed, and looked at before it is used.</summary>
public sealed class OAuthSession(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, Web web, TimeProvider time)
{
    /// <summary>A token that ends while a request is under way would fail it.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    readonly TokenEndpoint endpoint = new(account.Name, client, secret, web);
    (string Token, DateTimeOffset Until, Grant Grant)? access;

    /// <summary>The provider took the last refresh token.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>A token that may be used now.</summary>
    /// <exception cref="Refusal">There is none (12, 75), or it may do more than this machine takes (12).</exception>
    public async Task<string> AccessAsync(CancellationToken cancel)
    {
        var grant = await GrantAsync(cancel);
        // A machine that cannot act takes no credential that can.
        if (state.Agent.Zone == Zone.Cloud && grant.Excess.Count > 0) throw grant.TooWide();
        return access!.Value.Token;
    }

    /// <summary>What the token may do, be it too much or not.</summary>
    /// <exception cref="Refusal">There is no token, or nobody says what it may do.</exception>
    public async Task<Grant> GrantAsync(CancellationToken cancel)
    {
        if (access is { } now && now.Until - Margin > time.GetUtcNow()) return now.Grant;
        access = null;
        var given = secret(client.Token);
        var memory = TokenMemory.Load(state, account) is { } known && known.Secret == TokenMemory.Hash(given) ? known : new(TokenMemory.Hash(given), null, "");
        var began = time.GetUtcNow();
        var answer = await RefreshAsync(memory.RefreshToken ?? given, cancel);
        // The old one may be worth nothing from here on (RFC 6749, 6): kept before anything else is asked.
        if (answer.RefreshToken is { Length: > 0 } rotated && rotated != given) (memory = memory with { RefreshToken = rotated }).Save(state, account);
        var grant = new Grant(account, client.Service, await endpoint.ScopesAsync(answer, cancel));
        (memory with { Scopes = grant.ToString(), Ends = answer.RefreshTokenExpiresIn is { } left and > 0 ? Hour(began + TimeSpan.FromSeconds(left)) : null }).Save(state, account);
        access = (answer.AccessToken!, began + TimeSpan.FromSeconds(Math.Clamp(answer.ExpiresIn, 0, 86_400)), grant);
        return grant;
    }

    // To the second it would be another one at each asking.
    static DateTimeOffset Hour(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerHour));

    /// <summary>The token was refused: the next use gets another.</summary>
    public void Forget() => access = null;

    async Task<TokenAnswer> RefreshAsync(string token, CancellationToken cancel)
    {
        try
        {
            var answer = await endpoint.RefreshAsync(token, cancel);
            IsRefused = false;
            return answer;
        }
        catch (Refusal e) when (e.Code == ExitCode.Credential)
        {
            IsRefused = true;
            throw;
        }
    }
}
