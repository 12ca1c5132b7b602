using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>The time in which an approval can be taken back.</summary>
public class UndoTests
{
    static CancellationToken None => CancellationToken.None;

    static TestVault WithUndo(int seconds = 10)
    {
        var v = new TestVault { Rules = new() { Undo = TimeSpan.FromSeconds(seconds) } };
        v.Clock.Now = DateTimeOffset.FromUnixTimeSeconds(v.Clock.Now.ToUnixTimeSeconds());
        return v;
    }

    [Test]
    public async Task Nothing_is_claimed_before_the_time_is_over_and_the_report_says_when_that_is()
    {
        using var v = WithUndo();
        var end = v.Clock.Now + TimeSpan.FromSeconds(10);
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        v.Clock.Now = end - TimeSpan.FromMilliseconds(1);
        var report = await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Where(entry)).IsEqualTo(entry);
        await Assert.That(report.Next).IsEqualTo(end);
        v.Clock.Now = end;
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task It_is_taken_back_and_needs_a_new_approval()
    {
        using var v = WithUndo();
        var entry = v.PutApproved();
        v.Undo().TakeBack(entry.Name);
        await Assert.That(v.Where(entry).Place.Folder).IsEqualTo("Pending_Approval/email");
        await Assert.That(v.Read(entry).Has("approval")).IsFalse();
        await Assert.That(v.Read(entry).Get("returned")).IsEqualTo("you took it back");
        var delivery = new ScriptedDelivery();
        v.Clock.Now += TimeSpan.FromHours(1);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();

        v.Approver.Approve(v.Where(entry), v.Digest(v.Where(entry))[..8]);
        v.Clock.Now += TimeSpan.FromHours(1);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task An_older_version_of_the_vault_that_still_holds_the_approval_makes_nothing_go()
    {
        using var v = new TestVault();
        var daemon = new SpentApprovals(v.State); // of another process, which has read the record before
        v.PutApproved();
        await v.Fence(new ScriptedDelivery(), spent: daemon).RunAsync(None);
        var entry = v.PutApproved();
        var signed = v.Vault.ReadBytes(entry);
        v.Undo().TakeBack(entry.Name);
        File.Delete(v.Vault.FullPath(v.Where(entry).Path));
        await File.WriteAllBytesAsync(v.Vault.FullPath(entry.Path), signed);
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery, spent: daemon).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(v.Read(entry).Get("returned")).IsEqualTo("its approval was taken back");
    }

    [Test]
    public async Task Two_processes_that_write_the_record_at_once_lose_no_line()
    {
        using var v = new TestVault();
        var one = Approval.Verify(v.Read(v.PutApproved()).Get("approval")!, _ => v.Key.Key)!;
        var approvals = Enumerable.Range(0, 600).Select(i => one with { Nonce = $"{i:x32}" }).ToList();
        using var together = new Barrier(2);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Factory.StartNew(() =>
        {
            var record = new SpentApprovals(v.State);
            for (var i = half; i < approvals.Count; i += 2)
            {
                together.SignalAndWait();
                record.TakeBack(approvals[i]);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var after = new SpentApprovals(v.State);
        await Assert.That(approvals.Count(a => after.Find(a)?.State == Spending.TakenBack)).IsEqualTo(approvals.Count);
    }

    [Test]
    public async Task Moving_the_file_back_by_hand_does_the_same()
    {
        using var v = WithUndo();
        var entry = v.PutApproved();
        v.MoveByHand(entry, Place.Pending(Domains.Email));
        v.Clock.Now += TimeSpan.FromHours(1);
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
    }

    [Test]
    public async Task What_was_sent_or_may_have_been_cannot_be_taken_back()
    {
        using var v = new TestVault();
        var (done, cut) = (v.PutApproved(), v.PutApproved());
        var delivery = new ScriptedDelivery { CanSee = false };
        delivery.Answer((true, new Outcome.Accepted("250 ok")), (true, new Outcome.Unknown("cut")));
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(2);
        foreach (var entry in new[] { done, cut })
        {
            var before = v.Where(entry);
            await Assert.That(() => v.Undo().TakeBack(entry.Name)).Throws<Refusal>().WithMessageContaining("sent");
            await Assert.That(v.Where(entry)).IsEqualTo(before);
        }
    }

    [Test]
    public async Task The_record_outside_the_vault_counts_whatever_the_file_says()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery { CanSee = false };
        delivery.Answer((true, new Outcome.Unknown("cut")));
        await v.Fence(delivery).RunAsync(None);
        v.EditByHand(v.Where(entry), t => t.Replace("phase: offered", "phase: claimed", StringComparison.Ordinal));
        await Assert.That(() => v.Undo().TakeBack(entry.Name)).Throws<Refusal>();
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.InProgress);
    }

    [Test]
    public async Task What_the_server_refused_for_now_can_be_taken_back()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        delivery.Answer((false, new Outcome.RefusedForNow("451 later")), (true, new Outcome.Accepted("250 ok")));
        await v.Fence(delivery).RunAsync(None);
        v.Undo().TakeBack(entry.Name);
        v.Clock.Now += TimeSpan.FromHours(1);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        foreach (var key in new[] { "approval", "phase", "claim", "intent", "not_before" }) await Assert.That(v.Read(entry).Has(key)).IsFalse();
    }

    [Test]
    public async Task What_is_not_approved_cannot_be_taken_back()
    {
        using var v = new TestVault();
        await Assert.That(() => v.Undo().TakeBack(v.PutPending().Name)).Throws<Refusal>();
        var worked = v.Put(Place.InProgress(v.State.Agent));
        await Assert.That(() => v.Undo().TakeBack(worked.Name)).Throws<Refusal>();
    }

    [Test]
    public async Task In_the_instant_of_the_offer_it_is_either_taken_back_or_sent()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        Task? undoing = null;
        var returned = false;
        var delivery = new ScriptedDelivery
        {
            Ready = () =>
            {
                undoing = Task.Run(() => v.Undo().TakeBack(entry.Name));
                returned = Task.WhenAny(undoing, Task.Delay(300)).Result == undoing;
            },
        };
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(returned).IsFalse();
        await Assert.That(async () => await undoing!).Throws<Refusal>();
        await Assert.That(delivery.World.Count).IsEqualTo(1);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
    }

    [Test]
    public async Task A_claim_that_is_taken_back_while_it_is_confirmed_is_not_sent()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery, (held, _) => { v.Undo().TakeBack(entry.Name); return Task.FromResult(true); }).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
    }

    [Test]
    public async Task A_clock_that_was_set_back_never_shortens_the_time()
    {
        using var v = WithUndo();
        v.PutApproved();
        v.Clock.Now -= TimeSpan.FromMinutes(5);
        var delivery = new ScriptedDelivery();
        var report = await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(report.Next).IsEqualTo(v.Clock.Now + TimeSpan.FromSeconds(310));
    }
}
