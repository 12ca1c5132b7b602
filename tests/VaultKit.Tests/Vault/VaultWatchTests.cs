using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

[ParallelGroup(ByTheClock.Tests)]
public class VaultWatchTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static VaultFolder New(TemporaryFolder folder)
    {
        VaultFolder.Create(folder.Path);
        return VaultFolder.Open(folder.Path, AgentId.TryParse("local-7k3m2q", out var agent) ? agent : default);
    }

    [Test]
    public async Task A_canary_is_heard_and_wakes_nobody()
    {
        using var folder = new TemporaryFolder();
        var changes = 0;
        using var watch = new VaultWatch(New(folder), () => Interlocked.Increment(ref changes));
        await Assert.That(watch.Silent(Patience)).IsEmpty();
        await Task.Delay(200);
        await Assert.That(changes).IsEqualTo(0);
        await Assert.That(Directory.GetFiles(folder.Path, ".platinum-*", SearchOption.AllDirectories)).IsEmpty();
    }

    [Test]
    public async Task A_watcher_that_fell_silent_is_noticed_and_made_anew()
    {
        using var folder = new TemporaryFolder();
        var vault = New(folder);
        using var heard = new SemaphoreSlim(0);
        using var watch = new VaultWatch(vault, () => heard.Release());
        var silenced = vault.FullPath("Needs_Action/email");
        watch.Silence(silenced);
        File.WriteAllText(Path.Combine(silenced, "unheard.md"), "x");
        await Assert.That(await heard.WaitAsync(TimeSpan.FromMilliseconds(300))).IsFalse();

        await Assert.That(watch.Silent(TimeSpan.FromSeconds(2))).IsEmpty();
        await Assert.That(await heard.WaitAsync(Patience)).IsTrue(); // for what it missed
        while (heard.Wait(0)) { }
        File.WriteAllText(Path.Combine(silenced, "heard.md"), "x");
        await Assert.That(await heard.WaitAsync(Patience)).IsTrue();
    }

    [Test]
    public async Task A_folder_that_came_later_is_heard_and_one_that_went_is_forgotten()
    {
        using var folder = new TemporaryFolder();
        var vault = New(folder);
        using var heard = new SemaphoreSlim(0);
        using var watch = new VaultWatch(vault, () => heard.Release());
        var path = vault.FullPath("Approved/payments");
        for (var time = 0; time < 2; time++)
        {
            Directory.CreateDirectory(path);
            watch.Refresh();
            await Task.Delay(200); // the folder above tells of it too
            while (heard.Wait(0)) { }
            File.WriteAllText(Path.Combine(path, "new.md"), "x");
            await Assert.That(await heard.WaitAsync(Patience)).IsTrue();
            Directory.Delete(path, recursive: true);
            watch.Refresh();
        }
        await Assert.That(watch.Silent(Patience)).IsEmpty();
    }

    [Test]
    public async Task A_folder_that_was_replaced_is_heard_again()
    {
        using var folder = new TemporaryFolder();
        var vault = New(folder);
        using var heard = new SemaphoreSlim(0);
        using var watch = new VaultWatch(vault, () => heard.Release());
        var path = vault.FullPath("Pending_Approval/email");
        Directory.Move(path, folder.Path + "-elsewhere");
        Directory.CreateDirectory(path);
        try
        {
            await Assert.That(watch.Silent(TimeSpan.FromSeconds(2))).IsEmpty();
            await Task.Delay(200);
            while (heard.Wait(0)) { }
            File.WriteAllText(Path.Combine(path, "new.md"), "x");
            await Assert.That(await heard.WaitAsync(Patience)).IsTrue();
        }
        finally { Directory.Delete(folder.Path + "-elsewhere", recursive: true); }
    }

    [Test]
    [Arguments("Plans/email")]
    [Arguments("Updates/cloud-aaaaaa")]
    [Arguments("Approved/social")]
    public async Task A_folder_that_is_new_is_heard_of_and_listened_to(string name)
    {
        using var folder = new TemporaryFolder();
        var vault = New(folder);
        using var heard = new SemaphoreSlim(0);
        using var watch = new VaultWatch(vault, () => heard.Release());
        var path = Directory.CreateDirectory(vault.FullPath(name)).FullName;
        await Assert.That(await heard.WaitAsync(Patience)).IsTrue();
        watch.Refresh();
        await Task.Delay(200);
        while (heard.Wait(0)) { }
        File.WriteAllText(Path.Combine(path, "new.md"), "x");
        await Assert.That(await heard.WaitAsync(Patience)).IsTrue();
    }

    [Test]
    public async Task A_link_out_of_the_vault_is_not_listened_to()
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("links need a privilege there"); return; }
        using var folder = new TemporaryFolder();
        using var outside = new TemporaryFolder();
        var vault = New(folder);
        Directory.CreateSymbolicLink(vault.FullPath("Needs_Action/out"), outside.Path);
        using var heard = new SemaphoreSlim(0);
        using var watch = new VaultWatch(vault, () => heard.Release());
        File.WriteAllText(outside["new.md"], "x");
        await Assert.That(await heard.WaitAsync(TimeSpan.FromMilliseconds(500))).IsFalse();
        await Assert.That(watch.Silent(Patience)).IsEmpty();
        await Assert.That(Directory.GetFileSystemEntries(outside.Path).Length).IsEqualTo(1);
    }
}
