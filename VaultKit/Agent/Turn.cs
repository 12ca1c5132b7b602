using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Sync;

namespace VaultKit.Agent;

/// <summary>
/// THE LOOP's body: read mail, claim, draft, file, sync. Both programs run it; LocalAgent acts besides.
/// One writer for each process: IDLE, watchers and timers only post hints to <see cref="Daemon"/>, which runs one turn after the other.
/// </summary>
public sealed class Turn
{
    readonly Machine machine;
    readonly IReadOnlyList<IInbox> inboxes;
    readonly SyncCycle sync;
    readonly Intake intake;
    readonly DraftDesk desk;
    long lastSync = long.MinValue;
    bool waitedFor, away;

    public Turn(Machine machine, IReadOnlyList<IInbox> inboxes, IDrafter drafter, SyncCycle sync)
    {
        (this.machine, this.inboxes, this.sync) = (machine, inboxes, sync);
        intake = new(machine);
        desk = new(machine, drafter, SyncAsync, sync.Confirmed);
    }

    /// <param name="hint">What woke us; after a mere look at the mail, a sync that nothing asks for waits for its interval.</param>
    public async Task RunAsync(Hint hint, TurnReport report, CancellationToken cancel)
    {
        (waitedFor, away) = (hint == Hint.Once, false);
        if (machine.Vault.ReadOnly)
        {
            await FinishAsync(report, cancel);
            report.Problem("the vault speaks a later protocol: this program only reads it. Update it.");
            return;
        }
        desk.Begin();
        await report.Time("read", () => ReadAsync(report, cancel));
        await DraftAsync(report, cancel);
        if (!report.Changed && !SyncIsDue() && (hint == Hint.Mail || (hint == Hint.Vault && !sync.HasLocalWork()))) return;

        await FinishAsync(report, cancel);
        // Others' new work has come in: draft it now rather than in five minutes.
        var before = report.Drafted + report.Yours + report.Quarantined;
        if (report.FilesIn > 0) await DraftAsync(report, cancel);
        if (report.Drafted + report.Yours + report.Quarantined > before) await FinishAsync(report, cancel);
    }

    async Task ReadAsync(TurnReport report, CancellationToken cancel)
    {
        foreach (var inbox in inboxes) await intake.RunAsync(inbox, report, () => DraftAsync(report, cancel), cancel);
    }

    /// <returns>False where the turn's time is up.</returns>
    async Task<bool> DraftAsync(TurnReport report, CancellationToken cancel)
    {
        var done = false;
        await report.Time("draft", async () => done = await desk.RunAsync(report, waitedFor, cancel));
        return done;
    }

    bool SyncIsDue() => machine.Clock.GetTimestamp() - lastSync > machine.Settings.SyncInterval.TotalSeconds * machine.Clock.TimestampFrequency;

    /// <summary>Seals the log and syncs.</summary>
    public Task FinishAsync(TurnReport report, CancellationToken cancel) => SyncAsync(report, cancel);

    async Task<SyncFailure?> SyncAsync(TurnReport report, CancellationToken cancel)
    {
        SyncFailure? failure = null;
        await report.Time("sync", () =>
        {
            machine.Audit.Seal(machine.Vault);
            Memory.GiveBackAmid();
            var cycle = sync.Run(cancel, patient: away || !waitedFor);
            report.Add(cycle);
            Memory.GiveBackAmid();
            foreach (var finding in cycle.Findings.Where(f => f.Refused))
                machine.Audit.Append("sync.refused", null, ("path", finding.Path), ("why", finding.Why));
            lastSync = machine.Clock.GetTimestamp();
            failure = cycle.Failure;
            if (!waitedFor && cycle.NotBefore is { } next) report.WakeAt(next);
            // A turn may sync more than once; a remote that is away is asked once. Who lost a race may win the next.
            away |= failure is { Kind: not SyncFailureKind.Race };
            return Task.CompletedTask;
        });
        return failure;
    }
}
