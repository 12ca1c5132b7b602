using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Tests.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

/// <summary>When a turn asks the remote, and what it says of that.</summary>
public class TurnSyncTests
{
    [Test]
    public async Task A_remote_that_is_away_is_asked_once_in_a_turn_and_again_when_it_is_worth_it()
    {
        using var shop = new Workshop("/nowhere/vault.git");
        shop.Arrives("1.eml", shop.Mail());
        var report = await shop.RunAsync(Hint.Start);
        await Assert.That(report.Drafted).IsEqualTo(1);
        await Assert.That(SyncCycle.Status(shop.Machine.State).ConsecutiveFailures).IsEqualTo(1);
        var next = report.Next!.Value;
        await Assert.That(next - shop.Clock.Now).IsLessThanOrEqualTo(TimeSpan.FromSeconds(5));
        // Restarted, it waits for its time; a turn that somebody asked for does not.
        shop.Restart();
        await Assert.That((await shop.RunAsync(Hint.Start)).Next).IsEqualTo(next);
        await Assert.That(SyncCycle.Status(shop.Machine.State).ConsecutiveFailures).IsEqualTo(1);
        shop.Arrives("2.eml", shop.Mail("Hello,\n\ncould you send me a quote for 3 ash benches?\n", id: "2@mail.example"));
        await Assert.That((await shop.RunAsync()).Code).IsEqualTo(ExitCode.TryAgain);
        await Assert.That(SyncCycle.Status(shop.Machine.State).ConsecutiveFailures).IsEqualTo(2);
    }

    [Test]
    public async Task A_look_at_the_mail_that_brings_nothing_asks_no_remote()
    {
        using var rig = new Rig();
        using var shop = new Workshop(rig.Remote);
        await Assert.That((await shop.RunAsync(Hint.Start)).Problems).IsEmpty();
        Directory.Move(rig.Remote, rig.Remote + ".away");
        foreach (var hint in (Hint[])[Hint.Mail, Hint.Vault])
        {
            await Assert.That((await shop.RunAsync(hint)).Problems).IsEmpty();
            await Assert.That(SyncCycle.Status(shop.Machine.State).ConsecutiveFailures).IsEqualTo(0);
        }
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync(Hint.Mail);
        await Assert.That(SyncCycle.Status(shop.Machine.State).ConsecutiveFailures).IsEqualTo(1);
    }

    [Test]
    public async Task What_the_remote_brings_and_is_refused_is_in_the_log()
    {
        using var rig = new Rig();
        using var shop = new Workshop(rig.Remote);
        await shop.RunAsync();
        rig.Plant("hostile", fromNothing: false, ("100644", "vault.toml", "remote = 1"));
        await shop.RunAsync();
        await Assert.That(shop.Log().Count(l => l.StartsWith("sync.refused", StringComparison.Ordinal) && l.Contains("path=vault.toml"))).IsEqualTo(1);
        await Assert.That(StatusReport.Of(shop.Machine).Refused.Single()).Contains("vault.toml");
    }
}
