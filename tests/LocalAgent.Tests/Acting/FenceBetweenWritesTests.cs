using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>What a crash leaves between two durable writes that nothing stands between, made by hand.</summary>
public class FenceBetweenWritesTests
{
    static async Task<(TestVault V, TaskEntry Entry, ScriptedDelivery Delivery)> CutAsync(string at)
    {
        var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery { At = step => { if (step == at) throw new PowerCut(); } };
        await Assert.That(async () => await v.Fence(delivery).RunAsync(CancellationToken.None)).Throws<PowerCut>();
        delivery.At = _ => { };
        return (v, v.Where(entry), delivery);
    }

    static void Spend(TestVault v, TaskEntry entry, Spending now)
    {
        var task = v.Read(entry);
        new SpentApprovals(v.State).Note(Approval.Verify(task.Get("approval")!, _ => v.Key.Key)!, Intent.Read(entry.Name, task), now);
    }

    static async Task RunLaterAsync(TestVault v, ScriptedDelivery delivery)
    {
        v.Clock.Now += TimeSpan.FromHours(1);
        await v.Fence(delivery).RunAsync(CancellationToken.None);
    }

    [Test]
    public async Task Moved_and_not_yet_claimed()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        v.Vault.Move(entry, Place.InProgress(v.State.Agent));
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task Spent_and_the_phase_still_claimed_is_looked_for()
    {
        var (v, entry, delivery) = await CutAsync("after delivery");
        using (v)
        {
            v.EditByHand(entry, t => t.Replace("phase: offered", "phase: claimed", StringComparison.Ordinal));
            await RunLaterAsync(v, delivery);
            await Assert.That(delivery.World.Count).IsEqualTo(1);
            await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
        }
    }

    [Test]
    public async Task Refusal_noted_and_the_phase_still_offered_is_offered_again()
    {
        var (v, entry, delivery) = await CutAsync("before delivery");
        using (v)
        {
            delivery.CanSee = false;
            Spend(v, entry, Spending.Refused);
            await RunLaterAsync(v, delivery);
            await Assert.That(delivery.World.Count).IsEqualTo(1);
        }
    }

    [Test]
    public async Task A_refusal_of_an_earlier_attempt_says_nothing_about_this_one()
    {
        var (v, entry, delivery) = await CutAsync("after delivery");
        using (v)
        {
            delivery.CanSee = false;
            Spend(v, entry, Spending.Refused);
            v.EditByHand(entry, t => t.Replace("attempt: \"1\"", "attempt: \"2\"", StringComparison.Ordinal));
            await RunLaterAsync(v, delivery);
            await Assert.That(delivery.World.Count).IsEqualTo(1);
            await Assert.That(v.Read(entry).Get("phase")).IsEqualTo("unknown");
        }
    }

    [Test]
    public async Task Acceptance_noted_and_the_phase_still_offered_is_done()
    {
        var (v, entry, delivery) = await CutAsync("after delivery");
        using (v)
        {
            delivery.CanSee = false;
            Spend(v, entry, Spending.Accepted);
            await RunLaterAsync(v, delivery);
            await Assert.That(delivery.World.Count).IsEqualTo(1);
            await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
            await Assert.That(v.Read(entry).Has("sent_at")).IsTrue();
        }
    }

    [Test]
    public async Task Finished_and_not_yet_moved_to_Done()
    {
        var (v, entry, delivery) = await CutAsync("after");
        using (v)
        {
            var task = v.Read(entry);
            v.Vault.Rewrite(entry, v.Vault.ReadBytes(entry), task.Without("claim", "claimed_by", "claimed_at", "lease_until"));
            await RunLaterAsync(v, delivery);
            await Assert.That(delivery.World.Count).IsEqualTo(1);
            await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
        }
    }

    [Test]
    public async Task Given_back_and_not_yet_cleared_does_nothing_and_can_be_approved_anew()
    {
        var (v, entry, delivery) = await CutAsync("after delivery");
        using (v)
        {
            delivery.World.Clear();
            Spend(v, entry, Spending.Refused);
            var pending = v.Vault.Move(entry, Place.Pending(Domains.Email))!.Value;
            await RunLaterAsync(v, delivery);
            await Assert.That(delivery.World).IsEmpty();

            v.MoveByHand(pending, Place.Approved(Domains.Email));
            await RunLaterAsync(v, delivery);
            await Assert.That(delivery.World).IsEmpty();
            await Assert.That(v.Read(entry).Get("returned")!).Contains("used already");

            v.Approver.Approve(v.Where(entry), v.Digest(v.Where(entry)));
            await RunLaterAsync(v, delivery);
            await Assert.That(delivery.World.Count).IsEqualTo(1);
        }
    }
}
