using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Tests.Mail;

/// <summary>Against an interface in this process that follows Graph's documents.</summary>
public sealed class GraphInboxTests : IDisposable
{
    static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly TemporaryFolder folder = new();
    readonly FakeGraph microsoft = new();

    public void Dispose()
    {
        microsoft.Dispose();
        folder.Dispose();
    }

    IInbox Open(long maxBytes = 5_000_000) => Inboxes.Open(
        Corpus.Owner with { Inbox = new InboxSource.Graph(new(OAuthService.Graph.At(microsoft.Address), "client", null, "graph-main", new(microsoft.Api))) },
        name => $"value of {name}", StateDirectory.Open(folder["cloud"], Zone.Cloud), maxBytes, TimeSpan.FromMilliseconds(200), TimeProvider.System);

    static async Task<(string Subjects, List<IncomingMail> Mails)> Read(IInbox inbox, MailPosition position = default)
    {
        var (read, subjects) = (new List<IncomingMail>(), new List<string>());
        await foreach (var mail in inbox.ReadAsync(position, LongAgo, default))
        {
            if (mail.Absent) continue;
            subjects.Add((await new StreamReader(mail.Open()).ReadLineAsync())!["Subject: ".Length..]);
            read.Add(mail);
        }
        return (string.Join(' ', subjects), read);
    }

    [Test]
    public async Task A_round_is_taken_whole_and_given_oldest_first_and_then_only_what_changes()
    {
        for (var i = 0; i < 5; i++) microsoft.Deliver($"m{i}", DateTimeOffset.UtcNow.AddHours(i - 6));
        await using var inbox = Open();
        var (subjects, read) = await Read(inbox);
        await Assert.That(subjects).IsEqualTo("m0 m1 m2 m3 m4");
        await Assert.That(microsoft.Asked).StartsWith("mailFolders/inbox/messages/delta?changeType=created&$select=receivedDateTime,isDraft&$filter=receivedDateTime+ge+2000-01-01T00:00:00Z\nmailFolders/inbox/messages/delta?$skiptoken=2\nmailFolders/inbox/messages/delta?$skiptoken=4\nmessages/");
        await Assert.That(microsoft.Requests.Where(r => r.Path != "/token").All(r => r.Method == "GET" && r.Prefer.Contains("ImmutableId") && r.Authorization == "Bearer a")).IsTrue();
        // Before the last of a round the position stays where it began.
        await Assert.That((GraphPosition.Parse(read[3].Next).Link, GraphPosition.Parse(read[4].Next).Link)).IsEqualTo(("", $"{microsoft.Api}/me/mailFolders/inbox/messages/delta?$deltatoken=5"));

        microsoft.Requests.Clear();
        microsoft.Deliver("new");
        await using var restarted = Open();
        await Assert.That((await Read(restarted, read[4].Next)).Subjects).IsEqualTo("new");
        await Assert.That(microsoft.Asked).IsEqualTo("mailFolders/inbox/messages/delta?$deltatoken=5\nmessages/AA5%3D/$value");
    }

    [Test]
    public async Task An_empty_inbox_is_looked_through_once()
    {
        await using var inbox = Open();
        await Read(inbox);
        microsoft.Requests.Clear();
        microsoft.Deliver("a");
        await Assert.That((await Read(inbox)).Subjects).IsEqualTo("a");
        await Assert.That(microsoft.Asked).StartsWith("mailFolders/inbox/messages/delta?$deltatoken=0\n");
    }

    [Test]
    public async Task Links_that_are_forgotten_and_links_of_another_address_are_a_reading_anew()
    {
        microsoft.Deliver("a", DateTimeOffset.UtcNow.AddDays(-5));
        microsoft.Instead = asked => asked.Path.Contains("deltatoken", StringComparison.Ordinal) ? new(410, """{"error": {"code": "SyncStateNotFound"}}""") : null;
        foreach (var link in new[] { $"{microsoft.Api}/me/mailFolders/inbox/messages/delta?$deltatoken=1", "https://evil.example/v1.0/delta", microsoft.Address + "v1.0evil/delta" })
        {
            microsoft.Requests.Clear();
            await using var inbox = Open();
            await Assert.That((await Read(inbox, new($"1;{new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()};{link}"))).Subjects).IsEqualTo("a");
            await Assert.That(microsoft.Asked).Contains("$filter=receivedDateTime+ge+2026-01-01T00:00:00Z");
        }
    }

    [Test]
    [Arguments("nextLink", "https://evil.example/v1.0/me/x")]
    [Arguments("deltaLink", "https://evil.example/v1.0/me/x")]
    [Arguments("deltaLink", "http://127.0.0.1:1/v1.0/me/x")]
    [Arguments("deltaLink", "nothing")]
    [Arguments("otherLink", "https://evil.example/v1.0/me/x")]
    public async Task The_token_goes_to_no_other_address(string kind, string link)
    {
        microsoft.Deliver("a");
        microsoft.Instead = asked => asked.Path.Contains("/delta?", StringComparison.Ordinal) ? new(200, $"{{\"value\": [], \"@odata.{kind}\": \"{link}\"}}") : null;
        await using var inbox = Open();
        var refusal = await Assert.That(async () => await Read(inbox)).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.TryAgain);
    }

    [Test]
    public async Task Of_a_mail_over_the_limit_only_the_header_is_read()
    {
        microsoft.Deliver("large", size: 5000);
        microsoft.Deliver("gone");
        microsoft.Instead = asked => asked.Path.Contains("AA1", StringComparison.Ordinal) ? new(404, "{}") : null;
        await using var inbox = Open(maxBytes: 1000);
        var (subjects, read) = await Read(inbox);
        await Assert.That((subjects, read[0].Whole, read[0].Bytes)).IsEqualTo(("large", false, 5018L));
        await Assert.That(await new StreamReader(read[0].Open()).ReadToEndAsync()).IsEqualTo("Subject: large\r\nX-A: a  Subject: forged\r\n\r\n");
    }
}
