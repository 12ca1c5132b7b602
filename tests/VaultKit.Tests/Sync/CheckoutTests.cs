using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Crashes and the owner's hand between the steps.</summary>
public sealed class CheckoutTests
{
    /// <summary>A cloud draft that waits on the remote for a local machine whose vault does not have it yet.</summary>
    internal static (Machine Cloud, Machine Local, TaskEntry Pending) Waiting(Rig rig)
    {
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var entry = cloud.New("Question");
        cloud.SyncWell();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        var pending = cloud.Draft(entry, "Dear you");
        cloud.SyncWell();
        return (cloud, local, pending);
    }

    static SyncWork Work(Rig rig, Machine machine, GitDirectory git) =>
        new(machine.Vault, new VaultFiles(machine.Vault.Root), git, StatCache.Load(machine.State), Options(rig), rig.Clock, machine.State, SyncMemory.Load(machine.State), new SyncReport(), default);

    static SyncOptions Options(Rig rig) => Rig.AsOwner(new() { Remote = rig.Remote });

    static void MergeOnly(Rig rig, Machine machine, Action<SyncWork> then)
    {
        using var git = GitDirectory.Open(machine.State, Options(rig));
        var work = Work(rig, machine, git);
        work.MergeIn(new Transport(git, machine.State, Options(rig), default).Fetch()!);
        then(work);
    }

    [Test]
    public async Task A_crash_between_merge_and_checkout_is_not_read_as_deletions()
    {
        using var rig = new Rig();
        var (cloud, local, _) = Waiting(rig);
        MergeOnly(rig, local, _ => { });
        await Assert.That(local.Find("Question")!.Value.Place.Stage).IsEqualTo(Stage.NeedsAction);
        local.Restart();
        local.SyncWell();
        await Assert.That(local.Find("Question")!.Value.Place).IsEqualTo(Place.Pending("email"));
        await Assert.That(local.Tree()).IsEqualTo(cloud.Tree());
        await Assert.That(rig.RemoteTree()).IsEqualTo(cloud.Tree());
    }

    [Test]
    public async Task A_crash_in_the_middle_of_a_checkout_is_finished()
    {
        using var rig = new Rig();
        var (cloud, local, pending) = Waiting(rig);
        MergeOnly(rig, local, _ => { });
        // The arrival is written, the departure is not.
        local.Write(pending.Path, cloud.Text(pending));
        local.Restart();
        local.SyncWell();
        await Assert.That(local.Tree()).IsEqualTo(cloud.Tree());
        await Assert.That(local.Cycle.Run(default).Committed).IsEqualTo(0);
    }

    [Test]
    public async Task Who_died_while_anothers_claim_was_written_here_does_not_take_it_over()
    {
        using var rig = new Rig();
        var holder = rig.Machine("holder", Zone.Cloud);
        var entry = holder.New("Question");
        holder.SyncWell();
        var other = rig.Machine("other", Zone.Cloud);
        var held = holder.Claims.Take(entry)!;
        holder.SyncWell();
        MergeOnly(rig, other, _ => { });
        // The arrival is written, the departure is not; and the next turn claims before it syncs, and even drafts.
        other.Write(held.Entry.Path, holder.Text(held.Entry));
        other.Restart();
        other.Draft(entry, "Dear you");
        other.SyncWell();
        await Assert.That(other.Find("Question")!.Value).IsEqualTo(held.Entry);
        holder.SyncWell();
        await Assert.That(holder.Cycle.Confirmed(held)).IsTrue();
        await Assert.That(holder.Tree()).IsEqualTo(other.Tree());
    }

    [Test]
    public async Task A_crash_between_the_two_references_of_a_commit_loses_nothing()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("Before");
        local.SyncWell();
        var main = Rig.Git(local.GitPath, "rev-parse", "main").Trim();
        local.New("After");
        using (var git = GitDirectory.Open(local.State, Options(rig))) Work(rig, local, git).CommitLocal(full: false);
        // As if it had died before main was moved.
        Rig.Git(local.GitPath, "update-ref", "refs/heads/main", main);
        local.Restart();
        await Assert.That(local.SyncWell().Pushed).IsTrue();
        await Assert.That(local.Find("After")).IsNotNull();
        await Assert.That(rig.RemoteTree()).IsEqualTo(local.Tree());
    }

    [Test]
    public async Task An_owners_edit_between_snapshot_and_checkout_survives()
    {
        using var rig = new Rig();
        var (_, local, pending) = Waiting(rig);
        local.SyncWell();
        var text = local.Text(pending);
        var other = rig.Machine("other", Zone.Local);
        other.Write(pending.Path, text.Replace("Dear you", "theirs"));
        other.SyncWell();
        MergeOnly(rig, local, work =>
        {
            local.Write(pending.Path, text.Replace("Dear you", "the owner's own words"));
            work.FinishCheckout();
        });
        await Assert.That(local.Text(pending)).Contains("the owner's own words");
        local.Restart();
        local.SyncWell();
        // Committed and merged in turn: main had the other first, but a draft that waits is the owner's; what it lost to is kept.
        await Assert.That(rig.RemoteFile(pending.Path)).Contains("the owner's own words");
        await Assert.That(File.ReadAllText(Directory.GetFiles(local.FullPath("Quarantine")).Single())).Contains("theirs");
        await Assert.That(local.Tree()).IsEqualTo(rig.RemoteTree());
        rig.Fsck();
    }

    [Test]
    public async Task An_edit_of_a_draft_that_was_moved_on_elsewhere_is_kept_in_quarantine()
    {
        using var rig = new Rig();
        var (cloud, local, pending) = Waiting(rig);
        local.SyncWell();
        var other = rig.Machine("other", Zone.Local);
        var text = other.Text(pending);
        File.WriteAllText(other.FullPath(pending.Path), text.Replace("subject:", "approval: good\nsubject:"));
        other.Vault.Move(pending, Place.Approved("email"));
        other.SyncWell();
        File.WriteAllText(local.FullPath(pending.Path), text.Replace("Dear you", "My dear old friend"));
        local.SyncWell();
        cloud.SyncWell();
        other.SyncWell();
        await Assert.That(local.Find("Question")!.Value.Place).IsEqualTo(Place.Approved("email"));
        var kept = Directory.GetFiles(local.FullPath("Quarantine"));
        await Assert.That(kept.Length).IsEqualTo(1);
        await Assert.That(File.ReadAllText(kept[0])).Contains("My dear old friend");
        await Assert.That(local.Tree()).IsEqualTo(other.Tree()).And.IsEqualTo(cloud.Tree());
        rig.Fsck();
    }

    [Test]
    public async Task A_note_of_the_owner_goes_with_a_task_that_is_claimed_and_drafted_meanwhile()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var question = cloud.New("Question");
        cloud.SyncWell();
        var local = rig.Machine("local", Zone.Local);
        local.Write(question.Path, local.Text(question).Replace("subject:", "priority: high\nsubject:").Replace("# Question\n", "# Question\n\nShe pays in advance.\n"));
        var drafted = cloud.Draft(question, "Dear you");
        cloud.SyncWell();
        local.SyncWell();
        cloud.SyncWell();
        await Assert.That(cloud.Text(drafted)).Contains("priority: high").And.Contains("She pays in advance.").And.Contains("Dear you");
        await Assert.That(local.Tree()).IsEqualTo(cloud.Tree()).And.IsEqualTo(rig.RemoteTree());
        await Assert.That(Directory.GetFiles(local.FullPath("Quarantine"))).IsEmpty();
        rig.Fsck();
    }

    [Test]
    public async Task A_file_that_the_owner_removed_meanwhile_is_not_written_again()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.Write("Briefings/Weekly.md", "old");
        local.SyncWell();
        rig.Plant("someone", fromNothing: false, ("100644", "Briefings/Weekly.md", "theirs"));
        MergeOnly(rig, local, work =>
        {
            File.Delete(local.FullPath("Briefings/Weekly.md"));
            work.FinishCheckout();
        });
        await Assert.That(File.Exists(local.FullPath("Briefings/Weekly.md"))).IsFalse();
    }

    [Test]
    public async Task A_draft_that_the_owner_edits_while_its_task_is_moved_on_is_not_removed()
    {
        using var rig = new Rig();
        var (cloud, local, pending) = Waiting(rig);
        local.SyncWell();
        var (text, rejected) = (cloud.Text(pending), Place.Rejected("email").PathOf(pending.Name));
        var other = rig.Machine("other", Zone.Local);
        other.Vault.Move(other.Vault.Find(pending.Name)!.Value, Place.Rejected("email"));
        other.SyncWell();
        FileStamp saved = default;
        MergeOnly(rig, local, work =>
        {
            File.WriteAllText(local.FullPath(pending.Path), text + "\nthe owner's words\n");
            saved = Disk.Stamp(local.FullPath(pending.Path));
            work.FinishCheckout();
        });
        await Assert.That(File.ReadAllText(local.FullPath(rejected))).IsEqualTo(text);
        await Assert.That(Disk.Stamp(local.FullPath(pending.Path))).IsEqualTo(saved); // not even for an instant was it elsewhere
        local.Restart();
        local.SyncWell();
        await Assert.That(local.Find("Question")!.Value.Path).IsEqualTo(rejected);
        await Assert.That(File.ReadAllText(Directory.GetFiles(local.FullPath("Quarantine")).Single())).EndsWith("the owner's words\n");
        await Assert.That(local.Tree()).IsEqualTo(rig.RemoteTree());
    }

    [Test]
    public async Task An_edit_that_is_saved_while_its_file_is_removed_survives()
    {
        using var folder = new TemporaryFolder();
        var files = new VaultFiles(folder.Path);
        var kept = 0;
        for (var round = 0; round < 200; round++)
        {
            File.WriteAllText(folder["PROTOCOL"], "1\n");
            File.WriteAllText(folder["edit"], "2\n");
            var removed = false;
            Parallel.Invoke(() => removed = files.Remove("PROTOCOL", StatCache.Hash("1\n"u8)), () => File.Move(folder["edit"], folder["PROTOCOL"], overwrite: true));
            await Assert.That(File.Exists(folder["PROTOCOL"]) ? File.ReadAllText(folder["PROTOCOL"]) : "gone").IsEqualTo("2\n");
            kept += removed ? 0 : 1;
        }
        await Assert.That(Directory.GetFiles(folder.Path).Length).IsEqualTo(1);
    }

    [Test]
    public async Task A_task_whose_new_place_is_taken_does_not_leave_its_old_one()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var entry = cloud.New("Question");
        cloud.SyncWell();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        var pending = Place.Pending("email").PathOf(entry.Name);
        rig.Plant("moved", fromNothing: false, ("0", entry.Path, ""), ("100644", pending, cloud.Text(entry).Replace("# Question", "# Another question")));
        MergeOnly(rig, local, work =>
        {
            local.Write(pending, "somebody's own file");
            work.FinishCheckout();
        });
        await Assert.That(File.Exists(local.FullPath(entry.Path))).IsTrue();
        await Assert.That(File.ReadAllText(local.FullPath(pending))).IsEqualTo("somebody's own file");
    }

    [Test]
    public async Task Nothing_is_written_through_a_folder_that_is_a_link()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        var outside = Directory.CreateDirectory(Path.Combine(rig.Root, "outside")).FullName;
        Directory.CreateSymbolicLink(local.FullPath("Briefings"), outside);
        rig.Plant("theirs", fromNothing: false, ("100644", "Briefings/Weekly.md", "theirs"), ("100644", "Dashboard.md", "theirs"));
        await Assert.That(string.Join("; ", local.Sync().Findings)).Contains("not a folder");
        await Assert.That(Directory.GetFiles(outside)).IsEmpty();
        await Assert.That(new DirectoryInfo(local.FullPath("Briefings")).LinkTarget).IsEqualTo(outside);
    }

    [Test]
    public async Task A_task_finished_into_a_past_month_is_seen_and_the_month_is_not_looked_at_again()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var held = local.Claims.Take(local.New("Old"))!;
        local.SyncWell();
        var done = local.Claims.Release(held, held.Task, new Place(Stage.Done, "2020-01"))!.Value;
        await Assert.That(local.SyncWell().Committed).IsEqualTo(1);
        await Assert.That(rig.RemotePaths()).Contains(done.Path);
        File.AppendAllText(local.FullPath(done.Path), "\nedited\n");
        await Assert.That(local.SyncWell().Committed).IsEqualTo(0);
        await Assert.That(local.Cycle.Run(default, full: true).Committed).IsEqualTo(1);
    }

    [Test]
    public async Task A_second_change_within_the_clocks_grain_is_seen()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.Write("Dashboard.md", "aaaa");
        local.SyncWell();
        var stamp = File.GetLastWriteTimeUtc(local.FullPath("Dashboard.md"));
        using (var stream = new FileStream(local.FullPath("Dashboard.md"), FileMode.Open)) stream.Write("bbbb"u8);
        File.SetLastWriteTimeUtc(local.FullPath("Dashboard.md"), stamp);
        await Assert.That(local.SyncWell().Committed).IsEqualTo(1);
        await Assert.That(rig.RemoteFile("Dashboard.md")).IsEqualTo("bbbb");
        // Whether the clock has moved since is not to be known: what was just written is read again, whatever its stamp.
        var cache = StatCache.Load(local.State);
        local.Write("Dashboard.md", "cccc");
        cache.Look(new VaultFiles(local.Vault.Root), "Dashboard.md", out _);
        cache.Look(new VaultFiles(local.Vault.Root), "Dashboard.md", out var content);
        await Assert.That(content).IsNotNull();
    }

    [Test]
    [Arguments(0L, false)]
    [Arguments(1_900_000_000L, false)]
    [Arguments(2_100_000_000L, true)]
    public async Task A_stamp_counts_only_when_it_was_old_as_the_file_was_read(long age, bool settled)
    {
        const long taken = 1_800_000_000_000_000_000;
        await Assert.That(new FileStamp(FileKind.Regular, 1, 1, 1, taken - age, taken - age).IsSettled(taken)).IsEqualTo(settled);
        // A file that was given an old time of writing was changed when it was given it.
        await Assert.That(new FileStamp(FileKind.Regular, 1, 1, 1, 0, taken - age).IsSettled(taken)).IsEqualTo(settled);
    }

    [Test]
    public async Task Old_temporaries_go_and_an_owners_words_among_them_do_not()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var entry = local.New("Question");
        local.SyncWell();
        local.Write("Needs_Action/email/.platinum-1", local.Text(entry));
        local.Write("Needs_Action/email/.platinum-2", local.Text(entry) + "\nonly here\n");
        local.Write("Needs_Action/email/.platinum-3", "half a fi");
        local.Write("Needs_Action/email/.other", "not ours");
        local.Restart();
        local.SyncWell();
        await Assert.That(Directory.GetFiles(local.FullPath("Needs_Action/email"), ".*").Length).IsEqualTo(4);
        rig.Clock.Now += TimeSpan.FromHours(2);
        local.Restart();
        local.SyncWell();
        await Assert.That(Path.GetFileName(Directory.GetFiles(local.FullPath("Needs_Action/email"), ".*").Single())).IsEqualTo(".other");
        await Assert.That(File.ReadAllText(Directory.GetFiles(local.FullPath("Quarantine")).Single())).EndsWith("only here\n");
    }
}
