using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Tests;

/// <summary>The day's mail that became no task.</summary>
public class DigestTests
{
    static void Sift(TestVault v, string category, string from, string subject) =>
        new AuditLog(v.State, v.Clock).Append("mail.sifted", null, ("origin", "x"), ("from", from), ("subject", subject), ("category", category), ("why", "its rule"));

    static Digest Digest(TestVault v) => new(v.Vault, v.State, v.Clock);

    static string[] Pages(TestVault v) => Directory.Exists(v.Vault.FullPath("Briefings")) ? [.. Directory.GetFiles(v.Vault.FullPath("Briefings")).Order()] : [];

    [Test]
    public async Task A_day_is_told_once_when_it_is_over_by_kind_and_in_the_owners_time()
    {
        using var v = new TestVault();
        v.Clock.Now = new(2026, 11, 24, 22, 30, 0, TimeSpan.Zero); // half past eleven there
        Sift(v, "newsletter", "news@shop.example", "20 % on everything");
        Sift(v, "note", "ann@there.example", "# Thanks! [[Company_Handbook]]");
        v.Clock.Now = new(2026, 11, 24, 23, 30, 0, TimeSpan.Zero); // half past midnight there
        Sift(v, "receipt", "parcel@post.example", "Tomorrow's");
        await Assert.That(Digest(v).Write()).IsTrue();
        await Assert.That(Digest(v).Write()).IsFalse();
        await Assert.That(string.Join(' ', Pages(v).Select(Path.GetFileName))).IsEqualTo("2026-11-24-mail.md");
        var page = File.ReadAllText(Pages(v)[0]);
        await Assert.That(page).Contains("(2)").And.Contains("## Newsletters (1)\n\n- news@shop.example: 20 \\% on everything (its rule)\n").And.Contains("## From people, nothing asked (1)").And.DoesNotContain("Tomorrow");
        await Assert.That(page).DoesNotContain("[[").And.DoesNotContain("\n# Thanks");
        v.Clock.Now = v.Clock.Now.AddDays(1);
        await Assert.That(Digest(v).Write()).IsTrue();
        await Assert.That(Pages(v).Length).IsEqualTo(2);
    }

    [Test]
    public async Task A_page_that_the_owner_took_away_does_not_come_back_and_a_quiet_day_has_none()
    {
        using var v = new TestVault();
        v.Clock.Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        Sift(v, "list", "a@b.example", "x");
        v.Clock.Now = v.Clock.Now.AddDays(1);
        await Assert.That(Digest(v).Write()).IsTrue();
        File.Delete(Pages(v)[0]);
        await Assert.That(Digest(v).Write()).IsFalse();
        v.Clock.Now = v.Clock.Now.AddDays(1);
        await Assert.That(Digest(v).Write()).IsFalse();
        await Assert.That(Pages(v)).IsEmpty();
    }

    [Test]
    public async Task After_a_pause_of_months_the_last_week_is_told()
    {
        using var v = new TestVault();
        v.Clock.Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
        Digest(v).Write();
        for (var day = 0; day < 60; day++, v.Clock.Now = v.Clock.Now.AddDays(1)) Sift(v, "list", "a@b.example", $"of day {day}");
        await Assert.That(Digest(v).Write()).IsTrue();
        await Assert.That(Pages(v).Length).IsEqualTo(7);
        await Assert.That(File.ReadAllText(Pages(v)[6])).Contains("of day 59").And.DoesNotContain("of day 58");
    }
}
