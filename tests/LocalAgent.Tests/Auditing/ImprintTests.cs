using CsCheck;
using LocalAgent.Acting;
using LocalAgent.Auditing;
using LocalAgent.Tests.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Auditing;

/// <summary>A mail that was composed of an action leaves the action's imprint, and no other.</summary>
public class ImprintTests
{
    static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["abc xyz.,-=_?\"'()<>@:;\\/"], 0, 60], Gen.String[Gen.Char["äöüß€–日本 ab"], 0, 60], Gen.Const("=?utf-8?q?x?="), Gen.Const(new string('w', 300)));

    static readonly Gen<string> Body = Gen.String[Gen.Char["ab\n .>-=\tü€"], 0, 300];

    static readonly Gen<string> Address = Gen.Select(OneOf("", "Ann Example", "\"Smith, Bob\"", "Zoë", "\"a (b) \\\" c\""), OneOf("ann@there.example", "Bob.X@There.Example", "zoe@bücher.example"),
        (name, address) => name.Length == 0 ? address : $"{name} <{address}>");

    [Test]
    public void A_mail_and_its_action_leave_one_imprint() =>
        Gen.Select(Text, Body, Address.List[1, 3], Address.List[0, 2], Gen.Int[0, 20]).Sample((subject, body, to, cc, references) =>
        {
            // As the task's file gives it: a subject is a line, a body has no blank lines around it.
            var mail = TestVault.Mail(body.Trim('\n', ' ', '\t')) with { Subject = subject, To = to, Cc = cc, Bcc = ["eve@there.example"], References = [.. Enumerable.Range(0, references).Select(i => $"{new string('r', i * 4)}{i}@there.example")] };
            var octets = SmtpDeliveryTests.Prepare(mail).Bytes;
            return Imprint.Of(new MemoryStream(octets)) == Imprint.Of(mail);
        }, iter: 2000, threads: 1);

    [Test]
    public async Task Whatever_a_reader_would_see_changes_it()
    {
        var mail = TestVault.Mail() with { Cc = ["bob@there.example"] };
        MailSend[] others =
        [
            mail, mail with { From = "Owner <sales@here.example>" }, mail with { From = "Owner2 <owner@here.example>" }, mail with { To = ["Ann Example <ann@other.example>"] }, mail with { To = ["Ann <ann@there.example>"] },
            mail with { To = [.. mail.To, "bob@there.example"], Cc = [] }, mail with { Cc = [] }, mail with { Subject = "Re: offers" }, mail with { InReplyTo = null }, mail with { InReplyTo = "q2@there.example" },
            mail with { References = [] }, mail with { Body = mail.Body + " " + "no" },
        ];
        await Assert.That(others.Select(Imprint.Of).Distinct().Count()).IsEqualTo(others.Length);
        await Assert.That(Imprint.Of(mail with { Bcc = ["eve@there.example"] })).IsEqualTo(Imprint.Of(mail));
    }

    [Test]
    public async Task What_servers_add_does_not()
    {
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail("a\n\nb"));
        var text = System.Text.Encoding.ASCII.GetString(prepared.Bytes);
        var stored = "Return-Path: <owner@here.example>\r\nReceived: from a by b;\r\n\tMon, 23 Nov 2026 01:02:03 +0100\r\n" + text.Replace(prepared.Intent.Id, "rewritten@relay.example");
        await Assert.That(Imprint.Of(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(stored)))).IsEqualTo(Imprint.Of((MailSend)prepared.Action));
        await Assert.That(Imprint.Of(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\n"))))).IsEqualTo(Imprint.Of((MailSend)prepared.Action));
    }

    [Test]
    public async Task A_file_that_goes_with_it_is_in_it()
    {
        static string Sha(byte[] octets) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(octets));
        var (one, other) = ("%PDF-1.7 one\n"u8.ToArray(), "%PDF-1.7 two\r\n"u8.ToArray());
        var mail = TestVault.Mail() with { Attachments = [new("Angebot März.pdf", Sha(one)), new("b.txt", Sha(other))] };
        var intent = Intent.New(TaskName.From("offer", new byte[16]), "id@here.example", mail.Digest(), DateTimeOffset.UtcNow);
        string Sent(params (string, byte[])[] files) => Imprint.Of(new MemoryStream(MimeComposer.Compose(mail, intent, files: files)));
        await Assert.That(Sent(("Angebot März.pdf", one), ("b.txt", other))).IsEqualTo(Imprint.Of(mail));
        await Assert.That(Sent(("Angebot März.pdf", one), ("b.txt", one))).IsNotEqualTo(Imprint.Of(mail));
        await Assert.That(Sent(("Angebot.pdf", one), ("b.txt", other))).IsNotEqualTo(Imprint.Of(mail));
        await Assert.That(Sent(("Angebot März.pdf", one))).IsNotEqualTo(Imprint.Of(mail));
        await Assert.That(Sent()).IsNotEqualTo(Imprint.Of(mail));
    }
}
