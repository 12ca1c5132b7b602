using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>What <c>status</c> shows: the vault's counts, who holds what, what is wrong. Read from the folders, nothing from the network.</summary>
public sealed class StatusReport
{
    /// <summary>LocalAgent only: whether anything goes out, and what waits before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sending? Sending { get; init; }

    public required string Vault { get; init; }
    public required string Agent { get; init; }
    public string? Remote { get; init; }
    public required Dictionary<string, int> Stages { get; init; }

    /// <summary>Tasks that may have gone out or not; the owner resolves them.</summary>
    public required IReadOnlyList<TaskRow> Unknown { get; init; }

    public required IReadOnlyList<TaskRow> Held { get; init; }

    /// <summary>What lies in quarantine or can't be read, with the reason.</summary>
    public required IReadOnlyList<TaskRow> Bad { get; init; }

    /// <summary>What the remote brought in the last days and this machine refused; our version stayed.</summary>
    public required IReadOnlyList<string> Refused { get; init; }

    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What fails since when, in words.</summary>
    public required IReadOnlyList<string> Failing { get; init; }
    public required SyncMemory Sync { get; init; }

    /// <summary>Accounts whose password could also send, on a machine that must not.</summary>
    public required IReadOnlyList<string> SendCapable { get; init; }

    /// <summary>By account, what its token may do at Google or Microsoft.</summary>
    public required Dictionary<string, string> Tokens { get; init; }

    /// <summary>Only where one is configured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelStanding? Model { get; init; }

    static readonly TimeSpan RefusalsShown = TimeSpan.FromDays(7);

    public static StatusReport Of(Machine machine, Sending? sending = null)
    {
        var vault = machine.Vault;
        var open = Overview.Open(vault, machine.Clock);
        var counts = new Dictionary<string, int>();
        foreach (var stage in VaultKit.Vault.Stages.All) counts[stage.Folder()] = vault.List(stage).Count();
        return new()
        {
            Sending = sending,
            Vault = vault.Root,
            Agent = machine.State.Agent.Value,
            Remote = machine.Settings.Remote,
            Stages = counts,
            Unknown = [.. open.Where(r => r.Standing == Standing.Unknown)],
            Held = [.. open.Where(r => r.Standing is Standing.Working or Standing.Unknown)],
            Bad = [.. open.Where(r => r.Standing == Standing.Bad && !r.Path.StartsWith("Quarantine/", StringComparison.Ordinal)), .. InQuarantine(machine)],
            Refused = [.. Story.Recent("sync.refused", machine.Clock.GetUtcNow() - RefusalsShown, vault, machine.State)
                .Select(l => $"{l.Detail?.GetValueOrDefault("path")}: {l.Detail?.GetValueOrDefault("why")}").Distinct().TakeLast(50)],
            Problems = VaultKit.Agent.Problems.Recall(machine.State),
            Failing = [.. Troubles.Recall(machine.State).Select(t => t.ToString())],
            Sync = SyncMemory.Load(machine.State),
            SendCapable = VaultKit.Agent.SendCapable.Accounts(machine),
            Tokens = Grants.Known(machine),
            Model = ModelStanding.Of(machine),
        };
    }

    // Everything in the folder, tasks or not, with what the log says of it.
    static IEnumerable<TaskRow> InQuarantine(Machine machine)
    {
        var folder = machine.Vault.FullPath(Place.Quarantine.Folder);
        var names = Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).OfType<string>().Where(n => !n.StartsWith('.')).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0) yield break;
        var why = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Story.All(machine.Vault, machine.State).Where(l => l.Event == "task.quarantined"))
            if (line.Detail is { } detail && detail.TryGetValue("to", out var to)) why[to] = $"{detail.GetValueOrDefault("why")} (it lay at {detail.GetValueOrDefault("from")})";
        foreach (var name in names)
        {
            var path = Place.Quarantine.Folder + "/" + name;
            yield return new(Path.GetFileNameWithoutExtension(name), path, Standing.Bad, "", "", null, null, null, Say.Clean(why.GetValueOrDefault(path, "in quarantine")));
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, StatusJson.Default.StatusReport);

    public void Print()
    {
        if (Sending is { Paused: true }) Say.Data($"PAUSED     {Sending.Why}");
        foreach (var row in Unknown) Say.Data($"UNKNOWN    {row.Id}: {row.Note}");
        Say.Data($"vault      {Vault}");
        Say.Data($"agent      {Agent}");
        Say.Data($"remote     {Remote ?? "none; this machine is alone"}");
        Say.Data($"sync       {Sync}");
        foreach (var account in SendCapable) Say.Data($"CAN SEND   {account}: its password opens the sending server too, as a rule; nothing here uses it so");
        foreach (var (account, may) in Tokens) Say.Data($"token      {account}: {Say.Clean(may)}");
        Say.Data("tasks      " + string.Join(", ", Stages.Where(s => s.Value > 0).Select(s => $"{s.Value} {s.Key}").DefaultIfEmpty("none")));
        if (Sending is not null) Say.Data($"sending    {Sending.Rules}; {Sending.LastHour} in the last hour, {Sending.LastDay} in the last day");
        foreach (var task in Sending?.Waiting ?? []) Say.Data($"waits      {task}");
        if (Model is not null) Say.Data($"model      {Model.Text}");
        foreach (var row in Held) Say.Data($"held       {row.Id}: {row.Note}");
        foreach (var row in Bad) Say.Data($"bad        {row.Path}: {row.Note}");
        foreach (var refusal in Refused) Say.Data($"refused    {Say.Clean(refusal)}");
        foreach (var trouble in Failing) Say.Data($"failing    {trouble}");
        foreach (var problem in Problems) Say.Data($"problem    {Say.Clean(problem)}");
    }
}

/// <summary>What stands between an approval and the world.</summary>
/// <param name="Mode"><c>live</c>, or <c>shadow</c> where everything goes to the owner instead.</param>
/// <param name="Rules">All of it in words.</param>
public sealed record Sending(
    bool Paused, DateTimeOffset? Since, string Reason, string Mode, string Rules, int LastHour, int LastDay, IReadOnlyList<WaitingTask> Waiting)
{
    [JsonIgnore]
    public string Why => $"since {(Since is { } at ? $"{at.ToLocalTime():yyyy-MM-dd HH:mm}" : "some time")}{(Reason.Length > 0 ? ": " + Say.Clean(Reason) : "")}; 'localagent resume' goes on";
}

/// <summary>An approved task that waits.</summary>
/// <param name="Until">Null where only the owner ends it.</param>
public sealed record WaitingTask(string Id, string Why, DateTimeOffset? Until)
{
    public override string ToString() => $"{Id}: {Say.Clean(Why)}{(Until is { } at ? $", until {at.ToLocalTime():yyyy-MM-dd HH:mm:ss}" : "")}";
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReport))]
public sealed partial class StatusJson : JsonSerializerContext;
