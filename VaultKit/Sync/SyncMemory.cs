using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>What is remembered from cycle to cycle, for <c>status</c> and for deletions that must settle; <c>state/sync.json</c>.</summary>
public sealed class SyncMemory
{
    public const int Remembered = 100;

    internal const int MostRefused = 5;

    // A cycle with nothing to do writes nothing: its success is kept to this grain.
    static readonly TimeSpan Grain = TimeSpan.FromMinutes(10);

    public DateTimeOffset? LastSuccess { get; set; }
    public SyncFailureKind? LastFailure { get; set; }
    public string? LastError { get; set; }
    public DateTimeOffset? LastErrorAt { get; set; }
    public int ConsecutiveFailures { get; set; }

    /// <summary>The remote's tip as last accepted: what a git directory that was damaged is built anew from.</summary>
    public string? LastSeen { get; set; }

    /// <summary>How often history was begun anew, as far as this machine has taken it; 0: never.</summary>
    public int Epoch { get; set; }

    /// <summary>Objects of a history that the owner has put away are still in the git directory.</summary>
    public bool HoldsOldHistory { get; set; }

    /// <summary>A cycle that nobody asked for leaves the remote alone until then; null where it may be asked at once.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>The last cycles, oldest first: <c>+</c> whole, <c>-</c> failed; at most <see cref="Remembered"/>. Those with nothing to do are counted once in ten minutes.</summary>
    public string Recent { get; set; } = "";

    /// <summary>Of the last cycles, the part that was whole, 0 to 1; null before the first.</summary>
    public double? SuccessRate => Recent.Length == 0 ? null : Math.Round((double)Recent.Count('+') / Recent.Length, 3);

    /// <summary>How often another's push came first since the remote last accepted one of ours.</summary>
    public int RacesLost { get; set; }

    /// <summary>Cycles in a row in which the remote brought something that was refused.</summary>
    public int RefusedInARow { get; set; }

    /// <summary>Commits that the remote has not accepted yet.</summary>
    public int Ahead { get; set; }

    /// <summary>Files that are not where the last commit has them, and since when.</summary>
    public Dictionary<string, DateTimeOffset> Gone { get; set; } = [];

    [JsonIgnore]
    bool changed;

    /// <summary>An unreadable file counts as none: it holds nothing that cannot be learnt again.</summary>
    public static SyncMemory Load(StateDirectory state)
    {
        var file = state.PathOf("sync.json");
        if (!File.Exists(file)) return new();
        try { return JsonSerializer.Deserialize(File.ReadAllBytes(file), SyncMemoryJson.Default.SyncMemory) ?? new(); }
        catch (JsonException e) { return new() { changed = true, LastError = $"{file}: {e.Message}" }; }
    }

    internal void Saw(string? tip)
    {
        if (LastSeen != tip) (LastSeen, changed) = (tip, true);
    }

    internal void TookEpoch(int epoch) => (Epoch, changed) = (epoch, true);

    internal void Holds(bool oldHistory) => (HoldsOldHistory, changed) = (oldHistory, true);

    internal DateTimeOffset GoneSince(string path, DateTimeOffset now)
    {
        if (Gone.TryGetValue(path, out var since)) return since;
        changed = true;
        return Gone[path] = now;
    }

    internal void OnlyGone(IEnumerable<string> paths)
    {
        if (Gone.Count == 0) return;
        var still = paths.ToHashSet(StringComparer.Ordinal);
        foreach (var path in Gone.Keys.ToList())
            if (!still.Contains(path)) changed |= Gone.Remove(path);
    }

    internal void Record(SyncReport report, DateTimeOffset now)
    {
        if (report.Merged) Count(report);
        if (report.Failure is { } failure)
        {
            ConsecutiveFailures++;
            (LastFailure, LastError, LastErrorAt) = (failure.Kind, failure.ToString(), now);
            NotBefore = now + Backoff.After(failure, ConsecutiveFailures);
            changed = true;
        }
        else if (ConsecutiveFailures > 0 || report.Pushed || LastSuccess is null || now - LastSuccess > Grain || now < LastSuccess)
        {
            (LastSuccess, ConsecutiveFailures, NotBefore, changed) = (now, 0, null, true);
        }
        if (changed) Recent = string.Concat(Recent, report.Failure is null ? "+" : "-") is var all && all.Length > Remembered ? all[^Remembered..] : all;
        var lost = report.Pushed ? 0 : RacesLost + report.Races;
        if (RacesLost != lost) (RacesLost, changed) = (lost, true);
        if (Ahead != report.Ahead) (Ahead, changed) = (report.Ahead, true);
    }

    /// <summary>Who brings again and again what may not be taken is not answered at once any more: two machines that refuse each other's would fill the history with it.</summary>
    void Count(SyncReport report)
    {
        var refused = report.Findings.FirstOrDefault(f => f.Refused);
        var times = refused is null ? 0 : RefusedInARow + 1;
        if (times != RefusedInARow) (RefusedInARow, changed) = (times, true);
        if (refused is null || times < MostRefused || report.Failure is not null) return;
        report.Failure = new(SyncFailureKind.Refused, $"{times} times in a row the remote brought what may not be taken, the last is {refused.Path}: {refused.Why}",
            "if that is another localagent of yours, 'localagent key trust' on both; else take the key to the remote from whoever pushes that");
    }

    /// <summary>Until when the remote is left alone; null where it may be asked. A clock that was set back does not prolong it.</summary>
    internal DateTimeOffset? WaitsUntil(DateTimeOffset now) =>
        NotBefore is { } until && until > now && until - now <= Backoff.Longest && LastFailure is not null ? until : null;

    public override string ToString()
    {
        var ahead = Ahead > 0 ? $"; {Ahead} commits wait to be pushed" : "";
        var lost = RacesLost > 0 ? $"; lost {RacesLost} races for the remote" : "";
        var next = NotBefore is { } at1 ? $"; next try at {at1.UtcDateTime:HH:mm:ss} UTC" : "";
        return ConsecutiveFailures > 0 ? $"failing since {ConsecutiveFailures} cycles: {LastError}{ahead}{lost}{next}"
            : LastSuccess is { } at ? $"fine at {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC{ahead}" : "not yet";
    }

    internal void Save(StateDirectory state)
    {
        if (!changed) return;
        Durable.Write(state.PathOf("sync.json"), JsonSerializer.SerializeToUtf8Bytes(this, SyncMemoryJson.Default.SyncMemory));
        changed = false;
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SyncMemory))]
sealed partial class SyncMemoryJson : JsonSerializerContext;
