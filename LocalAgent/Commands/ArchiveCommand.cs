using System.CommandLine;
using System.Globalization;
using VaultKit.Agent;
using VaultKit.Archiving;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ArchiveCommand
{
    static readonly Option<string?> Before = new("--before") { Description = "a month: finished and rejected tasks and logs of earlier ones are taken out of the vault", HelpName = "YYYY-MM" };
    static readonly Option<string?> To = new("--to") { Description = "the folder that holds the archives; otherwise beside the vault", HelpName = "DIR" };
    static readonly Option<bool> Verify = CommandLine.Flag("--verify", "check the archives against the vault's indexes, and the logs' chains");

    public static Command Create() => new Command("archive", "Put what is long over into zip archives, or check them") { Before, To, Verify }.Does((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));

    static ExitCode Run(ParseResult parsed, CancellationToken cancel)
    {
        var machine = Machine.Open(parsed.Settings(Zone.Local), Zone.Local, TimeProvider.System);
        var folder = Path.GetFullPath(parsed.GetValue(To) ?? Archiver.DefaultFolder(machine.Vault));
        if ((parsed.GetValue(Before), parsed.GetValue(Verify)) is var (before, verify) && before is null == !verify)
            throw new Refusal(ExitCode.Usage, "say what to do", "--before 2026-06 archives what is older, --verify checks what was archived");
        if (verify) return Check(parsed, folder);

        var now = machine.Clock.GetUtcNow().UtcDateTime;
        if (!DateTime.TryParseExact(before, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
            throw new Refusal(ExitCode.Usage, $"'{before}' is no month", $"write it as {now:yyyy-MM}");
        if (month > now) throw new Refusal(ExitCode.Usage, $"{before} has not begun", $"this month is the latest: --before {now:yyyy-MM}");

        var done = new Archiver(machine.Vault, machine.State, folder).Run(before!, cancel);
        foreach (var one in done)
        {
            machine.Audit.Append("archive.written", null, ("archive", Path.GetFileName(one.File)), ("tasks", $"{one.Tasks}"), ("logs", $"{one.Logs}"));
            Say.Data($"{one.Month}  {one.Tasks} tasks, {one.Logs} logs  {one.File} ({Math.Max(1, one.Octets / 1024)} KB)");
            if (one.Kept > 0) Say.Warn($"{one.Kept} files of {one.Month} changed meanwhile and are still in the vault");
        }
        Say.Info(done.Count == 0 ? $"nothing is older than {before}" : "the next sync tells the others");
        return done.Any(d => d.Kept > 0) ? ExitCode.DoneInPart : ExitCode.Done;
    }

    static ExitCode Check(ParseResult parsed, string folder)
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var problems = new List<string>();
        var (archives, segments) = ArchiveCheck.Run(office.Vault, folder, problems, office.WasForgotten.StoodFor);
        foreach (var problem in problems) Say.Warn(problem);
        Say.Data($"{archives} archives, {segments} segments of logs, {(problems.Count == 0 ? "all as they were written" : $"{problems.Count} problems")}");
        return problems.Count == 0 ? ExitCode.Done : ExitCode.DoneInPart;
    }
}
