using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>What comes back to the owner instead of going out, and with which words.</summary>
public class FenceGivesBackTests
{
    [Test]
    public async Task What_is_out_of_date_comes_back_and_its_approval_is_void()
    {
        using var v = new TestVault { Stale = "not sent: the thread has moved on" };
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        await Assert.That(delivery.World.Count).IsEqualTo(0);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
        await Assert.That(v.Read(entry).Get(Approver.ReturnedKey)).IsEqualTo("not sent: the thread has moved on");
        await Assert.That(v.Read(entry).Has(Approval.Key)).IsFalse();
    }

    [Test]
    public async Task Of_several_recipients_each_answer_is_on_record()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        delivery.Answer((false, new Outcome.RefusedForGood("bob@there.example: 550 no such user") { Recipients = [("ann@there.example", "250 ok"), ("bob@there.example", "550 no such user")] }));
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        await Assert.That(string.Join('|', v.Log.Where(l => l.StartsWith("recipient", StringComparison.Ordinal))))
            .IsEqualTo("recipient to=ann@there.example reply=250 ok|recipient to=bob@there.example reply=550 no such user");
        await Assert.That(v.Read(entry).Get(Approver.ReturnedKey)).Contains("bob@there.example: 550 no such user");
    }

    [Test]
    [Arguments(0, 1)]
    [Arguments(60, 0)]
    public async Task What_another_machine_approved_before_this_one_took_its_key_is_asked_again(int minutesBefore, int sent)
    {
        using var v = new TestVault();
        using var laptop = new TestVault();
        var its = new TrustedKeys(laptop.State, laptop.Key);
        new TrustedKeys(v.State, v.Key).Trust(its.Own, its.OwnFingerprint);
        laptop.Clock.Now -= TimeSpan.FromMinutes(minutesBefore);
        var pending = v.PutPending();
        new Approver(v.Vault, laptop.Key, v.Objections, v.Files, new(laptop.State), v.Original, laptop.Clock, v.Record, TimeSpan.FromDays(7), TimeSpan.FromSeconds(3)).Approve(pending, v.Digest(pending)[..8]);
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        await Assert.That(delivery.World.Count).IsEqualTo(sent);
        if (sent == 0) await Assert.That(v.Read(pending).Get(Approver.ReturnedKey)).Contains("before this one took its key");
    }
}
