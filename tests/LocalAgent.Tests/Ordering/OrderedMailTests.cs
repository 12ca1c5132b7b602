using CsCheck;
using LocalAgent.Ordering;
using VaultKit.Vault;

namespace LocalAgent.Tests.Ordering;

/// <summary>What the owner writes into a file to have a mail written.</summary>
public class OrderedMailTests
{
    static string WhyNot(string text)
    {
        try { return Order.Parse(text).To[0]; }
        catch (BadTaskException e) { return e.Message; }
    }

    [Test]
    [Arguments("To: Bob <bob@there.example>, carol@there.example\nCc: dan@there.example\nSubject: Offer\nAttach: a.pdf, b c.pdf\n\nDear both,\n\nhere it is.\n")]
    [Arguments("\ufeff---\r\nto: Bob <bob@there.example>\r\nTO: carol@there.example\r\ncc: dan@there.example\r\n\r\n# mine\r\nsubject: Offer\r\nattach: a.pdf\r\nattach: b c.pdf\r\n---\r\n\r\nDear both,\r\n\r\nhere it is.\r\n")]
    public async Task Header_lines_or_front_matter(string text)
    {
        var order = Order.Parse(text);
        await Assert.That(string.Join('|', [.. order.To, .. order.Cc, order.Subject, .. order.Attach, order.Body])).IsEqualTo("Bob <bob@there.example>|carol@there.example|dan@there.example|Offer|a.pdf|b c.pdf|Dear both,\n\nhere it is.");
    }

    [Test]
    [Arguments("", "says to nobody")]
    [Arguments("Buy milk\n\nand bread", "none of its first lines")]
    [Arguments("Subject: x\n\nTo: bob@there.example", "says to nobody")]
    [Arguments("To: bob\n\nx", "to: ")]
    [Arguments("---\nTo: bob@there.example\n", "second line of ---")]
    [Arguments("To: bob@there.example\nAttach: ../secrets.json\n\nx", "no file beside it")]
    [Arguments("To: bob@there.example\nAttach: .hidden\n\nx", "no file beside it")]
    [Arguments("To: bob@there.example\nX-Header: y\n\nx", "none of its first lines")]
    public async Task What_is_no_order_says_why(string text, string why) => await Assert.That(WhyNot(text)).Contains(why);

    [Test]
    public void Whatever_is_dropped_is_an_order_or_refused() =>
        Gen.String[Gen.Char["To: a@b.example\n-\r,<>\""], 0, 60].Sample(text => WhyNot(text).Length > 0);
}
