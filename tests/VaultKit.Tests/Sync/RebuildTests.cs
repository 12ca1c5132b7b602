using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>The engine's own git directory is damaged.</summary>
public sealed class RebuildTests
{
    [Test]
    [Arguments("an empty reference")]
    [Arguments("a commit that is cut off")]
    [Arguments("all objects are gone")]
    [Arguments("the directory is gone")]
    public async Task A_damaged_git_directory_is_built_anew_and_no_work_is_lost(string damage)
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var (edited, moved) = (cloud.New("Edited"), cloud.New("Moved"));
        cloud.SyncWell();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        // Never pushed: one is edited by the owner, one drafted, one is new. And the remote goes on meanwhile.
        var bytes = local.Vault.ReadBytes(edited);
        local.Vault.Rewrite(edited, bytes, TaskFile.Parse(bytes).WithDraft("the owner's words"));
        var drafted = local.Draft(moved, "a draft");
        var made = local.New("New here");
        Directory.Move(rig.Remote, rig.Remote + ".away");
        await Assert.That(local.Sync().Committed).IsEqualTo(1); // in commits that nobody else has
        Directory.Move(rig.Remote + ".away", rig.Remote);
        var theirs = cloud.New("New there");
        cloud.SyncWell();

        var main = Path.Combine(local.GitPath, "refs", "heads", "main");
        var tip = File.ReadAllText(main).Trim();
        if (damage == "an empty reference") File.WriteAllText(main, "");
        else if (damage == "a commit that is cut off") Cut(Path.Combine(local.GitPath, "objects", tip[..2], tip[2..]));
        else Directory.Delete(damage == "the directory is gone" ? local.GitPath : Path.Combine(local.GitPath, "objects"), recursive: true);
        if (damage == "all objects are gone") foreach (var folder in (string[])["pack", "info"]) Directory.CreateDirectory(Path.Combine(local.GitPath, "objects", folder));
        local.Restart();

        var report = local.Sync();
        await Assert.That(report.Failure?.Text).IsNull();
        await Assert.That(report.Findings.Single().ToString()).Contains("built anew");
        foreach (var entry in (TaskEntry[])[edited, drafted, made, theirs]) await Assert.That(rig.RemotePaths()).Contains(entry.Path);
        await Assert.That(rig.RemoteFile(edited.Path)).Contains("the owner's words");
        await Assert.That(rig.RemotePaths()).DoesNotContain(moved.Path);
        cloud.SyncWell();
        await Assert.That(local.SyncWell().Findings).IsEmpty();
        await Assert.That(cloud.Tree()).IsEqualTo(local.Tree());
        await Assert.That(local.Tree()).IsEqualTo(rig.RemoteTree().Replace("\"", ""));
        rig.Fsck();

        static void Cut(string file)
        {
            File.SetAttributes(file, FileAttributes.Normal);
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..10]);
        }
    }

    [Test]
    public async Task Objects_are_read_once_and_again_after_a_power_cut()
    {
        using var rig = new Rig(withRemote: false);
        var local = rig.Machine("local", Zone.Local, o => o with { Remote = "" });
        local.New("one");
        local.SyncWell();
        LooseObjects.Check(local.GitPath, "this boot");
        var tip = File.ReadAllText(Path.Combine(local.GitPath, "refs", "heads", "main")).Trim();
        var file = Path.Combine(local.GitPath, "objects", tip[..2], tip[2..]);
        File.SetAttributes(file, FileAttributes.Normal);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..10]);
        // It has another stamp; and one that had its stamp before the last look is read again only after a restart of the machine.
        await Assert.That(() => LooseObjects.Check(local.GitPath, "this boot")).Throws<SyncException>();
        await Assert.That(() => LooseObjects.Check(local.GitPath, null)).Throws<SyncException>();
        await Task.Delay(TimeSpan.FromSeconds(2.1));
        File.SetLastWriteTimeUtc(Path.Combine(local.GitPath, "platinum-checked"), DateTime.UtcNow);
        LooseObjects.Check(local.GitPath, "this boot");
        await Assert.That(() => LooseObjects.Check(local.GitPath, "the next boot")).Throws<SyncException>();
        // A clock that was ahead hides nothing.
        File.SetLastWriteTimeUtc(Path.Combine(local.GitPath, "platinum-checked"), DateTime.UtcNow.AddDays(1));
        await Assert.That(() => LooseObjects.Check(local.GitPath, "this boot")).Throws<SyncException>();
    }

    [Test]
    public async Task A_damaged_git_directory_is_not_built_anew_from_another_history()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("Here");
        local.SyncWell();
        var before = local.Tree();
        File.WriteAllText(Path.Combine(local.GitPath, "refs", "heads", "main"), "");
        rig.Plant("another history", fromNothing: true, ("100644", "PROTOCOL", "1\n"));
        var report = local.Sync();
        await Assert.That(report.Failure!.Kind).IsEqualTo(SyncFailureKind.Corrupt);
        await Assert.That(report.Failure.Text).Contains("does not hold");
        await Assert.That(local.Tree()).IsEqualTo(before);
    }

    [Test]
    public async Task A_lost_commit_is_not_taken_for_an_empty_history()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local, o => o with { Remote = "" });
        local.New("Here");
        local.SyncWell();
        var tip = File.ReadAllText(Path.Combine(local.GitPath, "refs", "heads", "main")).Trim();
        File.Delete(Path.Combine(local.GitPath, "objects", tip[..2], tip[2..]));
        local.New("And here");
        var report = local.Sync();
        await Assert.That(report.Failure?.Kind).IsEqualTo(SyncFailureKind.Corrupt);
        await Assert.That(File.ReadAllText(Path.Combine(local.GitPath, "refs", "heads", "main")).Trim()).IsEqualTo(tip);
        await Assert.That(local.Cycle.HasLocalWork()).IsTrue();
    }

    [Test]
    public async Task A_damaged_git_directory_without_its_remote_waits_and_changes_nothing()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("Here");
        local.SyncWell();
        var before = local.Tree();
        File.WriteAllText(Path.Combine(local.GitPath, "refs", "heads", "main"), "");
        Directory.Move(rig.Remote, rig.Remote + ".away");
        var report = local.Sync();
        await Assert.That((report.Failure!.Kind, report.Committed)).IsEqualTo((SyncFailureKind.Corrupt, 0));
        await Assert.That(report.Failure.Text).Contains("could not be built anew");
        await Assert.That(local.Tree()).IsEqualTo(before);
        Directory.Move(rig.Remote + ".away", rig.Remote);
        await Assert.That(local.Sync().Failure).IsNull();
    }
}
