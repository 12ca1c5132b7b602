using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

/// <summary>What is asked of the disk, and in which order, so that a power cut leaves a file whole or not at all.</summary>
public class DurableTests
{
    static async Task Asks(string expected, TemporaryFolder folder, Action work) =>
        await Assert.That(string.Join(" | ", SystemCalls.Of(folder.Path, work))).IsEqualTo(expected);

    static bool Skipped()
    {
        if (!SystemCalls.CanSee) Skip.Test("there is no strace on this machine");
        return !SystemCalls.CanSee;
    }

    [Test]
    public async Task A_file_is_synced_before_it_gets_its_name_and_its_folder_after()
    {
        if (Skipped()) return;
        using var folder = new TemporaryFolder();
        await Asks("fsync * | rename * f | fsync .", folder, () => Durable.Write(folder["f"], "one"u8));
        await Asks("fsync * | rename * g | fsync .", folder, () => Durable.WriteNew(folder["g"], "one"u8));
        await Asks("fsync * | exchange * f | unlink * | fsync .", folder, () => Durable.Replace(folder["f"], "one"u8, "two"u8));
    }

    [Test]
    public async Task Of_a_move_the_new_folder_is_synced_first_and_the_old_one_too()
    {
        if (Skipped()) return;
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a"]);
        Directory.CreateDirectory(folder["b"]);
        File.WriteAllText(folder["a/f"], "x");
        await Asks("rename a/f b/f | fsync b | fsync a", folder, () => Durable.Move(folder["a/f"], folder["b/f"]));
        await Asks("rename b/f b/g | fsync b", folder, () => Durable.Move(folder["b/f"], folder["b/g"]));
    }

    [Test]
    public async Task What_is_added_to_a_file_is_synced_and_its_name_where_it_is_new()
    {
        if (Skipped()) return;
        using var folder = new TemporaryFolder();
        await Asks("fsync log | fsync .", folder, () => Durable.Append(folder["log"], "one\n"u8));
        await Asks("fsync log", folder, () => Durable.Append(folder["log"], "two\n"u8));
        await Assert.That(File.ReadAllText(folder["log"])).IsEqualTo("one\ntwo\n");
    }

    [Test]
    public async Task Each_folder_that_is_made_is_synced_in_the_one_above()
    {
        if (Skipped()) return;
        using var folder = new TemporaryFolder();
        await Asks("mkdir a | fsync . | mkdir a/b | fsync a", folder, () => Durable.CreateDirectory(folder["a/b"]));
        await Asks("", folder, () => Durable.CreateDirectory(folder["a/b"]));
    }

    [Test]
    public async Task A_file_is_taken_aside_before_it_is_removed_and_its_folder_is_synced()
    {
        if (Skipped()) return;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["PROTOCOL"], "1\n");
        var files = new VaultFiles(folder.Path);
        await Asks("rename PROTOCOL * | unlink * | fsync .", folder, () => files.Remove("PROTOCOL", StatCache.Hash("1\n"u8)));
    }

    [Test]
    public async Task A_sync_that_fails_is_an_error()
    {
        if (!OperatingSystem.IsLinux()) { Skip.Test("elsewhere these can be synced"); return; }
        // What these hold is on no disk, and the system says so.
        using var nothing = new FileStream("/dev/null", FileMode.Open, FileAccess.Write);
        await Assert.That(() => Disk.Sync(nothing)).Throws<IOException>();
        await Assert.That(() => Disk.SyncDirectory("/proc")).Throws<IOException>();
    }
}
