using System.Diagnostics;
using CsCheck;
using VaultKit.Mail;

namespace VaultKit.Tests.Mail;

public class LetterTextTests
{
    static readonly string[] Pieces =
    [
        "Hello", "", " ", "> quoted", ">> twice", "-- ", "--", "On Mon, Nov 2, 2026 at 5:30 PM A <a@example.com> wrote:", "On Monday you wrote:", "Am 02.11.26 um 15:04 schrieb A:",
        "Le 2 nov. 2026 à 15:04, A a écrit :", "El 2/11/2026 a las 15:04, A escribió:", "-----Original Message-----", "Von: A", "Gesendet: B", "An: C", "Betreff: D", "From: A", "Sent: B", "To: C",
        "Sent from my iPhone", "________________________________", "Where?", "wrote:", "2026年11月2日(月) 15:04 A <a@example.jp>:", "schrieb", ":",
    ];

    static readonly Gen<string> Texts = Gen.OneOf(Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 25].Select(lines => string.Join('\n', lines)), Gen.String);

    [Test]
    public async Task Every_line_ends_up_in_exactly_one_part_in_its_order()
    {
        Texts.Sample(text =>
        {
            var (fresh, quoted, signature) = LetterText.Split(text);
            var lines = Written(text);
            return Written(fresh).Concat(Written(quoted)).Concat(Written(signature)).Order(StringComparer.Ordinal).SequenceEqual(lines.Order(StringComparer.Ordinal))
                && IsWithin(Written(fresh), lines) && IsWithin(Written(quoted), lines) && IsWithin(Written(signature), lines);
        }, iter: 20_000, threads: 1);
        await Assert.That(LetterText.Split("")).IsEqualTo(("", "", ""));
    }

    static List<string> Written(string text) => text.Split('\n').Where(l => !string.IsNullOrWhiteSpace(l)).Select(l => l.TrimEnd()).ToList();

    static bool IsWithin(List<string> part, List<string> whole)
    {
        var at = 0;
        foreach (var line in whole)
            if (at < part.Count && part[at] == line) at++;
        return at == part.Count;
    }

    [Test]
    public async Task Marked_lines_are_never_fresh()
    {
        Texts.Sample(text => !LetterText.Split(text).Fresh.Split('\n').Any(l => l.StartsWith('>')), iter: 20_000, threads: 1);
        await Assert.That(LetterText.Split("> a\nb").Fresh).IsEqualTo("b");
    }

    [Test]
    [Arguments("On Mon, Nov 2, 2026 at 5:30 PM Anna <a@example.com> wrote:")]
    [Arguments("Am Mo., 2. Nov. 2026 um 17:30 Uhr schrieb Anna <a@example.com>:")]
    [Arguments("Le lun. 2 nov. 2026 à 17:30, Anna <a@example.com> a écrit :")]
    [Arguments("El lun, 2 nov 2026 a las 17:30, Anna (<a@example.com>) escribió:")]
    [Arguments("-----Original Message-----")]
    [Arguments("-----Ursprüngliche Nachricht-----")]
    [Arguments("-----Message d'origine-----")]
    [Arguments("-----Mensaje original-----")]
    [Arguments("---------- Forwarded message ---------")]
    [Arguments("From: Anna\nSent: Monday\nTo: B\nSubject: C")]
    [Arguments("Von: Anna\nGesendet: Montag\nAn: B\nBetreff: C")]
    [Arguments("De : Anna\nEnvoyé : lundi\nÀ : B\nObjet : C")]
    [Arguments("De: Anna\nEnviado el: lunes\nPara: B\nAsunto: C")]
    [Arguments("*From:* Anna\n*Sent:* Monday\n*To:* B\n*Subject:* C")]
    public async Task History_without_marks_begins_where_the_mailer_says(string introduction)
    {
        var (fresh, quoted, signature) = LetterText.Split($"When can you come?\n\n{introduction}\n\nold text\nmore of it");
        await Assert.That(fresh).IsEqualTo("When can you come?");
        await Assert.That(quoted).IsEqualTo($"{introduction}\n\nold text\nmore of it");
        await Assert.That(signature).IsEqualTo("");
    }

    [Test]
    [Arguments("On Monday you wrote:")]
    [Arguments("From: here to there, what does it cost?")]
    [Arguments("Am Montag schrieb ich Ihnen schon.")]
    public async Task A_sentence_of_the_sender_is_not_taken_for_a_mailers(string sentence)
    {
        await Assert.That(LetterText.Split($"Hello\n{sentence}\n\nIs that right?").Fresh).IsEqualTo($"Hello\n{sentence}\n\nIs that right?");
    }

    [Test]
    [Arguments("Sent from my iPhone")]
    [Arguments("Von meinem iPhone gesendet")]
    [Arguments("Envoyé de mon iPhone")]
    [Arguments("Enviado desde mi iPhone")]
    public async Task A_telephones_line_is_a_signature(string line)
    {
        await Assert.That(LetterText.Split($"Yes.\n\n{line}\n\n> old")).IsEqualTo(("Yes.", "> old", line));
        await Assert.That(LetterText.Split($"{line} I can't open it, can you?").Signature).IsEqualTo("");
    }

    [Test]
    public async Task A_rule_of_dashes_over_a_long_text_is_no_signature()
    {
        var text = "First part.\n--\n" + string.Join('\n', Enumerable.Range(1, 30).Select(i => $"line {i}"));
        await Assert.That(LetterText.Split(text).Fresh).IsEqualTo(text);
    }

    [Test]
    public async Task Time_grows_with_the_length_only()
    {
        var watch = Stopwatch.StartNew();
        foreach (var piece in Pieces) LetterText.Split(string.Concat(Enumerable.Repeat(piece + "\n", 20_000)));
        LetterText.Split(new string('>', 1_000_000));
        LetterText.Split("On " + new string('x', 1_000_000));
        await Assert.That(watch.Elapsed).IsLessThan(TimeSpan.FromSeconds(20));
    }
}
