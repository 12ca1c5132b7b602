using LocalAgent.Acting;
using LocalAgent.Auditing;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent;

/// <summary>The owner's machine, whose office it takes over: act on what is approved, then a turn like any agent's (read, draft, sync), then the Dashboard.</summary>
sealed class LocalLoop : IAsyncDisposable
{
    readonly Office office;
    readonly Machine machine;
    readonly IReadOnlyList<IInbox> inboxes;
    readonly SyncCycle sync;
    readonly Turn turn;
    readonly Fence fence;
    readonly Dashboard dashboard;
    readonly Digest digest;
    readonly LogWitness witness;
    static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1), LongestUndo = TimeSpan.FromMinutes(1);
    IReadOnlyList<AuditFinding>? witnessed;
    string told = "";
    DateTimeOffset? next;

    public LocalLoop(Office office)
    {
        this.office = office;
        machine = office.Machine;
        machine.Settings.Secrets.Check();
        inboxes = machine.OpenInboxes();
        sync = office.Sync();
        turn = new Turn(machine, inboxes, ModelSettings.Drafter(machine.Settings, machine.State, machine.Vault, machine.Clock), sync);
        fence = office.Fence(sync);
        dashboard = new Dashboard(machine);
        digest = new Digest(machine.Vault, machine.State, machine.Clock);
        witness = office.Witness();
    }

    public static LocalLoop Open(Settings settings)
    {
        var office = Office.Open(settings);
        try { return new(office); }
        catch
        {
            office.Dispose();
            throw;
        }
    }

    /// <param name="wrong">See <see cref="Daemon.Wrong"/>.</param>
    public Task<ExitCode?> RunAsync(string? wrong, CancellationToken cancel) => new Daemon(machine, inboxes, () => sync.HasLocalWork() || office.Social.HasWork, RunTurnAsync)
    {
        Also = Listen,
        Alerts = new(machine, Alerts.Channels.Of(machine)),
        Wrong = wrong,
    }.RunAsync(cancel);

    Both Listen(Action wake)
    {
        var watch = office.Pause.Watch(wake);
        if (watch is null) Say.Warn("the system has no more watches to give: the end of a pause is seen at the next turn");
        return new Both(watch, office.Drop?.Watch(wake));
    }

    sealed record Both(IDisposable? First, IDisposable? Second) : IDisposable
    {
        public void Dispose()
        {
            First?.Dispose();
            Second?.Dispose();
        }
    }

    public async Task<ExitCode> RunOnceAsync(bool json, CancellationToken cancel)
    {
        using var only = Daemon.Lock(machine);
        if (office.Drop?.Unsettled is { } copying) await Task.Delay(copying, cancel);
        if (office.Social.Unsettled is { } saving) await Task.Delay(saving, cancel);
        var report = await RunTurnAsync(Hint.Once, cancel);
        // A file that was moved to Approved a moment ago still has to lie still, and an approval can still be taken back; somebody who runs one turn means it to count.
        var undo = office.Rules.Undo <= LongestUndo ? office.Rules.Undo : TimeSpan.Zero;
        for (var left = 2; left > 0 && next is { } at && at - machine.Clock.GetUtcNow() is var wait && wait < machine.Settings.Settle + undo + TimeSpan.FromSeconds(1); left--)
        {
            if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel);
            await ActAsync(report, cancel);
            await turn.FinishAsync(report, cancel);
            Witness(report);
        }
        return Daemon.Finish(machine, report, json);
    }

    async Task<TurnReport> RunTurnAsync(Hint hint, CancellationToken cancel)
    {
        var report = new TurnReport();
        if (!machine.Vault.ReadOnly)
        {
            report.Touched |= office.Proposals.Run();
            await ActAsync(report, cancel);
            office.Drop?.Run(report);
            await report.Time("posts", () => office.Social.RunAsync(report, cancel));
        }
        await turn.RunAsync(hint, report, cancel);
        // What came in may be approved, from another machine of the owner's; or held by the one in whose place this one is.
        if (!machine.Vault.ReadOnly && (office.Takeover.Run(machine.Settings.Remote is null ? machine.Clock.GetUtcNow() : SyncCycle.Status(machine.State).LastSuccess, why => report.Problem(why)) > 0 || report.FilesIn > 0)) await ActAsync(report, cancel);
        if (!machine.Vault.ReadOnly)
        {
            office.Earlier.Look(machine.Vault);
            var putAway = office.Superseding.Run();
            await report.Time("look", async () => putAway += await office.Lookout.RunAsync(report, cancel));
            if (dashboard.Write() | digest.Write() || putAway > 0) await turn.FinishAsync(report, cancel);
        }
        Witness(report);
        return report;
    }

    /// <summary>The agents' logs: what does not go on from what was seen is told at each turn, and looked for where a log may have grown.</summary>
    void Witness(TurnReport report)
    {
        if (witnessed is null || report.FilesIn + report.FilesOut > 0) witnessed = witness.Look();
        foreach (var finding in witnessed) report.Problem(finding.ToString(), ExitCode.DoneInPart);
    }

    async Task ActAsync(TurnReport report, CancellationToken cancel) => await report.Time("act", async () =>
    {
        await office.Lookout.LookAtMovedAsync(report, cancel);
        var settles = office.Approver.SignMoved();
        next = settles is { } wait ? machine.Clock.GetUtcNow() + wait : null;
        var acted = await fence.RunAsync(cancel);
        report.Acted += acted.Accepted;
        report.Unknown = acted.Unknown;
        report.Count(Metrics.Sends, "postponed", acted.Postponed);
        report.Count(Metrics.Sends, "returned", acted.Returned);
        report.Count(Metrics.Sends, "unanswered", acted.Unanswered);
        report.Gauge(Metrics.Waiting, acted.Waiting + acted.Held.Count);
        Tell(acted);
        if (acted.Next is { } later && !(next <= later)) next = later;
        // By tomorrow the clock may have been set.
        var longest = machine.Clock.GetUtcNow() + LongestSleep;
        if (next is { } at) report.WakeAt(at < longest ? at : longest);
        foreach (var problem in acted.Problems) report.Problem(problem, acted.Waiting > 0 ? ExitCode.TryAgain : ExitCode.Failed);
        if (acted.Accepted + acted.Returned + acted.Unknown > 0) report.Touched = true;
    });

    /// <summary>Each reason to wait is told when it begins, not at each turn; and the end of a pause. That an approval can be taken back for a moment is no news.</summary>
    void Tell(FenceReport acted)
    {
        var paused = office.Pause.Look() is not null;
        var why = paused ? "sending is paused; 'localagent resume' goes on" : string.Join("; ", acted.Held.Where(h => h.Hold.Until - machine.Clock.GetUtcNow() > office.Rules.Undo)
            .Select(h => h.Hold.Why).Distinct());
        if (why == told) return;
        if (why.Length > 0) Say.Warn(paused ? why : $"what is approved waits: {why} ('localagent status' shows until when)");
        else if (told.Length > 0) Say.Info("sending goes on");
        told = why;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var inbox in inboxes) await inbox.DisposeAsync();
        await office.DisposeAsync();
    }
}
