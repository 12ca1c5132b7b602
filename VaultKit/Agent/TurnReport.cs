using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>What one turn did: counts, problems, and milliseconds by phase. Written as it is by <c>run --once --json</c>.</summary>
public sealed class TurnReport
{
    /// <summary>Mails that were read, whatever became of them.</summary>
    public int Read { get; set; }

    /// <summary>New tasks in Needs_Action.</summary>
    public int Filed { get; set; }

    /// <summary>Mails that need no answer: a line in the log each.</summary>
    public int Sifted { get; set; }

    /// <summary>Mails from before the first connection's days, or answered already.</summary>
    public int PassedOver { get; set; }

    /// <summary>Mails whose task was there already.</summary>
    public int Known { get; set; }

    /// <summary>Mails that can't be read at all.</summary>
    internal int Unreadable { get; set; }

    /// <summary>Replies that wait for the owner.</summary>
    public int Drafted { get; set; }

    /// <summary>Letters that are the owner's to answer.</summary>
    public int Yours { get; set; }

    public int Quarantined { get; set; }

    /// <summary>LocalAgent only: actions that were carried out.</summary>
    public int Acted { get; set; }

    public int FilesIn { get; set; }
    public int FilesOut { get; set; }
    public bool Pushed { get; set; }

    /// <summary>What went wrong, in words; the loop went on.</summary>
    public List<string> Problems { get; } = [];

    public Dictionary<string, long> Milliseconds { get; } = [];

    /// <summary>What the process should end with after a single turn: the first thing that failed.</summary>
    [JsonIgnore]
    public ExitCode Code { get; private set; } = ExitCode.Done;

    /// <summary>LocalAgent only: actions of which nobody can tell whether they happened.</summary>
    public int Unknown { get; set; }

    /// <summary>When there is something to do again by the clock; null where nothing is.</summary>
    [JsonIgnore]
    public DateTimeOffset? Next { get; private set; }

    /// <summary>Something was changed that no other count shows.</summary>
    [JsonIgnore]
    public bool Touched { get; set; }

    /// <summary>True where something in the vault was changed by this turn.</summary>
    [JsonIgnore]
    public bool Changed => Touched || Filed + Sifted + Drafted + Yours + Quarantined + Acted + FilesIn > 0;

    /// <summary>What only <see cref="Metrics"/> tells, by its keys: what adds up from turn to turn, and what does not.</summary>
    internal Dictionary<string, long> Counts { get; } = [];

    internal Dictionary<string, long> Gauges { get; } = [];

    /// <summary>How it went with what can fail, as far as it was tried.</summary>
    internal List<Trouble> Tries { get; } = [];

    /// <summary>A cycle of the sync was whole.</summary>
    internal bool SyncedWhole { get; private set; }

    /// <param name="value">Of the metric's label; empty where it has none.</param>
    public void Count(string metric, string value, long count) => Counts[Metrics.Key(metric, value)] = Counts.GetValueOrDefault(Metrics.Key(metric, value)) + count;

    /// <summary>Of what goes up and down, as it is now.</summary>
    public void Gauge(string metric, long value) => Gauges[metric] = value;

    /// <param name="failure">Null where it went well. Of an account with several mailboxes one that fails is enough; of several syncs the last one counts.</param>
    public void Went(TroubleKind kind, string account, string? failure)
    {
        var tried = new Trouble(kind, account, failure);
        if (Troubles.Find(Tries, tried) is { } before)
        {
            if (kind != TroubleKind.Sync && failure is null) return;
            Tries.Remove(before);
        }
        Tries.Add(tried);
    }

    public void WakeAt(DateTimeOffset at)
    {
        if (Next is null || at < Next) Next = at;
    }

    /// <summary>Takes over what a sync did.</summary>
    public void Add(SyncReport cycle)
    {
        FilesIn += cycle.FilesIn;
        FilesOut += cycle.FilesOut;
        Pushed |= cycle.Pushed;
        if (!cycle.LeftAlone) Count(Metrics.Syncs, cycle.Failure is { } how ? Metrics.SyncResults[(int)how.Kind] : "ok", 1);
        foreach (var (phase, milliseconds) in cycle.Milliseconds) Count(Metrics.SyncSeconds, phase, milliseconds);
        Count(Metrics.Races, "", cycle.Races);
        Count(Metrics.Refused, "", cycle.Findings.Count(f => f.Refused));
        Gauge(Metrics.Ahead, cycle.Ahead);
        Went(TroubleKind.Sync, "", cycle.Failure?.ToString());
        SyncedWhole |= cycle.Failure is null;
        foreach (var finding in cycle.Findings) Problem($"sync: {finding}", ExitCode.DoneInPart);
        if (cycle.Failure is not { } failure) return;
        Problem($"sync: {failure}", failure.Kind == SyncFailureKind.Credentials ? ExitCode.Credential : failure.IsPassing ? ExitCode.TryAgain : ExitCode.Failed);
    }

    public void Problem(string text, ExitCode code = ExitCode.Failed)
    {
        // A turn may sync more than once, and finds the same each time.
        if (!Problems.Contains(text)) Problems.Add(text);
        // A remark does not hide a failure.
        if (Code is ExitCode.Done or ExitCode.DoneInPart) Code = code;
    }

    public void Problem(Refusal refusal) =>
        Problem(refusal.Hint is { } hint ? $"{refusal.Message} ({hint})" : refusal.Message, refusal.Code);

    /// <summary>What a phase inside this one takes is that one's alone.</summary>
    public async Task Time(string phase, Func<Task> work)
    {
        var (watch, others) = (Stopwatch.StartNew(), Milliseconds.Values.Sum());
        try { await work(); }
        finally { Milliseconds[phase] = Milliseconds.GetValueOrDefault(phase) + watch.ElapsedMilliseconds - (Milliseconds.Values.Sum() - others); }
        Manager.Progress();
    }

    internal ServiceManager Manager { get; init; } = ServiceManager.Current;

    static readonly TimeSpan BetweenTold = TimeSpan.FromSeconds(5);

    long? told;

    /// <summary>On the way: says every few seconds how far it has come.</summary>
    public void Tell(TimeProvider clock)
    {
        Manager.Progress();
        told ??= clock.GetTimestamp();
        if (clock.GetElapsedTime(told.Value) < BetweenTold) return;
        told = clock.GetTimestamp();
        Say.Info($"{this} so far");
    }

    public string ToJson() => JsonSerializer.Serialize(this, TurnJson.Default.TurnReport);

    public override string ToString()
    {
        var parts = new List<string>();
        void Add(int count, string what) { if (count > 0) parts.Add($"{count} {what}"); }
        Add(Read, "mails read");
        Add(Filed, "filed");
        Add(Sifted, "need no answer");
        Add(PassedOver, "passed over");
        Add(Drafted, "drafted");
        Add(Yours, "yours to answer");
        Add(Quarantined, "quarantined");
        Add(Acted, "sent");
        Add(Unknown, "sent or not: look at 'status'");
        Add(FilesIn, "files in");
        Add(FilesOut, "files out");
        return parts.Count == 0 ? "nothing to do" : string.Join(", ", parts);
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(TurnReport))]
sealed partial class TurnJson : JsonSerializerContext;
