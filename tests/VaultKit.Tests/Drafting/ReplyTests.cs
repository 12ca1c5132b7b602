using CsCheck;
using VaultKit.Drafting;
using VaultKit.Mail;

namespace VaultKit.Tests.Drafting;

public class ReplyTests
{
    static readonly Draft Yes = new("en", "Dear Anna,\n\nyes.\n", "test");

    static Letter Mail(string text, string? id = "1@x.example", params string[] references) => new()
    {
        Account = "main", Digest = [], From = new Address("Anna Muster", "a@x.example"), To = [new Address("", "jo@holz.example")], Subject = "Chairs",
        Date = new DateTimeOffset(2026, 3, 12, 23, 30, 0, TimeSpan.FromHours(-8)), Text = text, MessageId = id, References = references,
    };

    static ReplyFields Compose(Letter letter, string language = "en") => Reply.Compose(letter, new Account { Name = "main", Address = "jo@holz.example" }, Yes with { Language = language });

    static string Quoted(string text) => Compose(Mail(text)).Body.Split("wrote:\n")[1];

    [Test]
    [Arguments("Chairs", "Re: Chairs")]
    [Arguments("Re: Chairs", "Re: Chairs")]
    [Arguments("RE: AW: WG: SV: TR: Fwd: RE[3]: Chairs", "Re: Chairs")]
    [Arguments("Rép : Chaises", "Re: Chaises")]
    [Arguments("RV: R: Sillas", "Re: Sillas")]
    [Arguments("Offer: chairs", "Re: Offer: chairs")]
    [Arguments("Ref: 4711", "Re: Ref: 4711")]
    [Arguments("", "Re:")]
    [Arguments("Re:", "Re:")]
    [Arguments("a\r\nBcc: x@y.example", "Re: a  Bcc: x@y.example")]
    public async Task One_re_and_the_subject(string subject, string expected) => await Assert.That(Reply.Subject(subject)).IsEqualTo(expected);

    [Test]
    public async Task A_thread_goes_on()
    {
        var reply = Compose(Mail("x", "3@x.example", "1@x.example", "2@x.example"));
        await Assert.That(reply.InReplyTo).IsEqualTo("3@x.example");
        await Assert.That(string.Join(' ', reply.References)).IsEqualTo("1@x.example 2@x.example 3@x.example");
    }

    [Test]
    public async Task A_long_thread_keeps_its_first_and_its_last()
    {
        var references = Compose(Mail("x", "100@x.example", [.. Enumerable.Range(1, 30).Select(i => $"{i}@x.example")])).References;
        await Assert.That(references.Count).IsEqualTo(Reply.MaxReferences);
        await Assert.That(references[0]).IsEqualTo("1@x.example");
        await Assert.That(references[1]).IsEqualTo("13@x.example");
        await Assert.That(references[^1]).IsEqualTo("100@x.example");
    }

    [Test]
    [Arguments(null)]
    [Arguments("1@x\r\nBcc: e@x.example")]
    [Arguments("<1@x.example>")]
    [Arguments("no at")]
    public async Task An_id_that_is_none_begins_no_thread(string? id)
    {
        var reply = Compose(Mail("x", id, "1@x.example"));
        await Assert.That(reply.InReplyTo).IsNull();
        await Assert.That(reply.References).IsEmpty();
    }

    [Test]
    [Arguments("en", "On 12 March 2026, Anna Muster wrote:")]
    [Arguments("de", "Am 12. März 2026 schrieb Anna Muster:")]
    [Arguments("fr", "Le 12 mars 2026, Anna Muster a écrit :")]
    [Arguments("es", "El 12 de marzo de 2026, Anna Muster escribió:")]
    public async Task The_text_then_who_wrote_then_what(string language, string line) =>
        await Assert.That(Compose(Mail("Hello,\n\n> older\nBye"), language).Body).IsEqualTo($"Dear Anna,\n\nyes.\n\n{line}\n> Hello,\n>\n>> older\n> Bye\n");

    [Test]
    public async Task History_is_cut_and_says_so()
    {
        var lines = Compose(Mail(string.Join('\n', Enumerable.Range(0, 500)))).Body.Split('\n');
        await Assert.That(lines.Count(l => l.StartsWith('>'))).IsEqualTo(Reply.MaxQuotedLines + 1);
        await Assert.That(lines[^2]).IsEqualTo("> [… 300 more lines]");
        await Assert.That(Compose(Mail(new string('x', 60000))).Body.Length).IsLessThan(Reply.MaxQuoted + 200);
        await Assert.That(Compose(Mail(string.Join('\n', Enumerable.Repeat(new string('x', 1000), 60)))).Body.Length).IsLessThan(Reply.MaxQuoted + 500);
    }

    [Test]
    [Arguments("a %% hidden %%", "> a % % hidden % %\n")]
    [Arguments("<b>x</b><!-- y -->", "> < b>x< /b>< !-- y -->\n")]
    [Arguments("see <https://x.example/a> or <a@b.example>", "> see https://x.example/a or a@b.example\n")]
    [Arguments("![[Secret]] ![x](http://t.example/p.png)", "> ! [ [Secret]] ! x (http://t.example/p.png)\n")]
    [Arguments("[Bank](https://evil.example)", "> Bank (https://evil.example)\n")]
    [Arguments("{{blank}}", "> { {blank}}\n")]
    [Arguments("```dataviewjs", "> '''dataviewjs\n")]
    [Arguments("[!note]- folded", "> [ !note]- folded\n")]
    [Arguments("3 < 4 and a@b costs $5", "> 3 < 4 and a@b costs $5\n")]
    public async Task What_a_viewer_would_hide_or_run_is_taken_apart(string text, string quoted) => await Assert.That(Quoted(text)).IsEqualTo(quoted);

    [Test]
    [Arguments("a&ebiHD<O;.@6>", "> a&ebiHD O;.@6\n")] // seed 9RmqCKjlOKha
    [Arguments("<https://x.example/&am>p;", "> https://x.example/&am p;\n")]
    [Arguments("<https://x.example/&amp>; b", "> https://x.example/&amp ; b\n")]
    [Arguments("<a@b.example>; <https://x.example/a>;", "> a@b.example; https://x.example/a;\n")]
    public async Task Brackets_that_are_left_out_bring_no_entity_together(string text, string quoted) => await Assert.That(Quoted(text)).IsEqualTo(quoted);

    [Test]
    public async Task A_stranger_s_name_is_no_markup()
    {
        var letter = Mail("x") with { From = new Address("%%<img src=x>[a](b)", "a@x.example") };
        await Assert.That(DraftCheck.Reasons(Compose(letter).Body)).IsEmpty();
    }

    [Test]
    public void Whatever_came_in_the_answer_is_bounded_and_may_go_out() =>
        Gen.Select(Gens.MailText, Gens.MailText, Gens.MailText).Sample((text, name, subject) =>
        {
            var reply = Compose(Mail(text) with { From = new Address(name, "a@x.example"), Subject = subject });
            return DraftCheck.Reasons(reply.Body).Count == 0 && reply.Body.Length < 40000 && reply.Subject.Length < 300 && reply.Subject.StartsWith("Re:") && !reply.Subject.Any(char.IsControl);
        }, iter: 5000);

    [Test]
    public void Nothing_that_was_taken_apart_means_anything_to_a_viewer() =>
        Gens.MailText.Sample(text => Markup.Reasons(Markup.Neutralise(text)).Count == 0, iter: 5000);
}
