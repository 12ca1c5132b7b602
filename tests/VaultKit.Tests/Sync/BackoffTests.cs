using CsCheck;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

public class BackoffTests
{
    [Test]
    public void Each_step_is_longer_up_to_a_limit_and_half_of_it_is_chance() =>
        Gen.Select(Gen.Int[0, Enum.GetValues<SyncFailureKind>().Length - 1].Select(k => (SyncFailureKind)k), Gen.Int[1, 10_000]).Sample((kind, failures) =>
        {
            var (first, longest) = kind switch
            {
                SyncFailureKind.Race => (2, 60),
                SyncFailureKind.Credentials or SyncFailureKind.HostKey or SyncFailureKind.Declined or SyncFailureKind.RewrittenHistory or SyncFailureKind.Corrupt or SyncFailureKind.RemoteCorrupt or SyncFailureKind.Refused => (120, 3600),
                _ => (5, 300),
            };
            var step = Math.Min(longest, first * Math.Pow(2, Math.Min(failures - 1, 30)));
            var waits = Backoff.After(new(kind, "x"), failures).TotalSeconds;
            return waits >= step / 2 && waits <= step;
        });

    [Test]
    public async Task No_two_machines_come_back_at_the_same_moment() =>
        await Assert.That(Enumerable.Range(0, 8).Select(_ => Backoff.After(new(SyncFailureKind.Offline, "x"), 7)).Distinct().Count()).IsEqualTo(8);

    [Test]
    public async Task A_patient_cycle_leaves_a_failing_remote_alone_and_commits_all_the_same()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        Directory.Move(rig.Remote, rig.Remote + ".away");
        await Assert.That(local.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.Offline);
        Directory.Move(rig.Remote + ".away", rig.Remote);
        local.New("While away");
        local.Restart(); // it is remembered on disk

        var waited = local.Cycle.Run(default, patient: true);
        await Assert.That((waited.Pushed, waited.Committed, waited.Ahead)).IsEqualTo((false, 1, 1));
        await Assert.That(waited.Failure!.Kind).IsEqualTo(SyncFailureKind.Offline);
        await Assert.That(waited.NotBefore!.Value - rig.Clock.Now).IsLessThanOrEqualTo(TimeSpan.FromSeconds(5));
        var memory = SyncCycle.Status(local.State);
        await Assert.That((memory.ConsecutiveFailures, memory.Recent, memory.SuccessRate)).IsEqualTo((1, "+-", 0.5)); // what was not tried is not counted

        rig.Clock.Now = waited.NotBefore!.Value;
        await Assert.That(local.Cycle.Run(default, patient: true).Pushed).IsTrue();
        await Assert.That(SyncCycle.Status(local.State).NotBefore).IsNull();
    }

    [Test]
    public async Task Whoever_waits_for_a_cycle_gets_one_at_once()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        Directory.Move(rig.Remote, rig.Remote + ".away");
        for (var i = 0; i < 8; i++) local.Sync();
        Directory.Move(rig.Remote + ".away", rig.Remote);
        await Assert.That(local.Cycle.Run(default, patient: true).Failure).IsNotNull();
        await Assert.That(local.Sync().Failure).IsNull();
    }

    [Test]
    public async Task A_clock_that_was_set_back_prolongs_nothing()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        Directory.Move(rig.Remote, rig.Remote + ".away");
        local.Sync();
        Directory.Move(rig.Remote + ".away", rig.Remote);
        rig.Clock.Now -= TimeSpan.FromDays(30);
        await Assert.That(local.Cycle.Run(default, patient: true).Failure).IsNull();
    }

    [Test]
    public async Task A_hundred_cycles_are_remembered()
    {
        var memory = new SyncMemory();
        for (var i = 0; i < 150; i++) memory.Record(new SyncReport { Pushed = i % 4 != 0, Failure = i % 4 == 0 ? new(SyncFailureKind.Other, "x") : null }, DateTimeOffset.UnixEpoch);
        await Assert.That((memory.Recent.Length, memory.SuccessRate)).IsEqualTo((SyncMemory.Remembered, 0.75));
    }

    [Test]
    public async Task Lost_races_are_counted_until_a_push_is_accepted()
    {
        var memory = new SyncMemory();
        memory.Record(new SyncReport { Races = 5, Failure = new(SyncFailureKind.Race, "others pushed first 5 times in a row") }, DateTimeOffset.UnixEpoch);
        memory.Record(new SyncReport { Races = 5, Failure = new(SyncFailureKind.Race, "others pushed first 5 times in a row") }, DateTimeOffset.UnixEpoch);
        await Assert.That(memory.RacesLost).IsEqualTo(10);
        await Assert.That(memory.ToString()).Contains("others pushed first").And.Contains("lost 10 races");
        memory.Record(new SyncReport { Pushed = true, Races = 1 }, DateTimeOffset.UnixEpoch);
        await Assert.That(memory.RacesLost).IsEqualTo(0);
    }
}
