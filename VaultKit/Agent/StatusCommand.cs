using System.CommandLine;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>The same in both programs.</summary>
public static class StatusCommand
{
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object");

    public static Command Create(Zone zone) => new Command("status", "Tasks by stage, who holds what, what is wrong; asks no server") { Json }.Does(parsed =>
    {
        var status = StatusReport.Of(Machine.Open(parsed.Settings(zone), zone, TimeProvider.System));
        if (parsed.GetValue(Json)) Say.Data(status.ToJson());
        else status.Print();
        return ExitCode.Done;
    });
}
