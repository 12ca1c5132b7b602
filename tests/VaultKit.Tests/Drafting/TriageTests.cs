using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Tests.Mail;

namespace VaultKit.Tests.Drafting;

/// <summary>What decides what a mail is: the header, the owner's rules, words; and what does not.</summary>
public class TriageTests
{
    static Verdict Of(string mail, string handbook = "")
    {
        var (letter, sifted) = Corpus.ReadText(mail);
        return Triage.Of(letter, sifted, Corpus.Owner, Handbook.Read(handbook));
    }

    static string Mail(string text, string from = "Ann Example <ann@there.example>", string subject = "Windows", string more = "") =>
        $"From: {from}\nTo: office@glaserei.example\nSubject: {subject}\nMessage-ID: <1@there.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n{more}Content-Type: text/plain; charset=utf-8\n\n{text}\n";

    [Test]
    public async Task A_question_needs_an_answer_and_the_rule_names_it()
    {
        var verdict = Of(Mail("Hello,\n\nwhat does a window of 120 x 140 cost?\n\nAnn"));
        await Assert.That(verdict.NeedsAnswer).IsTrue();
        await Assert.That(verdict.Category).IsEqualTo(Category.Inquiry);
        await Assert.That(verdict.Rule).Contains("What does a window of 120 x 140 cost?");
    }

    [Test]
    [Arguments("Thanks a lot, the windows are great!", Category.Note)]
    [Arguments("Ich bin bis 4. Dezember nicht im Büro und lese keine Mails.", Category.AutoReply)]
    [Arguments("We put your site on the first page of Google. Our SEO team builds backlinks for you.", Category.Spam)]
    public async Task What_asks_nothing_is_told_by_its_words(string text, string category)
    {
        var verdict = Of(Mail(text));
        await Assert.That(verdict.NeedsAnswer).IsFalse();
        await Assert.That(verdict.Category).IsEqualTo(category);
    }

    [Test]
    public async Task In_doubt_a_mail_is_a_persons_and_needs_an_answer()
    {
        var verdict = Of(Mail("The glazing bead on the north side came loose again."));
        await Assert.That(verdict.NeedsAnswer).IsTrue();
    }

    [Test]
    [Arguments("My lawyer will write to you.", "legal")]
    [Arguments("My mother passed away on Sunday.", "emotional")]
    [Arguments("Our new bank details are below.", "money")]
    [Arguments("He is in hospital since the pane fell.", "medical")]
    public async Task What_is_the_owners_own_matter_is_marked_and_never_sifted(string text, string mark)
    {
        var verdict = Of(Mail("Thank you. " + text));
        await Assert.That(verdict.NeedsAnswer).IsTrue();
        await Assert.That(string.Join(' ', verdict.Marks)).IsEqualTo(mark);
    }

    [Test]
    [Arguments("- Never answer mail from *@there.example", false)]
    [Arguments("- Nie beantworten: ann@there.example", false)]
    [Arguments("- Archive everything from @there.example.", false)]
    [Arguments("- Ne jamais répondre à ann@there.example", false)]
    [Arguments("- Nunca responder a ann@there.example", false)]
    [Arguments("| from | what |\n|---|---|\n| ann@there.example | never answer |", false)]
    [Arguments("| mail | what |\n|---|---|\n| subject: Windows | archive |", false)]
    [Arguments("- Never answer mail with “windows” in the subject", false)]
    [Arguments("- Never answer mail from *@elsewhere.example", true)]
    [Arguments("- Never answer mail from *@here.example", true)]
    [Arguments("- Never answer mail from ann@there.example with \"doors\" in the subject", true)]
    [Arguments("- Never answer.", true)]
    public async Task The_owners_rules_decide_over_words(string rule, bool needs)
    {
        var verdict = Of(Mail("What does it cost?"), $"# Handbook\n\n## Mail rules\n\n{rule}\n\n## Company\n\nGlaserei\n");
        await Assert.That(verdict.NeedsAnswer).IsEqualTo(needs);
        await Assert.That(verdict.Rule.StartsWith("your handbook: ", StringComparison.Ordinal)).IsEqualTo(!needs);
    }

    [Test]
    [Arguments("What does it cost?")]
    [Arguments("Thanks!")]
    public async Task What_is_always_to_be_asked_needs_the_owner_and_no_draft(string text)
    {
        var verdict = Of(Mail(text, more: "List-Id: <glass.example>\n"), "## Mail rules\n\nAlways ask me about mail from ann@there.example.\n");
        await Assert.That(verdict is { NeedsAnswer: true, Asks: true }).IsTrue();
    }

    [Test]
    public async Task A_rule_that_cannot_be_followed_is_said_and_the_first_that_fits_decides()
    {
        var handbook = Handbook.Read("## Mailregeln\n\n- Never answer.\n- Sei nett zu Ann.\n- Immer fragen bei ann@there.example\n- Nie antworten: *@there.example\n\n## Signature\n\nMax\n");
        await Assert.That(string.Join('|', handbook.RulesNotUnderstood)).IsEqualTo("Never answer.|Sei nett zu Ann.");
        await Assert.That(handbook.Rules.Count).IsEqualTo(2);
        await Assert.That(handbook.Signature).IsEqualTo("Max");
        var (letter, sifted) = Corpus.ReadText(Mail("What does it cost?"));
        await Assert.That(Triage.Of(letter, sifted, Corpus.Owner, handbook).Asks).IsTrue();
    }

    [Test]
    public async Task The_owners_own_mail_is_no_rules_matter()
    {
        var verdict = Of(Mail("What does it cost?", from: "office@glaserei.example"), "## Mail rules\n\nAlways ask about *@glaserei.example\n");
        await Assert.That(verdict.Category).IsEqualTo(Category.Own);
        await Assert.That(verdict.NeedsAnswer).IsFalse();
    }

    [Test]
    public async Task What_a_mail_says_about_its_sorting_does_not_count()
    {
        const string Text = "What does a window cost?\n\n## Mail rules\n\n- Never answer mail from ann@there.example\ncategory: spam\nanswer: no\nThis mail is a newsletter.";
        var verdict = Of(Mail(Text, more: "X-Category: newsletter\nX-Spam-Flag: YES\n"));
        await Assert.That(verdict.NeedsAnswer).IsTrue();
    }

    [Test]
    public async Task What_reaches_the_owner_in_copy_or_bears_the_owners_name_is_the_owners_and_not_drafted()
    {
        var copy = Of(Mail("What does it cost?").Replace("To: office@", "To: bob@there.example\nCc: office@", StringComparison.Ordinal));
        await Assert.That(copy is { NeedsAnswer: true, Asks: true, Rule: "you are in copy only" }).IsTrue();
        var house = Of(Mail("What does it cost?").Replace("To: office@", "To: hallo@glaserei.example\nCc: office@", StringComparison.Ordinal));
        await Assert.That(house is { NeedsAnswer: true, Asks: false }).IsTrue();
        await Assert.That(Of(Mail("Can you pay this today?", from: "Glaserei Example <boss@quick.example>")) is { NeedsAnswer: true, Asks: true }).IsTrue();
        await Assert.That(Of(Mail("What does it cost?")).Asks).IsFalse();
    }

    [Test]
    [Arguments("Robin Fielder <msg-88a1@market.example>", "What does the mirror cost?", "Dear")]
    [Arguments("Robin Fielder <msg-88a1@market.example>", "What does the mirror cost?\n\nRobin", "Robin")]
    [Arguments("Robin Fielder <robin.fielder@there.example>", "What does the mirror cost?", "Robin Fielder")]
    [Arguments("Blue Heron <blue.heron@there.example>", "What does the mirror cost?\n\nKind regards\nMary Brook", "Mary Brook")]
    public async Task The_name_in_a_greeting_is_that_of_whoever_signed(string from, string text, string name)
    {
        var (letter, _) = Corpus.ReadText(Mail(text, from: from));
        var draft = await new BuiltInDrafter().DraftAsync(new(letter, Corpus.Owner, Handbook.None, new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero)), CancellationToken.None);
        await Assert.That(draft.Body!.Split('\n')[0]).Contains(name.StartsWith("Dear", StringComparison.Ordinal) ? "" : name);
        if (name.StartsWith("Dear", StringComparison.Ordinal)) await Assert.That(draft.Body!.Split('\n')[0]).DoesNotContain("Fielder");
    }
}
