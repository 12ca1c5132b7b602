using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

public class DiskTests
{
    [Test]
    public async Task Of_many_movers_to_one_name_one_wins_and_no_file_is_lost()
    {
        using var folder = new TemporaryFolder();
        const int rounds = 300, movers = 4;
        for (var round = 0; round < rounds; round++)
        {
            for (var m = 0; m < movers; m++) File.WriteAllText(folder[$"{round}-{m}"], "x");
            var target = folder[$"{round}-target"];
            var wins = 0;
            Parallel.For(0, movers, m => { if (Disk.TryMove(folder[$"{round}-{m}"], target)) Interlocked.Increment(ref wins); });
            await Assert.That(wins).IsEqualTo(1);
            await Assert.That(Directory.GetFiles(folder.Path, $"{round}-*").Length).IsEqualTo(movers);
        }
    }

    [Test]
    public async Task A_file_that_was_edited_meanwhile_is_not_replaced()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f"], "the owner's words");
        await Assert.That(Durable.Replace(folder["f"], "what was read"u8, "ours"u8)).IsFalse();
        await Assert.That(File.ReadAllText(folder["f"])).IsEqualTo("the owner's words");
        await Assert.That(Durable.Replace(folder["f"], "the owner's words"u8, "ours"u8)).IsTrue();
        await Assert.That(File.ReadAllText(folder["f"])).IsEqualTo("ours");
        await Assert.That(Directory.GetFiles(folder.Path).Length).IsEqualTo(1);
    }

    [Test]
    public async Task A_link_is_never_opened()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["secret"], "s");
        File.CreateSymbolicLink(folder["link"], folder["secret"]);
        await Assert.That(Disk.Stamp(folder["link"]).Kind).IsEqualTo(FileKind.Link);
        await Assert.That(() => Disk.ReadRegular(folder["link"], 10)).Throws<IOException>();
    }

    [Test]
    public async Task A_new_file_never_replaces_one()
    {
        using var folder = new TemporaryFolder();
        await Assert.That(Durable.WriteNew(folder["f"], "a"u8)).IsTrue();
        await Assert.That(Durable.WriteNew(folder["f"], "b"u8)).IsFalse();
        await Assert.That(File.ReadAllText(folder["f"])).IsEqualTo("a");
    }
}
