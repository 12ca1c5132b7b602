using LocalAgent.Acting;
using LocalAgent.Auditing;
using LocalAgent.Tests.Acting;
using MailKit;
using MailKit.Net.Imap;
using MimeKit;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Auditing;

/// <summary>Sent, as a real Dovecot has it; and a server that means harm.</summary>
public class ImapSentTests
{
    sealed class Desk : IDisposable
    {
        readonly TestVault v = new();
        public RealServer Server { get; } = RealServer.Dovecot();
        public TestClock Clock => v.Clock;

        public OutboxSettings Outbox => TestVault.Outbox with { Imap = new("localhost", Server.Port, Protection.StartTls, "owner", "right", Server.CaFile) };

        /// <summary>Looks, and reads back what was saved.</summary>
        public async Task<SentCache> LookAsync()
        {
            var cache = new SentCache(v.State, "sent");
            if (await new ImapSent(new SentMailbox(Outbox, s => s), v.Clock).RefreshAsync(cache, default) is { } why) throw new InvalidOperationException(why);
            cache.Save();
            return new(v.State, "sent");
        }

        public async Task<ImapClient> OpenAsync()
        {
            var client = new ImapClient();
            await MailConnection.OpenAsync(client, Outbox.Imap!, s => s, default);
            return client;
        }

        public async Task<UniqueId> PutAsync(byte[] mail)
        {
            using var client = await OpenAsync();
            var sent = await client.GetFolderAsync("Sent");
            return (await sent.AppendAsync(await MimeMessage.LoadAsync(new MemoryStream(mail))))!.Value;
        }

        public void Dispose()
        {
            Server.Dispose();
            v.Dispose();
        }
    }

    static string Told(SentCache cache) => string.Join(' ', cache.Mails.OrderBy(m => m.Where, StringComparer.Ordinal).Select(m => $"{m.Where}:{m.Id[..4]}{(m.Gone is null ? "" : " gone")}"));

    [Test]
    public async Task Only_what_is_new_is_read_and_what_went_is_remembered()
    {
        using var desk = new Desk();
        var (one, two) = (SmtpDeliveryTests.Prepare(TestVault.Mail("one")), SmtpDeliveryTests.Prepare(TestVault.Mail("two")));
        await desk.PutAsync(one.Bytes);
        await desk.PutAsync("From: a@b.example\r\nSubject: not ours\r\nMessage-ID: <x@b.example>\r\n\r\nhello\r\n"u8.ToArray());
        var cache = await desk.LookAsync();
        var mail = cache.Mails.Single();
        await Assert.That((mail.Marker, mail.Id, mail.Imprint, mail.Intent)).IsEqualTo((one.Intent.Marker, one.Intent.Id, Imprint.Of((MailSend)one.Action), SentMail.Nonce(one.Intent.Nonce)));
        await Assert.That((cache.Next, cache.Looked)).IsEqualTo((3u, DateTimeOffset.FromUnixTimeSeconds(desk.Clock.Now.ToUnixTimeSeconds())));

        await desk.PutAsync(two.Bytes);
        await Assert.That((await desk.LookAsync()).Mails.Count).IsEqualTo(2);
        using (var client = await desk.OpenAsync())
        {
            var sent = await client.GetFolderAsync("Sent");
            await sent.OpenAsync(FolderAccess.ReadWrite);
            await sent.AddFlagsAsync(new UniqueId(1), MessageFlags.Deleted, true);
            await sent.ExpungeAsync();
        }
        desk.Clock.Now += TimeSpan.FromDays(1);
        cache = await desk.LookAsync();
        await Assert.That(Told(cache)).IsEqualTo($"1:{one.Intent.Id[..4]} gone 3:{two.Intent.Id[..4]}");
        await Assert.That(cache.Mails.Single(m => m.Gone is not null).Gone!.Value.ToUnixTimeSeconds()).IsEqualTo(desk.Clock.Now.ToUnixTimeSeconds());
        // It comes back, from the bin: another number, the same mail.
        await desk.PutAsync(one.Bytes);
        await Assert.That(Told(await desk.LookAsync())).IsEqualTo($"3:{two.Intent.Id[..4]} 4:{one.Intent.Id[..4]}");
    }

    [Test]
    public async Task A_mailbox_that_is_numbered_anew_is_read_anew_and_nothing_is_counted_twice()
    {
        using var desk = new Desk();
        var (one, two) = (SmtpDeliveryTests.Prepare(TestVault.Mail("one")), SmtpDeliveryTests.Prepare(TestVault.Mail("two")));
        await desk.PutAsync(one.Bytes);
        await desk.PutAsync(two.Bytes);
        var before = await desk.LookAsync();
        using (var client = await desk.OpenAsync())
        {
            var sent = await client.GetFolderAsync("Sent");
            await sent.RenameAsync(client.GetFolder(client.PersonalNamespaces[0]), "Old");
            await client.GetFolder(client.PersonalNamespaces[0]).CreateAsync("Sent", true);
        }
        await desk.PutAsync(two.Bytes);
        var cache = await desk.LookAsync();
        await Assert.That(cache.Validity).IsNotEqualTo(before.Validity);
        await Assert.That(cache.Mails.Count).IsEqualTo(2);
        await Assert.That(cache.Mails.Single(m => m.Gone is null).Id).IsEqualTo(two.Intent.Id);
        await Assert.That(cache.Mails.Single(m => m.Gone is not null).Id).IsEqualTo(one.Intent.Id);
    }

    [Test]
    public async Task What_cannot_be_looked_at_is_said_in_words_and_what_was_seen_stays()
    {
        using var desk = new Desk();
        await desk.PutAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()).Bytes);
        var cache = await desk.LookAsync();
        var away = desk.Outbox with { Imap = desk.Outbox.Imap! with { Secret = "wrong" } };
        await Assert.That((await new ImapSent(new SentMailbox(away, s => s), desk.Clock).RefreshAsync(cache, default))!).Contains("refused the login");
        await Assert.That(cache.Mails.Count).IsEqualTo(1);
    }

    [Test]
    public async Task A_server_that_sends_more_than_it_was_asked_for_is_left()
    {
        using var v = new TestVault();
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var sent = 0L;
        var played = Task.Run(async () =>
        {
            using var client = await server.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, leaveOpen: true);
            async Task Say(string text) => await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n")));
            await Say("* OK [CAPABILITY IMAP4rev1 SPECIAL-USE] hello\n");
            while (await reader.ReadLineAsync() is { } line)
            {
                var (tag, command) = (line.Split(' ')[0], line);
                if (command.Contains("LIST")) await Say("* LIST (\\Sent) \"/\" Sent\n");
                else if (command.Contains("EXAMINE")) await Say("* 1 EXISTS\n* OK [UIDVALIDITY 7] \n* OK [UIDNEXT 2] \n");
                else if (command.Contains("SEARCH")) await Say("* SEARCH 1\n");
                else if (command.Contains("FETCH"))
                {
                    await Say("* 1 FETCH (UID 1 RFC822.SIZE 100 BODY[HEADER.FIELDS (X-PLATINUM-TASK MESSAGE-ID)] {2000000000}\n");
                    var much = new byte[1 << 20];
                    Array.Fill(much, (byte)'x');
                    try { for (; sent < 200L << 20; sent += much.Length) await stream.WriteAsync(much); }
                    catch (IOException) { return; } // it was left
                }
                await Say($"{tag} OK {(command.Contains("EXAMINE") ? "[READ-ONLY] " : "")}done\n");
            }
        });
        var outbox = TestVault.Outbox with { Imap = new("127.0.0.1", ((System.Net.IPEndPoint)server.LocalEndpoint).Port, Protection.None, "owner", "", null), Sent = "Sent" };
        var why = await new ImapSent(new SentMailbox(outbox, s => s), v.Clock).RefreshAsync(new SentCache(v.State, "sent"), default);
        await Assert.That(why!).Contains("it sends more than it was asked for");
        await played.WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.That(sent).IsLessThan(64L << 20);
    }
}
