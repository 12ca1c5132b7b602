using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

public class FenceTests
{
    static CancellationToken None => CancellationToken.None;

    [Test]
    public async Task An_approved_mail_goes_out_once_and_ends_in_Done_of_the_month_it_was_received()
    {
        using var v = new TestVault();
        var delivery = new ScriptedDelivery();
        var entry = v.PutApproved();
        var report = await v.Fence(delivery).RunAsync(None);

        await Assert.That(report.Accepted).IsEqualTo(1);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
        await Assert.That(delivery.After).IsEqualTo(1);
        await Assert.That(v.Where(entry).Place.Folder).IsEqualTo("Done/2026-10");
        var task = v.Read(entry);
        await Assert.That(task.Get("server_reply")).IsEqualTo("250 ok");
        await Assert.That(task.Get("outgoing_id")).IsEqualTo(delivery.World[0].Intent.Id);
        await Assert.That(task.Has("claim")).IsFalse();
        await Assert.That(task.Has("approval")).IsTrue();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task The_phase_offered_and_the_spent_approval_are_on_disk_before_anything_is_offered()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        string? phase = null, spent = null, intent = null;
        delivery.At = at =>
        {
            if (at != "before delivery") return;
            var task = v.Read(entry);
            (phase, intent) = (task.Get("phase"), task.Get("intent"));
            spent = File.ReadAllText(Directory.GetFiles(v.State.PathOf("spent")).Single());
        };
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(phase).IsEqualTo("offered");
        await Assert.That(spent!).Contains($" {intent} 1 Offered {v.Clock.Now.ToUnixTimeSeconds()} ");
    }

    [Test]
    public async Task Nothing_is_offered_until_the_claim_is_confirmed()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        var report = await v.Fence(delivery, (_, _) => Task.FromResult(false)).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(report.Next).IsNotNull();
        await Assert.That(v.Read(entry).Get("phase")).IsEqualTo("claimed");
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task A_claim_that_was_lost_while_it_was_confirmed_is_not_acted_on()
    {
        using var v = new TestVault();
        v.PutApproved();
        var delivery = new ScriptedDelivery();
        var report = await v.Fence(delivery, (held, _) =>
        {
            File.Delete(v.Vault.FullPath(held.Entry.Path)); // as sync does where another machine's push was first
            return Task.FromResult(true);
        }).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(report.Problems.Count).IsEqualTo(1);
    }

    [Test]
    public async Task A_claim_that_became_anothers_while_it_was_confirmed_is_not_acted_on()
    {
        using var v = new TestVault();
        v.PutApproved();
        var delivery = new ScriptedDelivery();
        var report = await v.Fence(delivery, (held, _) =>
        {
            v.EditByHand(held.Entry, t => t.Replace(held.Nonce, "0123456789abcdef", StringComparison.Ordinal));
            return Task.FromResult(true);
        }).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(report.Problems.Count).IsEqualTo(1);
    }

    [Test]
    public async Task What_was_edited_while_its_claim_was_confirmed_is_not_sent()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        var fence = v.Fence(delivery, (held, _) =>
        {
            v.EditByHand(held.Entry, t => t.Replace("yes.", "no.", StringComparison.Ordinal));
            return Task.FromResult(true);
        });
        await fence.RunAsync(None);
        await fence.RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
        await Assert.That(v.Read(entry).Get("returned")!).Contains("changed after it was approved");
    }

    [Test]
    public async Task A_4xx_is_offered_again_later_with_the_same_octets()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        delivery.Answer((false, new Outcome.RefusedForNow("451 greylisted")), (true, new Outcome.Accepted("250 ok")));
        var report = await v.Fence(delivery).RunAsync(None);
        await Assert.That(report.Next).IsEqualTo(v.Clock.Now + TimeSpan.FromMinutes(1));
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World).IsEmpty();
        v.Clock.Now += TimeSpan.FromMinutes(2);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
        await Assert.That(v.Read(entry).Get("attempt")).IsEqualTo("2");
        await Assert.That(delivery.Rendered[0].AsSpan().SequenceEqual(delivery.World[0].Bytes)).IsTrue();
    }

    [Test]
    public async Task What_is_refused_so_long_that_its_approval_runs_out_comes_back()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        delivery.Answer((false, new Outcome.NotOffered("no route")));
        for (var i = 0; i < 60; i++)
        {
            await v.Fence(delivery).RunAsync(None);
            v.Clock.Now += TimeSpan.FromHours(4);
        }
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
        await Assert.That(v.Read(entry).Get("returned")!).Contains("expired");
    }

    [Test]
    public async Task A_5xx_comes_back_with_the_servers_words_and_needs_a_new_approval()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        delivery.Answer((false, new Outcome.RefusedForGood("550 no such user")));
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Where(entry).Place.Folder).IsEqualTo("Pending_Approval/email");
        var task = v.Read(entry);
        await Assert.That(task.Get("returned")).IsEqualTo("refused: 550 no such user");
        foreach (var key in new[] { "approval", "phase", "claim", "intent", "outgoing_id", "attempt" })
            await Assert.That(task.Has(key)).IsFalse();
    }

    [Test]
    public async Task No_answer_and_found_in_Sent_is_done()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        delivery.Answer((true, new Outcome.Unknown("cut after the dot")));
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Read(entry).Get("phase")).IsEqualTo("offered");
        v.Clock.Now += Fence.Settling;
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    [Arguments(true)]
    [Arguments(false)]
    public async Task No_answer_and_no_proof_is_unknown_until_the_owner_says(bool sent)
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery { CanSee = false };
        delivery.Answer((true, new Outcome.Unknown("cut after the dot")));
        FenceReport report = new();
        for (var i = 0; i < 40; i++)
        {
            report = await v.Fence(delivery).RunAsync(None);
            v.Clock.Now += TimeSpan.FromHours(3);
        }
        await Assert.That(v.Read(entry).Get("phase")).IsEqualTo("unknown");
        await Assert.That(report.Unknown).IsEqualTo(1);
        await Assert.That(delivery.World.Count).IsEqualTo(1);

        v.Fence(delivery).Resolve(v.Where(entry), sent);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(sent ? Stage.Done : Stage.PendingApproval);
        await Assert.That(v.Read(entry).Get("resolved")).IsEqualTo(sent ? "sent" : null);
    }

    [Test]
    public async Task What_is_not_unknown_cannot_be_resolved()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        await Assert.That(() => v.Fence(new ScriptedDelivery()).Resolve(entry, true)).Throws<Refusal>();
        await v.Fence(new ScriptedDelivery(), (_, _) => Task.FromResult(false)).RunAsync(None);
        await Assert.That(() => v.Fence(new ScriptedDelivery()).Resolve(v.Where(entry), true)).Throws<Refusal>();
    }

    [Test]
    public async Task A_copy_that_cannot_be_filed_is_tried_a_few_times_and_never_sends_again()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery { AfterFails = "mailbox full" };
        for (var i = 0; i < 20; i++)
        {
            await v.Fence(delivery).RunAsync(None);
            v.Clock.Now += TimeSpan.FromHours(5);
        }
        await Assert.That(delivery.After).IsEqualTo(5);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
        await Assert.That(v.Read(entry).Get("not_filed")).IsEqualTo("mailbox full");
    }

    [Test]
    public async Task A_vault_that_is_rolled_back_sends_nothing_twice()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        var delivery = new ScriptedDelivery();
        var approved = v.Vault.ReadBytes(entry);
        byte[] claimed = [];
        await v.Fence(delivery, (held, _) => { claimed = held.Bytes; return Task.FromResult(true); }).RunAsync(None);

        File.Delete(v.Vault.FullPath(v.Where(entry).Path));
        File.WriteAllBytes(v.Vault.FullPath(entry.Path), approved);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
        await Assert.That(v.Read(entry).Get("returned")!).Contains("used already");

        File.Delete(v.Vault.FullPath(v.Where(entry).Path));
        File.WriteAllBytes(v.Vault.FullPath((entry with { Place = Place.InProgress(v.State.Agent) }).Path), claimed);
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    [Arguments("claimed")]
    [Arguments("offered")]
    [Arguments("unknown")]
    [Arguments("accepted")]
    [Arguments("nonsense")]
    public async Task A_phase_that_somebody_wrote_beside_a_good_approval_means_nothing(string phase)
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        v.EditByHand(entry, t => t.Replace("\naction:", $"\nphase: {phase}\noutgoing_id: a@b\nintent: \"00\"\nintent_digest: \"00\"\nattempt: \"1\"\noutgoing_date: \"2026-11-01T00:00:00+00:00\"\naction:", StringComparison.Ordinal));
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
        await Assert.That(delivery.World[0].Intent.Id).IsNotEqualTo("a@b");
    }

    [Test]
    public async Task A_draft_that_this_agent_works_on_is_none_of_the_fences_business()
    {
        using var v = new TestVault();
        var entry = v.Put(Place.InProgress(v.State.Agent));
        var report = await v.Fence(new ScriptedDelivery()).RunAsync(None);
        await Assert.That(v.Where(entry)).IsEqualTo(entry);
        await Assert.That(report.Problems).IsEmpty();
    }

    [Test]
    public async Task One_broken_file_does_not_stop_the_others()
    {
        using var v = new TestVault();
        var broken = v.Put(Place.InProgress(v.State.Agent));
        v.EditByHand(broken, _ => "no front matter");
        v.PutApproved();
        var delivery = new ScriptedDelivery();
        var report = await v.Fence(delivery).RunAsync(None);
        await Assert.That(report.Problems.Count).IsEqualTo(1);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
    }

    [Test]
    public async Task A_damaged_record_of_spent_approvals_stops_everything()
    {
        using var v = new TestVault();
        v.PutApproved();
        Durable.CreateDirectory(v.State.PathOf("spent"));
        File.WriteAllText(v.State.PathOf("spent", v.Clock.Now.UtcDateTime.ToString("yyyy-MM")), "rubbish\n");
        var delivery = new ScriptedDelivery();
        await Assert.That(async () => await v.Fence(delivery).RunAsync(None)).Throws<Refusal>();
        await Assert.That(delivery.World).IsEmpty();
    }

    [Test]
    public async Task A_line_that_a_crash_cut_short_is_no_damage()
    {
        using var v = new TestVault();
        v.PutApproved();
        Durable.CreateDirectory(v.State.PathOf("spent"));
        var path = v.State.PathOf("spent", v.Clock.Now.UtcDateTime.ToString("yyyy-MM"));
        File.WriteAllText(path, "00ff 11ee 1 Accepted\n22dd 33");
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Count).IsEqualTo(1);
        await Assert.That(File.ReadAllLines(path)[0]).IsEqualTo("00ff 11ee 1 Accepted");
        await Assert.That(File.ReadAllLines(path)[1]).Contains(" 1 Offered ");
    }
}
