using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>What an account's token may do, as its provider says.</summary>
public sealed record Grant(Account Account, OAuthService Service, IReadOnlyList<string> Scopes)
{
    /// <summary>What is more than reading.</summary>
    public IReadOnlyList<string> Excess => Service.Excess(Scopes);

    public Refusal TooWide() => new(ExitCode.Credential,
        $"account {Account.Name}: its token may do more than read: {string.Join(", ", Excess)}; a machine that must not act takes no such token",
        $"revoke it at {Service.Provider}, run 'localagent login {Service.Name} --account {Account.Name} --for cloud' on your own machine, and put the new token here");

    public override string ToString() => string.Join(", ", Scopes.Select(Service.Brief));
}

/// <summary>An inbox whose credential can be asked what it allows.</summary>
public interface IGranted
{
    /// <exception cref="Refusal">The provider can't be asked, or takes the token no more.</exception>
    Task<Grant> GrantAsync(CancellationToken cancel);
}
