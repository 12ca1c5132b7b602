using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace CloudAgent;

static class RunCommand
{
    static readonly Option<bool> Once = CommandLine.Flag("--once", "one turn, then stop");
    static readonly Option<bool> Json = CommandLine.Flag("--json", "with --once: what the turn did, as an object");

    public static Command Create() => new Command("run", "Read mail, draft, sync; again and again") { Once, Json }.Does(async (parsed, cancel) =>
    {
        var machine = Join(parsed.Settings(Zone.Cloud), cancel);
        machine.Settings.Secrets.Check();
        SendCapable.Refuse(machine);
        var inboxes = machine.OpenInboxes();
        try
        {
            await Grants.RefuseMoreThanReadingAsync(inboxes, cancel);
            var sync = new SyncCycle(machine.Vault, machine.State, machine.SyncOptions(), machine.Clock);
            var turn = new Turn(machine, inboxes, ModelSettings.Drafter(machine.Settings, machine.State, machine.Vault, machine.Clock), sync);
            async Task<TurnReport> RunTurnAsync(Hint hint, CancellationToken stop)
            {
                var report = new TurnReport();
                await turn.RunAsync(hint, report, stop);
                return report;
            }
            if (!parsed.GetValue(Once)) return await new Daemon(machine, inboxes, sync.HasLocalWork, RunTurnAsync) { Alerts = new(machine, []) }.RunAsync(cancel);
            using var only = Daemon.Lock(machine);
            return Daemon.Finish(machine, await RunTurnAsync(Hint.Once, cancel), parsed.GetValue(Json));
        }
        finally
        {
            foreach (var inbox in inboxes) await inbox.DisposeAsync();
        }
    });

    /// <summary>Opens the vault; a machine that has none yet takes it from the remote.</summary>
    static Machine Join(Settings settings, CancellationToken cancel)
    {
        if (settings.Remote is not null)
            SyncCycle.TryJoin(settings.Vault, StateDirectory.Open(settings.State, Zone.Cloud), Machine.SyncOptionsOf(settings), TimeProvider.System, cancel);
        return Machine.Open(settings, Zone.Cloud, TimeProvider.System);
    }
}
