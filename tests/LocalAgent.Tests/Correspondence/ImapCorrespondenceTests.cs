using System.Text;
using LocalAgent.Acting;
using LocalAgent.Correspondence;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;
using VaultKit.Mail;

namespace LocalAgent.Tests.Correspondence;

/// <summary>Against a real server.</summary>
public class ImapCorrespondenceTests
{
    static readonly CancellationToken None = CancellationToken.None;

    static OutboxSettings Settings(RealServer server) => TestVault.Outbox with { Imap = new("localhost", server.Port, Protection.StartTls, "owner", "right", server.CaFile) };

    static async Task<ImapClient> OpenAsync(RealServer server)
    {
        var client = new ImapClient();
        await MailConnection.OpenAsync(client, Settings(server).Imap!, s => s, None);
        return client;
    }

    static async Task AppendAsync(IMailFolder folder, string mail, MessageFlags flags = MessageFlags.None) =>
        await folder.AppendAsync(MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")))), flags);

    [Test]
    public async Task A_mail_is_found_wherever_it_was_filed_and_stays_unread()
    {
        using var server = RealServer.Dovecot();
        using var client = await OpenAsync(server);
        await AppendAsync(client.Inbox!, Mailroom.Letter("here@there.example"));
        var archive = await (await client.GetFolderAsync("")).CreateAsync("Customers", true);
        await AppendAsync(archive!, Mailroom.Letter("filed@there.example"));
        await using var mail = new ImapCorrespondence(Settings(server), s => s);
        var here = (await mail.FindAsync("here@there.example", Mailroom.Limit, None)).Single();
        await Assert.That(here.Where).IsEqualTo("INBOX");
        await Assert.That(Encoding.UTF8.GetString(here.Octets)).IsEqualTo(Mailroom.Letter("here@there.example").ReplaceLineEndings("\r\n"));
        await Assert.That((await mail.FindAsync("filed@there.example", Mailroom.Limit, None)).Single().Where).IsEqualTo("Customers");
        await Assert.That((await mail.FindAsync("here@there.example", 10, None)).Single().Octets).IsEmpty();
        await Assert.That(await mail.FindAsync("ere@there.example", Mailroom.Limit, None)).IsEmpty();
        await Assert.That(await mail.FindAsync("never@there.example", Mailroom.Limit, None)).IsEmpty();
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        await Assert.That((await client.Inbox.FetchAsync(0, -1, MessageSummaryItems.Flags)).Single().Flags!.Value.HasFlag(MessageFlags.Seen)).IsFalse();
    }

    [Test]
    public async Task What_is_sent_is_no_original()
    {
        using var server = RealServer.Dovecot();
        using var client = await OpenAsync(server);
        await AppendAsync(await client.GetFolderAsync("Sent"), Mailroom.Letter("own@here.example"));
        await using var mail = new ImapCorrespondence(Settings(server), s => s);
        await Assert.That(await mail.FindAsync("own@here.example", Mailroom.Limit, None)).IsEmpty();
    }

    [Test]
    public async Task The_thread_is_read_from_both_mailboxes_and_the_stamp_tells_of_each()
    {
        using var server = RealServer.Dovecot();
        using var client = await OpenAsync(server);
        await using var mail = new ImapCorrespondence(Settings(server), s => s);
        var empty = await mail.StampAsync(None);
        await Assert.That(await mail.StampAsync(None)).IsEqualTo(empty);
        await AppendAsync(client.Inbox!, "From: bob@there.example\nMessage-ID: <b@there.example>\nReferences: <q0@there.example> <q1@there.example>\nSubject: Re: Offer\n\nand?\n");
        var one = await mail.StampAsync(None);
        await Assert.That(one).IsNotEqualTo(empty);
        await AppendAsync(await client.GetFolderAsync("Sent"), "From: owner@here.example\nTo: Ann <ann@there.example>\nCc: bob@there.example\nMessage-ID: <o@here.example>\nIn-Reply-To: <q1@there.example>\nX-Platinum-Task: abc.def\nSubject: Re: Offer\n\nyes\n");
        await Assert.That(await mail.StampAsync(None)).IsNotEqualTo(one);
        var thread = await mail.ThreadAsync(["q1@there.example"], None);
        await Assert.That(string.Join(' ', thread.Select(m => m.Id))).IsEqualTo("b@there.example o@here.example");
        await Assert.That(thread[0].IsSent).IsFalse();
        await Assert.That(string.Join(' ', thread[0].Refers)).IsEqualTo("q0@there.example q1@there.example");
        await Assert.That(thread[1].IsSent).IsTrue();
        await Assert.That(string.Join(' ', thread[1].To)).IsEqualTo("ann@there.example bob@there.example");
        await Assert.That(thread[1].Marker).IsEqualTo("abc.def");
        await Assert.That(await mail.ThreadAsync(["q9@there.example"], None)).IsEmpty();
    }

    [Test]
    public async Task A_wrong_password_is_said_in_words()
    {
        using var server = RealServer.Dovecot();
        await using var mail = new ImapCorrespondence(Settings(server), _ => "wrong");
        var refusal = await Assert.That(async () => await mail.StampAsync(None)).Throws<VaultKit.Vault.Refusal>();
        await Assert.That(refusal!.Message).Contains("refused the login of owner");
    }

    [Test]
    public async Task Gmail_is_asked_in_its_own_words_and_an_id_is_no_operator_of_them()
    {
        static string Raw(SearchQuery query) => query is BinarySearchQuery { Right: TextSearchQuery { Text: var text } } ? text : "";
        await Assert.That(Raw(ImapSearch.MessageId(ImapCapabilities.GMailExt1, "a.b-c@mail.example"))).IsEqualTo("rfc822msgid:a.b-c@mail.example");
        await Assert.That(Raw(ImapSearch.MessageId(ImapCapabilities.GMailExt1, "x@y\"OR(in:anywhere)"))).IsEqualTo("");
        await Assert.That(Raw(ImapSearch.MessageId(ImapCapabilities.IMAP4rev1, "a.b-c@mail.example"))).IsEqualTo("");
    }
}
