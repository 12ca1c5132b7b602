using System.CommandLine;
using LocalAgent.Importing;
using LocalAgent.Setup;
using LocalAgent.Starter;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>The owner's side, in questions: vault, remote, keys, an account, what an older vault holds, and that it starts by itself. Nothing is written before the last question is answered.</summary>
static class SetupCommand
{
    static readonly Option<string?> Import = new("--import") { Description = "an older vault of Markdown folders and .env files to take over; it is only read", HelpName = "DIR" };
    static readonly Option<string?> Folder = new("--vault") { Description = "where the vault is to be", HelpName = "DIR" };
    static readonly Option<string?> Remote = new("--remote") { Description = "the machine that is always on (ubuntu@203.0.113.7), a git remote, or - for none", HelpName = "WHERE" };
    static readonly Option<string?> Address = new("--address") { Description = "the mail address of an account to add or to change", HelpName = "ADDRESS" };
    static readonly Option<string?> Name = new("--name") { Description = "the name beside it", HelpName = "NAME" };
    static readonly Option<string?> Inbox = new("--inbox") { Description = "how its mail is read: imap, gmail, graph, maildir:PATH or folder:PATH", HelpName = "HOW" };
    static readonly Option<string?> Imap = new("--imap") { Description = "its IMAP server; of large providers it is known", HelpName = "HOST[:PORT]" };
    static readonly Option<string?> Smtp = new("--smtp") { Description = "its SMTP server; of large providers it is known", HelpName = "HOST[:PORT]" };
    static readonly Option<bool?> Start = new("--autostart") { Description = "whether localagent starts whenever you log in", HelpName = "true|false" };
    static readonly Option<bool> Yes = CommandLine.Flag("--yes", "ask nothing: what no option says is as it would be proposed; passwords are put into secrets.json later");
    static readonly Option<bool> DryRun = CommandLine.Flag("--dry-run", "ask, show what would be done, and change nothing");

    public static Command Create() => new Command("setup", "Set up this machine in a few questions; again to change something, or to take over an older vault")
    {
        Import, Folder, Remote, Address, Name, Inbox, Imap, Smtp, Start, Yes, DryRun,
    }.Does(async (parsed, cancel) =>
    {
        var file = StarterVault.ConfigurationFile(parsed.GetValue(CommandLine.Config));
        var now = File.Exists(file) ? new Settings(file, Zone.Local) : null;
        var given = new Given(parsed.GetValue(Import), parsed.GetValue(Folder), parsed.GetValue(Remote), parsed.GetValue(Address), parsed.GetValue(Name), parsed.GetValue(Inbox), parsed.GetValue(Imap), parsed.GetValue(Smtp), parsed.GetValue(Start));
        var questions = new Questions(parsed.GetValue(Yes));
        var answers = new Interview(questions, file, now, given).Ask();
        var plan = answers.Old is { } old ? ImportPlan.Of(old, answers.Account?.AsAccount() ?? (now?.Accounts is [var first, ..] ? first : null)) : null;
        var dry = parsed.GetValue(DryRun);
        // Even a file's name may hold one.
        var masking = new Masking(answers.Before.Hidden);
        foreach (var line in SetupText.Of(answers, plan, now is null).Select(l => Say.Clean(masking.Of(l))))
            if (dry) Say.Data(line);
            else Console.Error.WriteLine(line);
        if (dry) return ExitCode.Done;
        if (!parsed.GetValue(Yes) && !questions.Ask("Do all this", true))
        {
            Say.Info("nothing was changed");
            return ExitCode.Interrupted;
        }
        return await CarryOutAsync(answers, plan, now, cancel);
    });

    static async Task<ExitCode> CarryOutAsync(Answers answers, ImportPlan? plan, Settings? now, CancellationToken cancel)
    {
        using var only = now is null ? null : StateDirectory.Open(now.State, Zone.Local).TryLock("daemon");
        var isAtWork = now is not null && only is null;
        if (isAtWork && plan is not null) throw new Refusal(ExitCode.Locked, "'localagent run' is at work", "stop it while an older vault is taken over; nothing was changed");

        var settings = SettingsWriter.Write(answers);
        var key = answers.Vm is not null ? SshKey.Make() : null;
        Importer? importer = null;
        var report = Founding.Make(settings, answers.MayBegin, machine =>
        {
            if (plan is null) return;
            importer = new Importer(machine, answers.Old!, plan);
            importer.Run();
        }, cancel);
        if (importer is not null) foreach (var line in SetupText.Of(importer, plan!)) Say.Info(new Masking(answers.Before.Hidden).Of(line));
        only?.Dispose();

        Say.Info("");
        var code = await DoctorCommand.ExamineAsync(settings, cancel);
        Say.Info("");
        if (answers.Autostart)
        {
            try { Say.Info(Autostart.SetUp(answers.File == Configuration.Places().First() ? null : answers.File)); }
            catch (Refusal e) { code = Say.Error(e); }
        }
        if (isAtWork) Say.Info("'localagent run' is at work: it takes up what was changed when it is started again");
        foreach (var line in SetupText.Next(answers, settings)) Say.Info(line);
        if (answers.Vm is { } cloud)
        {
            string? other = null;
            if (answers.Account is { } account && !VmCommand.IsPlain(account))
            {
                other = VmCommand.FileFor(answers.File);
                Durable.Write(other, System.Text.Encoding.UTF8.GetBytes(VmCommand.Configuration(account, cloud.AcceptsSendCapable)));
            }
            Say.Info("For the machine that is always on, in the folder that systemd/ and cloudagent lie in:");
            Say.Data(VmCommand.Text(cloud, answers.Account, key!, other));
            Say.Info($"then here, once, to take its host key: ssh vault@{cloud.Host}");
        }
        return code == ExitCode.Done && report.Code == ExitCode.Done ? ExitCode.Done : ExitCode.DoneInPart;
    }
}
