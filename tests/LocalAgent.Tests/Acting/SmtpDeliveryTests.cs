using System.Text;
using LocalAgent.Acting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

public class SmtpDeliveryTests
{
    internal static Prepared Prepare(MailSend mail)
    {
        var intent = Intent.New(TaskName.From("offer", Guid.NewGuid().ToByteArray()), Guid.NewGuid() + "@here.example", mail.Digest(), new DateTimeOffset(2026, 11, 23, 1, 2, 3, TimeSpan.FromHours(1)));
        return new(mail, intent, MimeComposer.Compose(mail, intent));
    }

    static async Task<Outcome> SendAsync(PlayedServer server, MailSend? mail = null, double patience = 20)
    {
        var delivery = new SmtpDelivery(new("127.0.0.1", server.Port, Protection.None, "", "", null), _ => "", null, "owner@here.example", patience: TimeSpan.FromSeconds(patience));
        return await delivery.DeliverAsync(Prepare(mail ?? TestVault.Mail()), CancellationToken.None);
    }

    static async Task<Outcome> SendAsync(string step, string answer, double patience = 20)
    {
        using var server = new PlayedServer(new() { [step] = answer });
        return await SendAsync(server, patience: patience);
    }

    [Test]
    public async Task The_octets_that_arrive_are_those_that_were_prepared()
    {
        using var server = new PlayedServer([]);
        var mail = TestVault.Mail(".\n..\n.hidden\nFrom here\n" + new string('ü', 3000) + "\n\n\n.") with { Bcc = ["bob@there.example"], Cc = ["ANN@THERE.example"] };
        var prepared = Prepare(mail);
        var delivery = new SmtpDelivery(new("127.0.0.1", server.Port, Protection.None, "", "", null), _ => "", null, "owner@here.example");
        var outcome = await delivery.DeliverAsync(prepared, CancellationToken.None);
        await Assert.That(outcome).IsEqualTo(new Outcome.Accepted("250 queued as 7"));
        await Assert.That(server.Content).IsEqualTo(Encoding.ASCII.GetString(prepared.Bytes));
        await Assert.That(string.Join(' ', server.Commands.Where(c => c.StartsWith("RCPT", StringComparison.Ordinal))))
            .IsEqualTo("RCPT TO:<ann@there.example> RCPT TO:<bob@there.example>");
        await Assert.That(server.Content!).DoesNotContain("bob@there");
        await Assert.That(server.Commands.Single(c => c.StartsWith("MAIL", StringComparison.Ordinal))).IsEqualTo($"MAIL FROM:<owner@here.example> SIZE={prepared.Bytes.Length}");
    }

    [Test]
    [Arguments("connect", "421 busy")]
    [Arguments("connect", "554 go away")]
    [Arguments("connect", "cut")]
    [Arguments("EHLO", "cut")]
    [Arguments("MAIL", "cut")]
    [Arguments("RCPT", "cut")]
    [Arguments("DATA", "cut")]
    [Arguments("MAIL", "530 5.7.0 authentication required")]
    [Arguments("RCPT", "354 what")]
    [Arguments("MAIL", "rubbish")]
    public async Task Before_the_content_nothing_was_offered(string step, string answer) =>
        await Assert.That(await SendAsync(step, answer)).IsTypeOf<Outcome.NotOffered>();

    [Test]
    [Arguments("MAIL", "451 later")]
    [Arguments("RCPT", "450 greylisted")]
    [Arguments("DATA", "421 closing")]
    [Arguments(".", "451 try again")]
    [Arguments(".", "421 closing")]
    public async Task A_4xx_is_refused_for_now_wherever_it_comes(string step, string answer) =>
        await Assert.That(await SendAsync(step, answer)).IsTypeOf<Outcome.RefusedForNow>();

    [Test]
    [Arguments("MAIL", "550 not you")]
    [Arguments("RCPT", "550 no such user")]
    [Arguments("DATA", "554 no")]
    [Arguments(".", "552 too large")]
    public async Task A_5xx_is_refused_for_good_wherever_it_comes(string step, string answer) =>
        await Assert.That(await SendAsync(step, answer)).IsTypeOf<Outcome.RefusedForGood>();

    [Test]
    [Arguments("cut")]
    [Arguments("rubbish")]
    [Arguments("354 what")]
    public async Task After_the_final_dot_anything_but_an_answer_is_unknown(string answer) =>
        await Assert.That(await SendAsync(".", answer)).IsTypeOf<Outcome.Unknown>();

    [Test]
    public async Task A_server_that_never_answers_the_dot_is_unknown() =>
        await Assert.That(await SendAsync(".", PlayedServer.Silent, 1)).IsTypeOf<Outcome.Unknown>();

    [Test]
    public async Task A_server_that_never_answers_before_is_not()
    {
        await Assert.That(await SendAsync("RCPT", PlayedServer.Silent, 1)).IsTypeOf<Outcome.NotOffered>();
        await Assert.That(await SendAsync("DATA", PlayedServer.Silent, 1)).IsTypeOf<Outcome.NotOffered>();
    }

    [Test]
    public async Task Being_stopped_after_the_dot_still_waits_for_the_answer()
    {
        using var stop = new CancellationTokenSource();
        using var server = new PlayedServer([], beforeAnswer: step =>
        {
            if (step == ".") stop.Cancel();
            return Task.Delay(step == "." ? 200 : 0);
        });
        var delivery = new SmtpDelivery(new("127.0.0.1", server.Port, Protection.None, "", "", null), _ => "", null, "owner@here.example");
        await Assert.That(await delivery.DeliverAsync(Prepare(TestVault.Mail()), stop.Token)).IsTypeOf<Outcome.Accepted>();
        await Assert.That(stop.IsCancellationRequested).IsTrue();
    }

    [Test]
    public async Task Being_stopped_before_the_content_is_not_offered()
    {
        using var stop = new CancellationTokenSource();
        using var server = new PlayedServer(new() { ["RCPT"] = PlayedServer.Silent }, beforeAnswer: step =>
        {
            if (step == "RCPT") stop.Cancel();
            return Task.CompletedTask;
        });
        var delivery = new SmtpDelivery(new("127.0.0.1", server.Port, Protection.None, "", "", null), _ => "", null, "owner@here.example");
        await Assert.That(await delivery.DeliverAsync(Prepare(TestVault.Mail()), stop.Token)).IsTypeOf<Outcome.NotOffered>();
    }

    [Test]
    public async Task A_line_cut_in_the_middle_of_a_large_mail_was_never_offered_whole()
    {
        using var server = new PlayedServer([], cutAfter: 20_000);
        await Assert.That(await SendAsync(server, TestVault.Mail(string.Join('\n', Enumerable.Repeat(new string('x', 70), 7_000))))).IsTypeOf<Outcome.NotOffered>();
        await Assert.That(server.Content).IsNull();
    }

    [Test]
    public async Task One_refused_recipient_holds_the_whole_mail_back_and_is_named()
    {
        using var server = new PlayedServer(new() { ["RCPT TO:<bob@there.example>"] = "550 no such user" });
        var outcome = await SendAsync(server, TestVault.Mail() with { Cc = ["bob@there.example", "cid@there.example"] });
        await Assert.That((outcome as Outcome.RefusedForGood)?.Reply).IsEqualTo("bob@there.example: 550 no such user");
        await Assert.That(string.Join("; ", outcome.Recipients.Select(r => $"{r.Recipient} {r.Reply[..3]}"))).IsEqualTo("ann@there.example 250; bob@there.example 550; cid@there.example 250");
        await Assert.That(server.Commands).DoesNotContain("DATA");
    }

    [Test]
    public async Task A_mail_larger_than_the_server_takes_is_refused_before_it_is_offered()
    {
        using var server = new PlayedServer(new() { ["EHLO"] = "250-played\r\n250 SIZE 200" });
        await Assert.That(await SendAsync(server)).IsTypeOf<Outcome.RefusedForGood>();
        await Assert.That(server.Commands.Any(c => c.StartsWith("MAIL", StringComparison.Ordinal))).IsFalse();
    }

    [Test]
    public async Task StartTls_is_required_where_it_is_configured()
    {
        using var server = new PlayedServer([]);
        var delivery = new SmtpDelivery(new("127.0.0.1", server.Port, Protection.StartTls, "", "", null), _ => "", null, "owner@here.example");
        await Assert.That(await delivery.DeliverAsync(Prepare(TestVault.Mail()), CancellationToken.None)).IsTypeOf<Outcome.NotOffered>();
        await Assert.That(server.Commands.Any(c => c.StartsWith("MAIL", StringComparison.Ordinal))).IsFalse();
    }

    [Test]
    public async Task Without_protection_only_this_machine_is_spoken_to()
    {
        await Assert.That(() => new SmtpDelivery(new("mail.example", 25, Protection.None, "", "", null), _ => "", null, "owner@here.example")).Throws<Refusal>();
        await Assert.That(new SmtpDelivery(new("::1", 25, Protection.None, "", "", null), _ => "", null, "owner@here.example")).IsNotNull();
    }

    [Test]
    public async Task Nobody_there_is_not_offered_and_says_where()
    {
        var delivery = new SmtpDelivery(new("127.0.0.1", 1, Protection.None, "", "", null), _ => "", null, "owner@here.example");
        var outcome = await delivery.DeliverAsync(Prepare(TestVault.Mail()), CancellationToken.None) as Outcome.NotOffered;
        await Assert.That(outcome!.Why).Contains("127.0.0.1:1");
    }
}
