using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Tests.Approving;

public class ObjectionsTests
{
    static IReadOnlyList<string> Against(Func<MailSend, MailSend> change)
    {
        var mail = change(TestVault.Mail());
        return new Objections([TestVault.Outbox, TestVault.Outbox with { Account = TestVault.Outbox.Account with { Name = "mute" }, Target = null }], (_, _) => null, _ => []).Against(TaskName.From("offer", new byte[16]), mail, TestVault.Task(mail));
    }

    [Test]
    public async Task A_good_mail_meets_none()
    {
        await Assert.That(Against(m => m)).IsEmpty();
        await Assert.That(Against(m => m with { From = "sales@here.example", Cc = ["\"Müller, Jörg\" <j@bücher.example>"], Bcc = ["b@x.example"] })).IsEmpty();
    }

    [Test]
    [Arguments("ann@there.example, eve@evil.example")]
    [Arguments("Friends: ann@there.example;")]
    [Arguments("ann")]
    [Arguments("ann@")]
    [Arguments("@there.example")]
    [Arguments("<@evil.example:ann@there.example>")]
    [Arguments("ann@there.example <eve@evil.example>")]
    [Arguments("\"ann@there.example\" <eve@evil.example>")]
    [Arguments("Ann \u202e <ann@there.example>")]
    [Arguments("Ann\u200b <ann@there.example>")]
    [Arguments("änn@there.example")]
    [Arguments("")]
    [Arguments("\"a b\"@there.example")]
    public async Task A_recipient_that_is_not_one_plain_address_is_refused(string to) =>
        await Assert.That(Against(m => m with { To = [to] })).IsNotEmpty();

    [Test]
    public async Task Each_reason_is_named()
    {
        await Assert.That(Against(m => m with { To = [] }).Single()).Contains("no recipient");
        await Assert.That(Against(m => m with { To = [.. Enumerable.Range(0, 101).Select(i => $"a{i}@x.example")] }).Single()).Contains("101 recipients");
        await Assert.That(Against(m => m with { From = "someone@else.example" }).Single()).Contains("no address of the account");
        await Assert.That(Against(m => m with { Account = "none" }).Single()).Contains("no account 'none'");
        await Assert.That(Against(m => m with { Account = "mute" }).Single()).Contains("no outbox");
        await Assert.That(Against(m => m with { Subject = new string('x', 999) }).Single()).Contains("998");
        await Assert.That(Against(m => m with { Subject = "pay \u202etxt.exe" }).Single()).Contains("subject");
        await Assert.That(Against(m => m with { InReplyTo = "a b@x" }).Single()).Contains("in_reply_to");
        await Assert.That(Against(m => m with { References = ["a>\u0001@x"] }).Single()).Contains("references");
        await Assert.That(Against(m => m with { Subject = "=?utf-8?q?Pay_now?=" }).Single()).Contains("take for a code");
        await Assert.That(Against(m => m with { Attachments = [new("a.pdf", new string('0', 64))] }).Single()).Contains("not on this machine");
    }
}
