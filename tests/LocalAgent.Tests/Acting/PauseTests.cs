using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>The owner's hand on the switch.</summary>
public class PauseTests
{
    static CancellationToken None => CancellationToken.None;

    [Test]
    public async Task While_paused_what_is_approved_waits_where_it_lies_and_afterwards_goes_out()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        v.Pause.Begin("the price list\nis wrong");
        var report = await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(v.Where(entry)).IsEqualTo(entry);
        await Assert.That(v.Read(entry).Has("claim")).IsFalse();
        await Assert.That(report.Held.Single().Hold).IsEqualTo(new Hold("sending is paused: the price list is wrong", null));
        await Assert.That(report.Next).IsNull();

        await Assert.That(v.Pause.End()).IsTrue();
        await Assert.That(v.Pause.End()).IsFalse();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task It_outlives_the_process_and_a_second_pause_keeps_the_time_of_the_first()
    {
        using var v = new TestVault();
        v.Pause.Begin("first");
        var since = new Pause(v.State, v.Clock).Look()!.Since;
        v.Clock.Now += TimeSpan.FromHours(1);
        v.Pause.Begin("second");
        await Assert.That(new Pause(v.State, v.Clock).Look()).IsEqualTo(new Paused(since, "second"));
    }

    [Test]
    [Arguments("")]
    [Arguments("rubbish")]
    public async Task A_file_that_says_nothing_still_pauses(string content)
    {
        using var v = new TestVault();
        v.PutApproved();
        await File.WriteAllTextAsync(v.State.PathOf("paused"), content);
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
    }

    [Test]
    public async Task A_pause_that_comes_while_the_claim_is_confirmed_stops_the_offer()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery, (_, _) => { v.Pause.Begin(""); return Task.FromResult(true); }).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(v.Read(entry).Get("phase")).IsEqualTo("claimed");

        var asked = 0;
        await v.Fence(delivery, (_, _) => { asked++; return Task.FromResult(true); }).RunAsync(None);
        await Assert.That(asked).IsEqualTo(0); // nobody asks the remote for what waits anyway

        v.Pause.End();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task A_pause_does_not_return_between_the_last_question_and_the_offer()
    {
        using var v = new TestVault();
        v.PutApproved();
        Task? pausing = null;
        var (returned, isSet) = (false, false);
        var delivery = new ScriptedDelivery
        {
            Ready = () =>
            {
                // A thread of its own: on a busy machine the pool's come late.
                pausing = Task.Factory.StartNew(() => v.Pause.Begin("now"), None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                isSet = SpinWait.SpinUntil(() => v.Pause.Look() is not null, TimeSpan.FromSeconds(15));
                returned = pausing.Wait(300);
            },
        };
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(returned).IsFalse();
        await Assert.That(isSet).IsTrue(); // for whatever comes next, however long this one takes
        await pausing!;
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task However_a_pause_and_offers_fall_together_none_follows_its_return()
    {
        for (var round = 0; round < 20; round++)
        {
            using var v = new TestVault();
            for (var i = 0; i < 5; i++) v.PutApproved();
            var (paused, late) = (0, 0);
            var spent = new SpentApprovals(v.State);
            var fence = new Fence(v.Vault, spent, new(v.State, v.Key), v.Objections, v.Earlier, v.Holds(spent), _ => new ScriptedDelivery(), (_, _) => Task.FromResult(true),
                (_, _, _, _) => Task.FromResult<string?>(null), v.Clock,
                (what, _, _) => { if (what == "offered" && Volatile.Read(ref paused) == 1) Interlocked.Increment(ref late); });
            var running = Task.Run(() => fence.RunAsync(None));
            await Task.Delay(Random.Shared.Next(60));
            v.Pause.Begin("");
            Volatile.Write(ref paused, 1);
            await running;
            await Assert.That(late).IsEqualTo(0);
        }
    }

    [Test]
    public async Task What_was_offered_before_is_looked_after()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        delivery.Answer((true, new Outcome.Unknown("cut after the dot")));
        await v.Fence(delivery).RunAsync(None);
        v.Pause.Begin("");
        v.Clock.Now += Fence.Settling;
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task What_was_refused_for_now_is_not_offered_again_while_paused()
    {
        using var v = new TestVault();
        v.PutApproved();
        var delivery = new ScriptedDelivery();
        delivery.Answer((false, new Outcome.RefusedForNow("451 greylisted")), (true, new Outcome.Accepted("250 ok")));
        await v.Fence(delivery).RunAsync(None);
        v.Pause.Begin("");
        v.Clock.Now += TimeSpan.FromMinutes(2);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
    }

    [Test]
    public async Task What_does_not_fit_its_approval_comes_back_even_so()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        v.EditByHand(entry, t => t.Replace("yes.", "no.", StringComparison.Ordinal));
        v.Pause.Begin("");
        await v.Fence(new ScriptedDelivery()).RunAsync(None);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
    }

    [Test]
    public async Task The_end_of_a_pause_is_heard_of()
    {
        using var v = new TestVault();
        v.Pause.Begin("");
        using var heard = new SemaphoreSlim(0);
        using var watch = v.Pause.Watch(() => heard.Release());
        v.Pause.End();
        await Assert.That(await heard.WaitAsync(TimeSpan.FromSeconds(60))).IsTrue();
    }
}
