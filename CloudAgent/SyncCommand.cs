using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace CloudAgent;

static class SyncCommand
{
    public static Command Create() => new Command("sync", "Commit, fetch, merge, push: one cycle") { }.Does((parsed, cancel) =>
    {
        var machine = Machine.Open(parsed.Settings(Zone.Cloud), Zone.Cloud, TimeProvider.System);
        using var only = Daemon.Lock(machine);
        machine.Audit.Seal(machine.Vault);
        var report = new TurnReport();
        report.Add(new SyncCycle(machine.Vault, machine.State, machine.SyncOptions(), machine.Clock).Run(cancel));
        return Task.FromResult(Daemon.Finish(machine, report, json: false));
    });
}
