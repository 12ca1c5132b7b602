using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Auditing;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Auditing;

/// <summary>Mails and approvals, one to one.</summary>
public class VerifyTests
{
    [Test]
    public async Task An_honest_world_is_proved_again_and_again()
    {
        using var w = new AuditWorld();
        for (var i = 0; i < 3; i++) await w.SendAsync(TestVault.Mail($"Dear Ann,\n\nno {i}. Grüße  \n> x\n") with { Subject = $"Re: Übergröße  {i}", Cc = ["\"Müller, Söhne\" <m@bücher.example>"], Bcc = ["eve@there.example"] });
        w.CloudSays("a");
        for (var i = 0; i < 2; i++)
        {
            var report = await w.VerifyAsync();
            await Assert.That(string.Join('\n', report.Findings)).IsEqualTo("");
            await Assert.That((report.Verdict, report.Sends, report.Proven, report.Mails, report.Agents)).IsEqualTo((Verdict.Note, 3, 3, 3, 2));
        }
        await Assert.That((await w.VerifyAsync(offline: true)).Verdict).IsEqualTo(Verdict.Note);
        // A reader has read one, and marked it.
        var mail = Directory.GetFiles(Path.Combine(w.World, "new"))[0];
        File.Move(mail, Path.Combine(w.World, "cur", Path.GetFileName(mail) + ":2,S"));
        await Assert.That(await w.FoundAsync()).IsEqualTo("");
    }

    [Test]
    [Arguments("planted", "Contradiction", "it bears our marker, and nobody approved it")]
    [Arguments("a foreign marker", "Contradiction", "a form that this program never writes")]
    [Arguments("second copy", "Contradiction", "holds 2 mails of this one approval")]
    [Arguments("changed text", "Contradiction", "is not what was approved")]
    [Arguments("changed recipient", "Contradiction", "is not what was approved")]
    [Arguments("answers elsewhere", "Contradiction", "is not what was approved")]
    [Arguments("an attachment", "Contradiction", "is not what was approved")]
    [Arguments("too large to look into", "Contradiction", "is not what was approved")]
    [Arguments("another task's name", "Contradiction", "is not what was approved")]
    [Arguments("removed", "Unproven", "is gone since")]
    [Arguments("never there", "Unproven", "the server accepted it, and it is not in")]
    public async Task What_does_not_fit_is_named(string how, string verdict, string said)
    {
        using var w = new AuditWorld();
        var entry = await w.SendAsync();
        if (how != "never there") await Assert.That(await w.FoundAsync()).IsEqualTo("");
        var (file, text) = (w.Mail, await File.ReadAllTextAsync(w.Mail));
        var second = Path.Combine(w.World, "new", "1.second.here");
        var marker = w.V.Read(entry).Get(Intent.NonceKey)!;
        switch (how)
        {
            case "planted": await File.WriteAllTextAsync(second, text.Replace(marker, new string('0', 32))); break;
            case "a foreign marker": await File.WriteAllTextAsync(second, text.Replace(marker, "\u0007odd")); break;
            case "second copy": File.Copy(file, second); break;
            case "changed text": await File.WriteAllTextAsync(file, text.Replace("yes.", "yes!")); break;
            case "changed recipient": await File.WriteAllTextAsync(file, text.Replace("ann@there", "eve@there")); break;
            case "answers elsewhere": await File.WriteAllTextAsync(file, "Reply-To: eve@there.example\r\n" + text); break;
            case "an attachment": await File.WriteAllTextAsync(file, text.Replace("Content-Type: text/plain; charset=utf-8", "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=x")); break;
            case "too large to look into": await File.WriteAllTextAsync(file, text + new string('x', 5 << 20)); break;
            case "another task's name": await File.WriteAllTextAsync(file, text.Replace(entry.Name.Hash, new string('a', 16))); break;
            default: File.Delete(file); break;
        }
        var found = await w.FoundAsync();
        await Assert.That(found).StartsWith(verdict).And.Contains(said);
        // Also from the cache alone.
        await Assert.That(await w.FoundAsync(offline: true)).Contains(said);
        if (how is "removed" or "planted") await Assert.That(await w.FoundAsync(since: w.V.Clock.Now)).DoesNotContain(said);
    }

    [Test]
    public async Task A_mail_that_nobody_approved_stays_named_when_it_is_removed()
    {
        using var w = new AuditWorld();
        var entry = await w.SendAsync();
        var second = Path.Combine(w.World, "new", "1.second.here");
        await File.WriteAllTextAsync(second, (await File.ReadAllTextAsync(w.Mail)).Replace(w.V.Read(entry).Get(Intent.NonceKey)!, new string('0', 32)));
        await w.FoundAsync();
        File.Delete(second);
        await Assert.That(await w.FoundAsync()).Contains("that was in").And.Contains("nobody approved it");
    }

    [Test]
    public async Task What_went_out_a_moment_ago_need_not_be_there_yet()
    {
        using var w = new AuditWorld();
        await w.SendAsync();
        File.Delete(w.Mail);
        w.V.Clock.Now -= TimeSpan.FromMinutes(4.5);
        var report = await w.VerifyAsync();
        await Assert.That(report.Verdict).IsEqualTo(Verdict.Note);
        await Assert.That(string.Join('\n', report.Findings)).Contains("1 mails went out after it was last looked at");
    }

    [Test]
    public async Task A_shadow_is_in_its_maildir_as_it_went_out()
    {
        using var w = new AuditWorld();
        w.V.Rules = new() { Shadow = true };
        await w.SendAsync();
        var report = await w.VerifyAsync();
        await Assert.That(string.Join('\n', report.Findings)).IsEqualTo("");
        await Assert.That(report.Proven).IsEqualTo(1);
        await File.WriteAllTextAsync(w.Mail, (await File.ReadAllTextAsync(w.Mail)).Replace("To: owner@here.example", "To: ann@there.example"));
        await Assert.That(await w.FoundAsync()).Contains("is not what was approved");
    }

    [Test]
    [Arguments("claimed")]
    [Arguments("offered")]
    [Arguments("accepted")]
    public async Task A_line_that_a_crash_lost_is_named_as_that(string lost)
    {
        using var w = new AuditWorld();
        await w.SendAsync(record: (what, task, facts) => { if (what != lost) w.Log.Append(what, task, [.. facts]); });
        var report = await w.VerifyAsync();
        await Assert.That(report.Verdict).IsEqualTo(Verdict.CrashGap);
        await Assert.That(report.Findings.Single().What).Contains($"no line '{lost}'").And.Contains("died between the step and the line");
    }

    [Test]
    public async Task A_send_of_which_no_log_knows_is_more_than_a_crash()
    {
        using var w = new AuditWorld();
        await w.SendAsync(record: (_, _, _) => { });
        await Assert.That(await w.FoundAsync()).StartsWith("Unproven").And.Contains("no log says anything");
    }

    [Test]
    public async Task The_torn_last_line_of_the_open_log_is_named_as_a_crash()
    {
        using var w = new AuditWorld();
        await w.SendAsync();
        await w.VerifyAsync();
        await File.WriteAllTextAsync(w.V.State.PathOf("audit", "open.jsonl"), "{\"at\":\"2026-");
        var report = await new Verification(w.V.Vault, w.V.State, w.V.Key, w.Trusted, w.Outboxes, s => s, w.V.Clock).RunAsync(w.Archives, false, null, default);
        await Assert.That(report.Verdict).IsEqualTo(Verdict.CrashGap);
        await Assert.That(report.Findings.Single().What).Contains("breaks off");
    }

    [Test]
    public async Task An_approval_that_is_none_any_more_is_named()
    {
        using var w = new AuditWorld();
        var entry = await w.SendAsync();
        await w.VerifyAsync();
        w.V.EditByHand(entry, t => t.Replace("yes.", "no."));
        for (var i = 0; i < 2; i++) await Assert.That(await w.FoundAsync()).Contains("Contradiction").And.Contains("what stands in it is not what was approved");
        w.V.EditByHand(entry, t => t.Replace("no.", "yes."));
        await Assert.That(await w.FoundAsync()).IsEqualTo("");
        w.V.EditByHand(entry, t => t.Replace("\napproval: ", "\nwas: "));
        await Assert.That(await w.FoundAsync()).Contains("there is no valid approval in it");
    }

    [Test]
    public async Task What_the_record_outside_the_vault_says_counts()
    {
        using var w = new AuditWorld();
        await w.SendAsync();
        var spent = Directory.GetFiles(w.V.State.PathOf("spent")).Single();
        var text = await File.ReadAllTextAsync(spent);
        await File.WriteAllTextAsync(spent, text.Replace("Accepted", "Refused"));
        await Assert.That(await w.FoundAsync()).Contains("Contradiction").And.Contains("the record outside the vault says refused");
        await File.WriteAllTextAsync(spent, string.Join('\n', text.Split('\n').Select(l => l.Split(' ') is { Length: > 3 } p ? string.Join(' ', [p[0], new string('0', 32), .. p[2..]]) : l)));
        await Assert.That(await w.FoundAsync()).Contains("its approval was used for another mail too");
        File.Delete(spent);
        await Assert.That(await w.FoundAsync()).StartsWith("Unproven").And.Contains("its record of spent approvals does not know");
    }

    [Test]
    public async Task A_task_that_is_nowhere_is_named_from_the_log()
    {
        using var w = new AuditWorld();
        var entry = await w.SendAsync();
        File.Delete(w.V.Vault.FullPath(entry.Path));
        var found = await w.FoundAsync();
        await Assert.That(found).Contains("Unproven").And.Contains("its file is neither in the vault nor in an archive").And.DoesNotContain("Contradiction");
    }

    [Test]
    public async Task A_task_in_an_archive_counts_as_in_the_vault()
    {
        using var w = new AuditWorld();
        w.V.Clock.Now = new(2026, 10, 3, 5, 0, 0, TimeSpan.Zero);
        var entry = await w.SendAsync();
        await w.VerifyAsync();
        w.V.Clock.Now = new(2026, 12, 3, 0, 0, 0, TimeSpan.Zero);
        new VaultKit.Archiving.Archiver(w.V.Vault, w.V.State, w.Archives).Run("2026-12", default);
        await Assert.That(File.Exists(w.V.Vault.FullPath(entry.Path))).IsFalse();
        var report = await w.VerifyAsync();
        await Assert.That(string.Join('\n', report.Findings)).IsEqualTo("");
        await Assert.That(report.Proven).IsEqualTo(1);
        Directory.Delete(w.Archives, true);
        var found = await w.FoundAsync();
        await Assert.That(found).Contains("its task is in an archive that is not here").And.DoesNotContain("Contradiction");
    }

    [Test]
    public async Task Without_a_mailbox_to_look_into_nothing_is_proved_and_that_is_said()
    {
        using var w = new AuditWorld();
        await w.SendAsync();
        w.Outboxes = [TestVault.Outbox with { Target = new OutboxTarget.Smtp(new("127.0.0.1", 1, Protection.None, "", "", null)) }];
        await Assert.That(await w.FoundAsync()).StartsWith("Unproven").And.Contains("there is no mailbox in which they could be looked for");
        w.Outboxes = [w.Outboxes[0] with { Imap = new("127.0.0.1", 1, Protection.None, "", "", null) }];
        await Assert.That(await w.FoundAsync()).Contains("could not be looked at").And.Contains("never looked at");
    }

    [Test]
    public async Task A_key_that_was_revoked_proves_nothing_any_more_and_is_no_contradiction()
    {
        using var w = new AuditWorld();
        using var laptop = new TestVault();
        var its = new TrustedKeys(laptop.State, laptop.Key);
        w.Trusted.Trust(its.Own, its.OwnFingerprint);
        var approver = new Approver(w.V.Vault, laptop.Key, w.V.Objections, w.V.Files, w.V.Earlier, w.V.Original, w.V.Clock, w.V.Record, TimeSpan.FromDays(7), TimeSpan.FromSeconds(3));
        var pending = w.V.PutPending();
        approver.Approve(pending, w.V.Digest(pending)[..8]);
        await w.Fence().RunAsync(default);
        w.V.Clock.Now += TimeSpan.FromMinutes(5);
        await Assert.That(await w.FoundAsync()).IsEqualTo("");
        w.Trusted.Revoke(its.OwnFingerprint);
        await Assert.That(await w.FoundAsync()).StartsWith("Unproven").And.Contains(its.OwnFingerprint).And.DoesNotContain("Contradiction");
    }

    [Test]
    public async Task A_mail_that_turns_up_after_all_is_named()
    {
        using var w = new AuditWorld();
        var delivery = new LocalAgent.Tests.Acting.ScriptedDelivery { CanSee = false };
        delivery.Answer((true, new Outcome.Unknown("cut")));
        var entry = w.V.PutApproved();
        await w.Fence(delivery).RunAsync(default);
        w.V.Clock.Now += TimeSpan.FromHours(1);
        w.Fence(delivery).Resolve(w.V.Where(entry), sent: false);
        Directory.CreateDirectory(Path.Combine(w.World, "new"));
        await File.WriteAllBytesAsync(Path.Combine(w.World, "new", "1.late.here"), delivery.World.Single().Bytes);
        await Assert.That(await w.FoundAsync()).StartsWith("Contradiction").And.Contains("nobody knew whether it went out");
    }
}
