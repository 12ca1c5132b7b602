using System.Text;
using LocalAgent.Acting;
using MimeKit;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

public class OutgoingFilesTests
{
    static string NewFile(TestVault v, string name, string content = "%PDF-1.7 an offer")
    {
        var path = Path.Combine(v.Root, name);
        File.WriteAllText(path, content);
        return path;
    }

    static MailSend Action(TestVault v, TaskEntry entry) => (MailSend)TypedAction.Read(v.Read(entry))!;

    [Test]
    public async Task A_file_changes_the_digest_voids_the_approval_and_is_sent_as_it_was()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        var before = v.Digest(entry);
        var path = NewFile(v, "Angebot März.pdf");
        await Assert.That(v.Approver.Attach(entry, path)).IsEqualTo(17);
        await Assert.That(v.Digest(entry)).IsNotEqualTo(before);
        await Assert.That(() => v.Approver.Approve(entry, before[..8])).Throws<Refusal>();
        File.WriteAllText(path, "changed after it was attached");
        v.Approver.Approve(entry, v.Digest(entry)[..8]);

        var maildir = Path.Combine(v.Root, "outbox");
        await v.Fence(new MaildirDelivery(maildir, null, "owner@here.example", files: v.Files.Read)).RunAsync(CancellationToken.None);
        var sent = MimeMessage.Load(Directory.EnumerateFiles(Path.Combine(maildir, "new")).Single());
        var part = (MimePart)sent.Attachments.Single();
        await Assert.That(part.FileName).IsEqualTo("Angebot März.pdf");
        await Assert.That(part.ContentType.MimeType).IsEqualTo("application/pdf");
        using var content = new MemoryStream();
        part.Content!.DecodeTo(content);
        await Assert.That(Encoding.UTF8.GetString(content.ToArray())).IsEqualTo("%PDF-1.7 an offer");
        await Assert.That(sent.TextBody!.TrimEnd()).IsEqualTo("Dear Ann,\r\n\r\nyes.".ReplaceLineEndings(Environment.NewLine));
    }

    [Test]
    public async Task An_approval_in_a_draft_is_void_from_the_attaching_on()
    {
        using var v = new TestVault();
        var approved = v.PutApproved();
        var entry = approved with { Place = Place.Pending(Domains.Email) };
        v.MoveByHand(approved, entry.Place);
        v.Approver.Attach(entry, NewFile(v, "a.txt"));
        await Assert.That(v.Read(entry).Has(Approval.Key)).IsFalse();
    }

    [Test]
    public async Task The_same_intent_gives_the_same_octets()
    {
        using var v = new TestVault();
        var mail = TestVault.Mail() with { Attachments = [new("a.txt", new string('0', 64))] };
        var intent = Intent.New(TaskName.From("offer", new byte[16]), "id@here.example", mail.Digest(), v.Clock.Now);
        IReadOnlyList<(string, byte[])> files = [("a.txt", "some text\n"u8.ToArray())];
        await Assert.That(MimeComposer.Compose(mail, intent, files: files).AsSpan().SequenceEqual(MimeComposer.Compose(mail, intent, files: files))).IsTrue();
    }

    [Test]
    public async Task A_draft_that_names_another_task_s_file_by_its_hash_gets_nothing()
    {
        using var v = new TestVault();
        var mine = v.PutPending();
        v.Approver.Attach(mine, NewFile(v, "salaries.xlsx", "secret"));
        var file = Action(v, mine).Attachments.Single();
        var theirs = v.PutPending(TestVault.Mail() with { Attachments = [file] });
        await Assert.That(string.Join('\n', v.Objections.Against(theirs.Name, Action(v, theirs), v.Read(theirs)))).Contains("salaries.xlsx").And.Contains("not on this machine");
        await Assert.That(() => v.Approver.Approve(theirs, v.Digest(theirs)[..8])).Throws<Refusal>();
        await Assert.That(() => v.Files.Read(theirs.Name, file)).Throws<BadTaskException>();
    }

    [Test]
    public async Task What_was_changed_on_the_disk_is_not_sent()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        v.Approver.Attach(entry, NewFile(v, "a.txt"));
        var file = Action(v, entry).Attachments.Single();
        File.WriteAllText(Path.Combine(v.State.PathOf("attached"), entry.Name.Value, file.Sha256), "exchanged");
        v.Approver.Approve(entry, v.Digest(entry)[..8]);
        var maildir = Path.Combine(v.Root, "outbox");
        var report = await v.Fence(new MaildirDelivery(maildir, null, "owner@here.example", files: v.Files.Read)).RunAsync(CancellationToken.None);
        await Assert.That(string.Join('\n', report.Problems)).Contains("was changed since it was attached");
        await Assert.That(Directory.Exists(Path.Combine(maildir, "new")) && Directory.EnumerateFiles(Path.Combine(maildir, "new")).Any()).IsFalse();
    }

    [Test]
    public async Task One_that_is_taken_out_again_is_out()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        var before = v.Digest(entry);
        v.Approver.Attach(entry, NewFile(v, "a.txt"));
        await Assert.That(() => v.Approver.Attach(entry, NewFile(v, "a.txt", "another"))).Throws<Refusal>();
        v.Approver.Detach(entry, "a.txt");
        await Assert.That(v.Digest(entry)).IsEqualTo(before);
        await Assert.That(() => v.Approver.Detach(entry, "a.txt")).Throws<Refusal>();
    }

    [Test]
    [Arguments("no-such-file")]
    [Arguments("a‮fdp.exe")]
    [Arguments("folder")]
    public async Task What_can_not_be_sent_is_refused_in_words(string name)
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        Directory.CreateDirectory(Path.Combine(v.Root, "folder"));
        if (name.StartsWith('a')) NewFile(v, name);
        var refusal = await Assert.That(() => v.Approver.Attach(entry, Path.Combine(v.Root, name))).Throws<Refusal>();
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.Usage);
        await Assert.That(Action(v, entry).Attachments).IsEmpty();
    }

    [Test]
    public async Task Files_that_are_too_large_together_hold_the_mail_back()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        foreach (var name in new[] { "a.bin", "b.bin" }) v.Approver.Attach(entry, NewFile(v, name, new string('x', OutgoingFiles.MaxBytes / 2 + 1)));
        await Assert.That(v.Objections.Against(entry.Name, Action(v, entry), v.Read(entry)).Single()).Contains("larger than 18 MB");
        await Assert.That(() => v.Approver.Attach(entry, NewFile(v, "c.bin", new string('x', OutgoingFiles.MaxBytes + 1)))).Throws<Refusal>();
    }

    [Test]
    public async Task A_file_goes_with_its_task()
    {
        using var v = new TestVault();
        var (kept, gone) = (v.PutPending(), v.PutPending());
        foreach (var entry in new[] { kept, gone }) v.Approver.Attach(entry, NewFile(v, "a.txt"));
        v.Files.Forget(name => name == kept.Name);
        await Assert.That(v.Files.Size(kept.Name, Action(v, kept).Attachments[0])).IsEqualTo(17L);
        await Assert.That(v.Files.Size(gone.Name, Action(v, gone).Attachments[0])).IsNull();
    }
}
