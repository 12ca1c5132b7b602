using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

public class TurnTests
{
    [Test]
    public async Task Before_a_full_mailbox_the_first_drafts_are_there_before_the_last_mail_is_read()
    {
        using var shop = new Workshop();
        var inbox = new ScriptedInbox(shop.Machine.Account("main")!);
        for (var i = 0; i < 120; i++) inbox.Mails.Add(shop.Mail(id: $"{i}@mail.example", text: $"Could you send me a quote for {i + 2} oak chairs?\n"));
        shop.Inbox = inbox;
        shop.Restart();
        var report = await shop.RunAsync();
        await Assert.That((report.Read, report.Filed, report.Drafted)).IsEqualTo((120, 120, 120));
        await Assert.That(inbox.Asked.Count).IsEqualTo(1);
        var log = shop.Log();
        await Assert.That(log.FindIndex(l => l.StartsWith("draft.filed", StringComparison.Ordinal))).IsLessThan(log.FindLastIndex(l => l.StartsWith("mail.filed", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_question_becomes_a_draft_that_waits_for_the_owner()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        var report = await shop.RunAsync();
        await Assert.That((report.Read, report.Filed, report.Drafted, report.Problems.Count, report.Code)).IsEqualTo((1, 1, 1, 0, ExitCode.Done));
        var task = shop.Tasks(Stage.PendingApproval).Single();
        await Assert.That(task.Draft).StartsWith("Dear Anna Muster,").And.Contains("20 oak chairs");
        await Assert.That(task.Get("action")).IsEqualTo(MailSend.KindName);
        await Assert.That(task.Has(Claims.NonceKey) || task.Has(Claims.ByKey)).IsFalse();
        var mail = (MailSend)TypedAction.Read(task)!;
        await Assert.That((mail.From, string.Join(' ', mail.To), mail.InReplyTo)).IsEqualTo(("Jo Berger <jo@holz.example>", "anna@mail.example", "1@mail.example"));
        var log = shop.Log();
        await Assert.That(log.Count(l => l.StartsWith("mail.filed", StringComparison.Ordinal) && l.Contains("message_id=1@mail.example"))).IsEqualTo(1);
        await Assert.That(log.Count(l => l.StartsWith("draft.filed", StringComparison.Ordinal) && l.Contains(mail.Digest()))).IsEqualTo(1);

        var before = shop.Picture();
        await Assert.That((await shop.RunAsync()).Changed).IsFalse();
        await Assert.That(shop.Picture()).IsEqualTo(before);
    }

    [Test]
    public async Task A_credential_in_a_mail_comes_neither_into_the_vault_nor_into_the_state()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail("Hello,\n\nthe password: Sommer2024! is new. Could you send me a quote for 20 oak chairs?\n", subject: "token: aB3dE6gH9jK2", id: "secret=aB3dE6gH9jK2@mail.example"));
        var report = await shop.RunAsync();
        await Assert.That((report.Filed, report.Problems.Count)).IsEqualTo((1, 0));
        var task = shop.Tasks(Stage.PendingApproval).Single();
        await Assert.That(task.Original).Contains("the password: [masked: password] is new");
        await Assert.That(string.Join(" ", task.GetList("mail_notes"))).Contains("masked").And.Contains("token, password");
        foreach (var file in Directory.EnumerateFiles(shop.Vault.Root, "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(shop.Machine.State.Root, "*", SearchOption.AllDirectories)))
            await Assert.That(File.ReadAllText(file)).DoesNotContain("Sommer2024").And.DoesNotContain("aB3dE6gH9jK2");
    }

    [Test]
    public async Task What_only_the_owner_can_answer_is_filed_without_a_draft()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail("My father died last week. I cancel the order.\n"));
        var report = await shop.RunAsync();
        await Assert.That((report.Filed, report.Drafted, report.Yours)).IsEqualTo((1, 0, 1));
        await Assert.That(Overview.Open(shop.Vault, shop.Clock).Single().Standing).IsEqualTo(Standing.Yours);
        await Assert.That(shop.Log().Any(l => l.StartsWith("draft.yours", StringComparison.Ordinal))).IsTrue();
    }

    [Test]
    public async Task The_same_mail_twice_is_one_task()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        shop.Arrives("2.eml", shop.Mail());
        var report = await shop.RunAsync();
        await Assert.That((report.Read, report.Filed, report.Known)).IsEqualTo((2, 1, 1));
        // Also after it has moved on, however far.
        var entry = shop.Vault.List(Stage.PendingApproval).Single();
        var done = shop.Vault.FullPath("Done/2026-01");
        Directory.CreateDirectory(done);
        File.Move(shop.Vault.FullPath(entry.Path), Path.Combine(done, entry.Name.FileName));
        shop.Arrives("3.eml", shop.Mail());
        report = await shop.RunAsync();
        await Assert.That((report.Filed, report.Known)).IsEqualTo((0, 1));
        await Assert.That(shop.Vault.List(Stage.NeedsAction)).IsEmpty();
    }

    [Test]
    public async Task A_mail_whose_task_was_archived_is_known()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        var entry = shop.Vault.List(Stage.PendingApproval).Single();
        Directory.CreateDirectory(shop.Vault.FullPath(ArchiveIndex.Folder));
        File.WriteAllText(shop.Vault.FullPath("Archive/2026-01-00000000.md"), ArchiveIndex.Line(shop.Vault.ReadBytes(entry), $"Done/2026-01/{entry.Name.FileName}") + "\n");
        File.Delete(shop.Vault.FullPath(entry.Path));
        shop.Arrives("2.eml", shop.Mail());
        var report = await shop.RunAsync();
        await Assert.That((report.Filed, report.Known)).IsEqualTo((0, 1));
    }

    [Test]
    public async Task A_mail_whose_task_was_forgotten_becomes_none_again()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        var entry = shop.Vault.List(Stage.PendingApproval).Single();
        Directory.CreateDirectory(shop.Vault.FullPath(ArchiveIndex.Folder));
        File.WriteAllText(shop.Vault.FullPath(Forgotten.ListPath), $"# Forgotten\n\nv1.x.y\ntask {Forgotten.Mark(entry.Name.Hash)}\n");
        File.Delete(shop.Vault.FullPath(entry.Path));
        shop.Arrives("2.eml", shop.Mail());
        var report = await shop.RunAsync();
        await Assert.That((report.Filed, report.Known)).IsEqualTo((0, 1));
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task The_same_message_id_with_other_words_is_a_task_of_its_own_and_says_so(bool restarted)
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        var first = shop.Vault.List(Stage.PendingApproval).Single();
        if (restarted) shop.Restart();
        shop.Arrives("2.eml", shop.Mail("Could you send me the keys of the house?\n"));
        var report = await shop.RunAsync();
        await Assert.That(report.Filed).IsEqualTo(1);
        await Assert.That(shop.Vault.List(Stage.PendingApproval).Count()).IsEqualTo(2);
        var second = shop.Vault.List(Stage.PendingApproval).Single(e => e != first);
        await Assert.That(shop.Vault.Read(second).Get("same_message_id_as")).IsEqualTo(first.Name.Value);
        await Assert.That(shop.Vault.Read(first).Has("same_message_id_as")).IsFalse();
    }

    [Test]
    public async Task A_crash_between_filing_and_the_position_files_nothing_twice()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        File.Delete(shop.PositionFile);
        shop.Restart();
        var report = await shop.RunAsync();
        await Assert.That((report.Read, report.Filed, report.Known)).IsEqualTo((1, 0, 1));
        await Assert.That(shop.Vault.List(Stage.PendingApproval).Count()).IsEqualTo(1);
        await Assert.That(shop.Vault.List(Stage.NeedsAction)).IsEmpty();
    }

    [Test]
    public async Task Mail_from_before_the_first_days_is_passed_over()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail(date: shop.Clock.Now - TimeSpan.FromDays(10)));
        var report = await shop.RunAsync();
        await Assert.That((report.Read, report.PassedOver, report.Filed)).IsEqualTo((1, 1, 0));
        await Assert.That(shop.Vault.List(Stage.NeedsAction)).IsEmpty();
    }

    [Test]
    public async Task What_the_owner_has_answered_is_passed_over()
    {
        using var shop = new Workshop();
        shop.Inbox = new ScriptedInbox(shop.Machine.Account("main")!) { Answered = true, Mails = { shop.Mail() } };
        shop.Restart();
        await Assert.That((await shop.RunAsync()).PassedOver).IsEqualTo(1);
        await Assert.That(shop.Vault.List(Stage.NeedsAction)).IsEmpty();
    }

    [Test]
    [Arguments("jo@holz.example", "", "your own mail")]
    [Arguments("shop@mail.example", "Auto-Submitted: auto-generated\r\n", "Auto-Submitted")]
    [Arguments("no-reply@mail.example", "", "takes no answer")]
    public async Task What_needs_no_answer_is_a_line_in_the_log_and_no_task(string from, string more, string why)
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail(from: from, more: more));
        var report = await shop.RunAsync();
        await Assert.That((report.Sifted, report.Filed)).IsEqualTo((1, 0));
        await Assert.That(Stages.All.SelectMany(shop.Vault.List)).IsEmpty();
        await Assert.That(shop.Log().Count(l => l.StartsWith("mail.sifted", StringComparison.Ordinal) && l.Contains(why) && l.Contains("subject=Chairs"))).IsEqualTo(1);
    }

    [Test]
    public async Task What_is_no_task_goes_to_quarantine_and_the_next_is_drafted()
    {
        using var shop = new Workshop();
        var bad = shop.PutRaw(Place.NeedsAction("email"), "aaa", "---\na: [1\n---\n");
        var other = shop.PutRaw(Place.NeedsAction("email"), "aab", "---\ntask: other/1\n---\n");
        shop.Put(Place.NeedsAction("email"), "bbb");
        var report = await shop.RunAsync();
        await Assert.That((report.Quarantined, report.Drafted)).IsEqualTo((2, 1));
        await Assert.That(string.Join(' ', shop.Vault.List(Stage.Quarantine).Select(e => e.Name))).IsEqualTo($"{bad.Name} {other.Name}");
        await Assert.That(File.ReadAllText(shop.Vault.FullPath(Place.Quarantine.PathOf(bad.Name)))).IsEqualTo("---\na: [1\n---\n");
        await Assert.That(shop.Log().Any(l => l.StartsWith("task.quarantined", StringComparison.Ordinal) && l.Contains(bad.Path) && l.Contains("YAML"))).IsTrue();
    }

    [Test]
    public async Task What_can_be_no_task_by_its_name_is_swept_away_and_logged()
    {
        using var shop = new Workshop();
        File.WriteAllText(shop.Vault.FullPath("Needs_Action/email/My note.md"), "x");
        shop.Clock.Now += TimeSpan.FromMinutes(1);
        await Assert.That((await shop.RunAsync()).Quarantined).IsEqualTo(1);
        await Assert.That(File.ReadAllText(shop.Vault.FullPath("Quarantine/My note.md"))).IsEqualTo("x");
        await Assert.That(shop.Log().Any(l => l.StartsWith("task.quarantined", StringComparison.Ordinal) && l.Contains("My note.md"))).IsTrue();
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task A_claim_that_a_crash_left_is_finished(bool marked)
    {
        using var shop = new Workshop();
        var entry = shop.Put(Place.NeedsAction("email"), "left");
        if (marked) new Claims(shop.Vault, shop.Clock).Take(entry);
        else shop.Vault.Move(entry, Place.InProgress(shop.Vault.Agent)); // before the nonce was written
        shop.Restart();
        await Assert.That((await shop.RunAsync()).Drafted).IsEqualTo(1);
        await Assert.That(shop.Vault.Find(entry.Name)!.Value.Place).IsEqualTo(Place.Pending("email"));
        await Assert.That(shop.Tasks(Stage.PendingApproval).Single().Has(Claims.NonceKey)).IsFalse();
    }

    [Test]
    public async Task Another_machine_s_account_is_left_to_it()
    {
        using var shop = new Workshop();
        shop.Put(Place.NeedsAction("email"), "theirs", t => t.With("account", "other"));
        var before = shop.Picture();
        var report = await shop.RunAsync();
        await Assert.That((report.Quarantined, report.Drafted, report.Problems.Count)).IsEqualTo((0, 0, 0));
        await Assert.That(shop.Picture()).IsEqualTo(before);
    }

    [Test]
    [Arguments("phase", "offered")]
    [Arguments("approval", "v1.x.y")]
    public async Task An_action_under_way_is_not_drafted_anew(string key, string value)
    {
        using var shop = new Workshop();
        var entry = shop.Put(Place.InProgress(shop.Vault.Agent), "acting", t => t.With(key, value));
        var before = shop.Picture();
        await shop.RunAsync();
        await Assert.That(shop.Picture()).IsEqualTo(before);
        await Assert.That(shop.Vault.Read(entry).Get(key)).IsEqualTo(value);
    }

    [Test]
    public async Task The_position_and_the_first_day_survive_a_restart()
    {
        using var shop = new Workshop();
        var inbox = new ScriptedInbox(shop.Machine.Account("main")!) { Mails = { shop.Mail(), shop.Mail(id: "2@mail.example", text: "Do you deliver to Lyon?\n") } };
        shop.Inbox = inbox;
        shop.Restart();
        var began = shop.Clock.Now - TimeSpan.FromDays(3);
        await Assert.That((await shop.RunAsync()).Filed).IsEqualTo(2);

        shop.Clock.Now += TimeSpan.FromDays(5);
        inbox.Mails.Add(shop.Mail(id: "3@mail.example", text: "What does a table cost?\n", date: shop.Clock.Now - TimeSpan.FromDays(4)));
        shop.Restart();
        var report = await shop.RunAsync();
        await Assert.That((report.Read, report.Filed, report.PassedOver)).IsEqualTo((1, 1, 0));
        await Assert.That(string.Join(' ', inbox.Asked.Select(a => a.Position))).IsEqualTo(" 2");
        foreach (var asked in inbox.Asked) await Assert.That(asked.Since).IsEqualTo(began);
    }

    [Test]
    public async Task A_mailbox_that_breaks_off_is_a_problem_and_what_came_before_is_kept()
    {
        using var shop = new Workshop();
        var inbox = new ScriptedInbox(shop.Machine.Account("main")!) { BreaksAfter = 1, Mails = { shop.Mail(), shop.Mail(id: "2@mail.example", text: "Do you deliver to Lyon?\n") } };
        shop.Inbox = inbox;
        shop.Restart();
        var report = await shop.RunAsync();
        await Assert.That((report.Filed, report.Drafted, report.Code)).IsEqualTo((1, 1, ExitCode.TryAgain));
        await Assert.That(report.Problems.Single()).Contains("the mailbox is gone");
        inbox.BreaksAfter = null;
        shop.Restart();
        await Assert.That((await shop.RunAsync()).Filed).IsEqualTo(1);
        await Assert.That(inbox.Asked[^1].Position).IsEqualTo("1");
    }

    [Test]
    public async Task A_mail_that_can_t_be_read_is_reported_and_the_next_is_taken()
    {
        using var shop = new Workshop();
        shop.Inbox = new ScriptedInbox(shop.Machine.Account("main")!) { Unreadable = 0, Mails = { shop.Mail(), shop.Mail(id: "2@mail.example") } };
        shop.Restart();
        var report = await shop.RunAsync();
        await Assert.That((report.Read, report.Filed, report.Code)).IsEqualTo((2, 1, ExitCode.Failed));
        await Assert.That(report.Problems.Single()).Contains("bad sector");
        await Assert.That(shop.Log().Any(l => l.StartsWith("mail.unreadable", StringComparison.Ordinal) && l.Contains("mail 0"))).IsTrue();
    }

    [Test]
    public async Task A_task_that_the_owner_moved_back_is_drafted_anew_and_its_old_yes_is_void()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        shop.Restart();
        await shop.RunAsync();
        var pending = shop.Vault.List(Stage.PendingApproval).Single();
        var bytes = shop.Vault.ReadBytes(pending);
        shop.Vault.Rewrite(pending, bytes, TaskFile.Parse(bytes).With(Approval.Key, "v1.old.yes").With("phase", "claimed").With("rejected_reason", "too dear"));
        // As a person moves it, not as an agent may.
        File.Move(shop.Vault.FullPath(pending.Path), shop.Vault.FullPath(Place.NeedsAction("email").PathOf(pending.Name)));
        var report = await shop.RunAsync();
        await Assert.That(report.Drafted).IsEqualTo(1);
        var task = shop.Tasks(Stage.PendingApproval).Single();
        await Assert.That(task.Has(Approval.Key) || task.Has("phase") || task.Has("rejected_reason")).IsFalse();
    }

    [Test]
    public async Task A_vault_of_a_later_protocol_is_only_read()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        shop.Put(Place.NeedsAction("email"), "waits");
        File.WriteAllText(shop.Vault.FullPath(VaultFolder.ProtocolFile), "2\n");
        var before = shop.Picture();
        shop.Restart();
        var report = await shop.RunAsync();
        await Assert.That((report.Read, report.Code)).IsEqualTo((0, ExitCode.Failed));
        await Assert.That(report.Problems.Single()).Contains("later protocol");
        await Assert.That(shop.Picture()).IsEqualTo(before);
        await Assert.That(Overview.Open(shop.Vault, shop.Clock).Single().Standing).IsEqualTo(Standing.New);
        var entry = shop.Vault.List(Stage.NeedsAction).Single();
        await Assert.That(() => shop.Vault.Move(entry, Place.InProgress(shop.Vault.Agent))).Throws<Refusal>();
        await Assert.That(() => shop.Vault.Rewrite(entry, shop.Vault.ReadBytes(entry), TaskFile.New("x"))).Throws<Refusal>();
        await Assert.That(shop.Picture()).IsEqualTo(before);
    }
}
