using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

/// <summary>What fails since when.</summary>
public class TroublesTests
{
    static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    static string Words(IEnumerable<Trouble> troubles) => string.Join('|', troubles.Select(t => $"{t.Name} {t.Account} {t.Since.UtcDateTime:HH:mm} {t.Text}"));

    static (TemporaryFolder, StateDirectory) State()
    {
        var folder = new TemporaryFolder();
        return (folder, StateDirectory.Open(folder["state"], Zone.Cloud));
    }

    [Test]
    public async Task It_has_failed_since_its_first_failure_until_it_works()
    {
        var (folder, state) = State();
        using var _ = folder;
        await Assert.That(Words(Troubles.Remember(state, [new(TroubleKind.Sync, "", "away"), new(TroubleKind.Mail, "main", null)], Noon))).IsEqualTo("sync  12:00 away");
        await Assert.That(Words(Troubles.Remember(state, [new(TroubleKind.Sync, "", "still away"), new(TroubleKind.Mail, "main", "gone")], Noon.AddMinutes(5)))).IsEqualTo("sync  12:00 still away|mail main 12:05 gone");
        // Another process sees the same.
        await Assert.That(Words(Troubles.Recall(state))).IsEqualTo("sync  12:00 still away|mail main 12:05 gone");
        await Assert.That(Words(Troubles.Remember(state, [new(TroubleKind.Sync, "", null)], Noon.AddMinutes(6)))).IsEqualTo("mail main 12:05 gone");
        await Assert.That(Words(Troubles.Remember(state, [new(TroubleKind.Sync, "", "away"), new(TroubleKind.Mail, "main", null)], Noon.AddMinutes(7)))).IsEqualTo("sync  12:07 away");
    }

    [Test]
    public async Task What_was_not_tried_stays_as_it_was_and_nothing_is_written()
    {
        var (folder, state) = State();
        using var _ = folder;
        Troubles.Remember(state, [new(TroubleKind.MailLogin, "main", null)], Noon);
        await Assert.That(File.Exists(state.PathOf("troubles"))).IsFalse();
        Troubles.Remember(state, [new(TroubleKind.MailLogin, "main", "no\r\tsuch\u202e user")], Noon);
        var before = Disk.Stamp(state.PathOf("troubles"));
        await Assert.That(Words(Troubles.Remember(state, [new(TroubleKind.MailLogin, "other", null)], Noon.AddHours(1)))).IsEqualTo("mail_login main 12:00 no such user");
        Troubles.Remember(state, [new(TroubleKind.MailLogin, "main", "no such user")], Noon.AddHours(2));
        await Assert.That(Disk.Stamp(state.PathOf("troubles"))).IsEqualTo(before);
    }

    [Test]
    public async Task A_clock_that_was_set_back_makes_nothing_begin_in_the_future()
    {
        var (folder, state) = State();
        using var _ = folder;
        Troubles.Remember(state, [new(TroubleKind.Sync, "", "away")], Noon);
        await Assert.That(Words(Troubles.Remember(state, [new(TroubleKind.Sync, "", "away")], Noon.AddHours(-1)))).IsEqualTo("sync  11:00 away");
    }

    [Test]
    public async Task What_is_in_its_file_and_none_of_it_is_passed_over()
    {
        var (folder, state) = State();
        using var _ = folder;
        File.WriteAllText(state.PathOf("troubles"), "sync\t\t2026-11-26T12:00:00Z\taway\nweather\t\t2026-11-26T12:00:00Z\train\nsync\t\tyesterday\taway\nmail\n\n");
        await Assert.That(Words(Troubles.Recall(state))).IsEqualTo("sync  12:00 away");
    }

    [Test]
    public async Task Of_several_mailboxes_one_that_fails_is_enough_and_of_several_syncs_the_last_counts()
    {
        var report = new TurnReport();
        report.Went(TroubleKind.Mail, "main", null);
        report.Went(TroubleKind.Mail, "main", "gone");
        report.Went(TroubleKind.Mail, "main", null);
        report.Went(TroubleKind.Sync, "", "away");
        report.Went(TroubleKind.Sync, "", null);
        await Assert.That(string.Join('|', report.Tries.Select(t => $"{t.Name} {t.Account} {t.Text}"))).IsEqualTo("mail main gone|sync  ");
    }

    [Test]
    public async Task A_login_that_is_refused_is_told_apart_from_a_server_that_is_away()
    {
        using var shop = new Workshop();
        var inbox = new ScriptedInbox(shop.Machine.Account("main")!) { BreaksAfter = 0 };
        inbox.Mails.Add(shop.Mail());
        shop.Inbox = inbox;
        shop.Restart();
        string Tries(TurnReport report) => string.Join('|', report.Tries.Select(t => $"{t.Name} {t.Text ?? "fine"}"));
        await Assert.That(Tries(await shop.RunAsync())).IsEqualTo("mail the mailbox is gone|sync fine");
        inbox.Refuses = new(ExitCode.Credential, "wrong password");
        await Assert.That(Tries(await shop.RunAsync())).IsEqualTo("mail_login wrong password|mail fine|sync fine");
        (inbox.Refuses, inbox.BreaksAfter) = (null, null);
        await Assert.That(Tries(await shop.RunAsync())).IsEqualTo("mail_login fine|mail fine|sync fine");
    }
}
