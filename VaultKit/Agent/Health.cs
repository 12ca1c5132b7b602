using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// How the agent is, as its last turn left it: for the health page, for Prometheus, and for whoever raises an alarm. Names of accounts are the only words in it that are not this program's own, but for the reasons
/// in <see cref="Failing"/>, which are kept off the page: on a machine with several users any of them may read that.
/// </summary>
/// <param name="Turns">Finished since the start.</param>
/// <param name="Failing">The longest first.</param>
/// <param name="Stages">Empty before the first turn.</param>
/// <param name="Unknown">Actions of which nobody can tell whether they happened; LocalAgent only.</param>
/// <param name="Problems">Of the last turn; their words are the turn's report's.</param>
/// <param name="LastSync">When a cycle was last whole.</param>
/// <param name="VaultFree">Octets left on the vault's disk; <paramref name="StateFree"/> the same of the state directory's.</param>
/// <param name="Counts">By the lines of <see cref="Metrics"/>, in what they are counted in.</param>
public sealed record Health(
    AgentId Agent, DateTimeOffset Started, long Turns, DateTimeOffset? LastTurn, IReadOnlyList<Trouble> Failing, IReadOnlyList<StageCount> Stages, int Unknown, int Problems, DateTimeOffset? LastSync,
    long VaultFree, long StateFree, IReadOnlyDictionary<string, long> Counts)
{
    static string Program(Zone zone) => zone == Zone.Cloud ? "cloudagent" : "localagent";

    static string Version { get; } = typeof(Health).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>It lives, and has finished a turn.</summary>
    public bool IsReady(bool live) => live && Turns > 0;

    /// <summary>One object.</summary>
    /// <param name="live">Whether the loop takes its steps.</param>
    public string ToJson(bool live)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("status", !live ? "hanging" : Turns == 0 ? "starting" : Failing.Count + Unknown > 0 ? "failing" : "ok");
            json.WriteBoolean("live", live);
            json.WriteBoolean("ready", IsReady(live));
            json.WriteString("program", Program(Agent.Zone));
            json.WriteString("version", Version);
            json.WriteString("agent", Agent.Value);
            Time(json, "started", Started);
            json.WriteNumber("turns", Turns);
            Time(json, "last_turn", LastTurn);
            Time(json, "last_sync", LastSync);
            json.WriteNumber("problems", Problems);
            json.WriteNumber("unknown_sends", Unknown);
            json.WriteStartArray("failing");
            foreach (var trouble in Failing)
            {
                json.WriteStartObject();
                json.WriteString("what", Metrics.NameOf(trouble.Kind));
                json.WriteString("account", trouble.Account);
                Time(json, "since", trouble.Since);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("tasks");
            foreach (var stage in Stages)
            {
                json.WriteStartObject(Metrics.NameOf(stage.Stage));
                json.WriteNumber("count", stage.Count);
                if (stage.Oldest is not null) Time(json, "oldest", stage.Oldest);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteNumber("vault_free_bytes", VaultFree);
            json.WriteNumber("state_free_bytes", StateFree);
            json.WriteNumber("memory_bytes", Memory.Look().Resident);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    static void Time(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } time) json.WriteString(name, time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        else json.WriteNull(name);
    }

    /// <summary>In Prometheus' text format 0.0.4, every metric of <see cref="Metrics.All"/>.</summary>
    /// <param name="watched">What can fail here, as far as it is set up: each has its line, whether it fails or not.</param>
    public string ToMetrics(bool live, DateTimeOffset now, IReadOnlyList<(TroubleKind Kind, string Account)> watched)
    {
        var values = new Dictionary<string, long>(Counts, StringComparer.Ordinal);
        void Set(Metric metric, long value, string label = "") => values[metric.Line(label)] = value;
        static long Second(DateTimeOffset? at) => at?.ToUnixTimeSeconds() ?? 0;
        long Age(DateTimeOffset? at) => at is { } since && since < now ? (long)(now - since).TotalSeconds : 0;

        Set(Metrics.Live, live ? 1 : 0);
        Set(Metrics.Ready, IsReady(live) ? 1 : 0);
        Set(Metrics.Started, Second(Started));
        Set(Metrics.LastTurn, Second(LastTurn));
        Set(Metrics.LastSync, Second(LastSync));
        Set(Metrics.Problems, Problems);
        Set(Metrics.Unknown, Unknown);
        foreach (var stage in Stages)
        {
            Set(Metrics.Tasks, stage.Count, Metrics.NameOf(stage.Stage));
            if (stage.Stage is not (Stage.Done or Stage.Rejected)) Set(Metrics.OldestTask, Age(stage.Oldest), Metrics.NameOf(stage.Stage));
            if (stage.Stage != Stage.InProgress) continue;
            Set(Metrics.Held, stage.Own, "self");
            Set(Metrics.Held, stage.Count - stage.Own, "others");
        }
        var (resident, anonymous) = Memory.Look();
        Set(Metrics.Resident, resident);
        Set(Metrics.Anonymous, anonymous);
        Set(Metrics.DiskFree, VaultFree, "vault");
        Set(Metrics.DiskFree, StateFree, "state");

        var text = new StringBuilder(8192);
        foreach (var metric in Metrics.All)
        {
            text.Append($"# HELP {metric.Name} {metric.Help}\n# TYPE {metric.Name} {(metric.IsCounter ? "counter" : "gauge")}\n");
            if (metric == Metrics.Build) text.Append($"{metric.Name}{{program=\"{Program(Agent.Zone)}\",version=\"{Version}\",protocol=\"{VaultFolder.Protocol}\"}} 1\n");
            else if (metric == Metrics.Failing)
                foreach (var (kind, account) in watched)
                    text.Append($"{metric.Name}{{what=\"{Metrics.NameOf(kind)}\",account=\"{account}\"}} {Age(Failing.FirstOrDefault(t => t.Kind == kind && t.Account == account)?.Since)}\n");
            else
                foreach (var line in metric.Lines)
                {
                    var value = values.GetValueOrDefault(line);
                    if (metric.Scale == 1) text.Append($"{line} {value}\n");
                    else text.Append($"{line} {(value / (decimal)metric.Scale).ToString(CultureInfo.InvariantCulture)}\n");
                }
        }
        return text.ToString();
    }
}
