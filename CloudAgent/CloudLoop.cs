using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;

namespace CloudAgent;

/// <summary>The always-on machine: a turn like any agent's (read, draft, sync), and nothing besides.</summary>
sealed class CloudLoop : IAsyncDisposable
{
    // An owner who has just set this machine up begins the vault on their own in a minute or in a week.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    readonly Machine machine;
    readonly IReadOnlyList<IInbox> inboxes;
    readonly SyncCycle sync;
    readonly Turn turn;

    CloudLoop(Machine machine)
    {
        this.machine = machine;
        inboxes = machine.OpenInboxes();
        sync = new(machine.Vault, machine.State, machine.SyncOptions(), machine.Clock);
        turn = new(machine, inboxes, ModelSettings.Drafter(machine.Settings, machine.State, machine.Vault, machine.Clock), sync);
    }

    /// <exception cref="Refusal">A secret that is missing, or one that can do more than read.</exception>
    public static async Task<CloudLoop> OpenAsync(Settings settings, bool once, CancellationToken cancel)
    {
        var machine = await JoinAsync(settings, once, cancel);
        machine.Settings.Secrets.Check();
        SendCapable.Refuse(machine);
        var loop = new CloudLoop(machine);
        try { await Grants.RefuseMoreThanReadingAsync(loop.inboxes, cancel); }
        catch
        {
            await loop.DisposeAsync();
            throw;
        }
        return loop;
    }

    public Task<ExitCode?> RunAsync(string? wrong, CancellationToken cancel) =>
        new Daemon(machine, inboxes, sync.HasLocalWork, RunTurnAsync) { Alerts = new(machine, []), Wrong = wrong }.RunAsync(cancel);

    public async Task<ExitCode> RunOnceAsync(bool json, CancellationToken cancel)
    {
        using var only = Daemon.Lock(machine);
        return Daemon.Finish(machine, await RunTurnAsync(Hint.Once, cancel), json);
    }

    async Task<TurnReport> RunTurnAsync(Hint hint, CancellationToken cancel)
    {
        var report = new TurnReport();
        await turn.RunAsync(hint, report, cancel);
        return report;
    }

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

    public async ValueTask DisposeAsync()
    {
        foreach (var inbox in inboxes) await inbox.DisposeAsync();
    }
}
