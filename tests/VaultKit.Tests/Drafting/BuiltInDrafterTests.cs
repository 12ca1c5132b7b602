using CsCheck;
using VaultKit.Drafting;
using VaultKit.Mail;

namespace VaultKit.Tests.Drafting;

public class BuiltInDrafterTests
{
    public static IEnumerable<Func<string>> Ids() => Asks.All.Select(a => (Func<string>)(() => a.Id));

    static Ask Of(string id) => Asks.All.First(a => a.Id == id);

    [Test]
    [MethodDataSource(nameof(Ids))]
    public async Task Each_mail_gets_the_answer_that_was_expected_of_it(string id)
    {
        var ask = Of(id);
        var draft = ask.Draft();
        await Assert.That(draft.Language).IsEqualTo(ask.Language);
        foreach (var says in ask.Says) await Assert.That(says.Split('|').Any((draft.Body ?? draft.Reason).Contains)).IsTrue().Because(says + " in " + (draft.Body ?? draft.Reason));
        if (ask.Hello.Length == 0)
        {
            await Assert.That(draft.Body).IsNull();
            await Assert.That(draft.Reason).StartsWith("yours to answer: ");
            return;
        }
        await Assert.That(draft.Body!.Split('\n')[0]).IsEqualTo(ask.Hello);
        await Assert.That(draft.Body).EndsWith("\nJo Berger\n");
        var topics = Questions.Find(LetterText.Split(ask.Text).Fresh, ask.Language).Select(q => q.Topic);
        await Assert.That(string.Join(' ', topics)).IsEqualTo(string.Join(' ', ask.Topics));
    }

    [Test]
    [MethodDataSource(nameof(Ids))]
    public async Task A_draft_is_stopped_by_its_blanks_alone_and_may_go_out_when_they_are_filled(string id)
    {
        if (Of(id).Draft().Body is not { } body) return;
        var reasons = DraftCheck.Reasons(body);
        await Assert.That(reasons.Count).IsEqualTo(1);
        await Assert.That(reasons[0]).StartsWith("a blank is still open");
        await Assert.That(DraftCheck.Reasons(Filled(body))).IsEmpty();
    }

    [Test]
    public async Task What_triage_has_read_gives_the_same_draft_and_only_for_the_letter_that_was_read()
    {
        var (earlier, later) = (Asks.All[0].Letter, Asks.All[1].Letter);
        async Task<string?> Draft(Reading? read, params Letter[] before) =>
            (await new BuiltInDrafter().DraftAsync(new(later, Ask.Owner, Ask.Starter, DateTimeOffset.UnixEpoch) { Read = read, Before = before }, CancellationToken.None)).Body;

        var read = new Reading(later);
        Triage.Of(read, null, Ask.Owner, Ask.Starter);
        await Assert.That(await Draft(read)).IsEqualTo(await Draft(null));
        await Assert.That(await Draft(new Reading(earlier))).IsEqualTo(await Draft(null));
        await Assert.That(await Draft(read, earlier)).IsEqualTo(await Draft(null, earlier));
        await Assert.That(await Draft(read, earlier)).IsNotEqualTo(await Draft(read));
    }

    [Test]
    public async Task Two_mails_that_ask_different_things_never_get_the_same_draft_with_the_names_exchanged()
    {
        var drafts = Asks.All.Select(a => (Ask: a, a.Draft().Body)).Where(d => d.Body is not null).Select(d => (d.Ask.Id, Text: Bare(d.Ask, d.Body!))).ToArray();
        await Assert.That(drafts.Length).IsGreaterThan(40);
        foreach (var (id, text) in drafts)
            await Assert.That(drafts.Count(d => d.Text == text)).IsEqualTo(1).Because(id);
    }

    [Test]
    public async Task The_same_question_from_another_person_differs_in_the_name_alone()
    {
        var one = Of("en-quote");
        var other = one with { From = "Bert Beispiel", Text = one.Text.Replace("Anna Muster", "Bert Beispiel") };
        await Assert.That(other.Draft().Body).IsEqualTo(one.Draft().Body!.Replace("Anna Muster", "Bert Beispiel"));
    }

    [Test]
    public async Task Another_thing_asked_is_another_draft()
    {
        var one = Of("en-quote");
        var other = one with { Text = one.Text.Replace("20 oak chairs", "3 ash benches") };
        await Assert.That(other.Draft().Body).Contains("3 ash benches and 4 round tables");
    }

    [Test]
    public async Task Nothing_that_is_written_to_a_program_is_followed_or_repeated()
    {
        var body = Of("en-inject").Draft().Body!;
        foreach (var word in (string[])["gnore", "AI", "password", "customers", "instructions"]) await Assert.That(body).DoesNotContain(word);
        await Assert.That(Of("en-inject").Draft().Reason).Contains("left aside");
    }

    [Test]
    public async Task No_address_of_any_kind_is_repeated()
    {
        foreach (var address in (string[])["https://evil.example/a", "www.evil.example", "evil.example/login", "eve@evil.example", "DE89370400440532013000", "+49-170-1234567"])
        {
            var body = (Of("en-link") with { Text = $"Hello,\n\ncould you look at {address} and tell us about the oak floor?" }).Draft().Body!;
            await Assert.That(body).DoesNotContain(address).And.Contains("oak floor");
        }
    }

    [Test]
    public async Task Asked_more_than_a_draft_takes_up_it_says_so_in_a_blank()
    {
        var text = "Hello,\n\n" + string.Join('\n', Enumerable.Range(1, Questions.Max + 3).Select(i => $"- What does shelf number {i} cost?"));
        var body = (Of("en-quote") with { Text = text }).Draft().Body!;
        await Assert.That(body).Contains("{{3 more questions in the mail}}").And.Contains("shelf number 8").And.DoesNotContain("shelf number 9");
    }

    [Test]
    public async Task The_handbook_answers_what_it_knows_and_signs()
    {
        var handbook = Handbook.Read("# H\n## Company\nHolz Berger\n## Signature\nBest regards\nJo Berger\nHolz Berger\n## Opening hours\nMonday to Friday, 8 to 17\n## Response time\nen: two days\n");
        var body = Of("en-hours").Draft(handbook).Body!;
        await Assert.That(body).Contains("You asked about our opening hours: Monday to Friday, 8 to 17.");
        await Assert.That(body).Contains("(our usual response time: two days)");
        await Assert.That(body).EndsWith("\n\nBest regards\nJo Berger\nHolz Berger\n").And.DoesNotContain("Kind regards");
    }

    [Test]
    public async Task Without_a_handbook_nothing_is_promised()
    {
        var body = Of("de-angebot").Draft(Handbook.None).Body!;
        await Assert.That(body).DoesNotContain("Arbeitstag").And.EndsWith("\n\nMit freundlichen Grüßen\nJo Berger\n");
    }

    [Test]
    public async Task Quoted_history_and_signatures_ask_nothing()
    {
        var ask = Of("en-thanks") with { Text = "Thank you, all clear.\n\nOn 3 March 2026, Jo wrote:\n> How much would the oak table cost?\n\n-- \nAnn\nCould you send me a quote for 3 tables?" };
        await Assert.That(ask.Draft().Body).IsNull();
    }

    [Test]
    public async Task An_ampersand_that_is_left_out_brings_no_two_percent_signs_together()
    {
        var draft = (Of("en-quote") with { Text = "Hello,\n\ncould you please send us a quote for oak %&%1; tables?" }).Draft();
        await Assert.That(draft.Body).Contains("oak").And.DoesNotContain("%%");
    }

    [Test]
    public void Any_text_gets_a_bounded_draft_that_a_viewer_shows_as_it_is() =>
        Gen.Select(Gens.MailText, Gen.String[0, 60]).Sample((text, name) =>
        {
            var draft = (Of("en-quote") with { Text = text, From = name, Subject = name }).Draft();
            return draft.Body is null || draft.Body.Length < 8000 && DraftCheck.Reasons(Filled(draft.Body)).Count == 0;
        }, iter: 3000);

    static string Filled(string body) => System.Text.RegularExpressions.Regex.Replace(body, @"\{\{[^}]*\}\}", "x");

    static string Bare(Ask ask, string body)
    {
        body = body[body.IndexOf('\n')..];
        foreach (var word in ask.From.Split(' ').Append(ask.Subject)) if (word.Length > 2) body = body.Replace(word, "");
        return body;
    }
}
