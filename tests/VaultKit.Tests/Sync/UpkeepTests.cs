using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

public class UpkeepTests
{
    const int Enough = Upkeep.LooseInSample;

    static int Count(Machine m, string what) =>
        int.Parse(Rig.Git(m.GitPath, "count-objects", "-v").Split('\n').First(l => l.StartsWith(what + ":", StringComparison.Ordinal))[(what.Length + 1)..]);

    static void Fill(Machine m, string what = "note")
    {
        using var git = GitDirectory.Open(m.State, new());
        // Only those are written that the sample counts: as if there were 256 times as many.
        for (int n = 0, written = 0; written < Enough; n++)
        {
            var note = System.Text.Encoding.ASCII.GetBytes($"{what} {n}\n");
            if (!StatCache.Hash(note).Sha.StartsWith("17", StringComparison.Ordinal)) continue;
            git.WriteBlob(note);
            written++;
        }
    }

    [Test]
    public async Task Loose_objects_come_together_in_a_pack_and_nothing_is_lost()
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local);
        for (var n = 0; n < 30; n++) m.New($"task {n}");
        m.SyncWell();
        await Assert.That(Count(m, "packs")).IsEqualTo(0);
        var before = Count(m, "count");
        Fill(m);
        m.New("one more");
        var report = m.SyncWell();
        await Assert.That(report.Findings).IsEmpty();
        await Assert.That(Count(m, "packs")).IsEqualTo(1);
        await Assert.That(Count(m, "in-pack")).IsGreaterThan(30);
        rig.Fsck();
        // It goes on from the pack, and what was reachable from nowhere is still there.
        m.New("and another");
        m.SyncWell();
        await Assert.That(rig.RemotePaths().Count(p => p.StartsWith("Needs_Action/", StringComparison.Ordinal))).IsEqualTo(32);
        await Assert.That(Count(m, "in-pack") + Count(m, "count")).IsGreaterThan(before + Enough);
    }

    [Test]
    public async Task What_a_killed_git_left_is_removed_once_it_is_old()
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local);
        m.SyncWell();
        Fill(m);
        var (old, young) = (Path.Combine(m.GitPath, "objects", "pack", ".tmp-1-pack-a"), Path.Combine(m.GitPath, "objects", "pack", "tmp_pack_b"));
        foreach (var file in (string[])[old, young]) File.WriteAllText(file, "half");
        File.SetLastWriteTimeUtc(old, rig.Clock.Now.UtcDateTime - TimeSpan.FromHours(2));
        m.New("task");
        m.SyncWell();
        await Assert.That(File.Exists(old)).IsFalse();
        await Assert.That(File.Exists(young)).IsTrue();
    }

    [Test]
    public async Task A_quiet_directory_is_left_alone()
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local, o => o with { Git = "/nonexistent/git-that-would-fail" });
        m.New("task");
        m.SyncWell();
        await Assert.That(Count(m, "packs")).IsEqualTo(0);
    }

    [Test]
    public async Task Without_git_loose_objects_and_small_packs_come_together_all_the_same()
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local, o => o with { Git = "/nonexistent/git" });
        m.SyncWell();
        var other = rig.Machine("b", Zone.Cloud);
        var objects = 0;
        for (var round = 0; round < 4; round++)
        {
            Fill(m, $"round {round}");
            for (var n = 0; n < 10; n++) m.New($"task {round} {n}");
            objects += 10;
            other.New($"theirs {round}"); // what is fetched comes as a pack of its own
            other.SyncWell();
            rig.Clock.Now += TimeSpan.FromHours(7);
            await Assert.That(m.SyncWell().Findings).IsEmpty();
            await Assert.That(Count(m, "packs")).IsLessThanOrEqualTo(2);
            await Assert.That(Count(m, "count")).IsEqualTo(0);
            rig.Fsck();
        }
        await Assert.That(Count(m, "in-pack")).IsGreaterThan(objects);
        m.New("and another");
        m.SyncWell();
        other.SyncWell();
        await Assert.That(other.Tree()).IsEqualTo(m.Tree());
    }

    [Test]
    public async Task A_crash_before_the_old_objects_are_gone_leaves_them_twice_and_the_next_time_ends_it()
    {
        using var rig = new Rig(withRemote: false);
        var m = rig.Machine("a", Zone.Local, o => o with { Remote = "" });
        for (var n = 0; n < 30; n++) m.New($"task {n}");
        m.SyncWell();
        var objects = Path.Combine(m.GitPath, "objects");
        for (var crash = 0; crash < 3; crash++)
        {
            var before = Directory.GetFiles(objects, "*", SearchOption.AllDirectories).Select(f => (Name: f, Bytes: File.ReadAllBytes(f))).ToList();
            OwnRepack.Run(m.GitPath);
            foreach (var (name, bytes) in before.Where(f => !File.Exists(f.Name))) File.WriteAllBytes(name, bytes);
            OwnRepack.Run(m.GitPath);
            await Assert.That((Count(m, "packs") <= 2, Count(m, "count"))).IsEqualTo((true, 0));
            m.New($"later {crash}");
            m.SyncWell();
        }
        rig.Fsck();
        await Assert.That(Rig.Git(m.GitPath, "ls-tree", "-r", "--name-only", "main").Split('\n').Count(p => p.StartsWith("Needs_Action/", StringComparison.Ordinal))).IsEqualTo(33);
    }

    [Test]
    [Arguments("", 5, 0)]
    [Arguments("100", 10, 0)]
    [Arguments("15", 10, 1)]
    [Arguments("3 3 3 3", 0, 4)]
    [Arguments("3 6 18", 0, 0)]
    [Arguments("3 5 18", 0, 2)]
    [Arguments("10 10 1000", 0, 2)]
    [Arguments("10 1000 1500", 0, 3)]
    [Arguments("10 150000 160000", 0, 0)]
    public async Task Packs_are_put_together_until_each_is_twice_all_smaller_ones(string packs, int loose, int together) =>
        await Assert.That(OwnRepack.Together([.. packs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)], loose)).IsEqualTo(together);

    [Test]
    public async Task Git_is_asked_for_a_durable_pack_and_hears_of_no_other_configuration()
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("a script stands in git's place"); return; }
        using var rig = new Rig();
        var (git, asked) = (Path.Combine(rig.Root, "git"), Path.Combine(rig.Root, "asked"));
        File.WriteAllText(git, $"#!/bin/sh\n{{ echo \"$@\"; env | grep ^GIT_ | sort; }} > '{asked}'\n");
        File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var m = rig.Machine("a", Zone.Local, o => o with { Git = git });
        Fill(m);
        m.New("task");
        await Assert.That(m.SyncWell().Findings).IsEmpty();
        var said = File.ReadAllLines(asked);
        await Assert.That(said[0]).Contains("-c core.fsync=all ").And.Contains(" repack --geometric=2 -d ");
        await Assert.That(string.Join(' ', said[1..])).IsEqualTo($"GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_OBJECT_DIRECTORY={m.GitPath}/objects");
    }

    [Test]
    public async Task A_git_that_fails_is_named_and_not_asked_again_for_hours()
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local, o => o with { Git = "false" });
        Fill(m);
        m.New("task");
        await Assert.That(m.SyncWell().Findings.Single().Why).Contains("git repack ended with 1");
        m.New("another");
        await Assert.That(m.SyncWell().Findings).IsEmpty();
        rig.Clock.Now += TimeSpan.FromHours(7);
        m.New("a third");
        await Assert.That(m.SyncWell().Findings.Count).IsEqualTo(1);
    }

    static int PacksOf(string repository) => Directory.GetFiles(Path.Combine(repository, "objects", "pack"), "*.pack").Length;

    static void Push(Machine m, int times)
    {
        for (var n = 0; n < times; n++)
        {
            m.Write("Plans/email/note.md", $"{Guid.NewGuid()}\n");
            m.SyncWell();
        }
    }

    [Test]
    [Arguments("git")]
    [Arguments("/nonexistent/git")]
    public async Task A_remote_that_is_a_path_is_kept_small_by_those_who_push_into_it(string git)
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local, o => o with { Git = git });
        m.SyncWell();
        var other = rig.Machine("b", Zone.Cloud);
        for (var round = 0; round < 3; round++)
        {
            Push(m, Upkeep.PacksOfRemote / 2);
            other.New($"theirs {round}");
            other.SyncWell();
        }
        await Assert.That(PacksOf(rig.Remote)).IsLessThan(Upkeep.PacksOfRemote);
        rig.Fsck();
        await Assert.That(int.Parse(Rig.Git(rig.Remote, "rev-list", "--count", "main"))).IsGreaterThan(3 * Upkeep.PacksOfRemote / 2);
        m.SyncWell();
        await Assert.That(m.Tree()).IsEqualTo(rig.RemoteTree());
    }

    [Test]
    public async Task A_remotes_own_configuration_plays_no_part()
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local);
        m.SyncWell();
        File.AppendAllText(Path.Combine(rig.Remote, "config"), "[repack]\n\tuseDeltaBaseOffset = nonsense\n");
        Push(m, Upkeep.PacksOfRemote);
        await Assert.That(PacksOf(rig.Remote)).IsLessThan(5);
    }

    [Test]
    public async Task While_another_pushes_the_remote_is_left_as_it_is()
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local);
        Push(m, Upkeep.PacksOfRemote);
        var report = new SyncReport();
        Upkeep.RunRemote(rig.Remote, m.GitPath, () => null, m.State, new(), rig.Clock, report, default);
        await Assert.That(PacksOf(rig.Remote)).IsEqualTo(Upkeep.PacksOfRemote);
        m.New("one more");
        await Assert.That(m.SyncWell().Findings).IsEmpty();
        await Assert.That(PacksOf(rig.Remote)).IsLessThan(5);
    }

    [Test]
    public async Task A_remote_that_cannot_be_put_in_order_is_named_once_and_the_push_is_done()
    {
        using var rig = new Rig();
        var m = rig.Machine("a", Zone.Local, o => o with { Git = "false" });
        Push(m, Upkeep.PacksOfRemote);
        m.New("one more");
        var report = m.SyncWell();
        await Assert.That((report.Pushed, report.Findings.Single().Why)).IsEqualTo((true, "git repack ended with 1: "));
        m.New("and another");
        await Assert.That(m.SyncWell().Findings).IsEmpty();
    }
}
