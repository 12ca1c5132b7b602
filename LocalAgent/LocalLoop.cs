using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent;

/// <summary>The owner's machine: act on what is approved, then a turn like any agent's (read, draft, sync), then the Dashboard.</summary>
sealed class LocalLoop : IAsyncDisposable
{
    readonly Office office;
    readonly Machine machine;
    readonly IReadOnlyList<IInbox> inboxes;
    readonly SyncCycle sync;
    readonly Turn turn;
    readonly Fence fence;
    readonly Dashboard dashboard;

    public LocalLoop(Office office)
    {
        this.office = office;
        machine = office.Machine;
        inboxes = machine.OpenInboxes();
        sync = office.Sync();
        turn = new Turn(machine, inboxes, new BuiltInDrafter(), sync);
        fence = office.Fence(sync);
        dashboard = new Dashboard(machine);
    }

    public Task<ExitCode> RunAsync(CancellationToken cancel) => new Daemon(machine, inboxes, sync.HasLocalWork, RunTurnAsync).RunAsync(cancel);

    public async Task<ExitCode> RunOnceAsync(bool json, CancellationToken cancel)
    {
        using var only = Daemon.Lock(machine);
        var report = await RunTurnAsync(Hint.Once, cancel);
        // A file that was moved to Approved a moment ago still has to lie still; somebody who runs one turn means it to count.
        if (report.Next is { } next && next - machine.Clock.GetUtcNow() is var wait && wait < machine.Settings.Settle + TimeSpan.FromSeconds(1))
        {
            if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel);
            await ActAsync(report, cancel);
            await turn.FinishAsync(report, cancel);
        }
        return Daemon.Finish(machine, report, json);
    }

    async Task<TurnReport> RunTurnAsync(Hint hint, CancellationToken cancel)
    {
        var report = new TurnReport();
        if (!machine.Vault.ReadOnly) await ActAsync(report, cancel);
        await turn.RunAsync(hint, report, cancel);
        // What came in may be approved, from another machine of the owner's.
        if (report.FilesIn > 0 && !machine.Vault.ReadOnly) await ActAsync(report, cancel);
        if (!machine.Vault.ReadOnly && dashboard.Write()) await turn.FinishAsync(report, cancel);
        return report;
    }

    async Task ActAsync(TurnReport report, CancellationToken cancel) => await report.Time("act", async () =>
    {
        var settles = office.Approver.SignMoved();
        if (settles is { } wait) report.WakeAt(machine.Clock.GetUtcNow() + wait);
        var acted = await fence.RunAsync(cancel);
        report.Acted += acted.Accepted;
        report.Unknown = acted.Unknown;
        if (acted.Next is { } next) report.WakeAt(next);
        foreach (var problem in acted.Problems) report.Problem(problem, acted.Waiting > 0 ? ExitCode.TryAgain : ExitCode.Failed);
        if (acted.Accepted + acted.Returned + acted.Unknown > 0) report.Touched = true;
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var inbox in inboxes) await inbox.DisposeAsync();
    }
}
