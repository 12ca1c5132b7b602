using System.Text;
using LocalAgent.Acting;
using MailKit;
using MailKit.Net.Imap;
using MimeKit;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>Against OpenSMTPD and Dovecot, with TLS.</summary>
public class RealServerTests
{
    static string Password(string secret) => secret;

    [Test]
    public async Task A_login_over_starttls_and_a_relay_bring_the_very_octets_to_the_recipient()
    {
        using var world = RealServer.OpenSmtpd();
        using var server = RealServer.Dovecot(relay: world.Port);
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail("Grüße\n.\n..two\n" + new string('x', 20_000)));
        var delivery = new SmtpDelivery(new("localhost", server.Port, Protection.StartTls, "owner", "right", server.CaFile), Password, null, "owner@here.example");
        await Assert.That(await delivery.DeliverAsync(prepared, CancellationToken.None)).IsTypeOf<Outcome.Accepted>();
        await Assert.That(await ArrivedAsync(world)).EndsWith(Encoding.ASCII.GetString(prepared.Bytes));
    }

    [Test]
    public async Task OpenSmtpd_takes_what_was_prepared()
    {
        using var server = RealServer.OpenSmtpd();
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail());
        var delivery = new SmtpDelivery(new("127.0.0.1", server.Port, Protection.None, "", "", null), Password, null, "owner@here.example");
        await Assert.That(await delivery.DeliverAsync(prepared, CancellationToken.None)).IsTypeOf<Outcome.Accepted>();
        await Assert.That(await ArrivedAsync(server)).EndsWith(Encoding.ASCII.GetString(prepared.Bytes));
    }

    static async Task<string> ArrivedAsync(RealServer server)
    {
        string[] files = [];
        for (var i = 0; i < 1200 && files.Length == 0; i++)
        {
            await Task.Delay(50);
            files = Directory.GetFiles(Path.Combine(server.Root, "mail"), "*", SearchOption.AllDirectories).Where(f => f.Contains("/new/", StringComparison.Ordinal)).ToArray();
        }
        return (await File.ReadAllTextAsync(files.Single(), Encoding.ASCII)).ReplaceLineEndings("\r\n");
    }

    [Test]
    public async Task A_certificate_of_an_unknown_authority_or_another_name_and_a_wrong_password_are_not_offered()
    {
        using var server = RealServer.Dovecot(relay: 1);
        foreach (var (host, ca, password, why) in new[]
        {
            ("localhost", null, "right", "certificate"),
            ("127.0.0.1", server.CaFile, "right", "certificate"),
            ("localhost", server.CaFile, "wrong", "refused the login of owner"),
        })
        {
            var delivery = new SmtpDelivery(new(host, server.Port, Protection.StartTls, "owner", password, ca), Password, null, "owner@here.example");
            var outcome = await delivery.DeliverAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()), CancellationToken.None) as Outcome.NotOffered;
            await Assert.That(outcome!.Why).Contains(why);
        }
    }

    static OutboxSettings Imap(RealServer server, string secret = "right", string sent = "") => TestVault.Outbox with
    {
        Imap = new("localhost", server.Port, Protection.StartTls, "owner", secret, server.CaFile),
        Sent = sent,
    };

    static async Task<ImapClient> OpenAsync(RealServer server)
    {
        var client = new ImapClient();
        await MailConnection.OpenAsync(client, Imap(server).Imap!, Password, CancellationToken.None);
        return client;
    }

    [Test]
    public async Task A_copy_is_filed_once_and_the_original_is_marked_as_answered()
    {
        using var server = RealServer.Dovecot();
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail());
        using (var client = await OpenAsync(server))
        {
            foreach (var id in new[] { "q1@there.example", "qq1@there.example" })
                await client.Inbox!.AppendAsync(MimeMessage.Load(new MemoryStream(Encoding.ASCII.GetBytes($"Message-ID: <{id}>\r\nSubject: offer\r\n\r\nyes?\r\n"))));
        }
        var sent = new SentMailbox(Imap(server), Password);
        await Assert.That(await sent.FindAsync(prepared.Intent, CancellationToken.None)).IsTypeOf<Sighting.CannotTell>();
        await Assert.That(await sent.FileAsync(prepared, CancellationToken.None)).IsNull();
        await Assert.That(await sent.FileAsync(prepared, CancellationToken.None)).IsNull();
        await Assert.That(await sent.FindAsync(prepared.Intent, CancellationToken.None)).IsEqualTo(new Sighting.Found("Sent"));

        using var look = await OpenAsync(server);
        var folder = await look.GetFolderAsync("Sent");
        await folder.OpenAsync(FolderAccess.ReadOnly);
        await Assert.That(folder.Count).IsEqualTo(1);
        using var copy = new MemoryStream();
        await (await folder.GetStreamAsync(0, "")).CopyToAsync(copy);
        await Assert.That(Encoding.ASCII.GetString(copy.ToArray())).IsEqualTo(Encoding.ASCII.GetString(prepared.Bytes));
        await Assert.That((await folder.FetchAsync(0, -1, MessageSummaryItems.Flags))[0].Flags!.Value.HasFlag(MessageFlags.Seen)).IsTrue();
        await look.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        var flags = await look.Inbox.FetchAsync(0, -1, MessageSummaryItems.Flags);
        await Assert.That(flags[0].Flags!.Value.HasFlag(MessageFlags.Answered)).IsTrue();
        await Assert.That(flags[1].Flags!.Value.HasFlag(MessageFlags.Answered)).IsFalse();
    }

    [Test]
    public async Task A_mail_whose_Message_ID_was_rewritten_is_found_by_its_marker()
    {
        using var server = RealServer.Dovecot();
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail());
        using (var client = await OpenAsync(server))
        {
            var rewritten = MimeMessage.Load(new MemoryStream(prepared.Bytes));
            rewritten.MessageId = "rewritten@relay.example";
            await (await client.GetFolderAsync("Sent")).AppendAsync(rewritten);
        }
        var sent = new SentMailbox(Imap(server), Password);
        await Assert.That(await sent.FindAsync(prepared.Intent, CancellationToken.None)).IsTypeOf<Sighting.Found>();
        await Assert.That(await sent.FindAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()).Intent, CancellationToken.None)).IsTypeOf<Sighting.CannotTell>();
    }

    [Test]
    public async Task Where_the_server_files_what_it_sends_no_second_copy_is_made()
    {
        using var server = RealServer.Dovecot();
        var sent = new SentMailbox(Imap(server) with { ServerSavesSent = true }, Password);
        await Assert.That(await sent.FileAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()), CancellationToken.None)).IsNull();
        using var look = await OpenAsync(server);
        var folder = await look.GetFolderAsync("Sent");
        await folder.OpenAsync(FolderAccess.ReadOnly);
        await Assert.That(folder.Count).IsEqualTo(0);
    }

    [Test]
    public async Task What_cannot_be_filed_is_said_in_words()
    {
        using var server = RealServer.Dovecot(markSent: false);
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail());
        await Assert.That((await new SentMailbox(Imap(server), Password).FileAsync(prepared, CancellationToken.None))!).Contains("marks no mailbox as Sent");
        await Assert.That((await new SentMailbox(Imap(server, sent: "Nowhere"), Password).FileAsync(prepared, CancellationToken.None))!).Contains("no mailbox 'Nowhere'");
        await Assert.That((await new SentMailbox(Imap(server, secret: "wrong"), Password).FileAsync(prepared, CancellationToken.None))!).Contains("refused the login of owner");
        await Assert.That(await new SentMailbox(Imap(server, sent: "Sent"), Password).FileAsync(prepared, CancellationToken.None)).IsNull();
    }
}
