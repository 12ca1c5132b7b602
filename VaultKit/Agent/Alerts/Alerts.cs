using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>What is done for the owner's peace after each turn of a daemon: look what is wrong, tell what is news, press the dead-man's switch.</summary>
public sealed class Alerts
{
    readonly Machine machine;
    readonly AlarmWatch watch;
    readonly AlarmBell bell;
    readonly DeadManSwitch deadMan;
    readonly Dictionary<string, string?> went = [];

    /// <param name="more">The channels that this program has beside those over the web.</param>
    /// <exception cref="Refusal">A channel can't be what vault.toml says; exit code 12 or 78.</exception>
    public Alerts(Machine machine, IEnumerable<IAlertChannel> more)
    {
        this.machine = machine;
        watch = new(machine);
        bell = Bell(machine, more);
        deadMan = new(machine.Settings.Alerts.DeadMan, machine.Settings.Secrets, machine.Clock);
        if (machine.Settings.Alerts.DeadMan is { Length: > 0 } secret) WebChannel.Address(DeadManSwitch.Name, secret, machine.Settings.Secrets);
    }

    internal static AlarmBell Bell(Machine machine, IEnumerable<IAlertChannel> more) =>
        new(machine.State, [.. machine.Settings.Alerts.OverTheWeb(machine.State.Agent.Value, machine.Clock), .. more], machine.Clock);

    /// <summary>What doctor says: the ways over the web, and the dead-man's switch.</summary>
    /// <exception cref="Refusal">A channel can't be what vault.toml says; exit code 12.</exception>
    internal static string? Check(Machine machine)
    {
        var names = machine.Settings.Alerts.OverTheWeb("", machine.Clock).Select(c => c.Name).ToList();
        if (machine.Settings.Alerts.DeadMan is { Length: > 0 } secret)
        {
            WebChannel.Address(DeadManSwitch.Name, secret, machine.Settings.Secrets);
            names.Add(DeadManSwitch.Name);
        }
        return names.Count > 0 ? string.Join(", ", names) : null;
    }

    /// <summary>Before a turn: what its sync shall carry.</summary>
    internal void BeforeTurn() => Presence.Say(machine);

    /// <summary>How it went with what was told after the turn before.</summary>
    internal void Report(TurnReport report)
    {
        foreach (var (channel, failure) in went) report.Went(TroubleKind.Alerts, channel, failure);
        went.Clear();
    }

    /// <returns>When it has to be looked at again; null: with the next turn.</returns>
    internal async Task<DateTimeOffset?> AfterTurnAsync(Health health, CancellationToken cancel)
    {
        var next = await bell.RingAsync(watch.Look(health), cancel);
        foreach (var (channel, failure) in bell.Failures) Note(channel, failure);
        bell.Failures.Clear();
        if (await deadMan.PressAsync(cancel) is (true, var why)) Note(DeadManSwitch.Name, why);
        return next;
    }

    void Note(string channel, string? failure)
    {
        if (failure is not null) Say.Warn($"alerts by {channel}: {failure}");
        went[channel] = failure;
    }
}
