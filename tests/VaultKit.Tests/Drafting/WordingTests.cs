using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting;

/// <summary>The handbook's wording is followed to the letter, by whole lines and sentences, and nothing else changes.</summary>
public class WordingTests
{
    static Ask Asks => new("wording", "Ann Bell", "Delivery", "Hello,\n\ndo you deliver on Saturday?\n\nAnn Bell", "en", "", []);

    static string Body(string wording) => Asks.Draft(Handbook.Read($"# H\n## Company\nHolz\n## Wording\n{wording}\n")).Body!;

    [Test]
    public async Task A_line_is_replaced_left_out_or_added()
    {
        var plain = Body("");
        await Assert.That(plain).Contains("\nKind regards\n").And.Contains("If anything else is open, just reply to this mail.").And.Contains("Dear Ann Bell,");
        await Assert.That(Body("- Instead of \"Kind regards\" write \"All the best\"")).IsEqualTo(plain.Replace("Kind regards", "All the best"));
        await Assert.That(Body("Instead of “Dear …” write “Hello …”")).IsEqualTo(plain.Replace("Dear Ann Bell,", "Hello Ann Bell,"));
        await Assert.That(Body("- Never write \"If anything else is open, just reply to this mail.\"")).IsEqualTo(plain.Replace("If anything else is open, just reply to this mail.\n\n", ""));
        await Assert.That(Body("- Immer hinzufügen: \"We are closed in August.\"")).IsEqualTo(plain.Replace("\n\nKind regards", "\n\nWe are closed in August.\n\nKind regards"));
    }

    [Test]
    [Arguments("- Instead of \"Kind\" write \"Unkind\"")]
    [Arguments("- Instead of \"reply\" write \"nothing\"")]
    [Arguments("- Never write \"open\"")]
    [Arguments("- Be short and kind")]
    [Arguments("- Always add \"Wir haben im August geschlossen und sind danach wieder da.\"")]
    public async Task No_word_within_a_line_changes_and_no_other_language_is_added(string wording) => await Assert.That(Body(wording)).IsEqualTo(Body(""));

    [Test]
    public async Task It_is_not_the_handbooks_inner_part()
    {
        var handbook = Handbook.Read("## Wording\n\n- Always add \"We are closed in August, as we are in every year.\"\n\n## Notes\n\nDo not tell anybody.\n");
        await Assert.That(handbook.Internal).Contains("Do not tell").And.DoesNotContain("closed in August");
        await Assert.That(Handbook.HeadingLike("# x\n\n%% ## FAQ %%\n## Häufige Fragen \n", "answers")).IsEqualTo("## Häufige Fragen");
        await Assert.That(Handbook.HeadingLike("# x\n", "answers")).IsNull();
    }
}
