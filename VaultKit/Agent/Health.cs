using System.Globalization;
using System.Text;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// How the agent is, as its last turn left it: for the health page, for Prometheus, and for whoever raises an alarm. What is given outside has the names of accounts and otherwise only words of this program's own:
/// any user of the machine may read it.
/// </summary>
public sealed class Health
{
    public required AgentId Agent { get; init; }
    public required DateTimeOffset Started { get; init; }

    /// <summary>Finished since the start.</summary>
    public long Turns { get; init; }

    /// <summary>When the last one ended.</summary>
    public DateTimeOffset? LastTurn { get; init; }

    /// <summary>What fails, since when, and in which words.</summary>
    public required List<Trouble> Failing { get; init; }

    /// <summary>All zero before the first turn.</summary>
    public required StageCounts Tasks { get; init; }

    /// <summary>LocalAgent only: actions of which nobody can tell whether they happened.</summary>
    public int Unknown { get; init; }

    /// <summary>What the last turn could not do.</summary>
    public int Problems { get; init; }

    /// <summary>When a cycle of the sync was last whole; null: not yet.</summary>
    public DateTimeOffset? LastSync { get; init; }

    /// <summary>Octets left where the vault lies, and where the state does.</summary>
    public long VaultFree { get; init; }

    public long StateFree { get; init; }

    /// <summary>Whatever else was counted since the start, by <see cref="Metrics.Key"/>.</summary>
    public required Dictionary<string, long> Counts { get; init; }

    string Program => Agent.Zone == Zone.Cloud ? "cloudagent" : "localagent";

    static string Version { get; } = typeof(Health).Assembly.GetName().Version!.ToString(3);

    /// <summary>It lives, and has finished a turn.</summary>
    public bool IsReady(bool live) => live && Turns > 0;

    /// <summary>One object. No string in it needs a quotation mark.</summary>
    /// <param name="live">Whether the loop takes its steps.</param>
    public string ToJson(bool live)
    {
        var text = new StringBuilder("{\n  \"status\": ");
        void Add(string key, string value, string before = ",\n  ") => text.Append(before).Append('"').Append(key).Append("\": ").Append(value);
        static string Quote(string word) => string.Concat("\"", word, "\"");
        static string Flag(bool flag) => flag ? "true" : "false";
        static string Time(DateTimeOffset? at) => at is { } time ? Quote(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)) : "null";

        text.Append(Quote(!live ? "hanging" : Turns == 0 ? "starting" : Failing.Count + Unknown > 0 ? "failing" : "ok"));
        Add("live", Flag(live));
        Add("ready", Flag(IsReady(live)));
        Add("program", Quote(Program));
        Add("version", Quote(Version));
        Add("agent", Quote(Agent.Value));
        Add("started", Time(Started));
        Add("turns", Turns.ToString());
        Add("last_turn", Time(LastTurn));
        Add("last_sync", Time(LastSync));
        Add("problems", Problems.ToString());
        Add("unknown_sends", Unknown.ToString());
        Add("failing", "[");
        var next = "";
        foreach (var trouble in Failing)
        {
            Add("what", Quote(trouble.Name), next + "\n    {");
            Add("account", Quote(trouble.Account), ", ");
            Add("since", Time(trouble.Since) + "}", ", ");
            next = ",";
        }
        text.Append(next.Length == 0 ? "]" : "\n  ]");
        Add("tasks", "{");
        next = "";
        foreach (var stage in Stages.All)
        {
            Add(StageCounts.Names[(int)stage], "{", next + "\n    ");
            Add("count", Tasks.Of(stage).ToString(), "");
            if (StageCounts.Waits(stage)) Add("oldest", Time(Tasks.Oldest(stage)), ", ");
            text.Append('}');
            next = ",";
        }
        text.Append("\n  }");
        Add("vault_free_bytes", VaultFree.ToString());
        Add("state_free_bytes", StateFree.ToString());
        Add("memory_bytes", Memory.Look().Resident.ToString());
        return text.Append("\n}\n").ToString();
    }

    /// <summary>In Prometheus' text format 0.0.4, every metric of <see cref="Metrics.All"/>.</summary>
    /// <param name="watched">What can fail here: each has its line, whether it fails or not.</param>
    public string ToMetrics(bool live, DateTimeOffset now, List<Trouble> watched)
    {
        var text = new StringBuilder(8192);
        void Gauge(string metric, long value, string label = "") => Counts[Metrics.Key(metric, label)] = value;
        static long Second(DateTimeOffset? at) => at?.ToUnixTimeSeconds() ?? 0;
        long Age(DateTimeOffset? at) => at is { } since && since < now ? (long)(now - since).TotalSeconds : 0;

        // Asked one after the other: nobody else uses these counts.
        Gauge(Metrics.Live, live ? 1 : 0);
        Gauge(Metrics.Ready, IsReady(live) ? 1 : 0);
        Gauge(Metrics.Started, Second(Started));
        Gauge(Metrics.LastTurn, Second(LastTurn));
        Gauge(Metrics.LastSync, Second(LastSync));
        Gauge(Metrics.Problems, Problems);
        Gauge(Metrics.Unknown, Unknown);
        foreach (var stage in Stages.All)
        {
            Gauge(Metrics.Tasks, Tasks.Of(stage), StageCounts.Names[(int)stage]);
            Gauge(Metrics.OldestTask, Age(Tasks.Oldest(stage)), StageCounts.Names[(int)stage]);
        }
        Gauge(Metrics.Held, Tasks.Own, "self");
        Gauge(Metrics.Held, Tasks.Of(Stage.InProgress) - Tasks.Own, "others");
        var (resident, anonymous) = Memory.Look();
        Gauge(Metrics.Resident, resident);
        Gauge(Metrics.Anonymous, anonymous);
        Gauge(Metrics.DiskFree, VaultFree, "vault");
        Gauge(Metrics.DiskFree, StateFree, "state");

        foreach (var metric in Metrics.All)
        {
            void Line(string labels, long value)
            {
                text.Append(metric.Name).Append(labels).Append(' ');
                if (metric.Scale == 1) text.Append(value);
                else text.Append((value / (double)metric.Scale).ToString(CultureInfo.InvariantCulture));
                text.Append('\n');
            }
            text.Append("# HELP ").Append(metric.Name).Append(' ').Append(metric.Help).Append("\n# TYPE ").Append(metric.Name).Append(metric.IsCounter ? " counter\n" : " gauge\n");
            if (metric.Name == Metrics.Build) Line($"{{program=\"{Program}\",version=\"{Version}\",protocol=\"{VaultFolder.Protocol}\"}}", 1);
            else if (metric.Name == Metrics.Failing)
                foreach (var one in watched) Line($"{{what=\"{one.Name}\",account=\"{one.Account}\"}}", Age(Troubles.Find(Failing, one)?.Since));
            else if (metric.Values.Length == 0) Line("", Counts.GetValueOrDefault(metric.Name));
            else
                foreach (var value in metric.Values) Line($"{{{metric.Label}=\"{value}\"}}", Counts.GetValueOrDefault(Metrics.Key(metric.Name, value)));
        }
        return text.ToString();
    }
}
