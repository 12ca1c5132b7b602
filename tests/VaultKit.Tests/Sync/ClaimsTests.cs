using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Whose a claim is, and when it counts.</summary>
public sealed class ClaimsTests
{
    [Test]
    public async Task A_claim_that_was_given_back_and_taken_again_is_another()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var entry = cloud.New("Question");
        cloud.SyncWell();
        var first = cloud.Claims.Take(entry)!;
        cloud.SyncWell();
        await Assert.That(cloud.Cycle.Confirmed(first)).IsTrue();

        // The same agent, the same place: only the nonce tells that the remote knows nothing of it.
        var again = cloud.Claims.Take(cloud.Claims.Release(first, first.Task, Place.NeedsAction("email"))!.Value)!;
        await Assert.That(again.Nonce).IsNotEqualTo(first.Nonce);
        await Assert.That(cloud.Cycle.Confirmed(again)).IsFalse();
        cloud.SyncWell();
        await Assert.That(cloud.Cycle.Confirmed(again)).IsTrue();
        await Assert.That(cloud.Cycle.Confirmed(first)).IsFalse();
    }

    [Test]
    public async Task A_claim_without_a_nonce_is_never_confirmed()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var mine = cloud.Vault.Move(cloud.New("Question"), Place.InProgress(cloud.Agent))!.Value;
        var bytes = cloud.Vault.ReadBytes(mine);
        var emptied = TaskFile.Parse(bytes).With(Claims.NonceKey, "");
        cloud.Vault.Rewrite(mine, bytes, emptied);
        cloud.SyncWell();
        await Assert.That(cloud.Cycle.Confirmed(new Held(mine, emptied, emptied.ToBytes()))).IsFalse();
    }

    [Test]
    public async Task A_claim_that_is_committed_here_only_is_not_confirmed()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var entry = cloud.New("Question");
        cloud.SyncWell();
        var held = cloud.Claims.Take(entry)!;
        Directory.Move(rig.Remote, rig.Remote + ".away");
        await Assert.That(cloud.Sync().Committed).IsEqualTo(1);
        await Assert.That(cloud.Cycle.Confirmed(held)).IsFalse();
        Directory.Move(rig.Remote + ".away", rig.Remote);
        cloud.SyncWell();
        await Assert.That(cloud.Cycle.Confirmed(held)).IsTrue();
    }

    [Test]
    public async Task What_lies_in_an_agents_folder_is_its_own_only_with_its_own_claim()
    {
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var held = cloud.Claims.Take(cloud.New("Mine"))!;
        await Assert.That(cloud.Claims.Look(held.Entry)!.Nonce).IsEqualTo(held.Nonce);

        void Write(TaskFile task) => File.WriteAllBytes(cloud.FullPath(held.Entry.Path), task.ToBytes());
        Write(held.Task.With(Claims.ByKey, "cloud-zzzzzz"));
        await Assert.That(cloud.Claims.Look(held.Entry)!.Nonce).IsNotEqualTo(held.Nonce);
        // A crash came between the move and the nonce.
        foreach (var bare in (TaskFile[])[held.Task.Without(Claims.NonceKey), held.Task.With(Claims.NonceKey, "")])
        {
            Write(bare);
            await Assert.That(cloud.Claims.Look(held.Entry)!.Nonce).IsNotEqualTo(held.Nonce).And.IsNotEmpty();
        }
        await Assert.That(cloud.Vault.Read(held.Entry).Get(Claims.ByKey)).IsEqualTo(cloud.Agent.Value);
    }
}
