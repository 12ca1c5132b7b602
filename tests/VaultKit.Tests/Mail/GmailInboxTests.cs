using System.Text;
using VaultKit.Mail;
using VaultKit.Tests.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Mail;

/// <summary>Against an interface in this process that follows Gmail's documents.</summary>
public sealed class GmailInboxTests : IDisposable
{
    static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly TemporaryFolder folder = new();
    readonly FakeGmail google = new();

    public void Dispose()
    {
        google.Dispose();
        folder.Dispose();
    }

    IInbox Open(Zone zone = Zone.Cloud, long maxBytes = 5_000_000, TimeProvider? time = null) => Inboxes.Open(
        Corpus.Owner with { Inbox = new InboxSource.Gmail(new(OAuthService.Gmail.At(google.Address), "client", "gmail-client", "gmail-main", google.Address)) },
        name => $"value of {name}", StateDirectory.Open(folder[zone.ToString()], zone), maxBytes, TimeSpan.FromMilliseconds(200), time ?? TimeProvider.System);

    static byte[] Mail(string subject, int size = 0) => Encoding.UTF8.GetBytes($"Subject: {subject}\n\n{new string('x', size)}");

    static async Task<List<IncomingMail>> Read(IInbox inbox, MailPosition position = default, DateTimeOffset? since = null, int most = int.MaxValue)
    {
        var mails = new List<IncomingMail>();
        await foreach (var mail in inbox.ReadAsync(position, since ?? LongAgo, default))
        {
            if (mail.Absent) continue;
            await using var stream = mail.Open();
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            var octets = copy.ToArray();
            mails.Add(mail with { Open = () => new MemoryStream(octets) });
            if (mails.Count == most) break;
        }
        return mails;
    }

    static string Subjects(IEnumerable<IncomingMail> mails) => string.Join(' ', mails.Select(m => new StreamReader(m.Open()).ReadLine()!["Subject: ".Length..].TrimEnd()));

    static async Task<Refusal> Refused(IInbox inbox, MailPosition position = default)
    {
        await using (inbox) return (await Assert.That(async () => await Read(inbox, position)).Throws<Refusal>())!;
    }

    [Test]
    public async Task Every_mail_of_the_corpus_comes_octet_for_octet()
    {
        foreach (var name in Corpus.Names) google.Deliver(Corpus.Bytes(name));
        await using var inbox = Open();
        var read = await Read(inbox);
        await Assert.That(read.Count).IsEqualTo(google.Mails.Count);
        for (var i = 0; i < read.Count; i++)
        {
            await Assert.That(Convert.ToHexString(((MemoryStream)read[i].Open()).ToArray())).IsEqualTo(Convert.ToHexString(google.Mails[i].Octets));
            await Assert.That((read[i].Bytes, read[i].Whole)).IsEqualTo((google.Mails[i].Octets.Length, true));
        }
    }

    [Test]
    public async Task First_the_list_oldest_first_and_then_the_history()
    {
        var now = DateTimeOffset.UtcNow;
        google.Deliver(Mail("old"), now.AddDays(-9));
        foreach (var (subject, hours) in new[] { ("a", -5), ("b", -4), ("c", -3) }) google.Deliver(Mail(subject), now.AddHours(hours));
        google.Deliver(Mail("spam"), now.AddHours(-2), "SPAM");
        await using var inbox = Open();
        var read = await Read(inbox, since: now.AddDays(-3));
        await Assert.That(Subjects(read)).IsEqualTo("a b c");
        await Assert.That(google.Asked).Contains("messages?labelIds=INBOX&q=after%3A").And.Contains("pageToken=2");

        var last = read[^1].Next;
        google.Requests.Clear();
        await Assert.That((await Read(inbox, last)).Count).IsEqualTo(0);
        await Assert.That(google.Asked).IsEqualTo("history?startHistoryId=1050&historyTypes=messageAdded&historyTypes=labelAdded&labelId=INBOX&maxResults=500");
        foreach (var subject in (string[])["d", "e", "f"]) google.Deliver(Mail(subject));
        google.Deliver(Mail("spam"), label: "SPAM");
        await Assert.That(Subjects(await Read(inbox, last))).IsEqualTo("d e f");
        // What no mail could be stored with is known as long as the program runs.
        google.Requests.Clear();
        await Read(inbox, (await Read(inbox, last)).LastOrDefault()?.Next ?? new("1;1080;" + GmailPosition.Parse(last).Newest));
        await using var restarted = Open();
        await Assert.That((await Read(restarted, new("1;1080;1"))).Count).IsEqualTo(0);
        await Assert.That(google.Requests.TrueForAll(r => r.Method == "GET" || r.Path == "/token")).IsTrue();
    }

    [Test]
    public async Task An_empty_mailbox_is_listed_once()
    {
        await using var inbox = Open();
        await Assert.That((await Read(inbox)).Count).IsEqualTo(0);
        google.Requests.Clear();
        await Assert.That((await Read(inbox)).Count).IsEqualTo(0);
        await Assert.That(google.Asked).StartsWith("history?").And.DoesNotContain("\n");
        google.Deliver(Mail("a"));
        await Assert.That(Subjects(await Read(inbox))).IsEqualTo("a");
    }

    [Test]
    public async Task A_position_within_the_first_list_reads_the_rest_again_and_loses_nothing()
    {
        foreach (var subject in (string[])["a", "b", "c", "d"]) google.Deliver(Mail(subject));
        MailPosition cut;
        await using (var killed = Open()) cut = (await Read(killed, most: 2))[^1].Next;
        await Assert.That(GmailPosition.Parse(cut).History).IsEqualTo(0UL);
        await using var inbox = Open();
        await Assert.That(Subjects(await Read(inbox, cut))).IsEqualTo("a b c d");
    }

    [Test]
    public async Task A_position_within_the_history_goes_on_behind_its_record()
    {
        google.Deliver(Mail("a"));
        await using var inbox = Open();
        var start = (await Read(inbox))[^1].Next;
        foreach (var subject in (string[])["b", "c", "d"]) google.Deliver(Mail(subject));
        var cut = (await Read(inbox, start, most: 2))[^1].Next;
        await using var restarted = Open();
        await Assert.That(Subjects(await Read(restarted, cut))).IsEqualTo("d");
    }

    [Test]
    public async Task A_history_that_is_gone_is_a_reading_anew_from_a_day_before_the_newest()
    {
        google.Deliver(Mail("long ago"), DateTimeOffset.UtcNow.AddDays(-9));
        google.Deliver(Mail("a"), DateTimeOffset.UtcNow.AddDays(-5));
        MailPosition position;
        await using (var first = Open()) position = (await Read(first))[^1].Next;
        google.Deliver(Mail("b"), DateTimeOffset.UtcNow.AddDays(-4));
        google.Deliver(Mail("c"));
        google.Forgotten = 1040;
        await using var inbox = Open();
        var read = await Read(inbox, position);
        await Assert.That(Subjects(read)).IsEqualTo("a b c");
        google.Requests.Clear();
        await Assert.That((await Read(inbox, read[^1].Next)).Count).IsEqualTo(0);
        await Assert.That(google.Asked).StartsWith("history?startHistoryId=1040");
    }

    [Test]
    public async Task A_mail_that_is_gone_or_archived_meanwhile_is_passed_over()
    {
        var (gone, put) = (google.Deliver(Mail("gone")), google.Deliver(Mail("archived")));
        google.Deliver(Mail("c"));
        google.Instead = asked => asked.Path.Contains($"messages/{gone.Id}?", StringComparison.Ordinal) ? new(404, "{}")
            : asked.Path.Contains($"messages/{put.Id}?", StringComparison.Ordinal) ? new(200, $$"""{"id": "{{put.Id}}", "labelIds": ["UNREAD"], "internalDate": "1", "raw": ""}""") : null;
        await using var inbox = Open();
        await Assert.That(Subjects(await Read(inbox))).IsEqualTo("c");
    }

    [Test]
    public async Task Of_a_mail_over_the_limit_only_the_header_is_read()
    {
        google.Deliver(Mail("large", 200_000));
        google.Deliver(Mail("just over", 1100 - "Subject: just over\n\n".Length));
        await using var inbox = Open(maxBytes: 1000);
        var read = await Read(inbox);
        await Assert.That(Subjects(read)).IsEqualTo("large just over");
        await Assert.That(read.TrueForAll(m => !m.Whole)).IsTrue();
        await Assert.That(read[0].Bytes).IsGreaterThan(200_000);
        await Assert.That(((MemoryStream)read[1].Open()).Length).IsLessThan(30);
    }

    [Test]
    public async Task A_quota_is_waited_for_and_the_list_goes_on_where_it_was()
    {
        foreach (var subject in (string[])["a", "b", "c", "d"]) google.Deliver(Mail(subject));
        var left = 2;
        google.Instead = asked => asked.Path.Contains("format=raw", StringComparison.Ordinal) && left-- <= 0
            ? new(403, """{"error": {"code": 403, "message": "Quota exceeded", "errors": [{"reason": "rateLimitExceeded"}]}}""", "60") : null;
        var clock = new TestClock();
        await using var inbox = Open(time: clock);
        var read = new List<IncomingMail>();
        var refusal = await Assert.That(async () =>
        {
            await foreach (var mail in inbox.ReadAsync(default, LongAgo, default)) read.Add(mail);
        }).Throws<Refusal>();
        await Assert.That((refusal!.Code, read.Count)).IsEqualTo((ExitCode.TryAgain, 2));
        await Assert.That(refusal.Message).Contains("asks to wait until").And.Contains("Quota exceeded");
        // Nobody is asked before the time is over.
        google.Instead = _ => null;
        google.Requests.Clear();
        await Assert.That(async () => await Read(inbox, read[^1].Next)).Throws<Refusal>();
        await Assert.That(google.Requests.Count).IsEqualTo(0);
        clock.Now += TimeSpan.FromSeconds(61);
        await Assert.That(Subjects(await Read(inbox, read[^1].Next))).IsEqualTo("c d");
    }

    [Test]
    [Arguments(401, "authError", ExitCode.Credential, "refuses a token that was just given")]
    [Arguments(403, "insufficientPermissions", ExitCode.Credential, "refuses: in words")]
    [Arguments(403, "userRateLimitExceeded", ExitCode.TryAgain, "asks to wait")]
    [Arguments(429, "", ExitCode.TryAgain, "asks to wait")]
    [Arguments(500, "backendError", ExitCode.TryAgain, "asks to wait")]
    [Arguments(400, "badRequest", ExitCode.TryAgain, "refused: in words")]
    [Arguments(302, "", ExitCode.TryAgain, "refused")]
    public async Task What_is_wrong_is_said_with_its_exit_code(int status, string reason, ExitCode code, string words)
    {
        google.Instead = asked => asked.Path.StartsWith("/gmail", StringComparison.Ordinal) ? new(status, $$"""{"error": {"message": "in words", "errors": [{"reason": "{{reason}}"}]} }""") : null;
        var refusal = await Refused(Open());
        await Assert.That(refusal.Code).IsEqualTo(code);
        await Assert.That(refusal.Message).Contains(words);
        // A token that is refused is given back for another, once.
        await Assert.That(google.Requests.Count(r => r.Path == "/token")).IsEqualTo(status == 401 ? 2 : 1);
    }

    [Test]
    public async Task Times_that_are_none_and_pages_without_an_end_do_no_harm()
    {
        google.Deliver(Mail("a"));
        google.Instead = asked => asked.Path.Contains("format=raw", StringComparison.Ordinal) ? new(200, """{"labelIds": ["INBOX"], "internalDate": "-9223372036854775808", "raw": "U3ViamVjdDogYQ"}""") : null;
        await using (var inbox = Open()) await Assert.That((await Read(inbox)).Single().Next.Text).IsEqualTo("1;1010;0");
        google.Instead = asked => asked.Path.Contains("format=raw", StringComparison.Ordinal) ? new(200, """{"labelIds": ["INBOX"], "internalDate": "9223372036854775807", "raw": "U3ViamVjdDogYQ"}""") : null;
        await using (var inbox = Open()) await Assert.That(GmailPosition.Parse((await Read(inbox)).Single().Next).History).IsEqualTo(1010UL);
        google.Instead = asked => asked.Path.Contains("/messages?", StringComparison.Ordinal) ? new(200, $"{{\"nextPageToken\": \"{new string('x', 100_000)}\"}}") : null;
        await Assert.That((await Refused(Open())).Message).Contains("pages without an end");
    }

    [Test]
    [Arguments("nothing")]
    [Arguments("{}")]
    [Arguments("[1]")]
    [Arguments("{\"historyId\": {}}")]
    [Arguments("{\"historyId\": \"7\", \"messages\": [{\"id\": \"../../x\"}, {}, null], \"nextPageToken\": \"again\"}")]
    public async Task What_can_t_be_understood_is_no_mail_and_no_crash(string body)
    {
        google.Instead = asked => asked.Path.StartsWith("/gmail", StringComparison.Ordinal) ? new(200, body) : null;
        await Assert.That((await Refused(Open())).Code).IsEqualTo(ExitCode.TryAgain);
    }
}
