namespace VaultKit.Mail;

/// <summary>The owner's registration of this program at a provider, and where one account's token is kept. Secrets by their names, never their values.</summary>
/// <param name="ClientSecret">Null where the registration has none. With a desktop program it is no secret (RFC 8252, 8.5), but Google asks for it.</param>
/// <param name="Token">The secret that holds the refresh token, as <c>login</c> got it.</param>
/// <param name="Api">Where mail is read; a token goes there and nowhere else.</param>
public sealed record OAuthClient(OAuthService Service, string ClientId, string? ClientSecret, string Token, Uri Api);
