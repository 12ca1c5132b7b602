using VaultKit.Drafting;
using VaultKit.Mail;

namespace VaultKit.Tests.Drafting;

public class DraftLeaksTests
{
    const string Book = """
        ## Company

        Holz GmbH, +49 30 5550100, office@holz.example

        ## Mail rules

        - Never answer mail from *@shop.example
        - Always ask me about mail with "contract" in the subject

        ## Answers

        ### Where do I send the deposit?

        To DE02 1203 0000 0000 2020 51, and write to deposit@holz.example when it is done, with the number of your order.

        ## Prices

        We go down to seventy euros an hour if somebody asks for it twice, never below.

        ## Signature

        Jo Berger who has been making tables and chairs in this very street since 1994
        """;

    static readonly DraftRequest Request = new(new Letter
    {
        Account = "main",
        Digest = [1],
        From = new("Anna Muster", "anna@mail.example"),
        Cc = [new("", "bo@mail.example")],
        Subject = "Order 20261199123",
        Text = "Call me at 0170 / 123 45 67.\nMy account is DE89 3704 0044 0532 0130 00. See https://mail.example/chairs\n> from c@third.example",
    }, new Account { Name = "main", Address = "jo@holz.example", Aliases = ["info@holz.example"] }, Handbook.Read(Book), DateTimeOffset.UnixEpoch) { Remark = "my number is 030 7654321" };

    [Test]
    [Arguments("Write to anna@mail.example, bo@mail.example, c@third.example, jo@holz.example, info@holz.example or office@holz.example.")]
    [Arguments("To DE02 1203 0000 0000 2020 51, and write to deposit@holz.example when it is done, with the number of your order.")]
    [Arguments("I call you at +49 170 1234567, or you me at 030 5550100 or +49 30 7654321.")]
    [Arguments("Your order 20261199123 of 24.11.2026, or 2026-11-24, costs 1.250.000 and comes between 08.00-17.00.")]
    [Arguments("We paid to DE89370400440532013000.")]
    [Arguments("It is {{price}}, for 20 chairs in 3 weeks, at 12:30.")]
    [Arguments("Never answer mail from strangers, they say.")]
    [Arguments("Kind regards\nJo Berger who has been making tables and chairs in this very street since 1994")]
    public async Task What_its_reader_may_know_is_no_leak(string body) => await Assert.That(string.Join('\n', DraftLeaks.In(body, Request))).IsEqualTo("");

    [Test]
    [Arguments("Write to boss@holz.example.", "boss@holz.example")]
    [Arguments("Write to joanna@mail.example.", "joanna@mail.example")]
    [Arguments("Call +49 171 7654321.", "+49 171 7654321")]
    [Arguments("Call (030) 999 88 77.", "(030) 999 88 77")]
    [Arguments("Our customer number there is 4711 0815 4711.", "4711 0815 4711")]
    [Arguments("Pay to GB33 BUKB 2020 1555 5555 55.", "GB33 BUKB 202")]
    [Arguments("The password: hG7-kk2Lm9x", "password")]
    [Arguments("We go down to seventy euros an hour if somebody asks.", "we go down to seventy euros an hour")]
    [Arguments("never answer mail from shop example, always ask me about it", "never answer mail from")]
    public async Task What_is_nobody_s_business_is_one(string body, string what) => await Assert.That(string.Join('\n', DraftLeaks.In(body, Request))).Contains(what);

    [Test]
    public async Task Whoever_wrote_it_a_draft_with_one_is_not_filed()
    {
        var draft = DraftLeaks.Checked(new("en", "Write to boss@holz.example.", "because"), Request);
        await Assert.That((draft.Body, draft.Leaked.Count, draft.Reason.StartsWith("yours to answer", StringComparison.Ordinal))).IsEqualTo((null, 1, true));
    }

    [Test]
    public async Task A_new_link_is_marked_and_a_known_one_is_not()
    {
        await Assert.That(DraftLeaks.Checked(new("en", "See https://mail.example/chairs.", "because"), Request).Marks.Count).IsEqualTo(0);
        var draft = DraftLeaks.Checked(new("en", "See www.holz.example/prices.", "because"), Request);
        await Assert.That((draft.Body is null, string.Join(' ', draft.Marks), draft.Reason)).IsEqualTo((false, "link", "because; a link in it is in neither the mail nor your handbook: www.holz.example/prices"));
    }

    [Test]
    public async Task A_long_text_is_looked_through_in_no_time()
    {
        var long_ = string.Concat(Enumerable.Repeat("a@b 12 34 ( DE12 www. ", 5000));
        var began = System.Diagnostics.Stopwatch.StartNew();
        DraftLeaks.Checked(new("en", long_, ""), Request);
        await Assert.That(began.Elapsed).IsLessThan(TimeSpan.FromSeconds(5));
    }
}
