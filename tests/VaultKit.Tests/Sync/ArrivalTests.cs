using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Trees as only an attacker makes them, made with git's own plumbing.</summary>
public sealed class ArrivalTests
{
    static Machine Ready(Rig rig, Zone zone = Zone.Local)
    {
        var machine = rig.Machine("m", zone);
        machine.Write("Briefings/Weekly.md", "ours");
        machine.SyncWell();
        return machine;
    }

    [Test]
    [Arguments("120000", "Needs_Action/email/link-0123456789abcdef.md", "/etc/passwd")]
    [Arguments("160000", "Briefings/module.md", "")]
    [Arguments("100644", "Briefings/.hidden.md", "x")]
    [Arguments("100644", ".gitattributes", "x")]
    [Arguments("100644", "Needs_Action/email/sub/x-0123456789abcdef.md", "x")]
    [Arguments("100644", "Needs_Action/nonsense/x-0123456789abcdef.md", "x")]
    [Arguments("100644", "Briefings/weekly.md", "a twin")]
    [Arguments("100644", "Briefings/con.md", "x")]
    [Arguments("100644", "Briefings/trailing.md ", "x")]
    [Arguments("100644", "Briefings/a\\b.md", "x")]
    [Arguments("100644", "vault.toml", "remote = 1")]
    [Arguments("100755", "run.sh", "rm")]
    public async Task A_hostile_path_is_refused_alone_and_is_gone_from_the_merged_tree(string mode, string path, string content)
    {
        using var rig = new Rig();
        var machine = Ready(rig);
        rig.Plant("hostile", fromNothing: false, (mode, path, content), ("100644", "Briefings/Good.md", "good"));
        var before = Directory.EnumerateFileSystemEntries(machine.Vault.Root, "*", SearchOption.AllDirectories).Count();
        var report = machine.SyncWell();
        await Assert.That(report.Findings.Count).IsEqualTo(1);
        await Assert.That(File.ReadAllText(machine.FullPath("Briefings/Good.md"))).IsEqualTo("good");
        await Assert.That(Directory.EnumerateFileSystemEntries(machine.Vault.Root, "*", SearchOption.AllDirectories).Count()).IsEqualTo(before + 1);
        await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
        await Assert.That(machine.SyncWell().Findings.Count).IsEqualTo(0);
        rig.Fsck();
    }

    [Test]
    [Arguments(".git")]
    [Arguments("..")]
    [Arguments("...")]
    public async Task Names_that_git_itself_would_refuse_do_not_reach_the_disk(string name)
    {
        using var rig = new Rig();
        var machine = Ready(rig);
        // git refuses to index such names, so the tree is written by hand.
        var blob = Rig.Git(rig.Remote, "evil", ["hash-object", "-w", "--stdin"]).Trim();
        var inner = Rig.Git(rig.Remote, $"100644 blob {blob}\tescaped\n", ["mktree"]).Trim();
        var tree = Rig.Git(rig.Remote, Rig.Git(rig.Remote, "ls-tree", "main") + $"040000 tree {inner}\t{name}\n", ["mktree"]).Trim();
        var commit = Rig.Git(rig.Remote, "commit-tree", tree, "-p", "main", "-m", "hostile").Trim();
        Rig.Git(rig.Remote, "update-ref", "refs/heads/main", commit);
        machine.Sync();
        await Assert.That(Directory.EnumerateFiles(rig.Root, "escaped", SearchOption.AllDirectories).Any()).IsFalse();
        await Assert.That(Directory.Exists(machine.FullPath(".git"))).IsFalse();
        await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
    }

    [Test]
    public async Task What_a_log_says_is_not_changed_but_more_may_follow()
    {
        using var rig = new Rig();
        var machine = Ready(rig);
        const string Log = "Logs/cloud-aaaaaa/2026-11-23.jsonl", First = "{\"event\":\"one\"}\n", More = First + "{\"event\":\"two\"}\n";
        rig.Plant("a log", fromNothing: false, ("100644", Log, First));
        await Assert.That(machine.SyncWell().Findings).IsEmpty();
        rig.Plant("more of it", fromNothing: false, ("100644", Log, More));
        await Assert.That(machine.SyncWell().Findings).IsEmpty();
        rig.Plant("another story", fromNothing: false, ("100644", Log, More.Replace("one", "won")));
        await Assert.That(machine.SyncWell().Findings.Count).IsEqualTo(1);
        rig.Plant("less of it", fromNothing: false, ("100644", Log, First));
        await Assert.That(machine.SyncWell().Findings.Count).IsEqualTo(1);
        await Assert.That(File.ReadAllText(machine.FullPath(Log))).IsEqualTo(More);
        await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
    }

    [Test]
    public async Task A_huge_file_and_one_that_is_not_text_are_refused()
    {
        using var rig = new Rig();
        var machine = Ready(rig);
        rig.Plant("hostile", fromNothing: false, ("100644", "Needs_Action/email/huge-0123456789abcdef.md", new string('x', TaskFile.Limit + 1)),
            ("100644", "Needs_Action/email/nul-0123456789abcdef.md", "a\0b"));
        var report = machine.SyncWell();
        await Assert.That(report.Findings.Count).IsEqualTo(2);
        await Assert.That(machine.Vault.List(Stage.NeedsAction).Count()).IsEqualTo(0);
    }

    [Test]
    public async Task An_unsigned_file_never_arrives_in_Approved_and_its_move_is_undone_whole()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var pending = cloud.Draft(cloud.New("Question"), "Dear you");
        cloud.SyncWell();
        var local = rig.Machine("local", Zone.Local);
        var approved = Place.Approved("email").PathOf(pending.Name);
        rig.Plant("forged", fromNothing: false, ("0", pending.Path, ""), ("100644", approved, cloud.Text(pending)));
        var report = local.SyncWell();
        await Assert.That(report.Findings.Single().Path).IsEqualTo(approved);
        await Assert.That(local.Vault.Find(pending.Name)!.Value).IsEqualTo(pending);
        cloud.SyncWell();
        await Assert.That(cloud.Vault.Find(pending.Name)!.Value).IsEqualTo(pending);

        var other = rig.Machine("other", Zone.Local);
        File.Delete(other.FullPath(pending.Path));
        other.Write(approved, "---\napproval: good\n---\n");
        other.SyncWell();
        local.SyncWell();
        await Assert.That(local.Vault.Find(pending.Name)!.Value.Path).IsEqualTo(approved);
    }

    /// <summary>Both machines, again and again: one refused and the other restored, for ever.</summary>
    static async Task SettlesIn(Rig rig, params Machine[] machines)
    {
        foreach (var _ in Enumerable.Range(0, 2)) foreach (var machine in machines) machine.SyncWell();
        var tip = Rig.Git(rig.Remote, "rev-parse", "main");
        foreach (var machine in machines)
        {
            machine.SyncWell();
            await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
        }
        await Assert.That(Rig.Git(rig.Remote, "rev-parse", "main")).IsEqualTo(tip);
    }

    [Test]
    public async Task What_nobody_approved_and_nobody_has_seen_waits_for_the_owner()
    {
        using var rig = new Rig();
        var (local, cloud) = (Ready(rig), rig.Machine("cloud", Zone.Cloud));
        var name = Rig.Name("forged");
        rig.Plant("forged", fromNothing: false, ("100644", Place.Approved("email").PathOf(name), "---\n---\n"));
        cloud.SyncWell();
        await Assert.That(local.SyncWell().Findings.Single().Refused).IsTrue();
        await SettlesIn(rig, cloud, local);
        await Assert.That(cloud.Vault.Find(name)!.Value.Place).IsEqualTo(Place.Pending("email"));
    }

    [Test]
    public async Task Where_a_moves_arrival_is_refused_its_departure_is_no_disappearance()
    {
        using var rig = new Rig();
        var local = Ready(rig);
        var entry = local.New("Question");
        local.SyncWell();
        rig.Plant("hostile", fromNothing: false, ("0", entry.Path, ""), ("100644", Place.Pending("email").PathOf(entry.Name), "a\0b"));
        await Assert.That(local.SyncWell().Findings.Single().Why).Contains("not UTF-8");
        await Assert.That(local.Vault.Find(entry.Name)!.Value).IsEqualTo(entry);
    }

    [Test]
    public async Task What_was_approved_and_is_changed_elsewhere_waits_again_as_it_is_now()
    {
        using var rig = new Rig();
        var (local, cloud) = (Ready(rig), rig.Machine("cloud", Zone.Cloud));
        var approved = new TaskEntry(Place.Approved("email"), Rig.Name("Question"));
        local.Write(approved.Path, "---\napproval: good\n---\n\n## Draft\n\nDear you\n");
        local.SyncWell();
        var other = rig.Machine("other", Zone.Local);
        other.Write(approved.Path, "---\nx: y\n---\n\n## Draft\n\nDear you, and more\n");
        other.SyncWell();
        await SettlesIn(rig, cloud, local, other);
        await Assert.That(local.Find("Question")!.Value.Place).IsEqualTo(Place.Pending("email"));
        await Assert.That(local.Text(local.Find("Question")!.Value)).Contains("and more");
    }

    [Test]
    public async Task What_waits_here_is_not_changed_by_an_unapproved_version_of_it()
    {
        using var rig = new Rig();
        var (local, cloud) = (Ready(rig), rig.Machine("cloud", Zone.Cloud));
        var pending = local.Draft(local.New("Question"), "the owner's words");
        local.SyncWell();
        var forged = local.Text(pending).Replace("the owner's words", "pay me");
        rig.Plant("forged", fromNothing: false, ("0", pending.Path, ""), ("100644", Place.Approved("email").PathOf(pending.Name), forged));
        await SettlesIn(rig, cloud, local);
        await Assert.That(local.Text(pending)).Contains("the owner's words");
        await Assert.That(rig.RemotePaths().Count(p => p.StartsWith("Quarantine/" + pending.Name.Value, StringComparison.Ordinal))).IsEqualTo(1);
    }

    // Found by tests/Fuzz: with a second place for the same task, in whichever domain, a stranger's words came into Pending_Approval.
    [Test]
    [Arguments("email")]
    [Arguments("accounting")]
    public async Task What_waits_here_is_not_changed_by_a_second_version_that_is_put_beside_it_in_Approved(string domain)
    {
        using var rig = new Rig();
        var (local, cloud) = (Ready(rig), rig.Machine("cloud", Zone.Cloud));
        var pending = local.Draft(local.New("Question"), "the owner's words");
        local.SyncWell();
        var forged = local.Text(pending).Replace("the owner's words", "pay me");
        rig.Plant("forged", fromNothing: false, ("100644", Place.Approved(domain).PathOf(pending.Name), forged));
        local.SyncWell();
        await Assert.That(local.Vault.Find(pending.Name)!.Value).IsEqualTo(pending);
        await Assert.That(local.Text(pending)).Contains("the owner's words").And.DoesNotContain("pay me");
        await SettlesIn(rig, cloud, local);
        await Assert.That(local.Text(pending)).Contains("the owner's words").And.DoesNotContain("pay me");
    }

    [Test]
    public async Task An_unapproved_version_that_was_accepted_first_counts_as_waiting_and_keeps_its_words()
    {
        // One machine's owner claimed it while away; another's draft was written, moved to Approved and not yet signed. (seed 78101831)
        using var rig = new Rig();
        var (local, other) = (Ready(rig), rig.Machine("other", Zone.Local));
        var entry = local.New("Question");
        local.SyncWell();
        other.SyncWell();
        local.Claims.Take(entry);
        var pending = other.Draft(entry, "the owner's words");
        other.Vault.Move(pending, Place.Approved("email"));
        other.SyncWell();
        await SettlesIn(rig, local, other);
        await Assert.That(local.Text(local.Find("Question")!.Value)).Contains("the owner's words");
        await Assert.That(other.Find("Question")!.Value.Place).IsEqualTo(Place.Pending("email"));
    }

    [Test]
    public async Task An_index_that_the_owners_machine_refused_is_gone_from_the_cloud_too()
    {
        using var rig = new Rig();
        var (local, cloud) = (Ready(rig), rig.Machine("cloud", Zone.Cloud));
        rig.Plant("forged", fromNothing: false, ("100644", "Archive/2026-03-00000000.md", "x"));
        cloud.SyncWell();
        await SettlesIn(rig, local, cloud);
        await Assert.That(ArchiveIndex.Files(cloud.Vault).Any()).IsFalse();
    }

    [Test]
    public async Task A_name_that_changes_its_case_only_arrives()
    {
        using var rig = new Rig();
        var (local, other) = (Ready(rig), rig.Machine("other", Zone.Local));
        File.Move(local.FullPath("Briefings/Weekly.md"), local.FullPath("Briefings/weekly.md"));
        rig.Clock.Now += TimeSpan.FromMinutes(5);
        local.SyncWell();
        await SettlesIn(rig, other, local);
        await Assert.That(File.ReadAllText(other.FullPath("Briefings/weekly.md"))).IsEqualTo("ours");
        await Assert.That(File.Exists(other.FullPath("Briefings/Weekly.md"))).IsFalse();
    }

    [Test]
    public async Task A_task_that_the_remote_drops_stays()
    {
        using var rig = new Rig();
        var machine = rig.Machine("cloud", Zone.Cloud);
        var entry = machine.New("Question");
        machine.SyncWell();
        rig.Plant("dropped", fromNothing: false, ("0", entry.Path, ""));
        await Assert.That(machine.SyncWell().Findings.Single().Why).Contains("disappeared");
        await Assert.That(machine.Vault.Find(entry.Name)).IsNotNull();
        await Assert.That(rig.RemotePaths()).Contains(entry.Path);
    }

    [Test]
    public async Task The_remote_cannot_take_away_what_makes_a_vault()
    {
        using var rig = new Rig();
        var machine = Ready(rig);
        rig.Plant("dropped", fromNothing: false, ("0", "PROTOCOL", ""), ("0", "Briefings/Weekly.md", ""));
        await Assert.That(machine.SyncWell().Findings.Single().Path).IsEqualTo("PROTOCOL");
        await Assert.That(File.Exists(machine.FullPath("PROTOCOL"))).IsTrue();
        await Assert.That(File.Exists(machine.FullPath("Briefings/Weekly.md"))).IsFalse();
        await Assert.That(rig.RemotePaths()).Contains("PROTOCOL");
    }

    [Test]
    public async Task Of_two_twins_that_arrive_together_one_is_taken()
    {
        using var rig = new Rig();
        var machine = Ready(rig);
        rig.Plant("twins", fromNothing: false, ("100644", "Briefings/Twin.md", "one"), ("100644", "Briefings/twin.md", "two"));
        await Assert.That(machine.SyncWell().Findings.Single().Why).Contains("case only");
        await Assert.That(Directory.GetFiles(machine.FullPath("Briefings")).Length).IsEqualTo(2);
        await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
    }

    [Test]
    [Arguments("Company_Handbook.md")]
    [Arguments("Business_Goals.md")]
    [Arguments("Dashboard.md")]
    [Arguments("Inbox.base")]
    [Arguments("PROTOCOL")]
    public async Task The_owners_files_are_changed_by_no_other_machine(string path)
    {
        using var rig = new Rig();
        var owner = Ready(rig);
        if (path != "PROTOCOL") owner.Write(path, "the owner's");
        owner.SyncWell();
        var words = File.ReadAllText(owner.FullPath(path));
        var cloud = rig.Machine("cloud", Zone.Cloud);
        rig.Plant("somebody else's", fromNothing: false, ("100644", path, "another's"));
        await Assert.That(owner.SyncWell().Findings.Single().ToString()).Contains(path).And.Contains("only the owner's machine");
        await Assert.That(File.ReadAllText(owner.FullPath(path))).IsEqualTo(words);
        // What the owner writes reaches the others, whatever they had taken meanwhile.
        cloud.SyncWell();
        await Assert.That(File.ReadAllText(cloud.FullPath(path))).IsEqualTo(words);
        await Assert.That(rig.RemoteFile(path)).IsEqualTo(words);
    }

    [Test]
    public async Task A_fresh_machine_takes_nothing_hostile_from_the_tip_it_joins()
    {
        using var rig = new Rig();
        Ready(rig);
        rig.Plant("hostile", fromNothing: false, ("120000", "Dashboard.md", "/etc/passwd"), ("100644", "Approved/email/x-0123456789abcdef.md", "---\n---\n"));
        var fresh = rig.Machine("fresh", Zone.Local);
        await Assert.That(Disk.Stamp(fresh.FullPath("Dashboard.md")).Kind).IsEqualTo(FileKind.Missing);
        await Assert.That(fresh.Vault.List(Stage.Approved).Count()).IsEqualTo(0);
        fresh.SyncWell();
        await Assert.That(fresh.Tree()).IsEqualTo(rig.RemoteTree());
    }

    [Test]
    [Arguments("Needs_Action/email/x-0123456789abcdef.md", true)]
    [Arguments("Done/2026-11/x-0123456789abcdef.md", true)]
    [Arguments("Done/2026-13/x-0123456789abcdef.md", false)]
    [Arguments("Quarantine/x-0123456789abcdef.0123abcd.md", true)]
    [Arguments("Quarantine/x-0123456789abcdef.0123ABCD.md", false)]
    [Arguments("Logs/cloud-7k3m2q/000001.jsonl", true)]
    [Arguments("Logs/cloud-7k3m2q/2026/000001.jsonl", true)]
    [Arguments("Logs/cloud-7k3m2q/../x.jsonl", false)]
    [Arguments("Logs/someone/000001.jsonl", false)]
    [Arguments("Updates/local-7k3m2q/week 47.md", true)]
    [Arguments("Inbox.base", true)]
    [Arguments("dashboard.md", false)]
    [Arguments("/etc/passwd", false)]
    [Arguments("Briefings//x.md", false)]
    [Arguments("", false)]
    public async Task What_travels_is_decided_by_the_path(string path, bool accepted) =>
        await Assert.That(SyncPath.Accepts(path)).IsEqualTo(accepted);
}
