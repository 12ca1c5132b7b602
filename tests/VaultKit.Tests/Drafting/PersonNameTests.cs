using CsCheck;
using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting;

public class PersonNameTests
{
    [Test]
    [Arguments("Anna Muster", "Anna Muster", "Anna")]
    [Arguments("Muster, Anna", "Anna Muster", "Anna")]
    [Arguments("\"Muster, Anna\"", "Anna Muster", "Anna")]
    [Arguments("anna.muster", "Anna Muster", "Anna")]
    [Arguments("ANNA MUSTER", "Anna Muster", "Anna")]
    [Arguments("HANS-PETER VON DER HEIDE", "Hans-Peter von der Heide", "Hans-Peter")]
    [Arguments("anna muster", "Anna Muster", "Anna")]
    [Arguments("Frau Anna Muster", "Anna Muster", "Anna")]
    [Arguments("Dr. Anna Muster", "Dr. Anna Muster", "Anna")]
    [Arguments("Anna Muster, PhD", "Anna Muster", "Anna")]
    [Arguments("Anna Muster (Muster GmbH)", "Anna Muster", "Anna")]
    [Arguments("Anna Muster | Muster GmbH", "Anna Muster", "Anna")]
    [Arguments("Muster GmbH - Anna Muster", "Anna Muster", "Anna")]
    [Arguments("Anna Muster via Portal", "Anna Muster", "Anna")]
    [Arguments("LEFÈVRE Julie", "Julie Lefèvre", "Julie")]
    [Arguments("Julie LEFÈVRE", "Julie Lefèvre", "Julie")]
    [Arguments("O'Neill, Sean", "Sean O'Neill", "Sean")]
    [Arguments("Jose\u0301 Garci\u0301a", "José García", "José")]
    [Arguments("Anna", "Anna", "Anna")]
    public async Task A_person_is_read(string written, string full, string first) => await Assert.That(PersonName.Read(written)).IsEqualTo(new PersonName(full, first));

    [Test]
    [Arguments("")]
    [Arguments("Info | Firma GmbH")]
    [Arguments("Muster GmbH")]
    [Arguments("Muster & Söhne")]
    [Arguments("Buchhaltung")]
    [Arguments("Support Team")]
    [Arguments("no-reply")]
    [Arguments("anna@muster.example")]
    [Arguments("Anna99")]
    [Arguments("Click here https://x.example")]
    [Arguments("J.")]
    [Arguments("{{name}}")]
    [Arguments("Hotel Sonne")]
    public async Task What_is_no_person_is_not_greeted(string written) => await Assert.That(PersonName.Read(written)).IsNull();

    [Test]
    public void Never_throws_and_holds_letters_only() =>
        Gen.OneOf(Gens.MailText, Gen.String).Sample(s => PersonName.Read(s) is not { } n || n.Full.Length <= 60 && n.Full.All(c => char.IsLetter(c) || c is ' ' or '-' or '\'' or '’' or '.'), iter: 2000);
}
