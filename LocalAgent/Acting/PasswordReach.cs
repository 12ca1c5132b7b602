using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>
/// Whether the password that reads an account's mail opens its provider's sending server too. The machine that must not act has no code to try that; here it is tried, with a login and no mail.
/// </summary>
static class PasswordReach
{
    /// <returns>What was found, in words; null where there is no such password, or no sending server is known.</returns>
    public static async Task<string?> ProbeAsync(Settings settings, OutboxSettings outbox, CancellationToken cancel)
    {
        if (outbox.Imap is not { User.Length: > 0 } imap || settings.Secrets.Find(imap.Secret) is null || Server(settings, outbox) is not { } known) return null;
        var server = known with { User = imap.User, Secret = imap.Secret };
        try { await SmtpDelivery.ProbeAsync(server, settings.Secrets.Get, cancel); }
        catch (Refusal e) when (e.Code == ExitCode.Credential)
        {
            return $"it only reads: {e.Message}. A cloudagent with accept_send_capable = true could not send with it";
        }
        catch (Refusal e) when (e.Code == ExitCode.TryAgain) { return $"whether it sends too could not be tried: {e.Message}"; }
        return $"it sends too: {server.Host} lets {server.User} in with it. On a machine that must not send it is taken with accept_send_capable = true only; a token (inbox = \"gmail\" or \"graph\"), or a password that only reads where the provider has such, is better there";
    }

    static MailServer? Server(Settings settings, OutboxSettings outbox)
    {
        if (outbox.Target is OutboxTarget.Smtp smtp) return smtp.Server;
        var (section, known) = (settings.Section(outbox.Account).GetSection("smtp"), Provider.Of(outbox.Account.Address));
        return known is null && section["host"] is not { Length: > 0 } ? null
            : Settings.Server(section, "smtp-" + outbox.Account.Name, outbox.Account.Address, known?.Smtp, known?.SmtpPort ?? 587, known?.SmtpPort == 465 ? "tls" : "starttls");
    }
}
