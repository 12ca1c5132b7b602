using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Alerts;

/// <summary>The ways to the owner that only the owner's machine has.</summary>
static class Channels
{
    /// <exception cref="Refusal">A channel can't be what vault.toml says; exit code 78.</exception>
    public static IEnumerable<IAlertChannel> Of(Machine machine)
    {
        var alerts = machine.Settings.Alerts;
        if (alerts.Mail.Length > 0)
        {
            var account = machine.Account(alerts.Mail) ?? throw Settings.Bad("alerts:mail", $"there is no account '{alerts.Mail}'", "name one of the accounts below");
            yield return Outbox.Read(machine.Settings, account).Target is OutboxTarget.Smtp smtp ? new MailChannel(account, smtp.Server, machine.Settings.Secrets.Get, machine.Clock)
                : throw Settings.Bad("alerts:mail", $"the account '{alerts.Mail}' does not send by SMTP from here", "name one with outbox = \"smtp\"");
        }
        if (alerts.Desktop) yield return new DesktopChannel();
    }
}
