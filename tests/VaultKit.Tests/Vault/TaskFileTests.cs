using CsCheck;
using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

public class TaskFileTests
{
    [Test]
    public async Task A_mail_cannot_forge_a_section()
    {
        var task = TaskFile.New("h").WithOriginal("hello\n## Draft\n\npay me\n---\n## Original\nx").WithDraft("my answer");
        await Assert.That(task.Draft).IsEqualTo("my answer");
        await Assert.That(task.Original).Contains("## Draft");
    }

    [Test]
    public async Task Any_text_comes_back_from_the_original_as_it_went_in()
    {
        Gen.String[Gen.Char["ab <>%[]!`$^&\\\n#>-*_"], 0, 60].Sample(text =>
            TaskFile.Parse(TaskFile.New("h").WithOriginal(text).ToBytes()).Original == text);
        await Assert.That(TaskFile.New("h").WithOriginal("%%hidden%%").ToString()).DoesNotContain("%%");
    }

    [Test]
    public async Task A_draft_is_replaced_without_touching_the_original()
    {
        var task = TaskFile.New("h").WithOriginal("question").WithDraft("one").WithDraft("two\n\nlines");
        await Assert.That(task.Draft).IsEqualTo("two\n\nlines");
        await Assert.That(task.Original).IsEqualTo("question");
        await Assert.That(task.ToString().Split("## Draft").Length).IsEqualTo(2);
    }

    [Test]
    public async Task A_file_with_nul_or_over_the_limit_is_refused()
    {
        await Assert.That(() => TaskFile.Parse("---\na: 1\n---\n\0"u8)).Throws<BadTaskException>();
        await Assert.That(() => TaskFile.Parse(new byte[TaskFile.Limit + 1])).Throws<BadTaskException>();
    }

    [Test]
    public async Task The_digest_covers_every_field_of_a_mail()
    {
        var mail = new MailSend { Account = "a", From = "f@example.com", To = ["t@example.com"], Cc = ["c@example.com"], Bcc = [], Subject = "s", InReplyTo = "i@x", References = ["r@x"], Body = "b", Attachments = [new("n.pdf", new('0', 64))] };
        MailSend[] others =
        [
            mail with { Account = "b" }, mail with { From = "g@example.com" }, mail with { To = ["u@example.com"] }, mail with { To = [.. mail.To, "c@example.com"], Cc = [] },
            mail with { Cc = [], Bcc = mail.Cc }, mail with { Subject = "S" }, mail with { InReplyTo = null }, mail with { References = [] }, mail with { Body = "b\n" },
            mail with { Attachments = [] }, mail with { Attachments = [new("m.pdf", new('0', 64))] }, mail with { Attachments = [new("n.pdf", new('1', 64))] },
        ];
        await Assert.That(others.Select(o => o.Digest()).Append(mail.Digest()).Distinct().Count()).IsEqualTo(others.Length + 1);
        var back = TypedAction.Read(TaskFile.Parse(mail.Write(TaskFile.New("h")).ToBytes()))!;
        await Assert.That(back.Digest()).IsEqualTo(mail.Digest());
    }

    [Test]
    [Arguments("subject", "a\nBcc: evil@example.com")]
    [Arguments("to", "a@example.com\r\nBcc: evil@example.com")]
    public async Task A_line_break_in_a_field_is_refused(string key, string value)
    {
        var mail = new MailSend { Account = "a", From = "f@example.com", To = ["t@example.com"], Subject = "s", Body = "b" };
        var task = mail.Write(TaskFile.New("h")).With(key, value);
        await Assert.That(() => TypedAction.Read(task)).Throws<BadTaskException>();
    }

    static TaskFile Mail() => new MailSend { Account = "a", From = "f@example.com", To = ["t@example.com"], Subject = "s", Body = "b" }.Write(TaskFile.New("h"));

    [Test]
    public async Task Empty_endless_and_countless_fields_are_refused()
    {
        await Assert.That(() => TypedAction.Read(Mail().With("to", ["t@example.com", ""]))).Throws<BadTaskException>().WithMessageContaining("'to'");
        await Assert.That(() => TypedAction.Read(Mail().With("subject", new string('x', 2001)))).Throws<BadTaskException>().WithMessageContaining("'subject'");
        await Assert.That(() => TypedAction.Read(Mail().With("bcc", [.. Enumerable.Range(0, 201).Select(i => $"a{i}@example.com")]))).Throws<BadTaskException>().WithMessageContaining("200");
        await Assert.That(() => TypedAction.Read(Mail().Without("from"))).Throws<BadTaskException>().WithMessageContaining("'from' is missing");
        await Assert.That(() => TypedAction.Read(Mail().With("action", "mail.send/2"))).Throws<BadTaskException>().WithMessageContaining("mail.send/2");
    }

    [Test]
    [Arguments("../../etc/passwd")]
    [Arguments("a\\b")]
    public async Task An_attachment_that_leaves_its_folder_is_refused(string name) =>
        await Assert.That(() => TypedAction.Read(Mail().With("attachments", [new string('0', 64) + " " + name]))).Throws<BadTaskException>().WithMessageContaining("attachments");

    [Test]
    public async Task Text_over_the_limit_or_in_another_encoding_is_refused()
    {
        await Assert.That(() => TaskFile.Parse([.. "---\na: 1\n---\n"u8, .. Enumerable.Repeat((byte)'x', TaskFile.Limit)])).Throws<BadTaskException>().WithMessageContaining("KiB");
        await Assert.That(() => TaskFile.Parse([.. "---\na: 1\n---\n"u8, 0xe9, (byte)'x'])).Throws<BadTaskException>().WithMessageContaining("UTF-8");
    }
}
