using System.Net;
using System.Net.Sockets;
using VaultKit.Drafting;
using VaultKit.Http;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// Looks after each turn how the agent is, and gives it to whoever asks at <c>[health] listen</c>: <c>/health</c> as JSON, 200 where it is ready and 503 where it is not, <c>/metrics</c> for Prometheus.
/// All the looking is done by the loop; to be asked costs a few kilobytes of text.
/// </summary>
public sealed class HealthWatch : IDisposable
{
    readonly Machine machine;
    readonly ServiceManager manager;
    readonly StageCounts stages;
    readonly IReadOnlyList<(TroubleKind, string)> watched;
    readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    ModelLedger? spent;
    volatile Health now;
    Responder? responder;
    bool told;

    public HealthWatch(Machine machine, ServiceManager manager)
    {
        (this.machine, this.manager) = (machine, manager);
        stages = new(machine.Vault);
        watched =
        [
            (TroubleKind.Sync, ""),
            .. machine.Settings.Accounts.Where(a => a.Inbox is not null).SelectMany(a => new[] { (TroubleKind.MailLogin, a.Name), (TroubleKind.Mail, a.Name) }),
            .. machine.Settings.Model is null ? [] : new[] { (TroubleKind.Model, "") },
        ];
        spent = Ledger();
        now = new(machine.State.Agent, machine.Clock.GetUtcNow(), 0, null, Troubles.Recall(machine.State), [], 0, 0, SyncMemory.Load(machine.State).LastSuccess, 0, 0, counts);
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
            if (told) Say.Info($"health and metrics are given at http://{at}/ now");
        }
        catch (SocketException e)
        {
            var what = $"health and metrics can't be given at {at}: {e.Message}; the agent goes on without ([health] listen in vault.toml)";
            // With the address that is nobody's choice it may well be another agent's on this machine.
            if (!told) (machine.Settings.Health.IsChosen ? (Action<string>)Say.Warn : Say.Info)(what);
            told = true;
        }
    }

    Page? Give(string path)
    {
        var (health, live) = (now, manager.IsLive(machine.Settings.SyncInterval));
        return path switch
        {
            "/health" => new("application/json", health.ToJson(live), health.IsReady(live)),
            "/metrics" => new("text/plain; version=0.0.4; charset=utf-8", health.ToMetrics(live, machine.Clock.GetUtcNow(), watched)),
            _ => null,
        };
    }

    /// <summary>Takes over what a turn did.</summary>
    public void TurnEnded(TurnReport report, IReadOnlyList<Trouble> failing)
    {
        var mails = report.Read - report.Sifted - report.PassedOver - report.Known - report.Unreadable;
        Add(Metrics.Turns, 1, report.Problems.Count == 0 ? "ok" : "problems");
        foreach (var (phase, milliseconds) in report.Milliseconds) Add(Metrics.TurnSeconds, milliseconds, phase);
        foreach (var (result, count) in new[] { ("task", mails), ("sifted", report.Sifted), ("passed_over", report.PassedOver), ("known", report.Known), ("unreadable", report.Unreadable) })
            Add(Metrics.Mails, count, result);
        Add(Metrics.Filed, report.Filed);
        Add(Metrics.Drafts, report.Drafted, "drafted");
        Add(Metrics.Drafts, report.Yours, "yours");
        Add(Metrics.Quarantined, report.Quarantined);
        Add(Metrics.Sends, report.Acted, "accepted");
        Add(Metrics.SyncFiles, report.FilesIn, "in");
        Add(Metrics.SyncFiles, report.FilesOut, "out");
        foreach (var (line, count) in report.Counts) counts[line] = counts.GetValueOrDefault(line) + count;
        foreach (var (metric, value) in report.Gauges) counts[metric.Line()] = value;
        CountModel();
        var time = machine.Clock.GetUtcNow();
        now = new(machine.State.Agent, now.Started, now.Turns + 1, time, failing, stages.Look(), report.Unknown, report.Problems.Count, report.SyncedWhole ? time : now.LastSync,
            Free(machine.Vault.Root), Free(machine.State.Root), new Dictionary<string, long>(counts, StringComparer.Ordinal));
    }

    void Add(Metric metric, long count, string value = "") => counts[metric.Line(value)] = counts.GetValueOrDefault(metric.Line(value)) + count;

    /// <summary>What was spent since the last turn, by whichever process of this machine; the ledger begins anew each day.</summary>
    void CountModel()
    {
        if (Ledger() is not { } ledger) return;
        var before = spent?.Day == ledger.Day ? spent : null;
        Add(Metrics.ModelRequests, Math.Max(0, ledger.Requests - (before?.Requests ?? 0)));
        Add(Metrics.ModelTokens, Math.Max(0, ledger.Tokens - (before?.Tokens ?? 0)));
        Add(Metrics.ModelCost, (long)(Math.Max(0, ledger.Money - (before?.Money ?? 0)) * Metrics.ModelCost.Scale));
        spent = ledger;
    }

    ModelLedger? Ledger()
    {
        if (machine.Settings.Model is not { } model) return null;
        try { return new ModelBudget(machine.State, model.Limits, machine.Clock).Look(); }
        catch (Refusal) { return spent; } // whoever wants to ask the model says it
    }

    static long Free(string path)
    {
        try { return new DriveInfo(path).AvailableFreeSpace; }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return 0; } // shown as none left: somebody should look
    }

    public void Dispose() => responder?.Dispose();
}
