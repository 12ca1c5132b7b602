using System.IO.Compression;
using VaultKit.Archiving;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

public class ArchiveTests
{
    const string Month = "2026-03";

    /// <summary>An owner's machine and a cloud's, alike, with three tasks that were finished long ago.</summary>
    static (Rig Rig, Machine Owner, Machine Cloud) Begin()
    {
        var rig = new Rig();
        var owner = rig.Machine("owner", Zone.Local);
        foreach (var title in new[] { "one", "two", "new password" }) owner.Write(Path(title), Text(title));
        owner.SyncWell();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        cloud.SyncWell();
        return (rig, owner, cloud);
    }

    static string Path(string title) => new Place(Stage.Done, Month).PathOf(Rig.Name(title));
    static string Text(string title) => System.Text.Encoding.UTF8.GetString(Rig.Task(title, "sent").ToBytes());
    static string Folder(Rig rig) => System.IO.Path.Combine(rig.Root, "archives");
    static IReadOnlyList<Archived> Archive(Rig rig, Machine owner) => new Archiver(owner.Vault, owner.State, Folder(rig)).Run("2026-04", default);
    static bool Has(Machine machine, string title) => File.Exists(machine.FullPath(Path(title)));

    static List<string> Check(Rig rig, Machine owner)
    {
        var problems = new List<string>();
        ArchiveCheck.Run(owner.Vault, Folder(rig), problems);
        return problems;
    }

    [Test]
    public async Task What_the_owner_archives_leaves_every_machine_and_stays_known()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        var done = Archive(rig, owner).Single();
        await Assert.That((done.Tasks, done.Kept)).IsEqualTo((3, 0));
        using (var zip = ZipFile.OpenRead(done.File)) await Assert.That(string.Join(' ', zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal))).IsEqualTo(string.Join(' ', new[] { "one", "two", "new password" }.Select(Path).Order(StringComparer.Ordinal)));
        foreach (var machine in new[] { owner, cloud, owner })
        {
            await Assert.That(machine.SyncWell().Findings.Count).IsEqualTo(0);
            await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
        }
        foreach (var title in new[] { "one", "two", "new password" })
        {
            await Assert.That(Has(cloud, title)).IsFalse();
            await Assert.That(ArchiveIndex.Find(cloud.Vault, Rig.Name(title))).IsNotNull();
        }
        await Assert.That(ArchiveIndex.Find(cloud.Vault, Rig.Name("four"))).IsNull();
        await Assert.That(Check(rig, owner).Count).IsEqualTo(0);
        await Assert.That(Archive(rig, owner).Count).IsEqualTo(0);
        rig.Fsck();
    }

    [Test]
    public async Task A_finished_task_that_is_gone_and_not_archived_comes_back()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        Archive(rig, owner);
        owner.SyncWell();
        // One that was never archived, and one that was archived as another than it is now.
        owner.Write(Path("late"), Text("late"));
        owner.Write(Path("two"), Text("two").Replace("sent", "sent, and more was said"));
        owner.SyncWell();
        cloud.SyncWell();
        File.Delete(cloud.FullPath(Path("late")));
        File.Delete(cloud.FullPath(Path("two")));
        cloud.SyncWell();
        rig.Clock.Now += TimeSpan.FromMinutes(5);
        cloud.SyncWell();
        await Assert.That(Has(cloud, "late") && Has(cloud, "two")).IsTrue();
        await Assert.That(Has(cloud, "one")).IsFalse();
    }

    [Test]
    public async Task A_crash_between_index_and_removal_is_finished_by_the_next_run()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        Archive(rig, owner);
        foreach (var title in new[] { "one", "two", "new password" })
        {
            owner.Write(Path(title), Text(title)); // as if the removal had not come to them
            File.SetLastWriteTimeUtc(owner.FullPath(Path(title)), new(2026, 3, 5));
        }
        owner.SyncWell();
        cloud.SyncWell();
        await Assert.That(Has(cloud, "one") && Has(cloud, "two")).IsTrue();
        Archive(rig, owner);
        owner.SyncWell();
        cloud.SyncWell();
        await Assert.That(Has(owner, "one") || Has(cloud, "one") || Has(cloud, "new password")).IsFalse();
        await Assert.That(Check(rig, owner).Count).IsEqualTo(0);
        await Assert.That(rig.RemoteTree()).IsEqualTo(cloud.Tree());
    }

    [Test]
    public async Task What_somebody_changed_meanwhile_is_not_archived_away()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        var other = rig.Machine("other", Zone.Local);
        other.Write(Path("two"), Text("two").Replace("sent", "sent, and more was said"));
        other.Cycle.Run(default, full: true);
        Archive(rig, owner);
        foreach (var machine in new[] { owner, cloud, owner }) machine.SyncWell();
        foreach (var machine in new[] { owner, cloud })
        {
            await Assert.That(File.ReadAllText(machine.FullPath(Path("two")))).Contains("more was said");
            await Assert.That(Has(machine, "one") || Has(machine, "new password")).IsFalse();
            await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
        }
    }

    [Test]
    public async Task An_index_that_a_stranger_pushed_is_refused_and_takes_nothing_away()
    {
        var (rig, owner, _) = Begin();
        using var __ = rig;
        var line = ArchiveIndex.Line(System.Text.Encoding.UTF8.GetBytes(Text("one")), Path("one"));
        rig.Plant("forged", false, ("100644", $"Archive/{Month}-00000000.md", $"{new string('0', 64)}  x.zip\n{line}\n"), ("0", Path("one"), ""));
        var report = owner.SyncWell();
        await Assert.That(report.Findings.Any(f => f.Refused && f.Path.StartsWith("Archive/", StringComparison.Ordinal))).IsTrue();
        await Assert.That(Has(owner, "one")).IsTrue();
        await Assert.That(ArchiveIndex.Find(owner.Vault, Rig.Name("one"))).IsNull();
    }

    [Test]
    public async Task An_index_takes_away_nothing_that_is_open()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        var entry = owner.New("Open");
        owner.SyncWell();
        cloud.SyncWell();
        var line = ArchiveIndex.Line(owner.Vault.ReadBytes(entry), entry.Path);
        rig.Plant("archived too early", false, ("100644", $"Archive/{Month}-00000000.md", $"{new string('0', 64)}  x.zip\n{line}\n"), ("0", entry.Path, ""));
        cloud.SyncWell();
        await Assert.That(cloud.Find("Open")).IsEqualTo(entry);
        await Assert.That(rig.RemotePaths()).Contains(entry.Path);
    }

    [Test]
    public async Task An_open_task_that_the_owner_deletes_is_rejected_though_its_name_was_archived()
    {
        // It came back: another machine had it open while it was finished and archived. (seed 78128885)
        var (rig, owner, _) = Begin();
        using var __ = rig;
        Archive(rig, owner);
        owner.SyncWell();
        var again = new TaskEntry(Place.Pending("email"), Rig.Name("one"));
        owner.Write(again.Path, Text("one"));
        owner.SyncWell();
        File.Delete(owner.FullPath(again.Path));
        owner.SyncWell();
        rig.Clock.Now += TimeSpan.FromMinutes(5);
        owner.SyncWell();
        await Assert.That(owner.Find("one")!.Value.Place.Stage).IsEqualTo(Stage.Rejected);
    }

    [Test]
    public async Task An_index_is_nobodys_to_remove()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        Archive(rig, owner);
        owner.SyncWell();
        cloud.SyncWell();
        var index = ArchiveIndex.Files(cloud.Vault).Single();
        rig.Plant("gone", false, ("0", "Archive/" + System.IO.Path.GetFileName(index), ""));
        foreach (var machine in new[] { cloud, owner, cloud }) machine.SyncWell();
        await Assert.That(ArchiveIndex.Files(cloud.Vault).Count()).IsEqualTo(1);
        await Assert.That(ArchiveIndex.Files(owner.Vault).Count()).IsEqualTo(1);
        await Assert.That(Has(owner, "one")).IsFalse();
    }

    [Test]
    public async Task A_machine_that_joins_later_knows_what_was_archived()
    {
        var (rig, owner, _) = Begin();
        using var __ = rig;
        Archive(rig, owner);
        owner.SyncWell();
        foreach (var zone in new[] { Zone.Cloud, Zone.Local })
        {
            var late = rig.Machine("late-" + zone, zone);
            late.SyncWell();
            await Assert.That(ArchiveIndex.Find(late.Vault, Rig.Name("one"))).IsNotNull();
            await Assert.That(late.Tree()).IsEqualTo(rig.RemoteTree());
        }
    }

    [Test]
    public async Task Logs_of_a_day_go_round_and_into_the_archive_and_the_chain_is_followed_through_both()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        rig.Clock.Now = new(2026, 12, 30, 12, 0, 0, TimeSpan.Zero);
        for (var day = 0; day < 4; day++, rig.Clock.Now += TimeSpan.FromDays(1))
            foreach (var machine in new[] { cloud, owner })
                for (var cycle = 0; cycle < 3; cycle++, rig.Clock.Now += TimeSpan.FromSeconds(1))
                {
                    var log = new AuditLog(machine.State, rig.Clock);
                    log.Append($"day-{day}");
                    log.Seal(machine.Vault);
                    await Assert.That(machine.SyncWell().Findings.Count).IsEqualTo(0);
                }
        cloud.SyncWell();
        owner.SyncWell();
        string[] Logs(Machine of) => [.. Directory.GetFiles(owner.FullPath($"Logs/{of.Agent}")).Select(System.IO.Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
        await Assert.That(string.Join(' ', Logs(cloud))).IsEqualTo("00000010.jsonl 00000011.jsonl 00000012.jsonl 2026-12-30.jsonl 2026-12-31.jsonl 2027-01-01.jsonl");
        await Assert.That(owner.Tree()).IsEqualTo(rig.RemoteTree());
        await Assert.That(cloud.Tree()).IsEqualTo(rig.RemoteTree());

        var done = new Archiver(owner.Vault, owner.State, Folder(rig)).Run("2027-01", default);
        await Assert.That(string.Join(' ', done.Select(d => $"{d.Month}:{d.Tasks}+{d.Logs}"))).IsEqualTo($"{Month}:3+0 2026-12:0+4");
        foreach (var machine in new[] { owner, cloud, owner }) await Assert.That(machine.SyncWell().Findings.Count).IsEqualTo(0);
        await Assert.That(Logs(cloud)[3]).IsEqualTo("2027-01-01.jsonl");
        await Assert.That(cloud.Tree()).IsEqualTo(rig.RemoteTree());
        await Assert.That(string.Join("; ", Check(rig, owner))).IsEqualTo("");

        File.Delete(done[1].File);
        var problems = string.Join("; ", Check(rig, owner));
        await Assert.That(problems).Contains("it is not there").And.Contains("segments 1 to 6 are missing");
    }

    [Test]
    public async Task A_log_that_is_gone_without_its_day_stays_where_it_was()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        var log = new AuditLog(cloud.State, rig.Clock);
        log.Append("said");
        log.Seal(cloud.Vault);
        cloud.SyncWell();
        owner.SyncWell();
        var path = $"Logs/{cloud.Agent}/00000001.jsonl";
        var day = rig.RemoteFile(path).Replace("said", "sad");
        rig.Plant("another day", false, ("0", path, ""), ("100644", $"Logs/{cloud.Agent}/2026-11-01.jsonl", day));
        await Assert.That(owner.SyncWell().Findings.Any(f => f.Refused && f.Path == path)).IsTrue();
        await Assert.That(File.Exists(owner.FullPath(path))).IsTrue();
    }

    [Test]
    public async Task An_archive_that_was_changed_is_noticed()
    {
        var (rig, owner, _) = Begin();
        using var __ = rig;
        var file = Archive(rig, owner).Single().File;
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        await Assert.That(string.Join("; ", Check(rig, owner))).Contains("not the archive that was written");
    }

    [Test]
    public async Task Archives_do_not_lie_in_the_vault()
    {
        var (rig, owner, _) = Begin();
        using var __ = rig;
        await Assert.That(() => new Archiver(owner.Vault, owner.State, owner.FullPath("Archive")).Run("2026-04", default)).Throws<Refusal>().WithMessageContaining("lies in the vault");
    }

    [Test]
    public async Task What_was_rejected_is_archived_by_the_month_of_the_no()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        string No(string title) => Place.Rejected("email").PathOf(Rig.Name(title));
        void Write(string title, string key, string time) =>
            owner.Write(No(title), System.Text.Encoding.UTF8.GetString(Rig.Task(title).With("received", "2026-01-05T00:00:00Z").With(key, time).ToBytes()));
        Write("old no", "rejected_at", "2026-03-31T23:00:00Z");
        Write("moved by hand", "received", "2026-02-01T00:00:00Z");
        Write("late no", "rejected_at", "2026-04-01T01:00:00Z");
        owner.Write(No("no task at all"), "nothing");
        owner.SyncWell();
        cloud.SyncWell();
        var done = Archive(rig, owner);
        await Assert.That(string.Join(' ', done.Select(d => $"{d.Month}:{d.Tasks}"))).IsEqualTo($"2026-02:1 {Month}:4");
        foreach (var machine in new[] { owner, cloud, owner })
        {
            await Assert.That(machine.SyncWell().Findings.Count).IsEqualTo(0);
            await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
        }
        await Assert.That(string.Join(' ', new[] { "old no", "moved by hand", "late no", "no task at all" }.Select(t => File.Exists(cloud.FullPath(No(t)))))).IsEqualTo("False False True True");
        await Assert.That(ArchiveIndex.Find(cloud.Vault, Rig.Name("old no"))).IsNotNull();
        await Assert.That(Check(rig, owner).Count).IsEqualTo(0);
    }

    [Test]
    public async Task A_machine_that_was_away_while_a_task_was_finished_and_archived_does_not_bring_it_back()
    {
        var (rig, owner, cloud) = Begin();
        using var _ = rig;
        var pending = Place.Pending("email").PathOf(Rig.Name("long ago"));
        owner.Write(pending, Text("long ago"));
        owner.SyncWell();
        cloud.SyncWell();
        File.Delete(owner.FullPath(pending));
        owner.Write(Path("long ago"), Text("long ago").Replace("sent", "sent, 250"));
        owner.SyncWell();
        Archive(rig, owner);
        owner.SyncWell();
        cloud.New("new mail");
        foreach (var machine in new[] { cloud, owner, cloud })
        {
            await Assert.That(machine.SyncWell().Findings.Count).IsEqualTo(0);
            await Assert.That(machine.Find("long ago")).IsNull();
            await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
        }
    }
}
