namespace VaultKit.Mail;

/// <summary>
/// What there is to know of a provider's OAuth 2.0 (RFC 6749, RFC 8252) and of its interface for mail, as it publishes them: "OAuth 2.0 for iOS and desktop apps" and "Gmail API,
/// choose scopes" of Google; "OAuth 2.0 authorization code flow" and "permissions reference" of Microsoft's identity platform and Graph.
/// </summary>
public sealed record OAuthService
{
    /// <summary>As it stands in vault.toml and in <c>login</c>.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Provider { get; init; }

    public required Uri Api { get; init; }

    /// <summary>Where the owner says yes in a browser.</summary>
    public required Uri Authorize { get; init; }

    /// <summary>Where codes and refresh tokens are exchanged.</summary>
    public required Uri Token { get; init; }

    /// <summary>Where a token's scopes are asked for; null where the token's own answer says them.</summary>
    public required Uri? TokenInfo { get; init; }

    /// <summary>What the names of its scopes for mail begin with; it is not shown.</summary>
    public required string ScopePrefix { get; init; }

    /// <summary>Reads mail, and does nothing else.</summary>
    public required string Read { get; init; }

    /// <summary>Sends mail; null where nothing here sends that way.</summary>
    public required string? Send { get; init; }

    /// <summary>What is asked for beside, so that there is a refresh token.</summary>
    public required string[] Beside { get; init; }

    /// <summary>What may be held beside <see cref="Read"/> and still is no more than reading.</summary>
    public required string[] Harmless { get; init; }

    /// <summary>The host of a redirect to this machine that the provider lets a program use with any port.</summary>
    public required string Loopback { get; init; }

    /// <summary>What the address for the browser says beside the standard.</summary>
    public required string[] Extra { get; init; }

    public static OAuthService Gmail { get; } = new()
    {
        Name = "gmail",
        Provider = "Google",
        Api = new("https://gmail.googleapis.com"),
        Authorize = new("https://accounts.google.com/o/oauth2/v2/auth"),
        Token = new("https://oauth2.googleapis.com/token"),
        TokenInfo = new("https://oauth2.googleapis.com/tokeninfo"),
        ScopePrefix = "https://www.googleapis.com/auth/",
        Read = "https://www.googleapis.com/auth/gmail.readonly",
        Send = "https://www.googleapis.com/auth/gmail.send",
        Beside = [],
        Harmless = ["openid", "email", "profile", "userinfo.email", "userinfo.profile"],
        Loopback = "127.0.0.1",
        // Without consent asked anew there is no refresh token the second time.
        Extra = ["access_type=offline", "prompt=consent"],
    };

    public static OAuthService Graph { get; } = new()
    {
        Name = "graph",
        Provider = "Microsoft",
        Api = new("https://graph.microsoft.com/v1.0"),
        Authorize = new("https://login.microsoftonline.com/common/oauth2/v2.0/authorize"),
        Token = new("https://login.microsoftonline.com/common/oauth2/v2.0/token"),
        TokenInfo = null,
        ScopePrefix = "https://graph.microsoft.com/",
        Read = "https://graph.microsoft.com/Mail.Read",
        Send = null,
        Beside = ["offline_access"],
        Harmless = ["openid", "offline_access", "profile", "email", "User.Read"],
        // Of loopback redirects its page for apps takes this one only, and lets the port be any.
        Loopback = "localhost",
        Extra = ["response_mode=query"],
    };

    /// <summary>The service behind another address, below which all that belongs to logging in lies: a tenant's own, a gateway, a stand-in.</summary>
    public OAuthService At(Uri auth) => this with
    {
        Authorize = Below(auth, Authorize.Segments[^1]),
        Token = Below(auth, Token.Segments[^1]),
        TokenInfo = TokenInfo is null ? null : Below(auth, TokenInfo.Segments[^1]),
    };

    /// <summary>A scope without what all of them begin with.</summary>
    public string Brief(string scope) => scope.StartsWith(ScopePrefix, StringComparison.OrdinalIgnoreCase) ? scope[ScopePrefix.Length..] : scope;

    /// <summary>Those of the scopes that allow more than reading; what nobody here knows is more.</summary>
    public IReadOnlyList<string> Excess(IEnumerable<string> scopes) =>
        [.. scopes.Select(Brief).Where(s => !s.Equals(Brief(Read), StringComparison.OrdinalIgnoreCase) && !Harmless.Contains(s, StringComparer.OrdinalIgnoreCase))];

    public static Uri Below(Uri above, string path) => new(above.AbsoluteUri.TrimEnd('/') + "/" + path);
}
