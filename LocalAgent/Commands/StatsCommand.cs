using System.CommandLine;
using LocalAgent.Counting;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class StatsCommand
{
    static readonly Option<string?> Week = new("--week") { Description = "a week of the calendar, by ISO 8601; otherwise the last seven days", HelpName = "YYYY-Www" };
    static readonly Option<string?> Since = new("--since") { Description = "from this day on", HelpName = "YYYY-MM-DD" };
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object");

    public static Command Create() => new Command("stats", "What the week was: mails, answers sent as drafted and edited, minutes to the draft; from the logs, asks no server") { Week, Since, Json }.Does(parsed =>
    {
        var machine = Machine.Open(parsed.Settings(Zone.Local), Zone.Local, TimeProvider.System);
        var stats = Stats.Of(machine, Period.Of(parsed.GetValue(Week), parsed.GetValue(Since), machine.Clock));
        if (parsed.GetValue(Json)) Say.Data(stats.ToJson());
        else Print(stats, machine.Clock.LocalTimeZone);
        return stats.NotKnown.Count > 0 ? ExitCode.DoneInPart : ExitCode.Done;
    });

    static void Print(Stats s, TimeZoneInfo zone)
    {
        Say.Data($"{(s.Week is null ? "days" : "week"),-10} {(s.Week is null ? "" : s.Week + ", ")}{s.Period.First:yyyy-MM-dd} to {s.Period.Last:yyyy-MM-dd}{(s.IsOver ? "" : ", not over yet")}");
        Say.Data($"mails      {s.Mails.Total}{Parts((s.Mails.Tasks, "to answer"), (s.Mails.NeededNoAnswer, "needed no answer"), (s.Mails.Unreadable, "can't be read"))}");
        Say.Data($"drafted    {s.Drafts.Drafted}{Parts((s.Drafts.ByModel, "by a model"), (s.Drafts.ByRules, "by rules"))}{(s.Drafts.Yours > 0 ? $"; {s.Drafts.Yours} yours to answer" : "")}");
        if (s.Drafts.MinutesToFirstDraft is { } minutes)
            Say.Data($"first      draft {minutes.Median:0.0} minutes after the mail's arrival (median), nine in ten within {minutes.P90:0.0}{(s.Drafts.ArrivalUnknown > 0 ? $"; of {s.Drafts.ArrivalUnknown} it is not known" : "")}");
        Say.Data($"answered   {s.Answered.Total}{Parts((s.Answered.AsDrafted, "sent as drafted"), (s.Answered.Edited, "edited and sent"), (s.Answered.WrittenByYou, "written by you"), (s.Answered.FromElsewhere, "by you from elsewhere"), (s.Answered.CannotTell, "of which the log can't tell"))}");
        if (s.Orders > 0) Say.Data($"ordered    {s.Orders} mails of your own went out");
        if (s.Rejected + s.SentBack + s.Superseded > 0) Say.Data($"not sent   {Joined((s.Rejected, "rejected"), (s.SentBack, "drafted again"), (s.Superseded, "put away for a later mail"))}");
        Say.Data($"waits now  {(Joined((s.WaitingNow.Drafts, s.WaitingNow.Drafts == 1 ? "draft" : "drafts"), (s.WaitingNow.Yours, "yours to answer"), (s.WaitingNow.Approved, "approved")) is { Length: > 0 } waits ? waits : "nothing")}");
        foreach (var agent in s.Agents) Say.Data($"heard      {agent.Agent} {Heard(agent, zone)}");
        Say.Data("sync       " + (s.Sync is null ? "none; this machine is alone"
            : s.Sync.SuccessRate is { } rate ? $"{rate * 100:0.#} % of this machine's last {s.Sync.LastCycles} cycles were whole" : "not yet"));
        if (s.ModelToday is not null) Say.Data($"model      {s.ModelToday.Text}; of earlier days nothing is kept");
        else if (s.Drafts.ByModel > 0) Say.Data("model      what it cost is known on the machine that drafts, of today only");
        foreach (var text in s.NotKnown) Say.Data($"not known  {text}");
    }

    static string Heard(AgentFigures agent, TimeZoneInfo zone) => agent.Last is { } last
        ? $"in {agent.HoursHeard} of {agent.Hours} hours, never silent for longer than {Long(agent.LongestSilenceMinutes)}, last at {TimeZoneInfo.ConvertTime(last, zone):yyyy-MM-dd HH:mm}"
        : $"not at all in {agent.Hours} hours";

    static string Long(long minutes) => minutes < 120 ? $"{minutes} min" : $"{minutes / 60} h";

    static string Parts(params ReadOnlySpan<(int Count, string What)> parts) => Joined(parts) is { Length: > 0 } text ? ": " + text : "";

    static string Joined(params ReadOnlySpan<(int Count, string What)> parts)
    {
        List<string> some = [];
        foreach (var (count, what) in parts)
            if (count > 0) some.Add($"{count} {what}");
        return string.Join(", ", some);
    }
}
