using LocalAgent.Correspondence;
using VaultKit.Vault;

namespace LocalAgent.Tests.Correspondence;

public class OriginalsTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Test]
    public async Task A_task_that_says_what_the_mail_says_is_proven()
    {
        using var room = new Mailroom();
        room.Deliver(Mailroom.Letter());
        var (name, task) = room.Made(Mailroom.Letter());
        await Assert.That(room.Originals.Of(name, task).State).IsEqualTo(OriginalState.NotLookedFor);
        var original = await room.Originals.LookAsync(name, task, None);
        await Assert.That(original.State).IsEqualTo(OriginalState.Proven);
        await Assert.That(original.NeedsWord).IsFalse();
        await Assert.That(original.Mail!.Get("mail_from")).IsEqualTo("Ann Example <ann@there.example>");
    }

    [Test]
    public async Task The_same_mail_with_other_line_ends_is_the_same()
    {
        using var room = new Mailroom();
        room.Deliver(Mailroom.Letter().ReplaceLineEndings("\r\n"));
        var (name, task) = room.Made(Mailroom.Letter());
        await Assert.That((await room.Originals.LookAsync(name, task, None)).State).IsEqualTo(OriginalState.Proven);
    }

    [Test]
    [Arguments("mail_from", "Ann Example <ann@evil.example>")]
    [Arguments("mail_reply_to", "Ann Example <ann@evil.example>")]
    [Arguments("mail_to", "somebody@else.example")]
    [Arguments("mail_cc", "somebody@else.example")]
    [Arguments("mail_subject", "Something else")]
    [Arguments("mail_references", "q0@there.example")]
    [Arguments("mail_attachments", "0000000000000000000000000000000000000000000000000000000000000000 7 application/pdf order.pdf")]
    [Arguments("mail_digest", "00")]
    [Arguments("received", "2026-10-04T00:00:00Z")]
    public async Task Whatever_was_changed_in_the_task_is_named(string field, string value)
    {
        using var room = new Mailroom();
        room.Deliver(Mailroom.Letter());
        var (name, task) = room.Made(Mailroom.Letter());
        await room.Originals.LookAsync(name, task, None);
        var original = room.Originals.Of(name, task.With(field, value));
        await Assert.That(original.State).IsEqualTo(OriginalState.Differs);
        await Assert.That(string.Join('\n', original.Notes())).Contains(field).And.Contains(value);
    }

    [Test]
    public async Task A_text_that_the_mail_does_not_have_is_named()
    {
        using var room = new Mailroom();
        room.Deliver(Mailroom.Letter());
        var (name, task) = room.Made(Mailroom.Letter());
        var original = await room.Originals.LookAsync(name, task.WithOriginal("Hello,\n\nplease pay to another account.\n"), None);
        await Assert.That(original.State).IsEqualTo(OriginalState.Differs);
        await Assert.That(original.Mail!.Original).Contains("Could you send us an offer?");
    }

    [Test]
    public async Task A_mail_that_is_not_there_needs_a_word()
    {
        using var room = new Mailroom();
        var (name, task) = room.Made(Mailroom.Letter("never@there.example"));
        var original = await room.Originals.LookAsync(name, task, None);
        await Assert.That(original.State).IsEqualTo(OriginalState.Missing);
        await Assert.That(original.NeedsWord).IsTrue();
        await Assert.That((await room.Originals.LookAsync(name, task.Without("mail_id"), None)).Why).Contains("names no mail");
        await Assert.That((await room.Originals.LookAsync(name, task.With("mail_id", "a\" OR ALL"), None)).Why).Contains("names no mail");
    }

    [Test]
    public async Task Another_mail_with_its_Message_ID_proves_nothing_and_hides_nothing()
    {
        using var room = new Mailroom();
        room.Deliver(Mailroom.Letter(text: "A harmless question."));
        var (name, task) = room.Made(Mailroom.Letter());
        var original = await room.Originals.LookAsync(name, task, None);
        await Assert.That(original.State).IsEqualTo(OriginalState.Differs);
        await Assert.That(original.Differences[0]).Contains("another mail with the same Message-ID");
        room.Deliver(Mailroom.Letter());
        await Assert.That((await room.Fresh().LookAsync(name, task, None)).State).IsEqualTo(OriginalState.Proven);
    }

    [Test]
    public async Task Once_found_it_is_known_though_the_owner_deletes_the_mail_and_the_program_restarts()
    {
        using var room = new Mailroom();
        var path = room.Deliver(Mailroom.Letter());
        var (name, task) = room.Made(Mailroom.Letter());
        await room.Originals.LookAsync(name, task, None);
        File.Delete(path);
        await Assert.That(room.Fresh().Of(name, task).State).IsEqualTo(OriginalState.Proven);
        room.Fresh().Forget(_ => false);
        await Assert.That(room.Fresh().Of(name, task).State).IsEqualTo(OriginalState.NotLookedFor);
    }

    [Test]
    public async Task A_mail_that_comes_later_is_found_later()
    {
        using var room = new Mailroom();
        var (name, task) = room.Made(Mailroom.Letter());
        await Assert.That((await room.Originals.LookAsync(name, task, None)).State).IsEqualTo(OriginalState.Missing);
        room.Deliver(Mailroom.Letter());
        await Assert.That((await room.Originals.LookAsync(name, task, None)).State).IsEqualTo(OriginalState.Proven);
    }

    [Test]
    public async Task A_reader_that_moves_the_mail_and_flags_it_hides_it_from_nobody()
    {
        using var room = new Mailroom();
        var path = room.Deliver(Mailroom.Letter());
        var (other, task) = room.Made(Mailroom.Letter("other@there.example"));
        await room.Originals.LookAsync(other, task, None); // the header is known from here on
        File.Move(path, Path.Combine(room.Inbox, "cur", Path.GetFileName(path) + ":2,S"));
        var (name, made) = room.Made(Mailroom.Letter());
        await Assert.That((await room.Originals.LookAsync(name, made, None)).State).IsEqualTo(OriginalState.Proven);
    }

    [Test]
    public async Task Of_a_large_mail_the_reader_s_limit_counts_and_not_this_machine_s()
    {
        using var room = new Mailroom();
        var mail = Mailroom.Letter(text: string.Join('\n', Enumerable.Repeat("a line of a long mail", 1000)));
        room.Deliver(mail);
        // The cloud read the header only; this machine may read all of it, and the other way round.
        var (small, smallTask) = room.Made(mail, limit: 1000);
        var (whole, wholeTask) = room.Made(mail);
        await Assert.That(small).IsNotEqualTo(whole);
        await Assert.That((await room.Originals.LookAsync(small, smallTask, None)).State).IsEqualTo(OriginalState.Proven);
        await Assert.That((await room.Originals.LookAsync(whole, wholeTask, None)).State).IsEqualTo(OriginalState.Proven);
    }

    [Test]
    public async Task Where_there_are_no_means_it_is_said_and_no_word_is_asked_for()
    {
        using var room = new Mailroom();
        room.Means.Clear();
        var (name, task) = room.Made(Mailroom.Letter());
        var original = await room.Originals.LookAsync(name, task, None);
        await Assert.That(original.State).IsEqualTo(OriginalState.NoMeans);
        await Assert.That(original.NeedsWord).IsFalse();
        await Assert.That(original.Why).Contains("can't read the mail");
    }

    [Test]
    public async Task A_mailbox_that_is_out_of_reach_proves_nothing()
    {
        using var room = new Mailroom();
        room.Means.Clear();
        room.Means.Add(new ImapCorrespondence(TestVault.Outbox with { Imap = new("127.0.0.1", 1, VaultKit.Mail.Protection.None, "owner", "x", null) }, _ => ""));
        var (name, task) = room.Made(Mailroom.Letter());
        var original = await room.Originals.LookAsync(name, task, None);
        await Assert.That(original.State).IsEqualTo(OriginalState.Unreachable);
        await Assert.That(original.NeedsWord).IsTrue();
        await Assert.That(original.Why).Contains("127.0.0.1:1");
    }
}
