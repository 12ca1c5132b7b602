using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>What is remembered from cycle to cycle, for <c>status</c> and for deletions that must settle; <c>state/sync.json</c>.</summary>
public sealed class SyncMemory
{
    // A cycle with nothing to do writes nothing: the time of the last success is kept to this grain.
    static readonly TimeSpan Grain = TimeSpan.FromMinutes(10);

    public DateTimeOffset? LastSuccess { get; set; }
    public SyncFailureKind? LastFailure { get; set; }
    public string? LastError { get; set; }
    public DateTimeOffset? LastErrorAt { get; set; }
    public int ConsecutiveFailures { get; set; }

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

    internal void Record(SyncFailure? failure, int ahead, DateTimeOffset now)
    {
        if (failure is not null)
        {
            (LastFailure, LastError, LastErrorAt) = (failure.Kind, failure.ToString(), now);
            ConsecutiveFailures++;
            changed = true;
        }
        else if (ConsecutiveFailures > 0 || LastSuccess is null || now - LastSuccess > Grain || now < LastSuccess)
        {
            LastSuccess = now;
            ConsecutiveFailures = 0;
            changed = true;
        }
        if (Ahead != ahead) (Ahead, changed) = (ahead, true);
    }

    public override string ToString()
    {
        var ahead = Ahead > 0 ? $"; {Ahead} commits wait to be pushed" : "";
        return ConsecutiveFailures > 0 ? $"failing since {ConsecutiveFailures} cycles: {LastError}{ahead}"
            : LastSuccess is { } at ? $"fine at {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC{ahead}" : "not yet";
    }

    internal void Save(StateDirectory state)
    {
        if (!changed) return;
        Durable.Write(state.PathOf("sync.json"), JsonSerializer.SerializeToUtf8Bytes(this, SyncMemoryJson.Default.SyncMemory));
        changed = false;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SyncMemory))]
sealed partial class SyncMemoryJson : JsonSerializerContext;
