using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary><c>[alerts]</c> of vault.toml: where the owner hears of what goes wrong.</summary>
public sealed class AlertSettings
{
    internal const string Ntfy = "ntfy", Slack = "slack", Webhook = "webhook";

    readonly Settings settings;

    /// <summary>The name of the secret that is the dead-man's switch's address; empty: none.</summary>
    internal string DeadMan { get; }

    /// <summary>A draft that waits for longer is told.</summary>
    internal TimeSpan Oldest { get; }

    /// <summary>The account whose own address is written to, LocalAgent only; empty: none.</summary>
    public string Mail { get; }

    /// <summary>LocalAgent only.</summary>
    public bool Desktop { get; }

    /// <exception cref="Refusal">A value that is not what it should be; exit code 78.</exception>
    public AlertSettings(Settings settings, Zone zone)
    {
        this.settings = settings;
        DeadMan = settings.Text("alerts:dead_man", "");
        Oldest = settings.Time("alerts:oldest", "2d", least: 60);
        Mail = settings.Text("alerts:mail", "");
        Desktop = Settings.ParseFlag("alerts:desktop", settings.Text("alerts:desktop", "false"));
        if (zone == Zone.Cloud && Mail.Length > 0) throw Settings.Bad("alerts:mail", "cloudagent can't send mail", "use ntfy, slack, webhook or dead_man here, and mail on your own machine");
        if (zone == Zone.Cloud && Desktop) throw Settings.Bad("alerts:desktop", "cloudagent has no desktop", "set it on your own machine");
    }

    /// <summary>Those that are asked over the web, by either program.</summary>
    /// <exception cref="Refusal">The secret of one is missing or no address; exit code 12.</exception>
    internal IEnumerable<IAlertChannel> OverTheWeb(string agent, TimeProvider clock)
    {
        foreach (var name in new[] { Ntfy, Slack, Webhook })
        {
            if (settings.Text("alerts:" + name, "") is not { Length: > 0 } secret) continue;
            WebChannel.Address(name, secret, settings.Secrets);
            yield return new WebChannel(name, secret, settings.Secrets, agent, clock);
        }
    }
}
