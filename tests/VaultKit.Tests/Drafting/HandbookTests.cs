using CsCheck;
using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting;

public class HandbookTests
{
    [Test]
    public async Task The_starter_holds_when_nobody_edits_it()
    {
        var book = Handbook.Read(HandbookStarter.CompanyHandbook);
        await Assert.That(book.Company + book.Signature + book.OpeningHours + book.Place).IsEqualTo("");
        await Assert.That(string.Join('|', Language.All.Select(l => book.ResponseTime[l]))).IsEqualTo("within one working day|innerhalb eines Arbeitstages|sous un jour ouvré|en un día laborable");
        await Assert.That(HandbookStarter.CompanyHandbook + HandbookStarter.BusinessGoals).DoesNotContain("{{").And.DoesNotContain("TODO");
    }

    [Test]
    public async Task Owners_write_as_they_like()
    {
        var book = Handbook.Read("""
            ---
            tags: [x]
            ---
            Some words.
            # 🏠 **Firma:**
            %% not for mails %%
            <!-- neither
            this -->
            - **Name:** Holz Berger
            ### Unterschrift
            > a note
            Viele Grüße\
            *Jo Berger*  
            [Web](https://holz.example) [[Holz]]
            [Your name here]
            {{phone}}
            ## Antwortzeiten
            * **Deutsch**: innerhalb von zwei Tagen.
            within three days
            ## Öffnungszeiten
            Mo–Fr 8–17
            Sa 9–12
            ## Anything else
            secret
            """.ReplaceLineEndings("\r\n"));
        await Assert.That(book.Company).IsEqualTo("Holz Berger");
        await Assert.That(book.Signature).IsEqualTo("Viele Grüße\nJo Berger\nWeb (https://holz.example) Holz");
        await Assert.That(book.ResponseTime["de"]).IsEqualTo("innerhalb von zwei Tagen");
        await Assert.That(book.ResponseTime["en"]).IsEqualTo("within three days");
        await Assert.That(book.OpeningHours).IsEqualTo("Mo–Fr 8–17; Sa 9–12");
    }

    [Test]
    [Arguments("## Empresa\nSol SL\n## Firma\nAna\n", "Sol SL", "Ana")]
    [Arguments("## Firma\nHolz\n## Signatur\nJo\n", "Holz", "Jo")]
    [Arguments("## Entreprise\nBois\n## Signature\nLuc\n", "Bois", "Luc")]
    [Arguments("", "", "")]
    [Arguments("# Company handbook\n%% open", "", "")]
    public async Task Headings_in_four_languages(string markdown, string company, string signature)
    {
        var book = Handbook.Read(markdown);
        await Assert.That(book.Company).IsEqualTo(company);
        await Assert.That(book.Signature).IsEqualTo(signature);
    }

    [Test]
    public async Task Is_bounded()
    {
        var book = Handbook.Read("## Company\n" + new string('x', 5000) + "\n## Signature\n" + string.Concat(Enumerable.Repeat(new string('y', 500) + "\n", 100)));
        await Assert.That(book.Company.Length).IsLessThanOrEqualTo(100);
        await Assert.That(book.Signature.Split('\n').Length).IsEqualTo(12);
        await Assert.That(book.Signature.Length).IsLessThanOrEqualTo(12 * 201);
    }

    [Test]
    public void Never_throws_and_signs_nothing_that_must_not_go_out() =>
        Gens.MailText.Sample(text =>
        {
            var book = Handbook.Read("## Signature\n" + text);
            return book.Signature.Length == 0 || DraftCheck.Reasons("yes\n" + book.Signature).Count == 0;
        }, iter: 3000);

    [Test]
    public async Task A_placeholder_or_note_in_a_list_is_nobody_s_word() =>
        await Assert.That(Handbook.Read("## Signature\n- [Your name here]\n- > for people\n- Jo Berger\n").Signature).IsEqualTo("Jo Berger");
}
