using System.Diagnostics;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Tests.Mail;

public sealed class MaildirInboxTests : IDisposable
{
    static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly string root = Directory.CreateTempSubdirectory("maildir-").FullName;

    public MaildirInboxTests()
    {
        foreach (var folder in (string[])["new", "cur", "tmp"]) Directory.CreateDirectory(Path.Combine(root, folder));
    }

    public void Dispose()
    {
        Directory.Delete(root, recursive: true);
        ours.Dispose();
    }

    readonly TemporaryFolder ours = new();

    StateDirectory State => StateDirectory.Open(ours["state"], Zone.Cloud);

    IInbox Open(long maxBytes = 1_000_000, TimeSpan? poll = null) => Inboxes.Open(
        Corpus.Owner with { Inbox = new InboxSource.Maildir(root) }, _ => throw new InvalidOperationException("a maildir has no password"), State, maxBytes, poll ?? TimeSpan.FromMinutes(1), TimeProvider.System);

    string Deliver(string name, string folder = "new", DateTime? arrived = null, string text = "Subject: S\n\nHello\n")
    {
        var temporary = Path.Combine(root, "tmp", name);
        File.WriteAllText(temporary, text);
        if (arrived is { } at) File.SetLastWriteTimeUtc(temporary, at);
        var path = Path.Combine(root, folder, name);
        File.Move(temporary, path);
        return path;
    }

    static async Task<List<IncomingMail>> Read(IInbox inbox, MailPosition position, DateTimeOffset? since = null)
    {
        var mails = new List<IncomingMail>();
        await foreach (var mail in inbox.ReadAsync(position, since ?? LongAgo, default)) mails.Add(mail);
        return mails;
    }

    static string Names(IEnumerable<IncomingMail> mails) => string.Join(' ', mails.Select(m => m.Origin));

    [Test]
    public async Task New_and_cur_are_read_oldest_first_with_the_flag_of_answered_mail()
    {
        Deliver("2.b", arrived: new(2026, 11, 2, 10, 0, 0, DateTimeKind.Utc));
        Deliver("1.a:2,RS", "cur", arrived: new(2026, 11, 1, 10, 0, 0, DateTimeKind.Utc));
        Deliver("3.c:2,S", "cur", arrived: new(2026, 11, 3, 10, 0, 0, DateTimeKind.Utc));
        await using var inbox = Open();
        var mails = await Read(inbox, default);
        await Assert.That(Names(mails)).IsEqualTo("1.a:2,RS 2.b 3.c:2,S");
        await Assert.That(string.Join(' ', mails.Select(m => m.Answered))).IsEqualTo("True False False");
        await Assert.That(mails[1].Arrived).IsEqualTo(new DateTimeOffset(2026, 11, 2, 10, 0, 0, TimeSpan.Zero));
        await using var stream = mails[1].Open();
        await Assert.That(LetterReader.Read(inbox.Account, stream, mails[1].Bytes, mails[1].Whole).Letter.Text).IsEqualTo("Hello");
    }

    [Test]
    public async Task Reading_changes_nothing_in_the_maildir()
    {
        Deliver("1.a");
        Deliver("2.b:2,S", "cur");
        var before = Snapshot();
        await using (var inbox = Open())
            foreach (var mail in await Read(inbox, default)) await mail.Open().DisposeAsync();
        await Assert.That(Snapshot()).IsEqualTo(before);
    }

    string Snapshot() => string.Join('\n', Directory.GetFiles(root, "*", SearchOption.AllDirectories).Order().Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O} {new FileInfo(f).Length}"));

    [Test]
    public async Task Behind_a_position_only_what_came_later_is_given_and_an_old_position_gives_it_again()
    {
        Deliver("1.a");
        await using var inbox = Open();
        var first = await Read(inbox, default);
        Deliver("2.b");
        Deliver("3.c", arrived: new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc)); // moved in from elsewhere with its old time
        var second = await Read(inbox, first[^1].Next);
        await Assert.That(Names(second)).IsEqualTo("3.c 2.b");
        await Assert.That(Names(await Read(inbox, second[^1].Next))).IsEqualTo("");
        await Assert.That(Names(await Read(inbox, second[0].Next))).IsEqualTo("2.b");
        await Assert.That(Names(await Read(inbox, default))).IsEqualTo("3.c 1.a 2.b");
    }

    [Test]
    public async Task A_mail_whose_filing_failed_is_given_again()
    {
        Deliver("1.a");
        Deliver("2.b");
        await using var inbox = Open();
        await foreach (var _ in inbox.ReadAsync(default, LongAgo, default)) break;
        await Assert.That((await Read(inbox, default)).Count).IsEqualTo(2);
    }

    [Test]
    public async Task A_flag_or_a_move_to_cur_does_not_make_a_mail_new_and_it_is_still_found()
    {
        var path = Deliver("1.a");
        await using var inbox = Open();
        var mail = (await Read(inbox, default)).Single();
        File.Move(path, Path.Combine(root, "cur", "1.a:2,S"));
        await using (var stream = mail.Open()) await Assert.That(stream.Length).IsGreaterThan(5);
        await Assert.That(Names(await Read(inbox, mail.Next))).IsEqualTo("");
        File.Delete(Path.Combine(root, "cur", "1.a:2,S"));
        await Assert.That(() => mail.Open()).Throws<FileNotFoundException>();
    }

    [Test]
    public async Task After_a_restart_a_mail_that_came_meanwhile_is_given_whatever_its_time_says()
    {
        Deliver("1.a");
        MailPosition position;
        await using (var inbox = Open()) position = (await Read(inbox, default))[^1].Next;
        Deliver("2.b", arrived: new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await using var restarted = Open();
        await Assert.That(Names(await Read(restarted, position))).Contains("2.b");
    }

    [Test]
    public async Task At_the_first_connection_older_mail_is_left_out_also_after_a_crash_in_the_middle()
    {
        var now = DateTime.UtcNow;
        Deliver("1.old", arrived: now.AddDays(-9));
        Deliver("2.a", arrived: now.AddHours(-2));
        Deliver("3.b", arrived: now.AddHours(-1));
        MailPosition position;
        await using (var inbox = Open())
        {
            var mails = await Read(inbox, default, now.AddDays(-3));
            await Assert.That(Names(mails)).IsEqualTo("2.a 3.b");
            position = mails[0].Next;
        }
        await using var restarted = Open();
        await Assert.That(Names(await Read(restarted, position, now.AddDays(-3)))).IsEqualTo("2.a 3.b");
    }

    [Test, Timeout(20_000)]
    public async Task Links_pipes_and_directories_are_left_alone(CancellationToken cancel)
    {
        var secret = Path.Combine(root, "secret");
        File.WriteAllText(secret, "Subject: secret\n\n");
        File.CreateSymbolicLink(Path.Combine(root, "new", "1.link"), secret);
        Directory.CreateDirectory(Path.Combine(root, "new", "2.dir"));
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(root, "new", "3.pipe")])) await mkfifo.WaitForExitAsync(cancel);
        var path = Deliver("4.mail");
        await using var inbox = Open();
        var mails = await Read(inbox, default);
        await Assert.That(Names(mails)).IsEqualTo("4.mail");
        // What takes a mail's place after it was listed is not opened either.
        File.Delete(path);
        File.CreateSymbolicLink(path, secret);
        await Assert.That(() => mails[0].Open()).Throws<FileNotFoundException>();
        File.Delete(path);
        using (var mkfifo = Process.Start("mkfifo", [path])) await mkfifo.WaitForExitAsync(cancel);
        await Assert.That(() => mails[0].Open()).Throws<FileNotFoundException>();
    }

    [Test]
    public async Task Of_a_mail_over_the_limit_there_is_only_the_header()
    {
        Deliver("1.a", text: "Subject: S\n\n" + new string('x', 500_000));
        await using var inbox = Open(maxBytes: 1000);
        var mail = (await Read(inbox, default)).Single();
        await Assert.That(mail.Whole).IsFalse();
        await Assert.That(mail.Bytes).IsEqualTo(500_012);
        await using var stream = mail.Open();
        await Assert.That(stream.Length).IsEqualTo(12);
    }

    [Test]
    public async Task A_delivery_ends_the_wait()
    {
        await using var inbox = Open(poll: TimeSpan.FromMinutes(5));
        await Read(inbox, default);
        var wait = inbox.WaitAsync(default);
        await Assert.That(wait.IsCompleted).IsFalse();
        Deliver("1.a");
        await wait.WaitAsync(TimeSpan.FromSeconds(60));
        using var cancel = new CancellationTokenSource(50);
        await inbox.WaitAsync(cancel.Token).WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task Where_no_watcher_tells_the_poll_ends_the_wait()
    {
        await using var inbox = Open(poll: TimeSpan.FromMilliseconds(50));
        await inbox.WaitAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.That(Names(await Read(inbox, default))).IsEqualTo("");
    }

    [Test]
    public async Task A_path_that_is_no_maildir_is_a_sentence()
    {
        await using var inbox = Inboxes.Open(Corpus.Owner with { Inbox = new InboxSource.Maildir(Path.Combine(root, "none")) }, _ => "", State, 1000, TimeSpan.FromMinutes(1), TimeProvider.System);
        var refusal = await Assert.That(async () => await Read(inbox, default)).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.BadConfiguration);
    }

    [Test]
    public async Task A_maildir_that_goes_away_is_told_at_each_reading_and_is_waited_for_without_haste()
    {
        await using var inbox = Open(poll: TimeSpan.FromMilliseconds(300));
        await Read(inbox, default);
        Directory.Move(root, root + "-away");
        try
        {
            for (var i = 0; i < 2; i++) await Assert.That(async () => await Read(inbox, default)).Throws<Refusal>();
            var watch = Stopwatch.StartNew();
            await inbox.WaitAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
            await Assert.That(watch.ElapsedMilliseconds).IsGreaterThan(250);
        }
        finally { Directory.Move(root + "-away", root); }
        Deliver("1.a");
        await Assert.That(Names(await Read(inbox, default))).IsEqualTo("1.a");
    }

    [Test]
    public async Task Of_many_thousand_known_mails_none_is_given_again()
    {
        for (var i = 0; i < 20_000; i++) File.WriteAllBytes(Path.Combine(root, "cur", $"{i}.x:2,S"), "Subject: S\n\n"u8);
        await using var inbox = Open();
        var mails = await Read(inbox, default);
        await Assert.That(mails.Count).IsEqualTo(20_000);
        await Assert.That(mails[^1].Next.Text.Length).IsLessThan(100);
        Deliver("new.one");
        await Assert.That(Names(await Read(inbox, mails[^1].Next))).IsEqualTo("new.one");
    }

    [Test]
    public async Task A_folder_of_eml_files_or_one_of_them_is_an_inbox()
    {
        File.WriteAllText(Path.Combine(root, "a.eml"), "Subject: A\n\n");
        File.WriteAllText(Path.Combine(root, "b.EML"), "Subject: B\n\n");
        File.WriteAllText(Path.Combine(root, "notes.txt"), "no mail");
        File.WriteAllText(Path.Combine(root, ".c.eml"), "not finished");
        await using var folder = Inboxes.Open(Corpus.Owner with { Inbox = new InboxSource.Folder(root) }, _ => "", State, 1000, TimeSpan.FromMinutes(1), TimeProvider.System);
        var mails = await Read(folder, default, DateTimeOffset.UtcNow.AddDays(1));
        await Assert.That(string.Join(' ', mails.Select(m => m.Origin).Order())).IsEqualTo("a.eml b.EML");
        await Assert.That(mails[0].Arrived).IsNull();
        await using var single = Inboxes.Open(Corpus.Owner with { Inbox = new InboxSource.Folder(Path.Combine(root, "a.eml")) }, _ => "", State, 1000, TimeSpan.FromMinutes(1), TimeProvider.System);
        await Assert.That(Names(await Read(single, default))).IsEqualTo("a.eml");
    }
}
