using Microsoft.Extensions.Configuration;
using VaultKit.Http;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>An account's <c>[account.oauth]</c>.</summary>
public static class OAuthSettings
{
    /// <param name="account">The account's section.</param>
    /// <exception cref="Refusal">A value that is not what it should be; exit code 78.</exception>
    public static OAuthClient Read(IConfigurationSection account, OAuthService service)
    {
        var section = account.GetSection("oauth");
        if (section["client_id"] is not { Length: > 0 } id)
            throw Settings.Bad("account:oauth:client_id", "no client_id is given", $"register an app at {service.Provider} and write its client id into [account.oauth]; the README has the steps");
        return new(
            section["auth"] is { Length: > 0 } auth ? service.At(Web.CheckUrl("account.oauth.auth", auth)) : service,
            id,
            section["client_secret"] is { Length: > 0 } secret ? secret : null,
            section["token"] is { Length: > 0 } token ? token : $"{service.Name}-{account["name"]}",
            section["api"] is { Length: > 0 } api ? Web.CheckUrl("account.oauth.api", api) : service.Api);
    }
}
