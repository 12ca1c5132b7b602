using System.Text;

namespace VaultKit.Agent;

/// <summary>One metric, as Prometheus knows it.</summary>
/// <param name="scale">How many of what is counted here make one of the unit that its name ends with.</param>
/// <param name="label">Empty where it has none.</param>
/// <param name="values">Every value that the label can have, and none of them a stranger's word; empty where the metric's lines are made elsewhere.</param>
public sealed class Metric(string name, int scale, string label, string[] values, string help)
{
    public string Name => name;
    public int Scale => scale;
    public string Label => label;
    public string[] Values => values;
    public string Help => help;
    public bool IsCounter => name.EndsWith("_total", StringComparison.Ordinal);
}

/// <summary>Every metric that there is, described once. Both programs give all of them; what one never does stays at zero.</summary>
public static class Metrics
{
    public const string Build = "platinum_build_info", Live = "platinum_live", Ready = "platinum_ready", Started = "platinum_start_time_seconds",
        Turns = "platinum_turns_total", TurnSeconds = "platinum_turn_seconds_total", LastTurn = "platinum_last_turn_timestamp_seconds", Problems = "platinum_problems", Failing = "platinum_failing_seconds",
        Tasks = "platinum_tasks", OldestTask = "platinum_tasks_oldest_seconds", Held = "platinum_claims_held", Claims = "platinum_claims_total",
        Syncs = "platinum_syncs_total", SyncSeconds = "platinum_sync_seconds_total", LastSync = "platinum_sync_last_success_timestamp_seconds", Ahead = "platinum_sync_ahead_commits",
        Races = "platinum_sync_races_total", SyncFiles = "platinum_sync_files_total", Refused = "platinum_refused_total",
        Mails = "platinum_mails_total", Aside = "platinum_mails_aside", Filed = "platinum_tasks_filed_total", Drafts = "platinum_drafts_total", Quarantined = "platinum_quarantined_total",
        ModelRequests = "platinum_model_requests_total", ModelTokens = "platinum_model_tokens_total", ModelCost = "platinum_model_cost_total", ModelFailed = "platinum_model_failed_drafts_total",
        Sends = "platinum_sends_total", Unknown = "platinum_sends_unknown", Waiting = "platinum_sends_waiting",
        Resident = "platinum_memory_resident_bytes", Anonymous = "platinum_memory_anonymous_bytes", DiskFree = "platinum_disk_free_bytes";

    /// <summary>How a cycle of the sync can end: as <see cref="Sync.SyncFailureKind"/> has it, or well.</summary>
    internal static readonly string[] SyncResults = ["offline", "credentials", "host_key", "declined", "race", "rewritten_history", "corrupt", "remote_corrupt", "refused", "disk_full", "other", "ok"];

    // Name, scale, label, its values, help. In octets: as strings it would be twice as long.
    static ReadOnlySpan<byte> Table => """
        platinum_build_info 1 - - The program, its version, and the protocol that it speaks; always 1.
        platinum_live 1 - - 1 where the loop takes its steps, 0 where it hangs.
        platinum_ready 1 - - 1 where it lives and has finished a turn since its start.
        platinum_start_time_seconds 1 - - When it started, in seconds since 1970.
        platinum_turns_total 1 result ok,problems Finished turns: read, draft, act, sync.
        platinum_turn_seconds_total 1000 phase read,draft,act,posts,look,sync Time that turns took, by what they did.
        platinum_last_turn_timestamp_seconds 1 - - When the last turn ended, in seconds since 1970; 0 before the first.
        platinum_problems 1 - - What the last turn could not do; 'status' has the words.
        platinum_failing_seconds 1 what - For how long this has been failing; 0 where it works.
        platinum_tasks 1 stage needs_action,in_progress,pending_approval,approved,rejected,done,quarantine Tasks in each stage.
        platinum_tasks_oldest_seconds 1 stage needs_action,in_progress,pending_approval,approved,quarantine For how long the oldest task has lain there untouched; 0 where there is none.
        platinum_claims_held 1 holder self,others Tasks that agents hold.
        platinum_claims_total 1 result taken,lost Tasks that this agent took to draft, or lost to another that pushed first.
        platinum_syncs_total 1 result ok,offline,credentials,host_key,declined,race,rewritten_history,corrupt,remote_corrupt,refused,disk_full,other Cycles of the sync, by how they ended.
        platinum_sync_seconds_total 1000 phase checkout,snapshot,fetch,merge,push Time that the sync took, by phase.
        platinum_sync_last_success_timestamp_seconds 1 - - When a cycle of the sync was last whole, in seconds since 1970; 0: not yet.
        platinum_sync_ahead_commits 1 - - Commits that the remote does not have yet.
        platinum_sync_races_total 1 - - How often another's push came first.
        platinum_sync_files_total 1 direction in,out Files that the sync brought or took.
        platinum_refused_total 1 - - What the remote brought and this machine did not take: its writer's zone may not do that, or the like.
        platinum_mails_total 1 result task,sifted,passed_over,known,unreadable Mails read, by what became of them.
        platinum_mails_aside 1 - - Mails that their server names and does not give; they are asked for again.
        platinum_tasks_filed_total 1 - - New tasks, out of mails and of what the owner put there.
        platinum_drafts_total 1 result drafted,yours Drafts for the owner; 'yours' are letters that only the owner can answer.
        platinum_quarantined_total 1 - - Files that this agent put into quarantine.
        platinum_model_requests_total 1 - - Requests to the model.
        platinum_model_tokens_total 1 - - Tokens that they took, read and written.
        platinum_model_cost_total 1000000 - - What they cost, in the owner's currency.
        platinum_model_failed_drafts_total 1 - - Drafts that rules wrote because the model failed.
        platinum_sends_total 1 result accepted,postponed,returned,unanswered What was approved, by what came of it; 'returned' went back to the owner, 'unanswered' is looked for. LocalAgent only.
        platinum_sends_unknown 1 - - Sent or not, nobody knows: the owner has to resolve them. LocalAgent only.
        platinum_sends_waiting 1 - - Approved, and held back by a pause, a limit, quiet hours or a server. LocalAgent only.
        platinum_memory_resident_bytes 1 - - Memory in use, with the program's own code.
        platinum_memory_anonymous_bytes 1 - - Memory in use that no file stands for; 0 where the system does not tell.
        platinum_disk_free_bytes 1 place vault,state Room that is left where the vault and the state lie.
        """u8;

    public static List<Metric> All { get; } = Read();

    static List<Metric> Read()
    {
        var all = new List<Metric>();
        foreach (var line in Encoding.ASCII.GetString(Table).Split('\n'))
        {
            var parts = line.TrimEnd('\r').Split(' ', 5);
            all.Add(new(parts[0], int.Parse(parts[1]), parts[2] == "-" ? "" : parts[2], parts[3] == "-" ? [] : parts[3].Split(','), parts[4]));
        }
        return all;
    }

    /// <summary>What is counted for one value of a metric's label is found by this.</summary>
    public static string Key(string metric, string value) => value.Length == 0 ? metric : string.Concat(metric, " ", value);
}
