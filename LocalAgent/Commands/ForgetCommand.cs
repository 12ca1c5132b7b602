using System.CommandLine;
using LocalAgent.Backups;
using LocalAgent.Forgetting;
using VaultKit.Agent;
using VaultKit.Archiving;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ForgetCommand
{
    const int Shown = 20;

    static readonly Argument<string> Address = new("address") { Description = "whose mails and tasks are to be removed" };
    static readonly Option<bool> DryRun = CommandLine.Flag("--dry-run", "say what would be removed, and remove nothing");
    static readonly Option<bool> WithOpen = CommandLine.Flag("--with-open", "also tasks that are not finished");
    static readonly Option<string?> Archive = new("--archive") { Description = "the folder that holds the archives; otherwise beside the vault", HelpName = "DIR" };

    public static Command Create() => new Command("forget", "Remove a person from the vault, its archives and its history, on all your machines") { Address, DryRun, WithOpen, Archive }.Does((parsed, cancel) =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        return Task.FromResult(Run(office, parsed, cancel));
    });

    static ExitCode Run(Office office, ParseResult parsed, CancellationToken cancel)
    {
        var person = Person.Of(parsed.GetValue(Address)!);
        if (office.Machine.Settings.Accounts.Any(a => a.Aliases.Append(a.Address).Any(person.Is))) throw new Refusal(ExitCode.Usage, $"{person.Address} is yours", "give the address of whoever is to be forgotten");
        foreach (var account in office.Machine.Settings.Accounts) person.Learn(account.DisplayName, theirs: false);
        var oblivion = office.Oblivion(person, Path.GetFullPath(parsed.GetValue(Archive) ?? Archiver.DefaultFolder(office.Vault)));
        var isTry = parsed.GetValue(DryRun);
        using var only = isTry ? null : Daemon.Lock(office.Machine);
        if (!isTry) oblivion.Settle(cancel);

        var plan = oblivion.Look();
        var files = LocalFiles.Find(office.Vault, office.Machine.Settings.Text("drop", "") is { Length: > 0 } drop ? Settings.FullPath(drop) : null, person, plan.Left);
        Show(plan, files);
        if (isTry) return ExitCode.Done;
        if (!plan.IsEmpty || files.Count > 0)
        {
            if (plan.UnderWay.Count > 0) throw new Refusal(ExitCode.Failed, $"{plan.UnderWay[0]} may be going out in this moment, or may have gone out", "'localagent run' ends it, 'localagent resolve' says what became of it; then again");
            if (plan.Open.Count > 0 && !parsed.GetValue(WithOpen)) throw new Refusal(ExitCode.Usage, $"{plan.Open.Count} tasks are not finished, such as {plan.Open[0]}", "finish or reject them, or say --with-open");
            Confirm(person);
            if (!plan.IsEmpty)
            {
                office.Machine.Audit.Append("forgetting.begun", null, ("tasks", $"{person.Tasks.Count}"));
                oblivion.Begin(cancel);
            }
            foreach (var file in files) File.Delete(file);
        }
        var undone = oblivion.Finish(cancel);
        foreach (var left in LocalFiles.InState(office.Machine.State, person)) Say.Warn($"{office.Machine.State.PathOf(left)} still speaks of {person.Address}: look at it");
        if (undone is not null) Say.Warn(undone);
        Say.Info(plan.IsEmpty && files.Count == 0 ? $"nothing of {person.Address} is in the vault, its archives and its history" : $"{person.Address} is forgotten here; your other machines follow at their next turn");
        Elsewhere(office.Machine, person);
        return undone is null ? ExitCode.Done : ExitCode.DoneInPart;
    }

    static void Show(ForgetPlan plan, List<string> files)
    {
        var all = plan.Changes.Select(c => (c.Key, c.Value)).Concat(plan.Archives.SelectMany(a => a.Changes.Select(c => ($"{Path.GetFileName(a.Zip)}: {c.Key}", c.Value)))).ToList();
        Say.Data($"removed: {all.Count(c => c.Value is null) + files.Count} files");
        foreach (var folder in all.Where(c => c.Value is null).GroupBy(c => Folder(c.Item1)).OrderBy(g => g.Key, StringComparer.Ordinal)) List(folder.Key, [.. folder.Select(c => c.Item1)]);
        List("on this machine alone", files);
        Say.Data($"changed, so that nobody is named: {all.Count(c => c.Value is not null)} files");
        foreach (var folder in all.Where(c => c.Value is not null).GroupBy(c => Folder(c.Item1)).OrderBy(g => g.Key, StringComparer.Ordinal)) List(folder.Key, [.. folder.Select(c => c.Item1)]);
        if (plan.Left.Count > 0) Say.Data($"not changed: {plan.Left.Count} files");
        foreach (var left in plan.Left) Say.Data($"    {Say.Clean(left)}");
    }

    static string Folder(string path) => path.LastIndexOf('/') is >= 0 and var slash ? path[..slash] : "the vault";

    static void List(string folder, List<string> files)
    {
        if (files.Count == 0) return;
        Say.Data($"  {files.Count} in {Say.Clean(folder)}");
        foreach (var file in files.Take(Shown)) Say.Data($"    {Say.Clean(file)}");
        if (files.Count > Shown) Say.Data($"    and {files.Count - Shown} more");
    }

    static void Confirm(Person person)
    {
        Console.Error.Write("This can't be undone. Type the address again to have it forgotten: ");
        if (Console.In.ReadLine() is not { } typed || !person.Is(typed.Trim())) throw new Refusal(ExitCode.Usage, "nothing was forgotten: the address was not typed again", "it is read from standard input");
    }

    /// <summary>Where somebody still is, that no program of ours reaches.</summary>
    static void Elsewhere(Machine machine, Person person)
    {
        Say.Info("not reached: the mails in your mailbox and in Sent, which stay no tasks; what the other side has; machines that were not on since; a new mail from there is a new task");
        if (machine.Settings.Text("backup:folder", "").Length > 0 && new BackupFolder(BackupSettings.Read(machine.Settings).Folder, machine.State).All() is { Count: > 0 } backups)
            Say.Warn($"{backups.Count} backups were made before and may hold {person.Address}; new ones replace them in time ([backup] keep), or delete them: {backups[^1]}{(backups.Count > 1 ? $" to {Path.GetFileName(backups[0])}" : "")}");
    }
}
