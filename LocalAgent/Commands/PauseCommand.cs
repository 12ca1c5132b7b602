using System.CommandLine;
using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class PauseCommand
{
    static readonly Option<string?> Reason = new("--reason") { Description = "why, in your words; status shows it", HelpName = "TEXT" };

    public static Command Create() => new Command("pause", "Stop all sending at once; what is approved waits") { Reason }.Does(parsed =>
    {
        var machine = Machine.Open(parsed.Settings(Zone.Local), Zone.Local, TimeProvider.System);
        new Pause(machine.State, machine.Clock).Begin(parsed.GetValue(Reason) ?? "");
        Say.Info("paused: nothing more is sent until 'localagent resume'");
        foreach (var entry in machine.Vault.List(Place.InProgress(machine.Vault.Agent)).Where(e => IsUnderWay(machine.Vault, e)))
            Say.Warn($"{entry.Name} was handed over already; what became of it is still looked after");
        return ExitCode.Done;
    });

    static bool IsUnderWay(VaultFolder vault, TaskEntry entry)
    {
        try { return vault.Read(entry).Get(Phase.Key) is Phase.Offered or Phase.Unknown; }
        catch (BadTaskException) { return false; } // gone in this instant, or shown by status as what can't be read
    }
}

static class ResumeCommand
{
    public static Command Create() => new Command("resume", "Send again what is approved").Does(parsed =>
    {
        var machine = Machine.Open(parsed.Settings(Zone.Local), Zone.Local, TimeProvider.System);
        Say.Info(new Pause(machine.State, machine.Clock).End() ? "sending goes on" : "sending was not paused");
        return ExitCode.Done;
    });
}
