using System.Diagnostics;
using System.Text;
using CsCheck;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Tests.Mail;

public class LetterReaderTests
{
    const string Head = "From: A <a@example.com>\nTo: office@glaserei.example\nDate: Mon, 2 Nov 2026 12:00:00 +0100\nMessage-ID: <1@example.com>\nSubject: S\n";

    [Test]
    public async Task Octets_of_any_kind_give_a_letter_and_never_an_exception()
    {
        var names = Corpus.Names.ToArray();
        // Whole noise, and real mails with a few octets broken: the second gets deeper.
        Gen.Byte.Array[0, 400].Sample(mail => Bounded(Corpus.Read(mail).Letter), iter: 2000, threads: 1);
        Gen.Select(Gen.Int[0, names.Length - 1], Gen.Select(Gen.Int[0, 5000], Gen.Byte).Array[1, 12]).Sample((which, hits) =>
        {
            var mail = Corpus.Bytes(names[which]);
            foreach (var (at, octet) in hits) mail[at % mail.Length] = octet;
            return Bounded(Corpus.Read(mail).Letter);
        }, iter: 2000, threads: 1);
        await Assert.That(names.Length).IsGreaterThan(30);
    }

    static bool Bounded(Letter letter) =>
        letter.Digest.Length >= 10 && letter.Subject.Length <= 300 && !letter.Subject.Any(char.IsControl) && letter.References.Count <= 30
        && Encoding.UTF8.GetByteCount(letter.Text) <= 64 * 1024 && !letter.Text.Any(c => char.IsControl(c) && c is not ('\n' or '\t'))
        && letter.Attachments.All(a => a.Name.Length is > 0 and <= 120 && !a.Name.Any(c => char.IsControl(c) || c is '/' or '\\') && a.Name[0] != '.')
        && letter.To.Concat(letter.Cc).Concat(letter.ReplyTo).All(a => a.Mailbox.IndexOf('@') > 0 && !a.Mailbox.Any(c => c is ' ' or '\n'));

    [Test]
    public async Task Every_part_of_the_identity_changes_the_digest()
    {
        var mail = Head + "\nbody\n";
        var digest = Digest(mail);
        foreach (var (from, to) in ((string, string)[])[("<1@", "<2@"), ("A <a@", "B <a@"), ("12:00:00", "12:00:01"), ("Subject: S", "Subject: T"), ("body", "bodY"), ("\n\nbody", "\n\n\nbody")])
            await Assert.That(Digest(mail.Replace(from, to))).IsNotEqualTo(digest);
        await Assert.That(Digest(mail.Replace("Subject: S", "Subject:  S\nX-Mailer: other"))).IsEqualTo(digest);
        await Assert.That(Digest(mail.Replace("A <a@example.com>", "A\n <a@example.com>"))).IsEqualTo(digest);
        // Moving text from one field to the next is another mail.
        await Assert.That(Digest("Subject: a b\n\nx")).IsNotEqualTo(Digest("Subject: a\nFrom: b\n\nx"));
    }

    static string Digest(string mail) => Convert.ToHexString(Corpus.ReadText(mail).Letter.Digest);

    [Test]
    public async Task A_mail_over_the_limit_is_its_header_and_a_note()
    {
        var header = Encoding.UTF8.GetBytes(Head + "\n");
        var (letter, why) = LetterReader.Read(Corpus.Owner, new MemoryStream(header), 60 * 1024 * 1024, whole: false);
        await Assert.That(why).IsNull();
        await Assert.That(letter.Subject).IsEqualTo("S");
        await Assert.That(letter.Text).IsEqualTo("");
        await Assert.That(letter.Notes.Single()).IsEqualTo("too large to read: 60 MB");
        var (other, _) = LetterReader.Read(Corpus.Owner, new MemoryStream(header), 61 * 1024 * 1024, whole: false);
        await Assert.That(Convert.ToHexString(other.Digest)).IsNotEqualTo(Convert.ToHexString(letter.Digest));
    }

    [Test]
    public async Task Control_bidi_and_invisible_characters_stay_out_of_lines()
    {
        var letter = Corpus.ReadText("From: \"a\u202Eb\0c\" <a@example.com>\nSubject: x\u200By\u202Ez\u0007\U000E0041 " + new string('s', 10_000) + "\n\nline\0 one\u0007\n\ttab\u202E\u200B\r\nlast\U000E0041").Letter;
        await Assert.That(letter.From?.Name).IsEqualTo("ab c");
        await Assert.That(letter.Subject).StartsWith("xyz s").And.EndsWith("…");
        await Assert.That(letter.Subject.Length).IsEqualTo(300);
        await Assert.That(letter.Text).IsEqualTo("line one\n\ttab\nlast");
    }

    [Test]
    [Arguments("A <nobody>")]
    [Arguments("<@example.com>")]
    [Arguments("a b@exa mple.com")]
    [Arguments("x@[127.0.0.1]")]
    [Arguments("x@-.")]
    [Arguments("\"a\\\"b\"@example.com")]
    public async Task What_is_no_address_is_none(string from)
    {
        await Assert.That(Corpus.ReadText($"From: {from}\nSubject: S\n\nHello").Letter.From).IsNull();
    }

    [Test]
    public async Task A_domain_of_look_alike_letters_is_shown_as_what_it_is()
    {
        await Assert.That(Corpus.ReadText("From: bank@bаnk.example\n\nHello").Letter.From?.Mailbox).IsEqualTo("bank@xn--bnk-6cd.example");
    }

    [Test]
    public async Task Structures_made_to_hurt_cost_little_and_are_said()
    {
        var deep = new StringBuilder(Head);
        for (var i = 0; i < 2000; i++) deep.Append($"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        var manyParts = Head + "Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\n", 200_000)) + "--b--\n";
        var manyFields = Head + "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + string.Concat(Enumerable.Repeat("a:\n", 200_000)) + "\nx\n--b--\n";
        var longHeader = Head + "X-Long: " + new string('x', 1_000_000) + "\n\nbody";
        var watch = Stopwatch.StartNew();
        await Assert.That(Corpus.ReadText(deep.ToString()).Letter.Subject).IsEqualTo("S");
        await Assert.That(Corpus.ReadText(manyParts).Letter.Notes.Single()).Contains("more than 500 parts");
        await Assert.That(Corpus.ReadText(manyFields).Letter.Notes.Single()).Contains("more than 5000 header fields");
        var long1 = Corpus.ReadText(longHeader).Letter;
        await Assert.That(long1.Notes.Single()).Contains("its header is longer than 256 KB");
        await Assert.That(long1.Subject).IsEqualTo("S");
        await Assert.That(watch.Elapsed).IsLessThan(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Long_text_is_cut_and_that_is_said()
    {
        var letter = Corpus.ReadText(Head + "Content-Type: text/plain; charset=utf-8\n\n" + string.Concat(Enumerable.Repeat("ä line of text\n", 20_000))).Letter;
        await Assert.That(Encoding.UTF8.GetByteCount(letter.Text)).IsLessThanOrEqualTo(64 * 1024).And.IsGreaterThan(60 * 1024);
        await Assert.That(letter.Notes.Single()).IsEqualTo("text cut after 64 KiB");
        await Assert.That(letter.Text.Contains('\uFFFD')).IsFalse();
    }

    [Test]
    public async Task A_text_file_that_is_attached_has_one_hash_in_every_store()
    {
        var mail = Head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\none\ntwo\n--b\nContent-Type: message/rfc822\n\nSubject: in\n\nx\ny\n--b--\n";
        var lf = Corpus.ReadText(mail).Letter.Attachments;
        await Assert.That(lf[0].Bytes).IsEqualTo(7);
        await Assert.That(Corpus.ReadText(mail.Replace("\n", "\r\n")).Letter.Attachments.SequenceEqual(lf)).IsTrue();
    }

    [Test]
    public async Task The_longest_lists_of_addresses_references_and_attachments_find_room_in_a_task()
    {
        string Many(string name) => name + string.Join(",\n ", Enumerable.Range(0, 120).Select(i => $"\"{new string('\\', 300)} {i}\" <{new string('x', 60)}{i}@{string.Join('.', Enumerable.Repeat(new string('y', 60), 2))}.example>")) + "\n";
        var ids = string.Join("\n ", Enumerable.Range(0, 100).Select(i => $"<{new string('"', 230)}{i}@example.com>"));
        var parts = string.Concat(Enumerable.Range(0, 120).Select(i => $"--b\nContent-Type: application/{new string('z', 80)}\nContent-Disposition: attachment; filename=\"{string.Concat(Enumerable.Repeat("\\\"", 60))}{i}\"\n\nx\n"));
        var letter = Corpus.ReadText($"{Many("To: ")}{Many("Cc: ")}{Many("Reply-To: ")}References: {ids}\nSubject: S\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n").Letter;
        var written = LetterFile.Write(letter);
        await Assert.That(written.ToString().IndexOf("\n---\n", StringComparison.Ordinal)).IsLessThan(40 * 1024).Because("an answer repeats addresses and references, in 64 KiB for all");
        var task = LetterFile.Read(TaskFile.Parse(written.ToBytes()));
        await Assert.That(task.To.Count).IsEqualTo(letter.To.Count).And.IsGreaterThan(5);
        await Assert.That(letter.Notes).Contains("more addresses than are kept: some are left out");
        await Assert.That(letter.Notes.Single(n => n.Contains("attachments"))).Contains("are not listed");
        await Assert.That(task.References.Count).IsGreaterThan(10);
        await Assert.That(task.Attachments.Count).IsEqualTo(letter.Attachments.Count).And.IsGreaterThan(20);
    }

    // The octets are Python's. MimeKit is shown a stand-in when it looks which encodings there are.
    [Test]
    [Arguments("iso-2022-jp", "GyRCRnxLXDhsGyhC", "日本語")]
    [Arguments("euc-jp", "xvzL3Ljs", "日本語")]
    [Arguments("shift_jis", "k/qWe4zq", "日本語")]
    [Arguments("gb2312", "1tDOxA==", "中文")]
    [Arguments("gb18030", "1tDOxA==", "中文")]
    [Arguments("big5", "pKSk5Q==", "中文")]
    [Arguments("euc-kr", "x9Gxub7u", "한국어")]
    [Arguments("ks_c_5601-1987", "x9Gxub7u", "한국어")]
    [Arguments("koi8-r", "0NLJ18XU", "привет")]
    [Arguments("windows-1251", "7/Do4uXy", "привет")]
    [Arguments("iso-8859-2", "v/Ozdw==", "żółw")]
    [Arguments("windows-1250", "v/Ozdw==", "żółw")]
    [Arguments("iso-8859-7", "4+Xp4Q==", "γεια")]
    [Arguments("windows-1254", "8P3+", "ğış")]
    public async Task A_subject_is_read_in_every_charset(string charset, string octets, string subject)
    {
        await Assert.That(Corpus.ReadText(Head.Replace("Subject: S", $"Subject: =?{charset}?B?{octets}?=") + "\nbody\n").Letter.Subject).IsEqualTo(subject);
        await Assert.That(Corpus.ReadText(Head + $"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n{octets}\n").Letter.Text.Trim()).IsEqualTo(subject);
    }

    // Found by tests/Fuzz: a shift to two octets, an odd number of them, a line end.
    [Test]
    public async Task A_broken_character_before_a_line_end_is_the_same_in_every_store()
    {
        var mail = Head + "Content-Type: text/plain; charset=iso-2022-jp\n\n\u001b$B;3EDB\nnext\n";
        await Assert.That(Corpus.ReadText(mail.Replace("\n", "\r\n")).Letter.Text).IsEqualTo(Corpus.ReadText(mail).Letter.Text);
    }

    // Found by tests/Fuzz: the parser gave the letters that the ASCII form stands for, a line separator among them.
    [Test]
    public async Task A_domain_in_its_ASCII_form_stays_so_in_the_task()
    {
        var letter = Corpus.ReadText("From: bank@bаnk.example\nTo: a@gla\u2028ei.example\n\nHello").Letter;
        var read = LetterFile.Read(LetterFile.Write(letter));
        await Assert.That(read.From?.Mailbox).IsEqualTo("bank@xn--bnk-6cd.example");
        await Assert.That(read.To.Single().Mailbox).IsEqualTo(letter.To.Single().Mailbox).And.StartsWith("a@xn--");
    }

    [Test]
    public async Task References_are_bounded_and_keep_the_first_and_the_last()
    {
        var ids = string.Join("\n ", Enumerable.Range(0, 100).Select(i => $"<{i}@example.com>"));
        var letter = Corpus.ReadText($"References: {ids}\nIn-Reply-To: <99@example.com>\nSubject: S\n\nHello").Letter;
        await Assert.That(letter.References.Count).IsEqualTo(30);
        await Assert.That(letter.References[0]).IsEqualTo("0@example.com");
        await Assert.That(letter.References[^1]).IsEqualTo("99@example.com");
    }
}
