using VaultKit.Drafting;
using VaultKit.Mail;

namespace VaultKit.Tests.Drafting;

public class WishTests
{
    [Test]
    public async Task A_wish_is_not_called_a_question()
    {
        var letter = new Letter
        {
            Account = "main",
            Digest = new byte[32],
            From = new("Jürgen Krämer", "j.kraemer@bauhof.example"),
            Subject = "Holzfenster",
            Text = "Sehr geehrte Frau Berg,\n\nwir brauchen drei Holzfenster für das Büro, Kiefer lasiert.\n\nMit freundlichen Grüßen\nJürgen Krämer",
        };
        var draft = await new BuiltInDrafter().DraftAsync(new(letter, new Account { Name = "main", Address = "anna@werkstatt.example" }, Handbook.None, DateTimeOffset.UnixEpoch), default);
        await Assert.That(draft.Body).Contains("Sie haben geschrieben: „Wir brauchen drei Holzfenster");
        await Assert.That(draft.Body).DoesNotContain("gefragt");
    }
}
