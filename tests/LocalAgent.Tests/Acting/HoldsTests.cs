using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>How much goes out, and when.</summary>
public class HoldsTests
{
    static CancellationToken None => CancellationToken.None;

    // The tests' own zone is an hour east of Greenwich.
    static void ItIs(TestVault v, int day, int hour, int minute) => v.Clock.Now = new(2026, 11, day, hour, minute, 0, TimeSpan.FromHours(1));

    [Test]
    public async Task Over_the_limit_of_an_hour_the_rest_waits_in_Approved_until_there_is_room()
    {
        using var v = new TestVault { Rules = new() { PerHour = 2 } };
        ItIs(v, 20, 12, 0);
        var delivery = new ScriptedDelivery();
        var first = v.Clock.Now;
        v.PutApproved();
        await v.Fence(delivery).RunAsync(None);
        v.Clock.Now += TimeSpan.FromMinutes(20);
        for (var i = 0; i < 2; i++) v.PutApproved();
        var report = await v.Fence(delivery).RunAsync(None); // a new one: as after a restart
        await Assert.That(delivery.World.Count).IsEqualTo(2);
        await Assert.That(v.Vault.List(Stage.Approved).Count()).IsEqualTo(1);
        await Assert.That(report.Next).IsEqualTo(first + TimeSpan.FromHours(1));
        await Assert.That(report.Held.Single().Hold.Why).IsEqualTo("2 mails went out within one hour, and 2 are allowed");

        v.Clock.Now = report.Next!.Value - TimeSpan.FromSeconds(1);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(2);
        v.Clock.Now = report.Next.Value;
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(3);
    }

    [Test]
    public async Task One_fence_that_runs_on_counts_what_it_sent_itself()
    {
        using var v = new TestVault { Rules = new() { PerHour = 2 } };
        var delivery = new ScriptedDelivery();
        for (var i = 0; i < 5; i++) v.PutApproved();
        var fence = v.Fence(delivery);
        await fence.RunAsync(None);
        await fence.RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(2);
    }

    [Test]
    public async Task The_limit_of_a_day_counts_beside_that_of_an_hour()
    {
        using var v = new TestVault { Rules = new() { PerHour = 2, PerDay = 3 } };
        var delivery = new ScriptedDelivery();
        var began = v.Clock.Now;
        for (var i = 0; i < 6; i++) v.PutApproved();
        for (var hour = 0; hour < 30 && delivery.World.Count < 5; hour++)
        {
            await v.Fence(delivery).RunAsync(None);
            await Assert.That(delivery.World.Count).IsEqualTo(hour == 0 ? 2 : hour < 24 ? 3 : 5);
            v.Clock.Now += TimeSpan.FromHours(1);
        }
        await Assert.That(v.Clock.Now - began).IsEqualTo(TimeSpan.FromHours(25));
    }

    [Test]
    public async Task What_was_refused_does_not_count_and_a_second_offer_is_no_second_mail()
    {
        using var v = new TestVault { Rules = new() { PerHour = 1 } };
        var delivery = new ScriptedDelivery();
        v.PutApproved();
        delivery.Answer((false, new Outcome.RefusedForGood("550 no")), (true, new Outcome.Accepted("250 ok")));
        await v.Fence(delivery).RunAsync(None);
        v.PutApproved();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);

        using var w = new TestVault { Rules = new() { PerHour = 1 } };
        var greylisted = new ScriptedDelivery();
        greylisted.Answer((false, new Outcome.RefusedForNow("451 later")), (true, new Outcome.Accepted("250 ok")));
        w.PutApproved();
        await w.Fence(greylisted).RunAsync(None);
        w.Clock.Now += TimeSpan.FromMinutes(2);
        await w.Fence(greylisted).RunAsync(None);
        await Assert.That(greylisted.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task What_may_have_gone_out_counts()
    {
        using var v = new TestVault { Rules = new() { PerHour = 1 } };
        var delivery = new ScriptedDelivery { CanSee = false };
        delivery.Answer((true, new Outcome.Unknown("cut")));
        v.PutApproved();
        v.PutApproved();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task A_clock_that_was_set_back_makes_no_room()
    {
        using var v = new TestVault { Rules = new() { PerHour = 1 } };
        var delivery = new ScriptedDelivery();
        v.PutApproved();
        await v.Fence(delivery).RunAsync(None);
        v.Clock.Now -= TimeSpan.FromHours(3);
        v.PutApproved();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task An_offer_of_last_month_s_approval_counts()
    {
        using var v = new TestVault { Rules = new() { PerHour = 1 } };
        v.Clock.Now = new(2026, 10, 31, 23, 59, 0, TimeSpan.Zero);
        v.PutApproved();
        v.Clock.Now += TimeSpan.FromMinutes(2);
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(None);
        v.PutApproved();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    [Arguments(22, 0, true, 21, 7)]
    [Arguments(23, 30, true, 21, 7)]
    [Arguments(6, 59, true, 20, 7)]
    [Arguments(7, 0, false, 0, 0)]
    [Arguments(21, 59, false, 0, 0)]
    public async Task In_quiet_hours_it_waits_for_the_morning(int hour, int minute, bool waits, int endDay, int endHour)
    {
        using var v = new TestVault { Rules = new() { Quiet = (new(22, 0), new(7, 0)) } };
        ItIs(v, 20, hour, minute);
        v.PutApproved();
        var delivery = new ScriptedDelivery();
        var report = await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(waits ? 0 : 1);
        if (!waits) return;
        await Assert.That(report.Next).IsEqualTo(new DateTimeOffset(2026, 11, endDay, endHour, 0, 0, TimeSpan.FromHours(1)));
        v.Clock.Now = report.Next!.Value;
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task Quiet_hours_at_noon_end_the_same_day()
    {
        using var v = new TestVault { Rules = new() { Quiet = (new(12, 0), new(13, 30)) } };
        ItIs(v, 20, 12, 0);
        v.PutApproved();
        var report = await v.Fence(new ScriptedDelivery()).RunAsync(None);
        await Assert.That(report.Next).IsEqualTo(new DateTimeOffset(2026, 11, 20, 13, 30, 0, TimeSpan.FromHours(1)));
    }

    [Test]
    public async Task Of_several_reasons_the_one_that_ends_last_is_told()
    {
        using var v = new TestVault { Rules = new() { Undo = TimeSpan.FromSeconds(10), Quiet = (new(22, 0), new(7, 0)) } };
        ItIs(v, 20, 23, 0);
        v.PutApproved();
        var report = await v.Fence(new ScriptedDelivery()).RunAsync(None);
        await Assert.That(report.Held.Single().Hold.Why).IsEqualTo("quiet hours, 22:00 to 07:00");
    }

    [Test]
    public async Task A_fourth_mail_to_the_same_people_in_a_thread_within_an_hour_comes_back()
    {
        using var v = new TestVault { Rules = new() { PerTalk = 3 } };
        var delivery = new ScriptedDelivery();
        // Names, fields and order make no other people; another thread and other people are another conversation.
        MailSend one = TestVault.Mail() with { Cc = ["Bob <bob@there.example>"] }, same = one with { To = ["bob@there.example"], Cc = ["ANN@there.example"] };
        foreach (var mail in new[] { one, same, one })
        {
            v.PutApproved(mail);
            await v.Fence(delivery).RunAsync(None);
        }
        await Assert.That(delivery.World.Count).IsEqualTo(3);
        var fourth = v.PutApproved(same);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(3);
        await Assert.That(v.Where(fourth).Place.Stage).IsEqualTo(Stage.PendingApproval);
        await Assert.That(v.Read(fourth).Get("returned")!).StartsWith("3 mails went to the same people in this thread within an hour");

        v.PutApproved(one with { References = ["other@there.example"] });
        v.PutApproved(one with { Cc = [] });
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(5);
        v.Clock.Now += TimeSpan.FromHours(1);
        v.Approver.Approve(v.Where(fourth), v.Digest(v.Where(fourth))[..8]);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(6);
    }

    [Test]
    [Arguments("[approve]\nundo = \"2d\"\n", "approve.undo")]
    [Arguments("[send]\nmode = \"dark\"\n", "send.mode")]
    [Arguments("[send]\nper_hour = -1\n", "send.per_hour")]
    [Arguments("[send]\nper_day = \"many\"\n", "send.per_day")]
    [Arguments("[send]\nquiet = \"22-7\"\n", "send.quiet")]
    [Arguments("[send]\nquiet = \"22:00-22:00\"\n", "send.quiet")]
    [Arguments("[send]\nquiet = \"22:00\"\n", "send.quiet")]
    public async Task A_value_that_is_not_what_it_should_be_is_refused_and_its_key_named(string toml, string key)
    {
        using var v = new TestVault();
        await Assert.That(() => Read(v, toml)).Throws<Refusal>().WithMessageContaining(key + ":");
    }

    [Test]
    public async Task Values_are_read_as_they_are_written()
    {
        using var v = new TestVault();
        await Assert.That(Read(v, "[approve]\nundo = \"0s\"\n[send]\nmode = \"shadow\"\nper_hour = 0\nper_day = 7\nquiet = \"22:00 - 07:30\"\n"))
            .IsEqualTo(new SendRules { PerDay = 7, PerTalk = 3, Shadow = true, Quiet = (new(22, 0), new(7, 30)) });
        await Assert.That(Read(v, "")).IsEqualTo(new SendRules { Undo = TimeSpan.FromSeconds(10), PerHour = 30, PerDay = 200, PerTalk = 3 });
        await Assert.That(Read(v, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "vault.toml")))).IsEqualTo(Read(v, ""));
    }

    static SendRules Read(TestVault v, string toml)
    {
        var file = Path.Combine(v.Root, "vault.toml");
        File.WriteAllText(file, toml);
        return SendRules.Read(new Settings(file, Zone.Local));
    }
}
