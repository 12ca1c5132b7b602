using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

/// <summary>Who writes once more before the answer has gone gets one answer to both.</summary>
public class ThreadTests
{
    const string Second = "Hello,\n\none more thing: when are you open on Saturdays?\n\nAnna Muster\n";

    static TaskFile Later(Workshop shop) => shop.Tasks(Stage.PendingApproval).Single(t => t.Get("mail_id") == "2@mail.example");

    [Test]
    public async Task A_later_mail_is_answered_together_with_the_one_whose_draft_waits()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        var first = shop.Vault.List(Stage.PendingApproval).Single();
        shop.Arrives("2.eml", shop.Mail(Second, "2@mail.example", subject: "Re: Chairs", more: "References: <1@mail.example>\r\nIn-Reply-To: <1@mail.example>\r\n"));
        await shop.RunAsync();
        var digest = TypedAction.Read(shop.Vault.Read(first))!.Digest();
        await Assert.That(Later(shop).GetList(LetterFile.SupersedesKey).Single()).IsEqualTo($"{first.Name}@{digest}");
        await Assert.That(Later(shop).Draft!).Contains("20 oak chairs").And.Contains("Saturday");
        // To move the earlier one is the owner's machine's alone.
        await Assert.That(shop.Vault.Find(first.Name)!.Value.Place.Stage).IsEqualTo(Stage.PendingApproval);
    }

    [Test]
    public async Task Both_found_in_one_turn_are_answered_in_their_order()
    {
        using var shop = new Workshop();
        shop.Arrives("a.eml", shop.Mail(Second, "2@mail.example", subject: "Addendum", more: "References: <1@mail.example>\r\n"));
        shop.Arrives("b.eml", shop.Mail(date: shop.Clock.Now.AddHours(-1)));
        await shop.RunAsync();
        await Assert.That(Later(shop).GetList(LetterFile.SupersedesKey)).Count().IsEqualTo(1);
        await Assert.That(Later(shop).Draft!).Contains("20 oak chairs");
    }

    [Test]
    [Arguments("Eve <eve@evil.example>", "1@mail.example")]
    [Arguments("Eve <eve@evil.example>\r\nReply-To: anna@mail.example", "1@mail.example")]
    [Arguments("Anna Muster <anna@mail.example>", "another@mail.example")]
    public async Task A_stranger_or_another_conversation_supersedes_nothing(string from, string refersTo)
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        shop.Arrives("2.eml", shop.Mail(Second, "2@mail.example", from, "Re: Chairs", more: $"References: <{refersTo}>\r\n"));
        await shop.RunAsync();
        await Assert.That(Later(shop).Has(LetterFile.SupersedesKey)).IsFalse();
        await Assert.That(Later(shop).Draft!).DoesNotContain("20 oak chairs");
    }

    /// <summary>A From is anybody's to write: what the first mail asked must not be told to whoever wants the answer elsewhere.</summary>
    [Test]
    [Arguments("Reply-To: eve@evil.example\r\n")]
    [Arguments("Cc: eve@evil.example\r\n")]
    public async Task Nothing_of_the_first_mail_goes_to_others_than_its_answer_would(string header)
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        shop.Arrives("2.eml", shop.Mail(Second, "2@mail.example", subject: "Re: Chairs", more: "References: <1@mail.example>\r\n" + header));
        await shop.RunAsync();
        await Assert.That(Later(shop).Has(LetterFile.SupersedesKey)).IsFalse();
        await Assert.That(Later(shop).Draft!).DoesNotContain("20 oak chairs");
    }

    /// <summary>A draft that waits is given up for another draft only.</summary>
    [Test]
    public async Task What_is_the_owners_to_answer_supersedes_nothing()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        shop.Arrives("2.eml", shop.Mail("Hello,\n\nmy husband passed away. Could you wait with the chairs?\n\nAnna Muster\n", "2@mail.example", more: "References: <1@mail.example>\r\n"));
        await shop.RunAsync();
        await Assert.That(Later(shop).Get("answer")).IsEqualTo("yours");
        await Assert.That(Later(shop).Has(LetterFile.SupersedesKey)).IsFalse();
    }

    [Test]
    public async Task Drafted_once_more_it_still_answers_what_it_has_put_away()
    {
        using var shop = new Workshop();
        shop.Arrives("1.eml", shop.Mail());
        await shop.RunAsync();
        var first = shop.Vault.List(Stage.PendingApproval).Single();
        shop.Arrives("2.eml", shop.Mail(Second, "2@mail.example", more: "References: <1@mail.example>\r\n"));
        await shop.RunAsync();
        // As the owner's machine does, and then the owner.
        Directory.CreateDirectory(shop.Vault.FullPath("Done/2026-11"));
        File.Move(shop.Vault.FullPath(first.Path), shop.Vault.FullPath($"Done/2026-11/{first.Name}.md"));
        var second = shop.Vault.List(Stage.PendingApproval).Single();
        File.Move(shop.Vault.FullPath(second.Path), shop.Vault.FullPath($"Needs_Action/email/{second.Name}.md"));
        await shop.RunAsync();
        await Assert.That(Later(shop).Draft!).Contains("20 oak chairs").And.Contains("Saturday");
    }
}
