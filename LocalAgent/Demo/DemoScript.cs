using System.Text;
using System.Text.RegularExpressions;
using VaultKit.Agent;
using VaultKit.Audit;
using VaultKit.Drafting;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Demo;

/// <summary>The ten steps from a mail to its answer, played with the shipped loops on two machines' vaults. A step that did not happen ends it.</summary>
sealed partial class DemoScript(DemoGround ground)
{
    static readonly string[] Answers = ["2,340.00 EUR including fitting", "Tuesday at 9 in the morning suits us well"];

    /// <param name="mails">The user's own mails to deliver beside the demo's.</param>
    public async Task PlayAsync(IReadOnlyList<string> mails, CancellationToken cancel)
    {
        ground.MakeLocalVault();

        DemoStage.Step(1, "The owner's machine is off", "only the cloud machine runs from here on");
        foreach (var own in DemoGround.OwnMails) ground.DeliverOwn(own);
        for (var i = 0; i < mails.Count; i++)
        {
            using var stream = Disk.OpenRegular(mails[i]);
            ground.Deliver($"your-{i:d5}", stream);
        }
        DemoStage.Step(2, "Mail arrives", $"{DemoGround.OwnMails.Count() + mails.Count} mails in {ground.Mailbox}");

        var cloudSettings = new Settings(ground.CloudConfig, Zone.Cloud);
        SyncCycle.TryJoin(cloudSettings.Vault, StateDirectory.Open(cloudSettings.State, Zone.Cloud), new SyncOptions { Remote = ground.Remote }, TimeProvider.System, cancel);
        var cloud = Machine.Open(cloudSettings, Zone.Cloud, TimeProvider.System);
        var report = await CloudTurnAsync(cloud, cancel);
        Demand(report.Drafted > 0, "CloudAgent drafted nothing");
        DemoStage.Step(3, "CloudAgent sees it and drafts", report.ToString());

        var entry = TheMail(cloud.Vault);
        DemoStage.Step(4, "The draft waits in Pending_Approval/email/", entry.Path);
        DemoStage.Paper(Own(cloud.Vault.Read(entry).Draft!));

        Demand(report.Pushed && BareRemote.Holds(ground.Remote, entry.Path), "the draft is not in the remote's tip");
        DemoStage.Step(5, "It is committed and pushed", $"{ground.Remote} holds {entry.Path}");

        var office = Office.Open(new Settings(ground.LocalConfig, Zone.Local));
        await using var loop = new LocalLoop(office);
        Demand(office.Vault.Find(entry.Name) is null, "the owner's machine had the draft before it came on");
        DemoStage.Step(6, "The owner's machine comes on", $"{office.Vault.Root}, as {office.Vault.Agent}");

        Demand(await loop.RunOnceAsync(json: false, cancel) == ExitCode.Done, "LocalAgent's turn failed");
        Demand(office.Vault.Find(entry.Name)?.Place == entry.Place, "the draft did not arrive");
        DemoStage.Step(7, "It pulls", $"{office.Vault.List(Stage.PendingApproval).Count()} tasks wait for the owner");

        Approve(office, entry);
        Demand(Sent().Length == 0, "something went out before it was approved");
        Demand(await loop.RunOnceAsync(json: false, cancel) == ExitCode.Done, "LocalAgent's turn failed");
        Demand(Sent().Length == 1, $"{Sent().Length} mails went out instead of one");
        Demand(office.Vault.Find(entry.Name)?.Place.Stage == Stage.Done, "the task is not in Done/");
        DemoStage.Step(9, "LocalAgent sends it", $"one mail in {ground.Outbox} (SMTP with a real account)");
        DemoStage.Paper(await File.ReadAllTextAsync(Sent()[0], cancel), lines: 14);

        var story = Story.Of(entry.Name, office.Vault, office.Machine.State);
        Demand(story.Any(l => l.Event == "mail.filed") && story.Any(l => l.Event == "approved") && story.Any(l => l.Event == "accepted"), "the log lacks a part of the story");
        Demand(BareRemote.Holds(ground.Remote, office.Vault.Find(entry.Name)!.Value.Path), "the end of the story is not in the remote's tip");
        DemoStage.Step(10, "Git and the log hold the whole story", $"{story.Count} lines in the log, {BareRemote.Log(ground.Remote).Count} commits");
        foreach (var line in story) DemoStage.Line($"{line.At.ToLocalTime():HH:mm:ss.fff}  {line.Agent}  {line.Event}");
        DemoStage.Line("");
        foreach (var commit in BareRemote.Log(ground.Remote)) DemoStage.Line(commit);

        Others(cloud, office, entry);
        if (mails.Count > 0) Yours(office, mails);
    }

    static async Task<TurnReport> CloudTurnAsync(Machine cloud, CancellationToken cancel)
    {
        var inboxes = cloud.OpenInboxes();
        var report = new TurnReport();
        await new Turn(cloud, inboxes, new BuiltInDrafter(), new SyncCycle(cloud.Vault, cloud.State, cloud.SyncOptions(), cloud.Clock)).RunAsync(Hint.Once, report, cancel);
        foreach (var inbox in inboxes) await inbox.DisposeAsync();
        Demand(report.Problems.Count == 0, string.Join("; ", report.Problems));
        return report;
    }

    static TaskEntry TheMail(VaultFolder vault) =>
        vault.List(Place.Pending(Domains.Email)).Where(e => vault.Read(e).Get("mail_id") == "CAJ7x-3win-9s8d7f@mail.brookside-homes.example").Cast<TaskEntry?>().FirstOrDefault()
        ?? throw new Refusal(ExitCode.Failed, "there is no draft for the demo's own mail");

    static void Approve(Office office, TaskEntry entry)
    {
        var bytes = office.Vault.ReadBytes(entry);
        var draft = TaskFile.Parse(bytes).Draft!;
        var answer = 0;
        var blanks = Blank().Count(Own(draft));
        var filled = Blank().Replace(draft, _ => Answers[Math.Min(answer++, Answers.Length - 1)], blanks);
        if (blanks > 0) office.Approver.ReplaceDraft(entry, bytes, filled);
        var digest = TypedAction.Read(office.Vault.Read(entry))!.Digest();
        var approved = office.Approver.Approve(entry, digest[..12]);
        DemoStage.Step(8, "The owner reads, fills in what only the owner knows, approves", $"{blanks} blanks filled; digest {digest[..12]}; now {approved.Path}");
        DemoStage.Paper(Own(filled));
    }

    string[] Sent() => Directory.GetFiles(Path.Combine(ground.Outbox, "new"));

    // The owner's part of a mail, without the history below it.
    static string Own(string draft) => string.Join('\n', draft.Split('\n').TakeWhile(l => !l.StartsWith('>'))).TrimEnd();

    static void Others(Machine cloud, Office office, TaskEntry shown)
    {
        DemoStage.Title("And the other mails");
        foreach (var row in Overview.Open(office.Vault, office.Machine.Clock).Where(r => r.Id != shown.Name.Value).Take(10)) DemoStage.Line($"{row.Standing.ToString().ToLowerInvariant(),-6} {row.Subject}: {row.Note}");
        foreach (var line in Story.All(cloud.Vault, cloud.State).Where(l => l.Event == "mail.sifted" && l.Detail?["origin"].StartsWith("your-", StringComparison.Ordinal) == false).Take(10))
            DemoStage.Line($"no     {line.Detail!["subject"]}: {line.Detail["why"]}");
    }

    static void Yours(Office office, IReadOnlyList<string> mails)
    {
        DemoStage.Title("What became of your mails");
        var told = Story.All(office.Vault, office.Machine.State).Where(l => l.Detail?.ContainsKey("origin") == true)
            .GroupBy(l => Path.GetFileName(l.Detail!["origin"]).Split(':')[0]).ToDictionary(g => g.Key, g => g.First());
        for (var i = 0; i < mails.Count; i++)
        {
            var name = Path.GetFileName(mails[i]);
            if (!told.TryGetValue($"your-{i:d5}", out var line)) DemoStage.Line($"same   {name}: another of these mails is the same, or it is from before the demo's time");
            else if (line.Event != "mail.filed") DemoStage.Line($"{(line.Event == "mail.sifted" ? "no    " : "bad   ")} {name}: {line.Detail!["why"]}");
            else if (TaskName.TryParse(line.Task!, out var task) && office.Vault.Find(task) is { } entry && Overview.Row(office.Vault, entry, office.Machine.Clock) is var row)
                DemoStage.Line($"{row.Standing.ToString().ToLowerInvariant(),-6} {name}: {row.Id}{(row.Note.Length > 0 ? "; " + row.Note : "")}");
            else throw new Refusal(ExitCode.Failed, $"{name} was filed as {line.Task}, and that task is nowhere");
        }
    }

    static void Demand(bool happened, string otherwise)
    {
        if (!happened) throw new Refusal(ExitCode.Failed, $"the demo failed: {otherwise}", "run it again with --keep and look at the folders");
    }

    [GeneratedRegex(@"\{\{[^{}]*\}\}")]
    private static partial Regex Blank();
}
