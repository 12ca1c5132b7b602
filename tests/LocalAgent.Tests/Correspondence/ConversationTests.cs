using LocalAgent.Correspondence;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Tests.Correspondence;

/// <summary>What has happened since a draft was written: the owner's own answer, and what others wrote.</summary>
public class ConversationTests
{
    static readonly CancellationToken None = CancellationToken.None;

    static string Reply(string from = "Owner <owner@here.example>", string to = "ann@there.example", string refers = "q1@there.example", string more = "", string id = "r1@here.example") =>
        $"From: {from}\nTo: {to}\nSubject: Re: Offer\nMessage-ID: <{id}>\nIn-Reply-To: <{refers}>\n{more}\nyes\n";

    static async Task<News> LookAsync(Mailroom room, TaskEntry entry)
    {
        await room.Originals.LookAsync(entry.Name, room.V.Read(entry), None);
        return await room.Conversation.LookAsync(entry.Name, room.V.Read(entry), None);
    }

    static (Mailroom Room, TaskEntry Entry) Asked()
    {
        var room = new Mailroom();
        room.Deliver(Mailroom.Letter());
        return (room, room.Wait(Mailroom.Letter()));
    }

    [Test]
    public async Task An_answer_of_the_owner_s_in_Sent_puts_the_draft_away()
    {
        var (room, entry) = Asked();
        using (room)
        {
            await Assert.That(await room.Lookout.RunAsync(new TurnReport(), None)).IsEqualTo(0);
            room.Deliver(Reply(), 1, room.Sent);
            await Assert.That(await room.Lookout.RunAsync(new TurnReport(), None)).IsEqualTo(1);
            var done = room.V.Where(entry);
            await Assert.That(done.Path).StartsWith("Done/2026-10/");
            await Assert.That(room.V.Read(entry).Get(Lookout.AnsweredKey)).IsEqualTo("r1@here.example");
            await Assert.That(room.V.Log.Single(l => l.StartsWith("answered by you", StringComparison.Ordinal))).Contains("r1@here.example");
        }
    }

    [Test]
    public async Task Who_writes_the_owner_s_name_into_a_mail_answers_nothing()
    {
        var (room, entry) = Asked();
        using (room)
        {
            room.Deliver(Reply(), 1); // it arrived, it was not sent
            await Assert.That((await LookAsync(room, entry)).Answered).IsNull();
        }
    }

    [Test]
    public async Task A_mail_passed_on_to_somebody_else_is_no_answer()
    {
        var (room, entry) = Asked();
        using (room)
        {
            room.Deliver(Reply(to: "colleague@here.example"), 1, room.Sent);
            await Assert.That((await LookAsync(room, entry)).Answered).IsNull();
        }
    }

    [Test]
    public async Task A_mail_with_the_Message_ID_of_one_that_was_answered_long_ago_is_not_answered()
    {
        var (room, entry) = Asked();
        using (room)
        {
            room.Deliver(Reply(), -1, room.Sent);
            await Assert.That((await LookAsync(room, entry)).Answered).IsNull();
        }
    }

    [Test]
    public async Task What_this_program_sent_for_the_very_task_is_no_answer_from_elsewhere()
    {
        var (room, entry) = Asked();
        using (room)
        {
            room.Deliver(Reply(more: $"X-Platinum-Task: {entry.Name.Hash}.0123456789abcdef0123456789abcdef\n"), 1, room.Sent);
            await Assert.That((await LookAsync(room, entry)).Answered).IsNull();
            room.Deliver(Reply(more: "X-Platinum-Task: aaaaaaaaaaaaaaaa.0123456789abcdef0123456789abcdef\n", id: "r2@here.example"), 2, room.Sent);
            await Assert.That((await LookAsync(room, entry)).Answered!.Id).IsEqualTo("r2@here.example");
        }
    }

    [Test]
    public async Task An_answer_to_another_mail_of_the_thread_is_none_to_this_one()
    {
        using var room = new Mailroom();
        var mail = Mailroom.Letter(more: "References: <q0@there.example>\n");
        room.Deliver(mail);
        var entry = room.Wait(mail);
        room.Deliver(Reply(refers: "q0@there.example"), 1, room.Sent);
        await Assert.That((await LookAsync(room, entry)).Answered).IsNull();
    }

    [Test]
    public async Task What_others_wrote_since_is_told_and_what_they_wrote_before_is_not()
    {
        using var room = new Mailroom();
        var mail = Mailroom.Letter(more: "References: <q0@there.example>\n");
        room.Deliver(mail, 1);
        var entry = room.Wait(mail);
        room.Deliver(Reply("Bob <bob@there.example>", "owner@here.example", "q0@there.example", id: "early@there.example"));
        await Assert.That((await LookAsync(room, entry)).Later).IsEmpty();
        room.Deliver(Reply("Bob <bob@there.example>", "owner@here.example", "q0@there.example", id: "late@there.example"), 2);
        var news = await LookAsync(room, entry);
        await Assert.That(news.Later.Count).IsEqualTo(1);
        await Assert.That(string.Join('\n', news.Notes())).Contains("the thread has moved on: bob@there.example wrote");
    }

    [Test]
    public async Task Nothing_is_put_away_for_a_task_whose_original_is_not_in_the_mailbox()
    {
        using var room = new Mailroom();
        var entry = room.Wait(Mailroom.Letter());
        room.Deliver(Reply(), 1, room.Sent);
        await Assert.That(await room.Lookout.RunAsync(new TurnReport(), None)).IsEqualTo(0);
        await Assert.That(room.V.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
    }

    [Test]
    public async Task A_mailbox_that_is_out_of_reach_is_a_problem_once_and_nothing_is_put_away()
    {
        var (room, entry) = Asked();
        using (room)
        {
            room.Wait(Mailroom.Letter("q2@there.example"));
            room.Means.Clear();
            room.Means.Add(new ImapCorrespondence(TestVault.Outbox with { Imap = new("127.0.0.1", 1, VaultKit.Mail.Protection.None, "owner", "x", null) }, _ => ""));
            var report = new TurnReport();
            await room.Lookout.RunAsync(report, None);
            await Assert.That(report.Problems.Count).IsEqualTo(1);
            await Assert.That(room.V.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
        }
    }
}
