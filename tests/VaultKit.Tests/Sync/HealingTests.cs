using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>What is gone, and what is in two places.</summary>
public sealed class HealingTests
{
    [Test]
    public async Task An_owners_deletion_is_a_rejection_after_it_has_settled()
    {
        using var rig = new Rig();
        var (cloud, local, pending) = CheckoutTests.Waiting(rig);
        local.SyncWell();
        File.Delete(local.FullPath(pending.Path));
        await Assert.That(local.SyncWell().Committed).IsEqualTo(0);
        local.Restart();
        rig.Clock.Now += TimeSpan.FromSeconds(11);
        local.SyncWell();
        cloud.SyncWell();
        var rejected = cloud.Find("Question")!.Value;
        await Assert.That(rejected.Place).IsEqualTo(Place.Rejected("email"));
        await Assert.That(cloud.Vault.Read(rejected).Get("rejected_reason")).IsEqualTo("deleted by the owner");
        await Assert.That(cloud.Vault.Read(rejected).Draft).IsEqualTo("Dear you");
    }

    [Test]
    public async Task In_the_cloud_a_missing_file_comes_back()
    {
        using var rig = new Rig();
        var (cloud, _, pending) = CheckoutTests.Waiting(rig);
        var text = cloud.Text(pending);
        File.Delete(cloud.FullPath(pending.Path));
        cloud.SyncWell();
        rig.Clock.Now += TimeSpan.FromSeconds(11);
        await Assert.That(cloud.SyncWell().Committed).IsEqualTo(0);
        await Assert.That(cloud.Text(pending)).IsEqualTo(text);
    }

    [Test]
    public async Task When_most_of_the_vault_is_gone_at_once_it_is_restored()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        for (var i = 0; i < 12; i++) local.New("Question " + i);
        local.SyncWell();
        Directory.Delete(local.FullPath("Needs_Action"), recursive: true);
        local.SyncWell();
        rig.Clock.Now += TimeSpan.FromSeconds(11);
        local.SyncWell();
        await Assert.That(local.Vault.List(Stage.NeedsAction).Count()).IsEqualTo(12);
        await Assert.That(local.Vault.List(Stage.Rejected).Count()).IsEqualTo(0);
    }

    [Test]
    public async Task An_older_version_that_was_moved_while_a_newer_one_was_written_does_not_take_its_words_away()
    {
        // As a checkout leaves it for an instant: the newer version is at its new place, the older not yet gone from its old one, and is moved from there. (seed 78145607)
        using var rig = new Rig();
        var (_, local, pending) = CheckoutTests.Waiting(rig);
        local.SyncWell();
        local.Write(Place.Rejected("email").PathOf(pending.Name), local.Text(pending).Replace("Dear you", "an older draft"));
        local.SyncWell();
        await Assert.That(local.Vault.Find(pending.Name)!.Value.Place.Stage).IsEqualTo(Stage.Rejected);
        await Assert.That(File.ReadAllText(Directory.GetFiles(local.FullPath("Quarantine")).Single())).Contains("Dear you");
    }

    [Test]
    public async Task A_copy_in_a_second_stage_leaves_one_and_loses_no_words()
    {
        using var rig = new Rig();
        var (_, local, pending) = CheckoutTests.Waiting(rig);
        local.SyncWell();
        var rejected = Place.Rejected("email").PathOf(pending.Name);
        local.Write(rejected, local.Text(pending));
        File.WriteAllText(local.FullPath(pending.Path), local.Text(pending) + "\nmore\n");
        local.SyncWell();
        await Assert.That(local.Vault.Find(pending.Name)!.Value.Path).IsEqualTo(rejected);
        await Assert.That(File.Exists(local.FullPath(pending.Path))).IsFalse();
        await Assert.That(File.ReadAllText(Directory.GetFiles(local.FullPath("Quarantine")).Single())).EndsWith("more\n");
        await Assert.That(local.Tree()).IsEqualTo(rig.RemoteTree());
    }

    [Test]
    public async Task What_is_claimed_or_finished_and_gone_comes_back_as_it_was()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var held = local.Claims.Take(local.New("Claimed"))!;
        var other = local.Claims.Take(local.New("Finished"))!;
        var done = local.Claims.Release(other, other.Task, Place.Done(rig.Clock.Now))!.Value;
        local.Write("Quarantine/" + Rig.Name("Odd").FileName, "no task");
        local.SyncWell();
        var before = local.Tree();
        foreach (var path in (string[])[held.Entry.Path, done.Path, "Quarantine/" + Rig.Name("Odd").FileName]) File.Delete(local.FullPath(path));
        local.SyncWell();
        rig.Clock.Now += TimeSpan.FromSeconds(11);
        await Assert.That(local.SyncWell().Committed).IsEqualTo(0);
        await Assert.That(local.Tree()).IsEqualTo(before);
    }

    [Test]
    public async Task A_file_that_nobody_may_remove_comes_back()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.Write("Company_Handbook.md", "Be kind.");
        local.Write("Briefings/Weekly.md", "read");
        local.Write($"Logs/{local.Agent}/00000001.jsonl", "{}\n");
        local.SyncWell();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        cloud.SyncWell();
        foreach (var machine in (Machine[])[local, cloud])
        {
            foreach (var path in (string[])["Company_Handbook.md", "Briefings/Weekly.md", $"Logs/{local.Agent}/00000001.jsonl"]) File.Delete(machine.FullPath(path));
            machine.SyncWell();
        }
        rig.Clock.Now += TimeSpan.FromSeconds(11);
        local.SyncWell();
        cloud.SyncWell();
        foreach (var machine in (Machine[])[local, cloud])
        {
            await Assert.That(File.Exists(machine.FullPath("Company_Handbook.md")) && File.Exists(machine.FullPath($"Logs/{local.Agent}/00000001.jsonl"))).IsTrue();
            // What is the owner's to clear away, the owner has cleared away.
            await Assert.That(File.Exists(machine.FullPath("Briefings/Weekly.md"))).IsFalse();
        }
        // The cloud clears away nothing, not even that.
        local.Write("Briefings/Other.md", "unread");
        local.SyncWell();
        cloud.SyncWell();
        File.Delete(cloud.FullPath("Briefings/Other.md"));
        cloud.SyncWell();
        rig.Clock.Now += TimeSpan.FromSeconds(11);
        await Assert.That(cloud.SyncWell().Committed).IsEqualTo(0);
        await Assert.That(File.ReadAllText(cloud.FullPath("Briefings/Other.md"))).IsEqualTo("unread");
    }
}
