using System.CommandLine;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>The same in both programs.</summary>
public static class StatusCommand
{
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object");

    /// <param name="sending">What a program that sends has to say about that; null for one that does not.</param>
    public static Command Create(Zone zone, Func<Machine, Sending>? sending = null) => new Command("status", "Tasks by stage, who holds what, what is wrong; asks no server") { Json }.Does(parsed =>
    {
        var machine = Machine.Open(parsed.Settings(zone), zone, TimeProvider.System);
        var status = StatusReport.Of(machine, sending?.Invoke(machine));
        if (parsed.GetValue(Json)) Say.Data(status.ToJson());
        else status.Print();
        return ExitCode.Done;
    });
}
