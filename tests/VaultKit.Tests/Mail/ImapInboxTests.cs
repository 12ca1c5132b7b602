using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Tests.Mail;

/// <summary>Against a real Dovecot.</summary>
[NotInParallel]
public class ImapInboxTests
{
    static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static ImapInbox Open(Dovecot dovecot, Protection protection = Protection.Tls, string host = "localhost", string password = "right", bool trusted = true, long maxBytes = 5_000_000, string mailbox = "INBOX", TimeProvider? time = null) =>
        (ImapInbox)Inboxes.Open(
            Corpus.Owner with
            {
                Inbox = new InboxSource.Imap(new(host, protection == Protection.Tls ? dovecot.TlsPort : dovecot.PlainPort, protection, "anna", "imap-main", trusted ? dovecot.CaFile : null), mailbox),
            },
            name => name == "imap-main" ? password : throw new InvalidOperationException(name), StateDirectory.Open(Path.Combine(dovecot.Maildir, "..", "ours"), Zone.Cloud), maxBytes, TimeSpan.FromMilliseconds(200), time ?? TimeProvider.System);

    static async Task<List<(IncomingMail Mail, Letter Letter)>> Read(IInbox inbox, MailPosition position, DateTimeOffset? since = null)
    {
        var letters = new List<(IncomingMail, Letter)>();
        await foreach (var mail in inbox.ReadAsync(position, since ?? LongAgo, default))
        {
            await using var stream = mail.Open();
            letters.Add((mail, LetterReader.Read(inbox.Account, stream, mail.Bytes, mail.Whole).Letter));
        }
        return letters;
    }

    [Test]
    public async Task Every_mail_of_the_corpus_is_the_same_letter_by_IMAP_as_from_the_file_and_stays_unseen()
    {
        await using var dovecot = await Dovecot.Start();
        var names = Corpus.Names.ToList();
        for (var i = 0; i < names.Count; i++) dovecot.Deliver($"{1000 + i}.x", Corpus.Bytes(names[i]), DateTime.UtcNow.AddMinutes(i - 200));
        await using var inbox = Open(dovecot);
        var read = await Read(inbox, default);
        await Assert.That(read.Count).IsEqualTo(names.Count);
        var expected = names.Select(n => Corpus.Show(Corpus.Read(n).Letter)).Order(StringComparer.Ordinal);
        await Assert.That(string.Join("\n\n", read.Select(r => Corpus.Show(r.Letter)).Order(StringComparer.Ordinal))).IsEqualTo(string.Join("\n\n", expected));
        await Assert.That(Directory.GetFiles(dovecot.Maildir, "*", SearchOption.AllDirectories).Any(f => f.Contains(":2,") && f[f.LastIndexOf(":2,", StringComparison.Ordinal)..].Contains('S'))).IsFalse();
    }

    [Test]
    public async Task Positions_answered_marks_old_mail_and_large_mail()
    {
        await using var dovecot = await Dovecot.Start();
        dovecot.Deliver("1.old", "Subject: old\n\nx"u8.ToArray(), DateTime.UtcNow.AddDays(-9));
        dovecot.Deliver("2.answered:2,R", "Subject: answered\n\nx"u8.ToArray(), DateTime.UtcNow.AddHours(-3), "cur");
        dovecot.Deliver("3.a", "Subject: a\n\nx"u8.ToArray(), DateTime.UtcNow.AddHours(-2));
        dovecot.Deliver("4.large", [.. "Subject: large\n\n"u8, .. Enumerable.Repeat("0123456789 large\n", 200_000).SelectMany(System.Text.Encoding.ASCII.GetBytes)], DateTime.UtcNow.AddHours(-1));
        await using var inbox = Open(dovecot);
        var read = await Read(inbox, default, DateTimeOffset.UtcNow.AddDays(-3));
        await Assert.That(string.Join(' ', read.OrderBy(r => r.Mail.Arrived).Select(r => r.Letter.Subject))).IsEqualTo("answered a large");
        await Assert.That(read.Single(r => r.Letter.Subject == "answered").Mail.Answered).IsTrue();
        await Assert.That(read.Single(r => r.Letter.Subject == "a").Mail.Answered).IsFalse();
        // Over a megabyte it goes through a file; the digest says that every octet arrived.
        var large = read.Single(r => r.Letter.Subject == "large");
        await Assert.That(Convert.ToHexString(large.Letter.Digest)).IsEqualTo(Convert.ToHexString(Corpus.Read(File.ReadAllBytes(Directory.GetFiles(dovecot.Maildir, "4.large*", SearchOption.AllDirectories).Single())).Letter.Digest));

        var last = read[^1].Mail.Next;
        await Assert.That((await Read(inbox, last)).Count).IsEqualTo(0);
        dovecot.Deliver("5.new", "Subject: new\n\nx"u8.ToArray());
        await Assert.That((await Read(inbox, last)).Single().Letter.Subject).IsEqualTo("new");
        // Another UIDVALIDITY: from the start.
        await Assert.That((await Read(inbox, new("1;12345;4000"))).Count).IsEqualTo(5);

        await using var small = Open(dovecot, maxBytes: 1000);
        var header = (await Read(small, default)).Single(r => r.Letter.Subject == "large");
        await Assert.That(header.Mail.Whole).IsFalse();
        await Assert.That(header.Mail.Bytes).IsGreaterThan(3_000_000);
        await Assert.That(header.Letter.Notes.Single()).IsEqualTo("too large to read: 3 MB");
    }

    [Test]
    public async Task New_mail_ends_the_wait_with_IDLE_and_the_poll_does_without()
    {
        foreach (var idle in (bool[])[true, false])
        {
            await using var dovecot = await Dovecot.Start(idle);
            await using var inbox = Open(dovecot);
            dovecot.Deliver("1.a", "Subject: a\n\nx"u8.ToArray());
            var position = (await Read(inbox, default)).Single().Mail.Next;
            var wait = inbox.WaitAsync(default);
            if (idle)
            {
                await Task.Delay(600); // three times the poll's interval
                await Assert.That(wait.IsCompleted).IsFalse();
                dovecot.Deliver("2.b", "Subject: b\n\nx"u8.ToArray());
            }
            await wait.WaitAsync(TimeSpan.FromSeconds(60));
            if (!idle) dovecot.Deliver("2.b", "Subject: b\n\nx"u8.ToArray());
            await Assert.That((await Read(inbox, position)).Single().Letter.Subject).IsEqualTo("b");
            using var cancel = new CancellationTokenSource(100);
            await inbox.WaitAsync(cancel.Token).WaitAsync(TimeSpan.FromSeconds(60));
            await Assert.That((await Read(inbox, position)).Count).IsEqualTo(1);
        }
    }

    /// <summary>A clock on which a second is a hundred.</summary>
    sealed class FastClock : TimeProvider
    {
        const int Times = 100;

        readonly DateTimeOffset began = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => began + Times * (DateTimeOffset.UtcNow - began);
        public override long GetTimestamp() => GetUtcNow().Ticks;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Times : dueTime, period > TimeSpan.Zero ? period / Times : period);
    }

    [Test]
    public async Task IDLE_is_renewed_before_anybody_forgets_it_on_the_one_connection()
    {
        await using var dovecot = await Dovecot.Start();
        var clock = new FastClock();
        await using var inbox = Open(dovecot, time: clock);
        dovecot.Deliver("1.a", "Subject: a\n\nx"u8.ToArray());
        var position = (await Read(inbox, default)).Single().Mail.Next;
        for (var i = 0; i < 2; i++)
        {
            var began = clock.GetUtcNow();
            await inbox.WaitAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
            await Assert.That(clock.GetUtcNow() - began).IsLessThan(TimeSpan.FromMinutes(29));
            await Assert.That(clock.GetUtcNow() - began).IsGreaterThan(TimeSpan.FromMinutes(5));
            await Assert.That((await Read(inbox, position)).Count).IsEqualTo(0);
        }
        dovecot.Deliver("2.b", "Subject: b\n\nx"u8.ToArray());
        await inbox.WaitAsync(default).WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.That((await Read(inbox, position)).Single().Letter.Subject).IsEqualTo("b");
        await Assert.That(dovecot.Logins).IsEqualTo(1);
    }

    [Test]
    public async Task A_connection_that_died_while_it_waited_is_left_and_made_anew()
    {
        await using var dovecot = await Dovecot.Start();
        await using var inbox = Open(dovecot, time: new FastClock());
        dovecot.Deliver("1.a", "Subject: a\n\nx"u8.ToArray());
        var position = (await Read(inbox, default)).Single().Mail.Next;
        var wait = inbox.WaitAsync(default);
        await Task.Delay(500);
        await dovecot.Signal("STOP");
        dovecot.Deliver("2.b", "Subject: b\n\nx"u8.ToArray());
        // Nine minutes, and half of one for the answer to DONE.
        await wait.WaitAsync(TimeSpan.FromSeconds(20));
        await dovecot.Signal("CONT");
        await Assert.That((await Read(inbox, position)).Single().Letter.Subject).IsEqualTo("b");
        await Assert.That(dovecot.Logins).IsEqualTo(2);
    }

    [Test]
    public async Task A_server_that_goes_away_and_comes_back_is_read_again()
    {
        await using var dovecot = await Dovecot.Start();
        await using var inbox = Open(dovecot);
        dovecot.Deliver("1.a", "Subject: a\n\nx"u8.ToArray());
        var position = (await Read(inbox, default)).Single().Mail.Next;
        var wait = inbox.WaitAsync(default);
        await dovecot.Stop();
        await wait.WaitAsync(TimeSpan.FromSeconds(60));
        var refusal = await Assert.That(async () => await Read(inbox, position)).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.TryAgain);
        dovecot.Deliver("2.b", "Subject: b\n\nx"u8.ToArray());
        await dovecot.Run();
        // For a moment it is left alone.
        refusal = await Assert.That(async () => await Read(inbox, position)).Throws<Refusal>();
        await Assert.That(refusal!.Message).Contains("asked again at");
        await inbox.WaitAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
        await Assert.That((await Read(inbox, position)).Single().Letter.Subject).IsEqualTo("b");
        // Dropped while idle connections wait for nothing: the next reading connects without being told.
        await dovecot.Stop();
        await dovecot.Run();
        await Assert.That((await Read(inbox, position)).Single().Letter.Subject).IsEqualTo("b");
    }

    [Test]
    public async Task What_is_wrong_is_said_with_its_exit_code()
    {
        await using var dovecot = await Dovecot.Start();
        async Task<Refusal> Refused(IInbox inbox)
        {
            await using (inbox) return (await Assert.That(async () => await Read(inbox, default)).Throws<Refusal>())!;
        }
        await Assert.That((await Refused(Open(dovecot, password: "wrong"))).Code).IsEqualTo(ExitCode.Credential);
        await Assert.That((await Refused(Open(dovecot, mailbox: "Nowhere"))).Message).Contains("no mailbox \"Nowhere\"");
        await Assert.That((await Refused(Open(dovecot, trusted: false))).Message).Contains("no trusted TLS");
        await Assert.That((await Refused(Open(dovecot, host: "127.0.0.1"))).Message).Contains("no trusted TLS"); // a name that the certificate has not
        await Assert.That((await Refused(Open(dovecot, Protection.StartTls, trusted: false))).Message).Contains("no trusted TLS");
        await Assert.That((await Refused(Open(dovecot, Protection.None, host: "mail.example.com"))).Code).IsEqualTo(ExitCode.BadConfiguration);
        await using var startTls = Open(dovecot, Protection.StartTls);
        await Assert.That((await Read(startTls, default)).Count).IsEqualTo(0);
        await using var plain = Open(dovecot, Protection.None, host: "127.0.0.1");
        await Assert.That((await Read(plain, default)).Count).IsEqualTo(0);
    }
}
