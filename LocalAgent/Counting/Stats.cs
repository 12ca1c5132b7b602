using System.Text.Json;
using System.Text.Json.Serialization;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Counting;

/// <summary>Mails that came: those that became a task, those that needed no answer, those that can't be read.</summary>
sealed record CameFigures(int Total, int Tasks, int NeededNoAnswer, int Unreadable);

/// <summary>What was made of them.</summary>
/// <param name="Drafted">Tasks that got a draft, by a model or by rules.</param>
/// <param name="Yours">Tasks that got none: the owner's to answer.</param>
/// <param name="MinutesToFirstDraft">From the mail's arrival; null where there was none.</param>
/// <param name="ArrivalUnknown">First drafts of which the log can't say how long they took.</param>
sealed record DraftFigures(int Drafted, int Yours, int ByModel, int ByRules, Spread? MinutesToFirstDraft, int ArrivalUnknown);

/// <summary>Answers that went out. As drafted: the approved digest is that of the draft.</summary>
/// <param name="WrittenByYou">To what was the owner's to answer.</param>
/// <param name="FromElsewhere">By the owner's own mail program.</param>
/// <param name="CannotTell">The log has no draft or no approval of it.</param>
sealed record AnswerFigures(int Total, int AsDrafted, int Edited, int WrittenByYou, int FromElsewhere, int CannotTell);

/// <summary>What lies there now, whatever the period.</summary>
/// <param name="Drafts">That can be approved or have a blank.</param>
/// <param name="Yours">To answer.</param>
sealed record WaitingFigures(int Drafts, int Yours, int Approved);

/// <param name="HoursHeard">Hours in which its log has a line: the least that it was there.</param>
/// <param name="LongestSilenceMinutes">The most that it may have been away at a time.</param>
sealed record AgentFigures(string Agent, int HoursHeard, int Hours, long LongestSilenceMinutes, DateTimeOffset? Last);

/// <summary>Of this machine; cycles are remembered by number, not by day.</summary>
/// <param name="SuccessRate">0 to 1.</param>
sealed record SyncFigures(int LastCycles, double? SuccessRate);

/// <summary>What a week was, from what the agents' logs tell.</summary>
sealed class Stats
{
    public required string? Week { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required bool IsOver { get; init; }
    public required CameFigures Mails { get; init; }
    public required DraftFigures Drafts { get; init; }
    public required AnswerFigures Answered { get; init; }

    /// <summary>Mails of the owner's own that went out.</summary>
    public required int Orders { get; init; }

    public required int Rejected { get; init; }
    public required int SentBack { get; init; }
    public required int Superseded { get; init; }
    public required WaitingFigures WaitingNow { get; init; }
    public required IReadOnlyList<AgentFigures> Agents { get; init; }

    /// <summary>Null where there is no remote.</summary>
    public SyncFigures? Sync { get; init; }

    /// <summary>Of today (UTC), on this machine; null where it has no model. Nothing is kept of earlier days.</summary>
    public ModelStanding? ModelToday { get; init; }

    /// <summary>What can't be known, in words.</summary>
    public required IReadOnlyList<string> NotKnown { get; init; }

    [JsonIgnore]
    public required Period Period { get; init; }

    public static Stats Of(Machine machine, Period period)
    {
        var tally = new Tally(period, machine.Vault, machine.State);
        var mails = tally.Tasks.Where(t => t.IsMail).ToList();
        int Count(string what) => mails.Count(t => t.Has(what, period));
        var sent = mails.Select(t => t.Sent(period)).OfType<Answer>().CountBy(a => a).ToDictionary();
        int Sent(Answer answer) => sent.GetValueOrDefault(answer);
        var firsts = mails.Select(t => t.FirstDraft(period)).OfType<(DateTimeOffset At, TimeSpan? Took)>().ToList();
        var byModel = mails.Count(t => t.DraftedBy(period) is { Length: > 0 } by && !IsRules(by));
        var (drafted, begun, elsewhere) = (Count("drafted"), Count("begun"), Count("answered by you"));
        return new()
        {
            Period = period,
            Week = period.Name,
            From = period.From,
            Until = period.Until,
            IsOver = period.IsOver,
            Mails = new(begun + tally.Sifted + tally.Unreadable, begun, tally.Sifted, tally.Unreadable),
            Drafts = new(drafted, mails.Count(t => t.Has("yours", period) && !t.Has("drafted", period)), byModel, drafted - byModel,
                Spread.Of(firsts.Select(f => f.Took).OfType<TimeSpan>()), firsts.Count(f => f.Took is null)),
            Answered = new(Sent(Answer.AsDrafted) + Sent(Answer.Edited) + Sent(Answer.WrittenByYou) + Sent(Answer.CannotTell) + elsewhere,
                Sent(Answer.AsDrafted), Sent(Answer.Edited), Sent(Answer.WrittenByYou), elsewhere, Sent(Answer.CannotTell)),
            Orders = Sent(Answer.Order),
            Rejected = Count("rejected"),
            SentBack = Count("sent back"),
            Superseded = Count("superseded"),
            WaitingNow = Waiting(machine),
            Agents = [.. LogFolders(machine.Vault).Union(tally.Agents.Keys).Order(StringComparer.Ordinal).Select(a => Heard(a, tally, period, machine.Vault))],
            Sync = machine.Settings.Remote is null ? null : SyncMemory.Load(machine.State) is var sync ? new(sync.Recent.Length, sync.SuccessRate) : null,
            ModelToday = ModelStanding.Of(machine),
            NotKnown = [.. NotKnownOf(machine.Vault, period, tally)],
        };
    }

    static bool IsRules(string by) => by.StartsWith("built-in/", StringComparison.Ordinal);

    static WaitingFigures Waiting(Machine machine)
    {
        var open = Overview.Open(machine.Vault, machine.Clock).Where(r => r.Path.Split('/') is [_, Domains.Email, _]).CountBy(r => r.Standing).ToDictionary();
        int Of(Standing standing) => open.GetValueOrDefault(standing);
        return new(Of(Standing.Ready) + Of(Standing.Blank), Of(Standing.Yours), Of(Standing.Approved));
    }

    static IEnumerable<string> LogFolders(VaultFolder vault) =>
        Disk.Stamp(vault.FullPath("Logs")).Kind == FileKind.Directory
            ? Directory.EnumerateDirectories(vault.FullPath("Logs")).Select(Path.GetFileName).OfType<string>().Where(n => AgentId.TryParse(n, out _)) : [];

    static AgentFigures Heard(string agent, Tally tally, Period period, VaultFolder vault)
    {
        var signs = tally.Agents.GetValueOrDefault(agent) ?? new(period);
        var folder = vault.FullPath($"Logs/{agent}");
        // Before its first line it was not there to be silent.
        var isOlder = Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(f => LogFiles.DayOf(f) < DateOnly.FromDateTime(period.From.UtcDateTime));
        return new(agent, signs.Hours, period.Hours, (long)signs.Silence(isOlder).TotalMinutes, signs.Last);
    }

    static IEnumerable<string> NotKnownOf(VaultFolder vault, Period period, Tally tally)
    {
        var archived = ArchivedDays(vault, period);
        if (archived > 0) yield return $"the logs of {archived} of its days are in the archive: what they say is not counted";
        if (tally.Damaged > 0) yield return $"{tally.Damaged} lines of its logs can't be read ('localagent verify' says more)";
    }

    /// <summary>Days of the period whose logs an archive's index has; by the index's name, which begins with a month, only those that may are opened.</summary>
    static int ArchivedDays(VaultFolder vault, Period period)
    {
        var (first, last) = (DateOnly.FromDateTime(period.From.UtcDateTime), DateOnly.FromDateTime(period.End.UtcDateTime));
        return ArchiveIndex.Files(vault)
            .Where(f => string.CompareOrdinal(Path.GetFileName(f), $"{first:yyyy-MM}") >= 0 && string.CompareOrdinal(Path.GetFileName(f), $"{last:yyyy-MM}~") < 0 && Disk.Stamp(f).Kind == FileKind.Regular)
            .SelectMany(f => ArchiveIndex.Read(Disk.ReadRegular(f, ArchiveIndex.Limit))).Where(l => l.Path.StartsWith("Logs/", StringComparison.Ordinal))
            .Select(l => LogFiles.DayOf(l.Path)).OfType<DateOnly>().Where(d => d >= first && d <= last).Distinct().Count();
    }

    public string ToJson() => JsonSerializer.Serialize(this, StatsJson.Default.Stats);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Stats))]
sealed partial class StatsJson : JsonSerializerContext;
