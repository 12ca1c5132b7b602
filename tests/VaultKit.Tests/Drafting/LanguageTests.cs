using CsCheck;
using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting;

public class LanguageTests
{
    [Test]
    [Arguments("en", "Is it still available?\nThanks, Tom")]
    [Arguments("en", "Hi, any news on my order?")]
    [Arguments("en", "Please send the invoice again.")]
    [Arguments("en", "When do you open on Saturday?")]
    [Arguments("de", "Ist der Tisch noch da?\nGruß Ute")]
    [Arguments("de", "Hallo, gibt es Neuigkeiten zur Bestellung?")]
    [Arguments("de", "Bitte Rechnung nochmals schicken, danke.")]
    [Arguments("de", "Wann haben Sie am Samstag offen?")]
    [Arguments("de", "Koennen Sie mir ein Angebot fuer 3 Stuehle machen? Gruss Jan")]
    [Arguments("fr", "La table est-elle encore disponible ?\nMerci, Luc")]
    [Arguments("fr", "Bonjour, des nouvelles de ma commande ?")]
    [Arguments("fr", "Merci de renvoyer la facture.")]
    [Arguments("fr", "Etes-vous ouvert le samedi ?")]
    [Arguments("es", "¿Sigue disponible la mesa?\nGracias, Luis")]
    [Arguments("es", "Hola, ¿hay noticias de mi pedido?")]
    [Arguments("es", "Por favor, envíen la factura otra vez.")]
    [Arguments("es", "A que hora abren el sabado?")]
    [Arguments("en", "")]
    [Arguments("en", "12345")]
    public async Task Two_lines_are_enough(string language, string text) => await Assert.That(Language.Detect(text, "")).IsEqualTo(language);

    [Test]
    public async Task The_subject_decides_where_the_text_does_not() => await Assert.That(Language.Detect("ok, 14:00", "Frage zu Ihrem Angebot und der Lieferung")).IsEqualTo("de");

    [Test]
    public async Task The_text_goes_before_the_subject() =>
        await Assert.That(Language.Detect("Könnten Sie mir bitte die Rechnung noch einmal schicken?", "Re: Your order and the invoice that we have sent to you")).IsEqualTo("de");

    [Test]
    public void Never_throws() => Gen.Select(Gens.MailText, Gens.MailText).Sample((a, b) => Language.All.Contains(Language.Detect(a, b)), iter: 1000);
}
