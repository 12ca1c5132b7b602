using VaultKit.Mail;

namespace VaultKit.Tests.Mail;

public class CorpusTests
{
    public static IEnumerable<string> Names() => Corpus.Names;

    [Test, MethodDataSource(nameof(Names))]
    public async Task The_same_mail_with_CRLF_and_with_LF_is_the_same_letter(string name)
    {
        var mail = Corpus.Bytes(name);
        var (lf, whyLf) = Corpus.Read(mail);
        var (crlf, whyCrlf) = Corpus.Read(Corpus.WithCrlf(mail));
        await Assert.That(Corpus.Show(crlf)).IsEqualTo(Corpus.Show(lf));
        await Assert.That(whyCrlf).IsEqualTo(whyLf);
    }

    [Test, MethodDataSource(nameof(Names))]
    public async Task What_delivery_adds_does_not_change_the_digest(string name)
    {
        var mail = Corpus.Bytes(name);
        byte[] delivered = [.. "Return-Path: <x@example.net>\nDelivered-To: other@example.net\nReceived: from a by b;\n Mon, 2 Nov 2026 10:00:00 +0100\nX-Spam-Status: No\nStatus: RO\n"u8, .. mail, .. "\n\n"u8];
        await Assert.That(Convert.ToHexString(Corpus.Read(delivered).Letter.Digest)).IsEqualTo(Convert.ToHexString(Corpus.Read(mail).Letter.Digest));
    }

    [Test]
    [Arguments("gmail-en-question", "could you send me an offer for three windows", "")]
    [Arguments("gmail-en-reply", "Thanks! Does the price include the sills?", "")]
    [Arguments("gmail-de-reply", "Danke für das Angebot. Können Sie auch samstags kommen?", "")]
    [Arguments("outlook-de-reply", "können wir den Termin auf Freitag verschieben?", "")]
    [Arguments("outlook-de-html-only", "können wir den Termin auf Freitag verschieben?", "")]
    [Arguments("outlook-com-en-rule", "Is the skylight insulated?", "Get Outlook for iOS<https://aka.example/o0ukef>")]
    [Arguments("web-de-original-message", "Geht auch Dienstag um 10 Uhr?", "")]
    [Arguments("apple-mail-en", "we ordered two panes, not three. Could you correct it?", "")]
    [Arguments("iphone-de", "haben Sie einen Notdienst am Wochenende?", "Von meinem iPhone gesendet")]
    [Arguments("thunderbird-flowed-inline", "than the grey one that you showed us last week.\n\nYes. Is that possible?", "-- \nMary O'Neill\nDublin")]
    [Arguments("mutt-plain", "Great. What are your opening hours on Saturday?", "-- \nKarl")]
    [Arguments("k9-de", "Das passt, wann können Sie ausmessen?", "-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.")]
    [Arguments("roundcube-es", "Buenos días, ¿cuánto cuesta la instalación?", "-- \nJosé García")]
    [Arguments("outlook-fr-attachment", "un devis pour la véranda, environ 1 500 € ?", "")]
    [Arguments("japanese-iso2022", "窓ガラスの見積もりをお願いできますか。", "")]
    [Arguments("japanese-sjis-wrong-label", "窓ガラスの見積もりをお願いできますか。", "")]
    [Arguments("latin1-label-utf8-body", "Wie groß dürfen die Scheiben höchstens sein?", "")]
    [Arguments("raw-8bit-header-cp1252", "Was kostet der Spiegel in €? Grüße", "")]
    [Arguments("html-stub-plain", "do you also repair old wooden windows? I found you at your page (https://glaserei.example/windows).", "")]
    public async Task What_people_wrote_is_told_from_what_they_quoted(string name, string fresh, string signature)
    {
        var (letter, why) = Corpus.Read(name);
        var parts = LetterText.Split(letter.Text);
        await Assert.That(why).IsNull();
        await Assert.That(parts.Fresh).Contains(fresh);
        await Assert.That(parts.Signature).IsEqualTo(signature);
        await Assert.That(parts.Fresh).DoesNotContain("Glaserei Example").And.DoesNotContain("Gesendet").And.DoesNotContain("wrote:");
    }

    [Test]
    [Arguments("newsletter", "a newsletter (List-Unsubscribe and List-Unsubscribe-Post)")]
    [Arguments("mailing-list", "a mailing list (glass-talk.lists.example.org)")]
    [Arguments("out-of-office", "a delivery report or automatic answer (empty Return-Path)")]
    [Arguments("exchange-oof-no-auto-submitted", "an automatic answer (X-Auto-Response-Suppress and its subject)")]
    [Arguments("bounce-postfix", "a delivery report (multipart/report)")]
    [Arguments("read-receipt", "a read receipt")]
    [Arguments("noreply-receipt", "from an address that takes no answer (no-reply@…)")]
    [Arguments("own-mail", "your own mail")]
    [Arguments("crm-human-unsubscribe", null)]
    [Arguments("group-address-human", null)]
    [Arguments("contact-form-own-address", null)]
    [Arguments("marketplace-noreply-with-person", null)]
    [Arguments("outlook-de-reply", null)] // X-Auto-Response-Suppress on a person's mail
    public async Task Mail_that_no_one_has_to_answer_says_why(string name, string? why)
    {
        await Assert.That(Corpus.Read(name).Sifted?.Why).IsEqualTo(why);
    }

    [Test]
    public async Task Headers_are_decoded_whatever_wrote_them()
    {
        var japanese = Corpus.Read("japanese-iso2022").Letter;
        await Assert.That(japanese.Subject).IsEqualTo("見積もりのお願い");
        await Assert.That(japanese.From).IsEqualTo(new Address("山田太郎", "yamada@example.jp"));
        var german = Corpus.Read("gmail-de-reply").Letter;
        await Assert.That(german.Subject).IsEqualTo("Re: Angebot für drei Fenster");
        await Assert.That(german.From).IsEqualTo(new Address("Jürgen Müller", "juergen.mueller@example.de"));
        var raw = Corpus.Read("raw-8bit-header-cp1252").Letter;
        await Assert.That(raw.Subject).IsEqualTo("Preis in € für Spiegel");
        await Assert.That(raw.From?.Name).IsEqualTo("Günther Weiß");
        var reply = Corpus.Read("gmail-en-reply").Letter;
        await Assert.That(string.Join(' ', reply.References)).IsEqualTo("CAF7x9QwG1@mail.example.com b7c1@glaserei.example");
        await Assert.That(reply.Cc.Single().Mailbox).IsEqualTo("peter.keller@example.com");
        await Assert.That(Corpus.Read("broken-encoded-words").Letter.From?.Mailbox).IsEqualTo("broken@example.net");
    }

    [Test]
    public async Task Attachments_are_named_measured_and_hashed_and_small_inline_images_are_not()
    {
        var pdf = Corpus.Read("outlook-fr-attachment").Letter.Attachments.Single();
        byte[] content = [.. "%PDF-1.4"u8, .. Enumerable.Range(0, 250).Select(i => (byte)i)];
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        await Assert.That(pdf).IsEqualTo(new Attachment("Plan véranda.pdf", "application/pdf", 258, hash));

        var many = Corpus.Read("attached-mail-and-invite").Letter;
        await Assert.That(string.Join(", ", many.Attachments.Select(a => a.Name))).IsEqualTo("Meeting on site.eml, invitation.ics, _.._etc_passwdfdp.exe, winmail.dat");
        await Assert.That(many.Text).IsEqualTo("Can you come to this meeting?");
    }

    [Test]
    public async Task Hidden_text_is_left_out_and_said()
    {
        var letter = Corpus.Read("hidden-html").Letter;
        await Assert.That(letter.Text).IsEqualTo("Do you sell mirrors?");
        await Assert.That(letter.Notes.Single()).IsEqualTo("text that its HTML hides was left out");
    }
}
