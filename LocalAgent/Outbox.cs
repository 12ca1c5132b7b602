using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent;

/// <summary>How an account sends, from its part of vault.toml.</summary>
static class Outbox
{
    /// <exception cref="Refusal">A value that is not what it should be; exit code 78.</exception>
    public static OutboxSettings Read(Settings settings, Account account)
    {
        var section = settings.Section(account);
        var imap = section.GetSection("imap");
        var known = Provider.Of(account.Address);
        return new()
        {
            Account = account,
            Target = (section["outbox"] ?? "") switch
            {
                "" => null,
                "smtp" => new OutboxTarget.Smtp(Settings.Server(section.GetSection("smtp"), "smtp-" + account.Name, account.Address, known?.Smtp, known?.SmtpPort ?? 587, known?.SmtpPort == 465 ? "tls" : "starttls")),
                "gmail" => new OutboxTarget.Gmail(OAuthSettings.Read(section, OAuthService.Gmail)),
                var spec when Settings.Kind(spec, "maildir:") is { } path => new OutboxTarget.Maildir(path),
                var other => throw new Refusal(ExitCode.BadConfiguration, $"vault.toml, account.outbox: '{other}' is not an outbox", "use \"smtp\", \"gmail\" or \"maildir:PATH\""),
            },
            Imap = imap["host"] is { Length: > 0 } || known is not null && section["outbox"] is "smtp" ? Settings.Server(imap, "imap-" + account.Name, account.Address, known?.Imap, 993, "tls") : null,
            Api = Api(settings, section, account),
            Mailbox = imap["mailbox"] is { Length: > 0 } mailbox ? mailbox : "INBOX",
            Sent = imap["sent"] ?? "",
            ServerSavesSent = section["outbox"] is "gmail" || Settings.ParseFlag("account:server_saves_sent", section["server_saves_sent"] is { Length: > 0 } flag ? flag : known?.SavesSent == true ? "true" : "false"),
        };
    }

    /// <summary>A machine that does not read the account may have a token for it all the same, from <c>login --for local</c>.</summary>
    static OAuthClient? Api(Settings settings, Microsoft.Extensions.Configuration.IConfigurationSection section, Account account) => account.Inbox switch
    {
        InboxSource.Gmail gmail => gmail.Client,
        InboxSource.Graph graph => graph.Client,
        _ when section["oauth:client_id"] is not { Length: > 0 } => null,
        _ => new[] { OAuthService.Gmail, OAuthService.Graph }.Select(s => OAuthSettings.Read(section, s))
            .FirstOrDefault(c => settings.Secrets.Find(c.Token) is not null && (section["oauth:token"] is not { Length: > 0 } || section["outbox"] == c.Service.Name)),
    };
}
