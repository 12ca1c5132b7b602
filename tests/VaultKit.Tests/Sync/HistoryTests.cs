using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Histories that do not go on from one another, and vaults that are just beginning.</summary>
public sealed class HistoryTests
{
    [Test]
    public async Task A_rewritten_history_stops_merging_and_nothing_is_written()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("Before");
        local.SyncWell();
        rig.Plant("rewritten", fromNothing: true, ("100644", "PROTOCOL", "1\n"), ("100644", "Dashboard.md", "hello"));
        var tree = local.Tree();
        for (var i = 0; i < 2; i++)
        {
            await Assert.That(local.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
            await Assert.That(local.Tree()).IsEqualTo(tree);
        }
        Rig.Git(rig.Remote, "update-ref", "-d", "refs/heads/main");
        await Assert.That(local.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
    }

    [Test]
    public async Task A_remote_that_was_set_back_is_not_pushed_over_and_new_work_stays_here()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("First");
        local.SyncWell();
        var before = Rig.Git(rig.Remote, "rev-parse", "main").Trim();
        local.New("Second");
        local.SyncWell();
        Rig.Git(rig.Remote, "update-ref", "refs/heads/main", before);
        local.New("Third");
        await Assert.That(local.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
        await Assert.That(Rig.Git(rig.Remote, "rev-parse", "main").Trim()).IsEqualTo(before);
    }

    [Test]
    public async Task Two_vaults_without_a_common_beginning_are_not_merged()
    {
        using var rig = new Rig();
        rig.Machine("one", Zone.Local).SyncWell();
        var two = rig.Machine("two", Zone.Local, join: false);
        two.New("Mine");
        await Assert.That(two.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
        await Assert.That(two.Find("Mine")).IsNotNull();
    }

    [Test]
    public async Task Another_remote_has_its_own_history()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("Here");
        local.SyncWell();
        // The owner has moved to a new and empty one.
        var fresh = Path.Combine(rig.Root, "fresh.git");
        Rig.Git(rig.Root, "init", "-q", "--bare", "-b", "main", fresh);
        var report = new SyncCycle(local.Vault, local.State, new() { Remote = fresh }, rig.Clock).Run(default);
        await Assert.That(report.Failure?.ToString()).IsNull();
        await Assert.That(Rig.Git(fresh, "ls-tree", "-r", "main")).IsEqualTo(local.Tree());
    }

    [Test]
    public async Task A_vault_whose_making_was_interrupted_is_made_by_asking_again()
    {
        using var rig = new Rig();
        Directory.CreateDirectory(Path.Combine(rig.Root, "one", "Needs_Action", "email"));
        var one = rig.Machine("one", Zone.Local);
        one.New("Mine");
        one.SyncWell();
        Directory.CreateDirectory(Path.Combine(rig.Root, "two", "Done"));
        await Assert.That(rig.Machine("two", Zone.Local).Find("Mine")).IsNotNull();
        // A file is somebody's.
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(rig.Root, "three", "Photos")).FullName, "me.jpg"), "");
        await Assert.That(() => rig.Machine("three", Zone.Local)).Throws<Refusal>();
    }
}
