using CsCheck;
using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

public class LeaksTests
{
    // Put together here, so that no scanner of repositories takes them for real ones.
    static readonly string Key = "-----BEGIN " + "OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\nAAAA\n-----END OPENSSH PRIVATE KEY-----";

    static string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(i => "aB3dE6gH9jK2mN5p"[i % 16]));

    public static IEnumerable<(string Text, string Secret)> Credentials()
    {
        yield return ($"here it is:\n{Key}\nbye", Key);
        yield return ("-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEow", "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEow"); // cut off
        foreach (var form in (string[])["gh" + "p_", "glpat" + "-", "xox" + "b-", "sk_" + "live_", "sk-" + "ant-", "AI" + "za", "np" + "m_", "AK" + "IA"])
            yield return ($"use {form}{Letters(40)}, please", form + Letters(40));
        yield return ($"bearer ey{"J"}{Letters(30)}.ey{"J"}{Letters(30)}.{Letters(20)} ok", $"ey{"J"}{Letters(30)}.ey{"J"}{Letters(30)}.{Letters(20)}");
        yield return ("Password: Sommer2024!\nthanks", "Sommer2024!");
        yield return ("das Passwort = \"aX7-kk9Qw\" gilt", "aX7-kk9Qw");
        yield return ("mot de passe : Lyon2026?x et voilà", "Lyon2026?x");
        yield return ("api_key='0123456789abcdef0123'", "0123456789abcdef0123");
        yield return ("postgres://odoo:hun7erTwo@db.example/x", "hun7erTwo");
    }

    [Test]
    [MethodDataSource(nameof(Credentials))]
    public async Task What_looks_like_a_credential_is_found_and_masked(string text, string secret)
    {
        var leak = Leaks.Find(text).Single();
        await Assert.That(text.Substring(leak.Start, leak.Length)).IsEqualTo(secret);
        var kinds = new List<string>();
        var masked = Leaks.Mask(text, kinds);
        await Assert.That(masked).DoesNotContain(secret).And.Contains("[masked: ");
        await Assert.That(Leaks.Find(masked)).IsEmpty();
    }

    [Test]
    [Arguments("I forgot my password: could you help?")]
    [Arguments("Passwort: vergessen")]
    [Arguments("Your token: see https://shop.example/reset?id=A1b2C3d4E5")]
    [Arguments("-----BEGIN PGP PUBLIC KEY BLOCK-----\nmQENBF\n-----END PGP PUBLIC KEY BLOCK-----")]
    [Arguments("The secret: 20 oak chairs by 12 March 2026")]
    [Arguments("IBAN: DE89370400440532013000, phone: +49-170-1234567")]
    [Arguments("approval: v1.eyJhIjoiYiJ9.q83vEjRWeJq83vEjRWeJ")]
    [Arguments("password: {{the new password}}")]
    [Arguments("http://[::1]:8080/path and 12:30 and a:b@c")]
    public async Task What_people_say_is_not(string text) => await Assert.That(Leaks.Find(text)).IsEmpty();

    // Would take minutes if a beginning were looked for inside each of the others.
    [Test]
    [Arguments("eyJ")]
    [Arguments("pwd:")]
    [Arguments("://a:")]
    [Arguments("-----BEGIN ")]
    public async Task A_large_text_of_nothing_but_beginnings_is_looked_through_once(string beginning) =>
        await Assert.That(Leaks.Find(string.Concat(Enumerable.Repeat(beginning, 100_000))).Count).IsLessThan(2);

    [Test]
    public void A_masked_text_holds_nothing_that_would_be_masked_again() =>
        Gen.Select(Gen.String[Gen.Char["pasword:= \n'\"-_.@/AKI19xz!"], 0, 120], Gen.Int[0, 12]).Sample((noise, n) =>
        {
            var some = Credentials().ToList();
            var kinds = new List<string>();
            var masked = Leaks.Mask(noise + "\n" + some[n % some.Count].Text + "\n" + noise, kinds);
            return kinds.Count > 0 && Leaks.Find(masked).Count == 0;
        }, iter: 5000);
}
