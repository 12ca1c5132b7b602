using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

public sealed class SyncCycleTests
{
    [Test]
    public async Task A_vault_without_a_remote_is_committed_and_an_idle_cycle_writes_nothing()
    {
        using var rig = new Rig(withRemote: false);
        var local = rig.Machine("local", Zone.Local, o => o with { Remote = "" });
        local.New("Offer for windows");
        var first = local.SyncWell();
        await Assert.That(first.Committed).IsEqualTo(1);
        await Assert.That(first.Ahead).IsEqualTo(0);
        // Once what was written has lain longer than the clock's grain, that is written down too.
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        local.SyncWell();
        var before = Files(local.State.Root);
        var second = local.SyncWell();
        await Assert.That(second.Committed).IsEqualTo(0);
        await Assert.That(Files(local.State.Root)).IsEqualTo(before);
        await Assert.That(local.Cycle.Confirmed(local.Claims.Take(local.Find("Offer for windows")!.Value)!)).IsTrue();
    }

    static string Files(string root) => string.Join("\n", Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order()
        .Select(f => f + " " + Disk.Stamp(f).Written));

    [Test]
    public async Task An_empty_remote_gets_main_and_a_fresh_machine_joins()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        cloud.New("Offer for windows");
        var report = cloud.SyncWell();
        await Assert.That(report.Pushed).IsTrue();
        await Assert.That(rig.RemotePaths()).Contains("Needs_Action/email/" + Rig.Name("Offer for windows").FileName);

        var local = rig.Machine("local", Zone.Local);
        await Assert.That(local.Find("Offer for windows")).IsNotNull();
        await Assert.That(local.Tree()).IsEqualTo(rig.RemoteTree());
        await Assert.That(local.SyncWell().Committed).IsEqualTo(0);
        rig.Fsck();
    }

    [Test]
    public async Task Both_sides_change_different_tasks_and_end_with_the_same_tree()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var (a, b) = (cloud.New("First question"), cloud.New("Second question"));
        cloud.SyncWell();
        var local = rig.Machine("local", Zone.Local);

        cloud.Draft(a, "Yes.");
        var held = local.Claims.Take(b)!;
        local.Vault.Move(held.Entry, Place.Quarantine);
        cloud.SyncWell();
        var merged = local.SyncWell();
        await Assert.That(merged.Merged).IsTrue();
        cloud.SyncWell();

        await Assert.That(local.Tree()).IsEqualTo(cloud.Tree());
        await Assert.That(rig.RemoteTree()).IsEqualTo(cloud.Tree());
        await Assert.That(local.Find("First question")!.Value.Place).IsEqualTo(Place.Pending("email"));
        await Assert.That(cloud.Find("Second question")!.Value.Place).IsEqualTo(Place.Quarantine);
        rig.Fsck();
    }

    [Test]
    public async Task The_commit_says_in_words_and_trailers_what_happened()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var entry = cloud.New("First question");
        cloud.SyncWell();
        var pending = cloud.Draft(entry, "Yes.");
        cloud.SyncWell();
        var message = Rig.Git(rig.Remote, "log", "-1", "--format=%an <%ae>%n%B", "main");
        await Assert.That(message).StartsWith($"{cloud.Agent} <{cloud.Agent}@platinum.invalid>\nemail: 1 drafted\n");
        await Assert.That(Rig.Git(rig.Remote, "log", "-1", "--format=%(trailers:key=Task,valueonly)%(trailers:key=Agent,valueonly)", "main"))
            .Contains(pending.Name.Value).And.Contains(cloud.Agent.Value);
        await Assert.That(message).Contains("Draft-SHA256: " + TypedAction.Read(cloud.Vault.Read(pending))!.Digest());
        await Assert.That(message).Contains("Message-Id: First.question@example.com");
    }

    [Test]
    public async Task The_same_task_claimed_by_both_is_kept_by_exactly_one()
    {
        using var rig = new Rig();
        var a = rig.Machine("a", Zone.Cloud);
        var entry = a.New("Contended");
        a.SyncWell();
        var b = rig.Machine("b", Zone.Cloud);
        var (ours, theirs) = (a.Claims.Take(entry)!, b.Claims.Take(entry)!);
        await Assert.That(a.Cycle.Confirmed(ours)).IsFalse();
        a.SyncWell();
        b.SyncWell();
        a.SyncWell();
        await Assert.That(a.Cycle.Confirmed(ours)).IsTrue();
        await Assert.That(a.Cycle.Confirmed([ours, theirs]).Count).IsEqualTo(1);
        await Assert.That(b.Cycle.Confirmed(theirs)).IsFalse();
        await Assert.That(a.Tree()).IsEqualTo(b.Tree());
        await Assert.That(b.Find("Contended")!.Value.Place).IsEqualTo(Place.InProgress(a.Agent));
        await Assert.That(rig.RemotePaths().Count(p => p.Contains(entry.Name.Value))).IsEqualTo(1);
        // The loser's work stays in history.
        await Assert.That(Rig.Git(rig.Remote, "log", "--full-history", "--all", "--format=%H", "--", Place.InProgress(b.Agent).PathOf(entry.Name)).Trim()).IsNotEmpty();
        rig.Fsck();
    }

    [Test]
    public async Task What_is_the_owners_own_stays_at_home()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.Write("Notes/private.md", "mine");
        local.Write("idea.md", "mine");
        local.Write(".obsidian/app.json", "{}");
        local.Write("Needs_Action/email/not a task.md", "mine");
        local.Write("Needs_Action/email/" + Rig.Name("Binary").FileName, "a\0b");
        local.Write("Needs_Action/email/" + Rig.Name("Large").FileName, new string('x', TaskFile.Limit + 1));
        File.WriteAllBytes(local.FullPath("Needs_Action/email/" + Rig.Name("Latin").FileName), [0x66, 0xfc, 0x72]);
        File.CreateSymbolicLink(local.FullPath("Needs_Action/email/" + Rig.Name("Link").FileName), "/etc/passwd");
        Directory.CreateSymbolicLink(local.FullPath("Plans"), "/etc");
        local.Write("Company_Handbook.md", "Be kind.");
        var report = local.SyncWell();
        await Assert.That(string.Join(" ", rig.RemotePaths())).IsEqualTo("Company_Handbook.md PROTOCOL");
        await Assert.That(report.Findings.Count).IsEqualTo(5);
        await Assert.That(string.Join('\n', report.Findings)).Contains("link-").And.Contains("it is no ordinary file").And.Contains("512 KiB, more than 512");
        await Assert.That(File.Exists(local.FullPath("idea.md"))).IsTrue();
    }

    [Test]
    public async Task Of_twins_in_a_folder_one_travels()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.Write("Briefings/week.md", "first");
        local.SyncWell();
        local.Write("Briefings/Week.md", "its twin");
        await Assert.That(local.SyncWell().Findings.Single().ToString()).Contains("Briefings/Week.md").And.Contains("case only");
        await Assert.That(rig.RemotePaths()).Contains("Briefings/week.md").And.DoesNotContain("Briefings/Week.md");
        await Assert.That(File.ReadAllText(local.FullPath("Briefings/Week.md"))).IsEqualTo("its twin");
    }

    [Test]
    public async Task A_file_with_a_credential_stays_here_wherever_it_moves_and_the_rest_goes_on()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var entry = local.New("Door code");
        local.SyncWell();
        var before = rig.RemoteFile(entry.Path);
        var bytes = local.Vault.ReadBytes(entry);
        local.Vault.Rewrite(entry, bytes, TaskFile.Parse(bytes).WithDraft("The password: Sommer2024!"));
        local.Write("Company_Handbook.md", "Be kind.");
        var report = local.SyncWell();
        await Assert.That(report.Findings.Single().ToString()).Contains(entry.Path).And.Contains("looks like a password").And.Contains("line ");
        await Assert.That(rig.RemoteFile(entry.Path)).IsEqualTo(before);
        await Assert.That(rig.RemotePaths()).Contains("Company_Handbook.md");

        var moved = new TaskEntry(Place.Rejected("email"), entry.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(local.FullPath(moved.Path))!);
        File.Move(local.FullPath(entry.Path), local.FullPath(moved.Path)); // by hand
        local.SyncWell();
        await Assert.That(rig.RemoteFile(entry.Path)).IsEqualTo(before); // nobody sees half of the move
        await Assert.That(rig.RemotePaths()).DoesNotContain(moved.Path);
        await Assert.That(Rig.Git(rig.Remote, "log", "-p", "--all")).DoesNotContain("Sommer2024");

        bytes = local.Vault.ReadBytes(moved);
        local.Vault.Rewrite(moved, bytes, TaskFile.Parse(bytes).WithDraft("I tell you on the phone."));
        await Assert.That(local.SyncWell().Findings).IsEmpty();
        await Assert.That(rig.RemotePaths()).Contains(moved.Path).And.DoesNotContain(entry.Path);
    }

    [Test]
    public async Task A_remote_that_is_gone_is_a_failure_and_local_work_is_committed()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        Directory.Move(rig.Remote, rig.Remote + ".away");
        local.New("While away");
        var report = local.Sync();
        await Assert.That(report.Failure!.Kind).IsEqualTo(SyncFailureKind.Offline);
        await Assert.That(report.Committed).IsEqualTo(1);
        await Assert.That(report.Ahead).IsEqualTo(1);
        await Assert.That(SyncCycle.Status(local.State).ConsecutiveFailures).IsEqualTo(1);
        Directory.Move(rig.Remote + ".away", rig.Remote);
        await Assert.That(local.SyncWell().Pushed).IsTrue();
        await Assert.That(SyncCycle.Status(local.State).ConsecutiveFailures).IsEqualTo(0);
    }

    [Test]
    public async Task A_hook_that_declines_is_not_taken_for_a_race()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local, o => o with { Remote = "file://" + o.Remote });
        local.SyncWell();
        // libgit2 writes into a path without asking hooks; a reference that cannot be locked declines as well.
        var blocked = Directory.CreateDirectory(Path.Combine(rig.Remote, "refs/heads/main.lock"));
        local.New("Declined");
        var report = local.Sync();
        await Assert.That(report.Failure!.Kind).IsNotEqualTo(SyncFailureKind.Race);
        await Assert.That(report.Races).IsEqualTo(0);
        blocked.Delete();
        await Assert.That(local.SyncWell().Pushed).IsTrue();
    }

    /// <summary>Asked for the time, it first does something: a merge asks between its fetch and its push.</summary>
    sealed class RivalClock(Action first) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            first();
            return DateTimeOffset.UtcNow;
        }
    }

    [Test]
    public async Task A_race_that_is_lost_again_and_again_ends_and_is_no_success()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        local.New("Mine");
        var pushes = 0;
        var clock = new RivalClock(() => rig.Plant("rival", fromNothing: false, ("100644", $"Briefings/Rival {++pushes}.md", "first")));
        var report = new SyncCycle(local.Vault, local.State, new() { Remote = rig.Remote }, clock).Run(default);
        await Assert.That((report.Failure?.Kind, report.Races, report.Pushed)).IsEqualTo((SyncFailureKind.Race, 5, false));
        await Assert.That(local.SyncWell().Pushed).IsTrue();
        await Assert.That(rig.RemotePaths().Count(p => p.StartsWith("Briefings/Rival", StringComparison.Ordinal))).IsEqualTo(pushes);
        await Assert.That(local.Find("Mine")).IsNotNull();
        await Assert.That(local.Tree()).IsEqualTo(rig.RemoteTree().Replace("\"", ""));
    }

    [Test]
    public async Task Locks_that_a_dead_process_left_are_removed()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        foreach (var file in new[] { "refs/heads/main.lock", "refs/platinum/vault.lock", "config.lock", "packed-refs.lock" })
            File.WriteAllText(Path.Combine(local.GitPath, file), "");
        local.New("After a crash");
        await Assert.That(local.SyncWell().Pushed).IsTrue();
    }

    [Test]
    public async Task A_stopped_cycle_is_no_success_and_the_next_goes_on()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        await Assert.That(() => local.Cycle.Run(new CancellationToken(canceled: true))).Throws<OperationCanceledException>();
        await Assert.That(SyncCycle.Status(local.State).LastSuccess).IsNull();
        await Assert.That(local.SyncWell().Pushed).IsTrue();
    }

    [Test]
    public async Task Another_process_that_works_here_is_said_so()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local, o => o with { LockPatience = TimeSpan.FromMilliseconds(50) });
        using (local.State.TryLock("sync"))
        {
            var refusal = Assert.Throws<Refusal>(() => local.Sync());
            await Assert.That(refusal!.Code).IsEqualTo(ExitCode.Locked);
        }
        await Assert.That(local.SyncWell().Pushed).IsTrue();
    }

    [Test]
    public async Task A_commits_values_cannot_add_lines_of_their_own()
    {
        var blob = StatCache.Hash([1]);
        var path = Place.Pending("email").PathOf(Rig.Name("Question"));
        var text = Rig.Task("Question").With("mail_id", "a@b\nAgent: local-000000\r\nTask: forged").ToBytes();
        var message = CommitMessage.For(new Dictionary<string, Change> { [path] = new(null, blob) }, AgentId.New(Zone.Cloud), _ => text);
        var lines = message.Split('\n');
        await Assert.That(lines.Count(l => l.StartsWith("Agent:", StringComparison.Ordinal))).IsEqualTo(1);
        await Assert.That(lines.Count(l => l.StartsWith("Task:", StringComparison.Ordinal))).IsEqualTo(1);
        await Assert.That(message.Contains('\r')).IsFalse();
    }
}
