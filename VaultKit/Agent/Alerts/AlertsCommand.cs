using System.CommandLine;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>The same in both programs.</summary>
public static class AlertsCommand
{
    static readonly Option<bool> Test = CommandLine.Flag("--test", "send a test message by each way that is configured");

    /// <param name="more">The channels that a program has beside those over the web.</param>
    public static Command Create(Zone zone, Func<Machine, IEnumerable<IAlertChannel>>? more = null) => new Command("alerts", "What the running agent found wrong, and what of it you were told") { Test }.Does(async (parsed, cancel) =>
    {
        var machine = Machine.Open(parsed.Settings(zone), zone, TimeProvider.System);
        var channels = more?.Invoke(machine).ToList() ?? [];
        var bell = Alerts.Bell(machine, channels);
        if (!parsed.GetValue(Test))
        {
            foreach (var (alarm, since, told) in bell.Current)
                Say.Data($"{AlarmWatch.At(since)}  {(told is null ? "not told" : "told")}  {alarm.Text}{(alarm.Hint.Length > 0 ? $" ({alarm.Hint})" : "")}");
            if (bell.Current.Count == 0) Say.Info("nothing is wrong, as far as the running agent saw");
            return ExitCode.Done;
        }
        await bell.TellAsync(new($"Platinum {machine.State.Agent}: a test", [("raised", new("test", "this is a test: alerts of this agent reach you here", ""))], IsUrgent: false), cancel);
        foreach (var (channel, failure) in bell.Failures) Say.Data($"{channel}: {failure ?? "sent"}");
        if (bell.Failures.Count == 0) throw new Refusal(ExitCode.BadConfiguration, "no way to reach you is configured", "name one below [alerts] in vault.toml");
        return bell.Failures.Values.All(f => f is null) ? ExitCode.Done : ExitCode.DoneInPart;
    });
}
