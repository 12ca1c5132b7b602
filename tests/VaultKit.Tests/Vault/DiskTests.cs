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
        var before = Disk.Stamp(folder["f"]);
        await Assert.That(Durable.Replace(folder["f"], "what was read"u8, "ours"u8)).IsFalse();
        await Assert.That(Disk.Stamp(folder["f"])).IsEqualTo(before); // not even for an instant was it another file
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

    [Test]
    public async Task An_edit_that_is_saved_in_the_last_instant_stands()
    {
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 100; round++)
        {
            File.WriteAllText(folder["f"], "read");
            File.WriteAllText(folder["edit"], "the owner's words");
            Parallel.Invoke(() => Durable.Replace(folder["f"], "read"u8, "ours"u8), () => File.Move(folder["edit"], folder["f"], overwrite: true));
            await Assert.That(File.ReadAllText(folder["f"])).IsEqualTo("the owner's words");
        }
        await Assert.That(Directory.GetFiles(folder.Path).Length).IsEqualTo(1);
    }

    [Test]
    public async Task A_file_that_is_moved_away_in_the_last_instant_is_not_replaced_and_no_failure()
    {
        using var folder = new TemporaryFolder();
        await Assert.That(Durable.Replace(folder["none"], "read"u8, "ours"u8)).IsFalse();
        for (var round = 0; round < 100; round++)
        {
            File.WriteAllText(folder["f"], "read");
            var replaced = false;
            Parallel.Invoke(() => replaced = Durable.Replace(folder["f"], "read"u8, "ours"u8), () => File.Move(folder["f"], folder["moved"], overwrite: true));
            await Assert.That(File.Exists(folder["f"])).IsFalse();
            await Assert.That(File.ReadAllText(folder["moved"])).IsEqualTo(replaced ? "ours" : "read");
        }
        await Assert.That(Directory.GetFiles(folder.Path).Length).IsEqualTo(1);
    }

    [Test]
    public async Task A_folder_is_refused_as_what_it_is()
    {
        using var folder = new TemporaryFolder();
        await Assert.That(() => Disk.ReadRegular(folder.Path, 10)).Throws<IOException>().WithMessageContaining("not a regular file");
        await Assert.That(() => Disk.ReadRegular(folder["none"], 10)).Throws<IOException>().WithMessageContaining("no such file");
    }

    [Test]
    public async Task A_link_that_takes_the_name_between_look_and_open_is_not_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["secret"], "secret");
        File.WriteAllText(folder["f"], "public");
        File.CreateSymbolicLink(folder["link"], folder["secret"]);
        using var stop = new CancellationTokenSource();
        var swapping = Task.Run(() => { while (!stop.IsCancellationRequested) Disk.TryExchange(folder["f"], folder["link"]); });
        var read = new HashSet<string>();
        for (var i = 0; i < 20_000; i++)
        {
            try { read.Add(System.Text.Encoding.UTF8.GetString(Disk.ReadRegular(folder["f"], 10))); }
            catch (IOException) { continue; } // a link, or no longer what was seen
        }
        await stop.CancelAsync();
        await swapping;
        await Assert.That(string.Join(' ', read)).IsEqualTo("public");
    }

    [Test]
    public async Task A_file_over_the_limit_is_not_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["f"], "12345678901");
        await Assert.That(() => Disk.ReadRegular(folder["f"], 10)).Throws<IOException>();
        await Assert.That(Disk.ReadRegular(folder["f"], 11).Length).IsEqualTo(11);
    }

    [Test]
    public async Task By_name_in_an_open_folder_the_same_is_seen_as_by_path()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["plain.md", "grün ß 漢字 🙂.md", new('x', 255)];
        foreach (var name in names) File.WriteAllText(folder[name], name);
        Directory.CreateDirectory(folder["below"]);
        File.CreateSymbolicLink(folder["link"], "below");
        using var open = new Disk.OpenFolder(folder[""]);
        foreach (var name in names.Concat(["below", "link", "nothing", "plain.md/nothing"]))
        {
            await Assert.That(open.Stamp(name)).IsEqualTo(Disk.Stamp(folder[name]));
            await Assert.That(open.Names(name)).IsEqualTo(Disk.Names(folder[name]));
        }
        await Assert.That(() => open.Stamp(new string('x', 256))).Throws<IOException>();
        using var missing = new Disk.OpenFolder(folder["nothing"]);
        await Assert.That(missing.Stamp("plain.md").Kind).IsEqualTo(FileKind.Missing);
    }
}
