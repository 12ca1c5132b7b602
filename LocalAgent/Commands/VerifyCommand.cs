using System.CommandLine;
using System.Globalization;
using LocalAgent.Auditing;
using VaultKit.Agent;
using VaultKit.Archiving;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class VerifyCommand
{
    /// <summary>Findings of one kind that are printed; --json has all.</summary>
    const int Shown = 50;

    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object, with all findings and the signed heads of the logs");
    static readonly Option<bool> Offline = CommandLine.Flag("--offline", "ask no server: what was seen in Sent before counts");
    static readonly Option<string?> Archive = new("--archive") { Description = "the folder that holds the archives; otherwise beside the vault", HelpName = "DIR" };
    static readonly Option<string?> Since = new("--since") { Description = "leave out mails that went out before this day, where you have cleared out Sent", HelpName = "YYYY-MM-DD" };

    public static Command Create() => new Command("verify", "Prove that no log was changed, and that each mail in Sent is one that you approved, and the other way round") { Json, Offline, Archive, Since }.Does(async (parsed, cancel) =>
    {
        DateTimeOffset? since = null;
        if (parsed.GetValue(Since) is { } text)
            since = DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var day) ? new DateTimeOffset(day)
                : throw new Refusal(ExitCode.Usage, $"'{text}' is no day", $"write it as {DateTime.Now:yyyy-MM-dd}");
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var archive = Path.GetFullPath(parsed.GetValue(Archive) ?? Archiver.DefaultFolder(office.Vault));
        var report = await office.Verification().RunAsync(archive, parsed.GetValue(Offline), since, cancel);
        if (parsed.GetValue(Json)) Say.Data(report.ToJson());
        else Print(report);
        return report.Verdict switch { Verdict.Contradiction => ExitCode.Failed, Verdict.Unproven => ExitCode.DoneInPart, _ => ExitCode.Done };
    });

    static void Print(VerifyReport report)
    {
        foreach (var kind in report.Findings.GroupBy(f => f.Verdict))
        {
            foreach (var finding in kind.Take(Shown)) Say.Data($"{Word(kind.Key),-11} {Say.Clean(finding.ToString())}");
            if (kind.Count() is var all && all > Shown) Say.Data($"{Word(kind.Key),-11} and {all - Shown} more: --json has them all");
        }
        Say.Data($"{report.Lines} lines in {report.Segments} segments of {report.Agents} agents; {report.Proven} of {report.Sends} mails that went out are proved, {report.Mails} mails with our marker in Sent");
        Say.Data(report.Verdict switch
        {
            Verdict.Contradiction => "NOT PROVED: something contradicts",
            Verdict.Unproven => "proved in part: nothing contradicts",
            _ => "proved: nothing was changed, removed or reordered, and each mail is one that was approved",
        });
    }

    static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Contradiction => "CONTRADICTS",
        Verdict.Unproven => "unproven",
        Verdict.CrashGap => "crash gap",
        _ => "note",
    };
}
