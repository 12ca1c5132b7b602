using System.Net.Sockets;
using VaultKit.Drafting;
using VaultKit.Http;
using VaultKit.Sync;

namespace VaultKit.Agent;

/// <summary>
/// Looks after each turn how the agent is, and gives it to whoever asks at <c>[health] listen</c>: <c>/health</c> as JSON, 200 where it is ready and 503 where it is not, <c>/metrics</c> for Prometheus.
/// All the looking is done by the loop; to be asked costs a few kilobytes of text.
/// </summary>
public sealed class HealthWatch : IDisposable
{
    readonly Machine machine;
    readonly ServiceManager manager;
    /// <summary>What can fail here.</summary>
    internal List<Trouble> Watched { get; } = [new(TroubleKind.Sync, "", null)];
    readonly Dictionary<string, long> counts = [];
    ModelLedger? spent;
    volatile Health now;
    Responder? responder;
    bool told;

    public HealthWatch(Machine machine, ServiceManager manager)
    {
        (this.machine, this.manager) = (machine, manager);
        foreach (var account in machine.Settings.Accounts)
        {
            if (account.Inbox is null) continue;
            Watched.Add(new(TroubleKind.MailLogin, account.Name, null));
            Watched.Add(new(TroubleKind.Mail, account.Name, null));
        }
        if (machine.Settings.Model is not null) Watched.Add(new(TroubleKind.Model, "", null));
        spent = Ledger();
        now = new()
        {
            Agent = machine.State.Agent,
            Started = machine.Clock.GetUtcNow(),
            Failing = Troubles.Recall(machine.State),
            Tasks = new(machine.Vault),
            LastSync = SyncMemory.Load(machine.State).LastSuccess,
            Counts = [],
        };
    }

    /// <summary>As the last turn left it.</summary>
    public Health Now => now;

    /// <summary>Begins to answer, where that is wanted and the address is free; else it can be tried again, and is told once.</summary>
    /// <exception cref="Refusal">It would be open to others without a token; exit code 12.</exception>
    public void Listen()
    {
        if (responder is not null || machine.Settings.Health.At is not { } at) return;
        var token = machine.Settings.Health.Token(machine.Settings.Secrets);
        try
        {
            responder = new(at, token, Give);
            if (told) Say.Info($"health and metrics are given at http://{at} now");
        }
        catch (SocketException e)
        {
            var what = $"health and metrics can't be given at {at}: {e.Message}; the agent goes on without ('listen' below [health] in vault.toml)";
            // An address that is nobody's choice may well be taken by another agent on this machine.
            if (!told && machine.Settings.Health.IsChosen) Say.Warn(what);
            else if (!told) Say.Info(what);
            told = true;
        }
    }

    Page? Give(string path)
    {
        var (health, live) = (now, manager.IsLive(machine.Settings.SyncInterval));
        return path switch
        {
            "/health" => new("application/json", health.ToJson(live), health.IsReady(live)),
            "/metrics" => new("text/plain; version=0.0.4; charset=utf-8", health.ToMetrics(live, machine.Clock.GetUtcNow(), Watched), true),
            _ => null,
        };
    }

    /// <summary>Takes over what a turn did.</summary>
    public void TurnEnded(TurnReport report, List<Trouble> failing)
    {
        Add(Metrics.Turns, 1, report.Problems.Count == 0 ? "ok" : "problems");
        foreach (var (phase, milliseconds) in report.Milliseconds) Add(Metrics.TurnSeconds, milliseconds, phase);
        Add(Metrics.Mails, report.Read - report.Sifted - report.PassedOver - report.Known - report.Unreadable, "task");
        Add(Metrics.Mails, report.Sifted, "sifted");
        Add(Metrics.Mails, report.PassedOver, "passed_over");
        Add(Metrics.Mails, report.Known, "known");
        Add(Metrics.Mails, report.Unreadable, "unreadable");
        Add(Metrics.Filed, report.Filed);
        Add(Metrics.Drafts, report.Drafted, "drafted");
        Add(Metrics.Drafts, report.Yours, "yours");
        Add(Metrics.Quarantined, report.Quarantined);
        Add(Metrics.Sends, report.Acted, "accepted");
        Add(Metrics.SyncFiles, report.FilesIn, "in");
        Add(Metrics.SyncFiles, report.FilesOut, "out");
        foreach (var (key, count) in report.Counts) Add(key, count);
        foreach (var (key, value) in report.Gauges) counts[key] = value;
        CountModel();
        var copy = new Dictionary<string, long>();
        foreach (var (key, value) in counts) copy[key] = value;
        var time = machine.Clock.GetUtcNow();
        now = new()
        {
            Agent = now.Agent,
            Started = now.Started,
            Turns = now.Turns + 1,
            LastTurn = time,
            Failing = failing,
            Tasks = now.Tasks.Look(),
            Unknown = report.Unknown,
            Problems = report.Problems.Count,
            LastSync = report.SyncedWhole ? time : now.LastSync,
            VaultFree = Free(machine.Vault.Root),
            StateFree = Free(machine.State.Root),
            Counts = copy,
        };
    }

    void Add(string metric, long count, string value = "") => counts[Metrics.Key(metric, value)] = counts.GetValueOrDefault(Metrics.Key(metric, value)) + count;

    /// <summary>What was spent since the last turn, by whichever process of this machine; the ledger begins anew each day.</summary>
    void CountModel()
    {
        if (Ledger() is not { } ledger) return;
        var before = spent?.Day == ledger.Day ? spent : null;
        Add(Metrics.ModelRequests, Math.Max(0, ledger.Requests - (before?.Requests ?? 0)));
        Add(Metrics.ModelTokens, Math.Max(0, ledger.Tokens - (before?.Tokens ?? 0)));
        Add(Metrics.ModelCost, (long)(Math.Max(0, ledger.Money - (before?.Money ?? 0)) * 1_000_000));
        spent = ledger;
    }

    ModelLedger? Ledger()
    {
        if (machine.Settings.Model is not { } model) return null;
        try { return new ModelBudget(machine.State, model.Limits, machine.Clock).Look(); }
        catch (Vault.Refusal) { return spent; } // among what fails, with the reason
    }

    static long Free(string path)
    {
        try { return new DriveInfo(path).AvailableFreeSpace; }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return 0; } // shown as none left: somebody should look
    }

    public void Dispose() => responder?.Dispose();
}
