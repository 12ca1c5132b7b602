using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

/// <summary>Of what the owner should hear, and since when.</summary>
public class AlarmWatchTests
{
    static string Keys(Workshop shop, Func<Health, Health>? change = null)
    {
        using var watch = new HealthWatch(shop.Machine, new ServiceManager(null, null));
        watch.TurnEnded(new TurnReport(), Troubles.Recall(shop.Machine.State));
        return string.Join(' ', new AlarmWatch(shop.Machine).Look(change?.Invoke(watch.Now) ?? watch.Now).Select(a => a.Key).Order(StringComparer.Ordinal));
    }

    [Test]
    public async Task A_trouble_is_told_when_it_lasts_and_a_refused_login_soon()
    {
        using var shop = new Workshop();
        await Assert.That(Keys(shop)).IsEqualTo("");
        Troubles.Remember(shop.Machine.State, [new(TroubleKind.Sync, "", "away"), new(TroubleKind.MailLogin, "main", "no"), new(TroubleKind.Mail, "main", "slow"), new(TroubleKind.Alerts, "ntfy", "500")], shop.Clock.Now);
        await Assert.That(Keys(shop)).IsEqualTo("");
        shop.Clock.Now += TimeSpan.FromMinutes(3);
        await Assert.That(Keys(shop)).IsEqualTo("mail_login:main");
        shop.Clock.Now += TimeSpan.FromMinutes(8);
        await Assert.That(Keys(shop)).IsEqualTo("mail_login:main sync");
        shop.Clock.Now += TimeSpan.FromMinutes(10);
        await Assert.That(Keys(shop)).IsEqualTo("mail:main mail_login:main sync");
    }

    [Test]
    public async Task What_waits_what_is_odd_and_a_full_disk()
    {
        using var shop = new Workshop();
        shop.Put(Place.Pending(Domains.Email), "One", t => t.With("urgency", "high"));
        shop.Put(Place.Pending(Domains.Email), "Two", t => t.With("urgency", "normal"));
        var urgent = shop.Vault.List(Place.Pending(Domains.Email)).Single(e => e.Name.Value.StartsWith("one", StringComparison.Ordinal)).Name.Hash;
        await Assert.That(Keys(shop)).IsEqualTo($"urgent:{urgent}");
        shop.Clock.Now += TimeSpan.FromDays(3);
        await Assert.That(Keys(shop)).IsEqualTo("oldest");
        await Assert.That(Keys(shop, h => new() { Agent = h.Agent, Started = h.Started, Failing = [], Tasks = h.Tasks, Counts = new() { [Metrics.Refused] = 2 }, Unknown = 1, VaultFree = 1 << 20, StateFree = 1L << 40 }))
            .IsEqualTo("disk oldest refused unknown");
    }

    [Test]
    public async Task A_token_that_ends_soon_and_one_that_has_no_end()
    {
        using var shop = new Workshop();
        var account = shop.Machine.Settings.Accounts[0];
        new TokenMemory("", null, "mail") { Ends = shop.Clock.Now.AddDays(4) }.Save(shop.Machine.State, account);
        await Assert.That(Keys(shop)).IsEqualTo("");
        shop.Clock.Now += TimeSpan.FromDays(2);
        await Assert.That(Keys(shop)).IsEqualTo("token:main");
        new TokenMemory("", null, "mail").Save(shop.Machine.State, account);
        await Assert.That(Keys(shop)).IsEqualTo("");
    }

    [Test]
    public async Task Another_agent_that_falls_silent_the_one_that_is_always_on_sooner()
    {
        using var shop = new Workshop("/nowhere/vault.git");
        foreach (var name in new[] { "cloud-aaaaaa", "local-aaaaaa", shop.Machine.State.Agent.Value, "somebody" })
            Directory.CreateDirectory(Path.Combine(shop.Vault.Root, "Logs", name));
        await Assert.That(Keys(shop)).IsEqualTo("");
        shop.Clock.Now += TimeSpan.FromHours(30);
        await Assert.That(Keys(shop)).IsEqualTo("silent:cloud-aaaaaa");
        shop.Clock.Now += TimeSpan.FromDays(4);
        await Assert.That(Keys(shop)).IsEqualTo("silent:cloud-aaaaaa silent:local-aaaaaa");
        // While nothing comes in at all, nobody can be heard.
        Troubles.Remember(shop.Machine.State, [new(TroubleKind.Sync, "", "away")], shop.Clock.Now);
        await Assert.That(Keys(shop)).IsEqualTo("");
    }
}
