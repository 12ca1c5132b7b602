using System.Text;
using LocalAgent.Acting;
using MimeKit;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

/// <summary>In shadow mode nothing reaches anybody but the owner.</summary>
public class ShadowTests
{
    const string Owner = "owner@here.example";
    static CancellationToken None => CancellationToken.None;
    static readonly SendRules Rules = new() { Shadow = true };

    static MailSend Mail() => TestVault.Mail() with { Cc = ["Bob <bob@there.example>"], Bcc = ["eve@there.example"] };

    static SmtpDelivery Smtp(int port, bool shadow) => new SmtpDelivery(new("127.0.0.1", port, Protection.None, "", "", null), _ => "", null, Owner, shadow);

    static Intent NewIntent(MailSend mail, bool shadow) => Intent.New(TaskName.From("offer", Guid.NewGuid().ToByteArray()), "1@here.example", mail.Digest(), DateTimeOffset.UtcNow, shadow);

    static async Task OnlyTheOwnerIsNamed(string octets)
    {
        using var seen = await MimeMessage.LoadAsync(new MemoryStream(Encoding.ASCII.GetBytes(octets)));
        await Assert.That(seen.To.ToString()).IsEqualTo(Owner);
        await Assert.That(seen.Cc.Count + seen.Bcc.Count + seen.ReplyTo.Count + seen.ResentTo.Count + seen.ResentCc.Count + seen.ResentBcc.Count).IsEqualTo(0);
        await Assert.That(seen.Subject).IsEqualTo("[shadow, for Ann Example <ann@there.example> and 2 more] Re: offer");
        await Assert.That(seen.Headers["X-Platinum-Shadow"]).IsEqualTo("to Ann Example <ann@there.example>; cc Bob <bob@there.example>; bcc eve@there.example");
    }

    [Test]
    public async Task The_envelope_and_the_headers_name_the_owner_alone()
    {
        using var server = new PlayedServer([]);
        var delivery = Smtp(server.Port, shadow: true);
        var mail = Mail();
        await Assert.That(await delivery.DeliverAsync(delivery.Prepare(mail, NewIntent(mail, true)), None)).IsTypeOf<Outcome.Accepted>();
        await Assert.That(server.Commands.Single(c => c.StartsWith("RCPT", StringComparison.Ordinal))).IsEqualTo("RCPT TO:<owner@here.example>");
        await OnlyTheOwnerIsNamed(server.Content!);
    }

    [Test]
    [Arguments(true)]
    [Arguments(false)]
    public async Task A_delivery_of_shadows_takes_nothing_else_whoever_prepared_it(bool smtp)
    {
        using var v = new TestVault();
        var folder = Path.Combine(v.Root, "world");
        // Nobody is at this port: who knocks is told another reason.
        IDelivery delivery = smtp ? Smtp(1, shadow: true) : new MaildirDelivery(folder, null, Owner, shadow: true);
        var mail = Mail();
        foreach (var meant in new[] { false, true })
        {
            var intent = NewIntent(mail, meant);
            Prepared[] leaks =
            [
                new(mail, intent, MimeComposer.Compose(mail, intent)),
                new(mail with { Cc = [], Bcc = [] }, intent, MimeComposer.Compose(mail, intent)),
                new(mail with { To = [Owner], Cc = [] }, intent, MimeComposer.Compose(mail, intent)),
                new(mail with { To = [Owner], Bcc = [] }, intent, MimeComposer.Compose(mail, intent)),
                new(mail with { To = [], Cc = [], Bcc = [] }, intent, MimeComposer.Compose(mail, intent)),
            ];
            foreach (var leak in leaks) await Assert.That((await delivery.DeliverAsync(leak, None) as Outcome.NotOffered)?.Why ?? "").Contains("only shadows go out now");
        }
        await Assert.That(Directory.Exists(folder)).IsFalse();
    }

    [Test]
    [Arguments("RCPT TO:<ann@there.example>")]
    [Arguments("RCPT TO:<owner@here.example> NOTIFY=NEVER")]
    [Arguments("RCPT TO:<owner@here.example.evil>")]
    public async Task The_connection_itself_says_no_other_recipient(string command)
    {
        using var server = new PlayedServer([]);
        using var session = new SmtpSession(Owner);
        await session.ConnectAsync("127.0.0.1", server.Port, MailKit.Security.SecureSocketOptions.None);
        await Assert.That(async () => { await session.SayAsync(command, None); }).Throws<Refusal>();
        await session.SayAsync("MAIL FROM:<owner@here.example>", None);
        await session.SayAsync($"RCPT TO:<{Owner}>", None);
        await Assert.That(server.Commands.Single(c => c.StartsWith("RCPT", StringComparison.Ordinal))).IsEqualTo($"RCPT TO:<{Owner}>");
    }

    [Test]
    public async Task The_owner_s_rules_reach_every_delivery()
    {
        using var v = new TestVault();
        var folder = Path.Combine(v.Root, "world");
        var mail = Mail();
        using var server = new PlayedServer([]);
        foreach (var target in new OutboxTarget[] { new OutboxTarget.Maildir(folder), new OutboxTarget.Smtp(new("127.0.0.1", server.Port, Protection.None, "", "", null)), new OutboxTarget.Gmail(new(OAuthService.Gmail, "", null, "", new("http://127.0.0.1:1/"))) })
        {
            var delivery = Deliveries.From([TestVault.Outbox with { Target = target }], _ => "", v.State, shadow: true)(mail)!;
            await Assert.That(await delivery.DeliverAsync(new Prepared(mail, NewIntent(mail, false), []), None)).IsTypeOf<Outcome.NotOffered>();
        }
    }

    [Test]
    public async Task Approval_and_digest_stay_those_of_the_mail_and_nothing_says_that_it_was_sent()
    {
        using var v = new TestVault { Rules = Rules };
        var entry = v.PutApproved(Mail());
        var digest = v.Digest(entry);
        var folder = Path.Combine(v.Root, "world");
        await v.Fence(new MaildirDelivery(folder, null, Owner, shadow: true)).RunAsync(None);
        var task = v.Read(entry);
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Done);
        await Assert.That((task.Get("shadow"), task.Get("intent_digest"), v.Digest(v.Where(entry)), task.Has("sent_at"), task.Has("shadow_at"))).IsEqualTo(("yes", digest, digest, false, true));
        await Assert.That(task.Get("server_reply")!).StartsWith("shadow, to you alone: ");
        await Assert.That(v.Objections.Against(TaskName.From("offer", new byte[16]), TypedAction.Read(task)!, task)).IsEmpty();
        await OnlyTheOwnerIsNamed(await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(folder, "new")).Single()));
    }

    [Test]
    public async Task Its_original_is_not_marked_as_answered_and_no_copy_is_filed()
    {
        var nowhere = new SentMailbox(TestVault.Outbox with { Imap = new("127.0.0.1", 1, Protection.None, "", "", null) }, _ => "");
        var delivery = new MaildirDelivery("/nowhere", nowhere, Owner, shadow: true);
        var mail = Mail();
        await Assert.That(await delivery.AfterAsync(delivery.Prepare(mail, NewIntent(mail, true)), None)).IsNull();
        // One that was sent before the mode was changed is still followed up: this fails, since there is no server.
        await Assert.That(await delivery.AfterAsync(delivery.Prepare(mail, NewIntent(mail, false)), None)).IsNotNull();
    }

    [Test]
    [Arguments(false)]
    [Arguments(true)]
    public async Task A_mode_that_was_changed_between_claim_and_offer_is_the_one_that_counts(bool shadow)
    {
        using var v = new TestVault { Rules = new() { Shadow = !shadow } };
        var entry = v.PutApproved(Mail());
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery, (_, _) => Task.FromResult(false)).RunAsync(None);
        await Assert.That(v.Read(entry).Get("shadow")).IsEqualTo(shadow ? null : "yes");
        v.Rules = new() { Shadow = shadow };
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Single().Intent.Shadow).IsEqualTo(shadow);
        await Assert.That(v.Read(entry).Has("shadow")).IsEqualTo(shadow);
        await Assert.That(v.Read(entry).Has("sent_at")).IsEqualTo(!shadow);
    }

    [Test]
    public async Task A_shadow_whose_answer_was_lost_stays_one_when_the_mode_is_changed()
    {
        using var v = new TestVault { Rules = Rules };
        var entry = v.PutApproved(Mail());
        var delivery = new ScriptedDelivery();
        delivery.Answer((true, new Outcome.Unknown("cut")));
        await v.Fence(delivery).RunAsync(None);
        v.Rules = new();
        v.Clock.Now += Fence.Settling;
        await v.Fence(delivery).RunAsync(None);
        await Assert.That((v.Where(entry).Place.Stage, v.Read(entry).Get("shadow"), v.Read(entry).Has("sent_at"))).IsEqualTo((Stage.Done, "yes", false));
    }

    [Test]
    public async Task A_shadow_that_comes_back_is_none_any_more()
    {
        using var v = new TestVault { Rules = Rules };
        var entry = v.PutApproved(Mail());
        var delivery = new ScriptedDelivery();
        delivery.Answer((false, new Outcome.RefusedForGood("550 no")));
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(v.Read(entry).Get("returned")).IsEqualTo("refused: 550 no");
        await Assert.That(v.Read(entry).Has("shadow")).IsFalse();
    }

    [Test]
    public async Task A_key_that_somebody_wrote_into_the_task_makes_no_shadow()
    {
        using var v = new TestVault();
        var entry = v.PutApproved(Mail());
        v.EditByHand(entry, t => t.Replace("\naction:", "\nshadow: yes\naction:", StringComparison.Ordinal));
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(None);
        await Assert.That(delivery.World.Single().Intent.Shadow).IsFalse();
    }
}
