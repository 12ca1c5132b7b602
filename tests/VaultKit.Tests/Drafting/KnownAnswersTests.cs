using CsCheck;
using VaultKit.Drafting;
using VaultKit.Mail;

namespace VaultKit.Tests.Drafting;

/// <summary>The owner's own answers, found by what is asked and used as they are written.</summary>
public class KnownAnswersTests
{
    const string Book = """
        # Handbook

        ## Answers

        > a note of the owner's

        ### Do you deliver?
        ### What does delivery cost?

        Yes, within 50 km for [40] €.

        - Beyond that with a haulier
        - Islands on request

        ### Do you repair antique furniture?

        We restore *only* what we have built ourselves.

        ### Liefern Sie auch nach Österreich?

        Ja, nach Österreich liefern wir ab 200 € frei Haus.

        ### Can I pay by card?

        By card, transfer or cash. Do you want an invoice first? Just say so.

        ## Opening hours

        Monday to Friday, 8 to 17
        """;

    static readonly Handbook Owners = Handbook.Read(Book);

    [Test]
    [Arguments("Do you deliver?", "en", "Yes, within")]
    [Arguments("One more thing: do you deliver?", "en", "Yes, within")]
    [Arguments("Do you also deliver to Graz?", "en", "Yes, within")]
    [Arguments("Could you tell me what the delivery would cost?", "en", "Yes, within")]
    [Arguments("Do you repair antique furniture, too?", "en", "We restore")]
    [Arguments("Can we pay by card?", "en", "By card")]
    [Arguments("Liefern Sie nach Österreich?", "de", "Ja, nach")]
    [Arguments("Liefert ihr nach Österreich?", "de", "Ja, nach")]
    // Another language, another question, or much else in the same sentence.
    [Arguments("Do you deliver?", "de", null)]
    [Arguments("Can you repair our oak table until the weekend?", "en", null)]
    [Arguments("When was the furniture for the Smith family finished?", "en", null)]
    [Arguments("Could you deliver the eight walnut chairs before Friday noon to our new office?", "en", null)]
    [Arguments("Do you do repairs?", "en", null)]
    [Arguments("How are you?", "en", null)]
    [Arguments("", "en", null)]
    public async Task A_question_finds_its_answer_or_none(string question, string language, string? begins)
    {
        var found = Owners.Answers.Find(question, language)?.Text;
        if (begins is null) await Assert.That(found).IsNull();
        else await Assert.That(found!).StartsWith(begins);
    }

    [Test]
    public async Task It_is_used_word_for_word()
    {
        await Assert.That(Owners.Answers.Find("Do you deliver?", "en")!.Text).IsEqualTo("Yes, within 50 km for [40] €.\n\n- Beyond that with a haulier\n- Islands on request");
        await Assert.That(Owners.Answers.All).Count().IsEqualTo(4);
        await Assert.That(Owners.OpeningHours).IsEqualTo("Monday to Friday, 8 to 17");
    }

    [Test]
    [Arguments("Q: Do you deliver?\nA: Yes, always.\n\nQ: Is there parking?\nA: In the yard.")]
    [Arguments("Do you deliver?\nYes, always.\n\nIs there parking?\nIn the yard.")]
    [Arguments("- **Do you deliver?** Yes, always.\n- Is there parking? – In the yard.")]
    [Arguments("**Do you deliver?**\n\nYes, always.\n\n**Is there parking?**\n\nIn the yard.")]
    public async Task Owners_write_them_as_they_like(string section)
    {
        var answers = Handbook.Read("## FAQ\n\n" + section + "\n\n# Other\n\nIs this one? No.\n").Answers;
        await Assert.That(string.Join('|', answers.All.Select(a => a.Text))).IsEqualTo("Yes, always.|In the yard.");
        await Assert.That(answers.Find("Is there parking near you?", "en")!.Text).IsEqualTo("In the yard.");
    }

    [Test]
    public async Task Of_two_that_fit_alike_none_is_chosen()
    {
        var answers = Handbook.Read("## Answers\n### Do you deliver chairs?\nYes.\n### Do you deliver chairs?\nNo.\n").Answers;
        await Assert.That(answers.Find("Do you deliver chairs?", "en")).IsNull();
    }

    [Test]
    public async Task A_draft_has_the_owners_answer_beside_what_is_left_open()
    {
        var letter = new Letter
        {
            Account = "main", Digest = new byte[16], From = new("Anna Muster", "anna@mail.example"), Subject = "Chairs",
            Text = "Hello,\n\ndo you deliver? And what would delivery cost? When could you come to measure the stairs?\n\nKind regards\nAnna Muster\n",
        };
        var draft = await new BuiltInDrafter().DraftAsync(new(letter, new() { Name = "main", Address = "jo@holz.example" }, Owners, DateTimeOffset.UnixEpoch), default);
        await Assert.That(draft.Body!).Contains("\n\nYes, within 50 km for [40] €.\n\n- Beyond that with a haulier\n- Islands on request\n\n").And.Contains("{{");
        await Assert.That(draft.Body!.Split("Yes, within").Length).IsEqualTo(2);
        await Assert.That(draft.Reason).Contains("2 answered by your handbook");
    }

    /// <summary>Whatever stands in the section: it is read, and what is found is an answer that stands there.</summary>
    [Test]
    public void Nothing_that_owners_write_breaks_it() =>
        Gen.String[Gen.Char["?#QA: \n-*[]|ab"], 0, 80].Sample(text => Handbook.Read("## Answers\n" + text).Answers is var answers
            && answers.All.All(a => a.Text.Length > 0 && a.Questions.Count > 0) && (answers.Find("a ab?", "en") is not { } found || answers.All.Contains(found)));
}
