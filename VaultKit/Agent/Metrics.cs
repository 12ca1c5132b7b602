using System.Text.Json;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>One metric, as Prometheus knows it.</summary>
/// <param name="Scale">How many of what is counted here make one of the unit that its name ends with.</param>
/// <param name="Label">Empty where it has none.</param>
/// <param name="Values">Every value that the label can have. None of them is a stranger's word.</param>
public sealed class Metric(string name, string help, int scale = 1, string label = "", params string[] values)
{
    public string Name => name;
    public string Help => help;
    public int Scale => scale;
    public IReadOnlyList<string> Values => values;
    public bool IsCounter => name.EndsWith("_total", StringComparison.Ordinal);

    /// <summary>Name and label of one of its lines. A value that is not in the list is <c>other</c>.</summary>
    public string Line(string value = "") => label.Length == 0 ? name : $"{name}{{{label}=\"{(values.Contains(value) ? value : "other")}\"}}";

    /// <summary>All of its lines.</summary>
    public IEnumerable<string> Lines => values.Length == 0 ? [name] : values.Select(Line);
}

/// <summary>Every metric that there is, described once. Both programs give all of them; what one never does stays at zero.</summary>
public static class Metrics
{
    static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    static readonly string[] StageNames = [.. Stages.All.Select(NameOf)];

    public static string NameOf(Stage stage) => stage.Folder().ToLowerInvariant();
    public static string NameOf(SyncFailureKind kind) => Word(kind);
    public static string NameOf(TroubleKind kind) => Word(kind);

    public static readonly Metric
        Build = new("platinum_build_info", "The program, its version, and the protocol that it speaks; always 1."),
        Live = new("platinum_live", "1 where the loop takes its steps, 0 where it hangs."),
        Ready = new("platinum_ready", "1 where it lives and has finished a turn since its start."),
        Started = new("platinum_start_time_seconds", "When it started, in seconds since 1970."),
        Turns = new("platinum_turns_total", "Finished turns: read, draft, act, sync.", 1, "result", "ok", "problems"),
        TurnSeconds = new("platinum_turn_seconds_total", "Time that turns took, by what they did.", 1000, "phase", "read", "draft", "act", "posts", "look", "sync", "other"),
        LastTurn = new("platinum_last_turn_timestamp_seconds", "When the last turn ended, in seconds since 1970; 0 before the first."),
        Problems = new("platinum_problems", "What the last turn could not do; 'status' says it in words."),
        Failing = new("platinum_failing_seconds", "For how long this has been failing; 0 where it works."),
        Tasks = new("platinum_tasks", "Tasks in each stage.", 1, "stage", StageNames),
        OldestTask = new("platinum_tasks_oldest_seconds", "For how long the oldest task of a stage has lain there untouched; 0 where there is none.", 1, "stage",
            [.. Stages.All.Where(s => s is not (Stage.Done or Stage.Rejected)).Select(NameOf)]),
        Held = new("platinum_claims_held", "Tasks that agents hold.", 1, "holder", "self", "others"),
        Claims = new("platinum_claims_total", "Tasks that this agent reached for: taken, or lost to another that pushed first.", 1, "result", "taken", "lost"),
        Syncs = new("platinum_syncs_total", "Cycles of the sync, by how they ended.", 1, "result", ["ok", .. Enum.GetValues<SyncFailureKind>().Select(NameOf)]),
        SyncSeconds = new("platinum_sync_seconds_total", "Time that the sync took, by phase.", 1000, "phase", "checkout", "snapshot", "fetch", "merge", "push", "other"),
        LastSync = new("platinum_sync_last_success_timestamp_seconds", "When a cycle of the sync was last whole, in seconds since 1970; 0: not yet."),
        Ahead = new("platinum_sync_ahead_commits", "Commits that the remote does not have yet."),
        Races = new("platinum_sync_races_total", "How often another's push came first."),
        SyncFiles = new("platinum_sync_files_total", "Files that the sync brought or took.", 1, "direction", "in", "out"),
        Refused = new("platinum_refused_total", "What the remote brought and this machine did not take: moves that its writer's zone does not allow, and the like."),
        Mails = new("platinum_mails_total", "Mails read, by what became of them.", 1, "result", "task", "sifted", "passed_over", "known", "unreadable"),
        Aside = new("platinum_mails_aside", "Mails that their server names and does not give; put aside and asked for again."),
        Filed = new("platinum_tasks_filed_total", "New tasks, out of mails and of what the owner put there."),
        Drafts = new("platinum_drafts_total", "Drafts filed for the owner; 'yours' are letters that only the owner can answer.", 1, "result", "drafted", "yours"),
        Quarantined = new("platinum_quarantined_total", "Files that this agent put into quarantine."),
        ModelRequests = new("platinum_model_requests_total", "Requests to the model."),
        ModelTokens = new("platinum_model_tokens_total", "Tokens that they took, read and written."),
        ModelCost = new("platinum_model_cost_total", "What they cost, in the owner's currency.", 1_000_000),
        ModelUnused = new("platinum_model_failed_drafts_total", "Drafts that rules had to write because the model failed."),
        Sends = new("platinum_sends_total", "Offers of what was approved, by what came of them; 'returned' went back to the owner, 'unanswered' is being looked for. LocalAgent only.", 1, "result", "accepted", "postponed", "returned", "unanswered"),
        Unknown = new("platinum_sends_unknown", "Sent or not, nobody knows: the owner has to resolve them. LocalAgent only."),
        Waiting = new("platinum_sends_waiting", "Approved, and held back by a pause, a limit, quiet hours or a server. LocalAgent only."),
        Resident = new("platinum_memory_resident_bytes", "Memory in use, with the program's own code."),
        Anonymous = new("platinum_memory_anonymous_bytes", "Memory in use that nothing on disk stands for; 0 where the system does not tell."),
        DiskFree = new("platinum_disk_free_bytes", "Room that is left where the vault and the state lie.", 1, "place", "vault", "state");

    public static IReadOnlyList<Metric> All { get; } =
    [
        Build, Live, Ready, Started, Turns, TurnSeconds, LastTurn, Problems, Failing, Tasks, OldestTask, Held, Claims, Syncs, SyncSeconds, LastSync, Ahead, Races, SyncFiles, Refused, Mails, Aside, Filed,
        Drafts, Quarantined, ModelRequests, ModelTokens, ModelCost, ModelUnused, Sends, Unknown, Waiting, Resident, Anonymous, DiskFree,
    ];
}
