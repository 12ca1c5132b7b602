using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Tests.Approving;

public class ReleaserTests
{
    static readonly AgentId Dead = AgentId.TryParse("cloud-7k3m2q", out var id) ? id : default;

    static TaskEntry Claimed(TestVault v, Func<TaskFile, TaskFile>? with = null, AgentId? by = null)
    {
        var task = TestVault.Task().With(Claims.ByKey, Dead.Value).With(Claims.NonceKey, "00112233aabbccdd")
            .With(Claims.AtKey, v.Clock.Now).With(Claims.LeaseKey, v.Clock.Now + Claims.Lease);
        return v.Put(Place.InProgress(by ?? Dead), with is null ? task : with(task));
    }

    static Releaser Releaser(TestVault v) => new(v.Vault, v.Key, v.Clock, v.Record);

    [Test]
    public async Task A_dead_agents_claim_goes_back_to_work_with_a_signed_word()
    {
        using var v = new TestVault();
        var entry = Claimed(v);
        var freed = Releaser(v).Release(entry);
        await Assert.That(freed.Place).IsEqualTo(Place.NeedsAction(Domains.Email));
        await Assert.That(v.Where(entry)).IsEqualTo(freed);
        var task = v.Read(entry);
        await Assert.That(task.Has(Claims.NonceKey) || task.Has(Claims.ByKey) || task.Has(Claims.LeaseKey)).IsFalse();
        var word = ClaimRelease.Verify(task.Get(ClaimRelease.Key)!, new TrustedKeys(v.State, v.Key).Find)!;
        await Assert.That((word.Task, word.Holder, word.Claim)).IsEqualTo((entry.Name.Value, Dead.Value, "00112233aabbccdd"));
        await Assert.That(v.Log.Single()).IsEqualTo("claim.released holder=cloud-7k3m2q claim=00112233aabbccdd");
    }

    [Test]
    public async Task A_release_is_no_approval_and_an_approval_no_release()
    {
        using var v = new TestVault();
        var trusted = new TrustedKeys(v.State, v.Key);
        var entry = Claimed(v);
        Releaser(v).Release(entry);
        await Assert.That(Approval.Verify(v.Read(entry).Get(ClaimRelease.Key)!, trusted.Find)).IsNull();
        var approved = v.PutApproved();
        await Assert.That(ClaimRelease.Verify(v.Read(approved).Get(Approval.Key)!, trusted.Find)).IsNull();
    }

    [Test]
    public async Task A_release_of_somebody_elses_key_says_nothing()
    {
        using var v = new TestVault();
        using var other = new TestVault();
        var entry = Claimed(v);
        Releaser(v).Release(entry);
        await Assert.That(ClaimRelease.Verify(v.Read(entry).Get(ClaimRelease.Key)!, new TrustedKeys(other.State, other.Key).Find)).IsNull();
    }

    [Test]
    [Arguments("phase")]
    [Arguments("approval")]
    public async Task What_may_have_been_sent_is_not_freed(string key)
    {
        using var v = new TestVault();
        var entry = Claimed(v, t => t.With(key, "offered"));
        var before = v.Vault.ReadBytes(entry);
        await Assert.That(() => Releaser(v).Release(entry)).Throws<Refusal>();
        await Assert.That(v.Vault.ReadBytes(v.Where(entry)).SequenceEqual(before)).IsTrue();
        await Assert.That(v.Where(entry)).IsEqualTo(entry);
    }

    [Test]
    public async Task Neither_this_machines_own_claim_nor_what_nobody_holds_is_freed()
    {
        using var v = new TestVault();
        var own = Claimed(v, by: v.Vault.Agent);
        await Assert.That(() => Releaser(v).Release(own)).Throws<Refusal>();
        await Assert.That(v.Where(own)).IsEqualTo(own);
        var waiting = v.PutPending();
        await Assert.That(() => Releaser(v).Release(waiting)).Throws<Refusal>();
        await Assert.That(v.Where(waiting)).IsEqualTo(waiting);
    }

    [Test]
    public async Task A_claim_looks_alive_until_its_lease_is_over()
    {
        using var v = new TestVault();
        var entry = Claimed(v);
        await Assert.That(Releaser(v).WhyWait(entry)).Contains("looks alive");
        v.Clock.Now += Claims.Lease + TimeSpan.FromSeconds(1);
        await Assert.That(Releaser(v).WhyWait(entry)).IsNull();
    }
}
