using System.Runtime.InteropServices;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>Runs turns: at start, on hints, and on a timer, one at a time, until it is told to stop.</summary>
/// <param name="isDirty">Whether the vault holds something that no turn has seen: what our own turn wrote wakes nobody.</param>
public sealed class Daemon(Machine machine, IReadOnlyList<IInbox> inboxes, Func<bool> isDirty, Func<Hint, CancellationToken, Task<TurnReport>> turn)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly TimeSpan BetweenCanaries = TimeSpan.FromMinutes(1), CanaryPatience = TimeSpan.FromSeconds(1);

    /// <summary>The folders of which no event tells, and how often the vault is looked at where there are any.</summary>
    internal Func<VaultWatch, IReadOnlyList<string>> Silent { get; init; } = static watch => watch.Silent(CanaryPatience);
    internal TimeSpan WhenBlind { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What else wakes the loop: it is given what to call, and is listened to until it is disposed of.</summary>
    public Func<Action, IDisposable?> Also { get; init; } = static _ => null;

    /// <summary>Tells the owner what is wrong; null: nobody does.</summary>
    public Alerts? Alerts { get; init; }

    /// <summary>What is wrong with a configuration that was to be taken up in this one's place; each turn says it. Null: nothing.</summary>
    public string? Wrong { get; init; }

    /// <summary>Who started the daemon, and watches over it.</summary>
    internal ServiceManager Manager { get; init; } = ServiceManager.Current;

    /// <summary>Between two words of a turn's progress there may be answers of the model's: a post for each network, each with its patience.</summary>
    const int AnswersInARow = 10;

    static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    long? listened;

    readonly Hints hints = new();

    /// <summary>Returns when SIGTERM or SIGINT has come, or when cancelled, and the turn under way has come to a stop.</summary>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="Refusal">Another daemon uses this state directory; exit code 11.</exception>
    public async Task<ExitCode?> RunAsync(CancellationToken cancel)
    {
        using var only = Lock(machine);
        using var health = new HealthWatch(machine, Manager);
        health.Listen();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ExitCode? code = null;
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            Manager.Stopping();
            code = signal.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Done;
            stop.Cancel();
        }
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        using var wake = new Timer(_ => hints.Hear(Hint.Timer));
        using var watch = new VaultWatch(machine.Vault, () => hints.Hear(Hint.Vault));
        using var news = machine.Settings.Remote is null ? null
            : new RemoteWatch(machine.SyncOptions(), machine.State, () => hints.Hear(Hint.Remote), Say.Warn, machine.Shared);
        news?.Connect();
        using var also = Also(() => hints.Hear(Hint.Timer));
        using var blind = new Timer(_ => hints.Hear(Hint.Vault));
        using var ticks = new Timer(_ => hints.Hear(Hint.Timer), null, machine.Settings.SyncInterval, machine.Settings.SyncInterval);
        Say.Info($"{machine.State.Agent} works on {machine.Vault.Root}; stop it with Ctrl-C or SIGTERM");
        Manager.Begin(AnswersInARow * (machine.Settings.Model?.Patience ?? TimeSpan.Zero));
        void LookAround()
        {
            watch.Refresh(); // before it is looked whether there is something: a new folder may have its first file already
            Manager.Progress();
        }
        try
        {
            // What our own turn wrote and pushed wakes nobody.
            bool Counts(Hint hint) => hint switch { Hint.Vault => IsDirty(), Hint.Remote => news!.IsNews, _ => true };
            for (hints.Hear(Hint.Start); ; await WaitAsync(LookAround, stop.Token))
            {
                LookAround();
                if (hints.Take(Counts) is not { } hint)
                {
                    Memory.GiveBack(worked: false); // to see that nothing has changed takes a look too
                    continue;
                }
                if (hint == Hint.Vault) await SettleAsync(stop.Token);
                await RunTurnAsync(hint, wake, health, stop.Token);
                if (hint is Hint.Timer) health.Listen();
                if (hint is Hint.Timer or Hint.Start && !machine.Vault.ReadOnly) Listen(watch, blind);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (code is not null) Say.Info($"{machine.State.Agent} stopped");
        }
        return code;
    }

    /// <summary>Where no event tells of changes (network mounts, some bind mounts), the vault is looked at by the clock instead.</summary>
    void Listen(VaultWatch watch, Timer blind)
    {
        if (listened is { } last && machine.Clock.GetElapsedTime(last) < BetweenCanaries) return;
        listened = machine.Clock.GetTimestamp();
        IReadOnlyList<string> silent;
        try { silent = Silent(watch); }
        catch (Exception e) when (MayPass(e))
        {
            Say.Warn($"can't tell whether changes in the vault are heard: {e.Message}");
            return;
        }
        if (silent.Count > 0) Say.Warn($"no events come from {silent[0]}{(silent.Count > 1 ? $" and {silent.Count - 1} more" : "")}: looked at every {WhenBlind.TotalSeconds:0} s instead");
        var period = silent.Count > 0 ? WhenBlind : Timeout.InfiniteTimeSpan;
        blind.Change(period, period);
    }

    /// <summary>Sleeps until something hints at work. An inbox is never read and waited for at once: its connection does one thing at a time.</summary>
    /// <param name="look">What is done meanwhile, as often as whoever watches over the loop wants to hear of it.</param>
    async Task WaitAsync(Action look, CancellationToken stop)
    {
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var hinted = hints.WaitAsync(awake.Token);
        List<Task> waits = [hinted, .. inboxes.Select(inbox => inbox.WaitAsync(awake.Token))];
        var any = Task.WhenAny(waits);
        while (await Task.WhenAny(any, Task.Delay(Manager.LongestSleep, awake.Token)) != any) look();
        if (await any != hinted) hints.Hear(Hint.Mail);
        await awake.CancelAsync();
        await Task.WhenAll(waits).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Editors write in several steps, and a burst of changes is one piece of work. An approval is not made to wait: it is signed where it lies, which wakes us,
    /// and is in Approved a moment later.
    /// </summary>
    async Task SettleAsync(CancellationToken stop)
    {
        var began = machine.Clock.GetTimestamp();
        while (machine.Clock.GetElapsedTime(began) < machine.Settings.Debounce && !machine.Vault.List(Stage.Approved).Any())
            await Task.Delay(Glance, machine.Clock, stop);
    }

    async Task RunTurnAsync(Hint hint, Timer wake, HealthWatch health, CancellationToken cancel)
    {
        TurnReport report;
        List<Trouble>? failing = null;
        try
        {
            Alerts?.BeforeTurn();
            report = await turn(hint, cancel);
            Alerts?.Report(report);
            failing = Remember(machine, report);
        }
        catch (Exception e) when (MayPass(e))
        {
            report = new TurnReport();
            report.Problem(e.Message);
            report.WakeAt(machine.Clock.GetUtcNow() + Patience);
        }
        if (Wrong is not null) report.Problem(Wrong);
        foreach (var problem in report.Problems) Say.Warn(problem);
        if (report.Changed) Say.Info(report.ToString());
        health.TurnEnded(report, failing ?? health.Now.Failing);
        await AlertAsync(health.Now, report, cancel);
        if (report.Next is { } next)
        {
            var wait = next - machine.Clock.GetUtcNow();
            wake.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        Manager.TurnEnded(report);
        Memory.GiveBack(worked: report.Changed || report.Pushed || report.FilesOut > 0);
    }

    async Task AlertAsync(Health now, TurnReport report, CancellationToken cancel)
    {
        try
        {
            if (Alerts is not null && await Alerts.AfterTurnAsync(now, cancel) is { } again) report.WakeAt(again);
        }
        catch (Exception e) when (MayPass(e)) { Say.Warn($"alerts: {e.Message}"); }
    }

    bool IsDirty()
    {
        // What came while a turn was under way may be committed already and not yet worked on.
        if (machine.Vault.List(Stage.Approved).Any() || machine.Vault.List(Stage.NeedsAction).Any()) return true;
        try { return isDirty(); }
        catch (Exception e) when (MayPass(e)) { return true; } // the turn meets it too, and reports it
    }

    // A full disk, a file that cannot be read, another process that holds the git directory: a daemon that ended over it would not see it pass.
    static bool MayPass(Exception e) =>
        e is IOException or UnauthorizedAccessException or BadTaskException or Refusal { Code: ExitCode.TryAgain or ExitCode.Locked };

    /// <summary>One process at a time works with a state directory, be it a daemon or a single turn. It begins with what a power cut left half done.</summary>
    /// <exception cref="Refusal">Another does; exit code 11.</exception>
    public static IDisposable Lock(Machine machine)
    {
        var mine = machine.State.TryLock("daemon")
            ?? throw new Refusal(ExitCode.Locked, $"another process runs with {machine.State.Root}", "stop it first, or give this one a state directory of its own");
        try { HalfMoves.Finish(machine.Vault); }
        catch { mine.Dispose(); throw; }
        return mine;
    }

    static List<Trouble> Remember(Machine machine, TurnReport report)
    {
        Problems.Remember(machine.State, report.Problems);
        if (ModelStanding.WhyNot(machine) is { } model) report.Went(TroubleKind.Model, "", model.Length == 0 ? null : model);
        return Troubles.Remember(machine.State, report.Tries, machine.Clock.GetUtcNow());
    }

    /// <summary>Ends a single turn: says what it did, remembers what it could not do.</summary>
    public static ExitCode Finish(Machine machine, TurnReport report, bool json)
    {
        Remember(machine, report);
        foreach (var problem in report.Problems) Say.Warn(problem);
        if (json) Say.Data(report.ToJson());
        else Say.Info(report.ToString());
        return report.Code;
    }
}
