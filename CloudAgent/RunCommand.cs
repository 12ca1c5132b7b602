using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace CloudAgent;

static class RunCommand
{
    static readonly Option<bool> Once = CommandLine.Flag("--once", "one turn, then stop");
    static readonly Option<bool> Json = CommandLine.Flag("--json", "with --once: what the turn did, as an object");

    // An owner who has just set this machine up begins the vault on their own in a minute or in a week.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    public static Command Create() => new Command("run", "Read mail, draft, sync; again and again") { Once, Json }.Does(async (parsed, cancel) =>
    {
        var machine = await JoinAsync(parsed.Settings(Zone.Cloud), parsed.GetValue(Once), cancel);
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

    /// <summary>Opens the vault; a machine that has none yet takes it from the remote. Where that is empty, the daemon waits until the owner begins it.</summary>
    static async Task<Machine> JoinAsync(Settings settings, bool once, CancellationToken cancel)
    {
        for (var said = false; settings.Remote is not null && !SyncCycle.TryJoin(settings.Vault, StateDirectory.Open(settings.State, Zone.Cloud), Machine.SyncOptionsOf(settings), TimeProvider.System, cancel); said = true)
        {
            if (File.Exists(Path.Combine(settings.Vault, VaultFolder.ProtocolFile))) break;
            const string why = "there is nothing in the remote yet", hint = "begin the vault on your own machine: localagent init DIR --remote ADDRESS, then localagent run";
            if (once) throw new Refusal(ExitCode.TryAgain, why, hint);
            if (!said) Say.Info($"{why}: waiting. {char.ToUpperInvariant(hint[0])}{hint[1..]}");
            ServiceManager.Current.Progress();
            await Task.Delay(BetweenLooks, cancel);
        }
        return Machine.Open(settings, Zone.Cloud, TimeProvider.System);
    }
}
