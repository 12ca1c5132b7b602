using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Correspondence;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Approving;

public class CardTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static MailSend Mail(string body = "Dear Ann,\n\nyes.") => TestVault.Mail(body) with { To = ["Ann Example <ann@buyer.example>"] };

    /// <summary>A draft that answers a mail, as a reader and a drafter leave it.</summary>
    static TaskFile Answer(MailSend? mail = null) => TestVault.Task(mail ?? Mail()).With("mail_from", "Ann Example <ann@buyer.example>").With("mail_to", ["owner@here.example"]);

    static Card Card(TestVault v, TaskFile task, Place? place = null)
    {
        using var people = new Acquaintances(v.Vault);
        var entry = v.Put(place ?? Place.Pending(Domains.Email), task);
        return new Cards(v.Objections, [TestVault.Outbox.Account], people, v.Files, v.Earlier).Of(entry, v.Vault.Read(entry), Patience, v.Original(entry.Name, task), News.None);
    }

    static string Notes(TestVault v, TaskFile task) => string.Join('\n', Card(v, task).Notes);

    static void PutSent(TestVault v, string to, bool sent = true)
    {
        var task = TestVault.Task(Mail() with { To = [to] });
        v.Put(new Place(Stage.Done, "2026-09"), sent ? task.With(Fence.SentAtKey, v.Clock.Now) : task);
    }

    [Test]
    public async Task A_plain_answer_to_somebody_known_has_nothing_to_note()
    {
        using var v = new TestVault();
        PutSent(v, "Ann <ANN@buyer.example>");
        await Assert.That(Notes(v, Answer())).IsEqualTo("");
    }

    [Test]
    public async Task The_digest_and_the_text_are_of_the_same_bytes()
    {
        using var v = new TestVault();
        var task = Answer();
        var card = Card(v, task);
        await Assert.That(card.Digest).IsEqualTo(TypedAction.Read(task)!.Digest());
        await Assert.That(card.Draft).IsEqualTo(task.Draft);
        await Assert.That(card.Sender).IsEqualTo("Ann Example <ann@buyer.example>");
    }

    [Test]
    public async Task Who_was_never_written_to_is_named_and_only_what_was_sent_counts()
    {
        using var v = new TestVault();
        PutSent(v, "bob@buyer.example");
        PutSent(v, "ann@buyer.example", sent: false);
        await Assert.That(Notes(v, Answer())).IsEqualTo("as far as Done/ tells, you have not written before to ann@buyer.example");
    }

    [Test]
    public async Task The_owner_s_own_addresses_are_nobody_new()
    {
        using var v = new TestVault();
        PutSent(v, "ann@buyer.example");
        await Assert.That(Notes(v, Answer(Mail() with { Bcc = ["sales@here.example"] }))).DoesNotContain("not written");
    }

    [Test]
    public async Task What_is_not_found_out_in_time_is_said_and_found_out_later()
    {
        using var v = new TestVault();
        PutSent(v, "bob@buyer.example");
        using var people = new Acquaintances(v.Vault);
        await Assert.That(people.Has("ann@buyer.example", TimeSpan.FromTicks(-1))).IsNull();
        await Assert.That(people.Has("ann@buyer.example", Patience)).IsFalse();
        await Assert.That(people.Has("bob@buyer.example", TimeSpan.FromTicks(-1))).IsTrue();
        var mail = Mail();
        var notes = CardNotes.Of(Answer(mail), Answer(mail), mail, [], [TestVault.Outbox.Account], _ => null);
        await Assert.That(string.Join('\n', notes)).Contains("too much to tell now").And.DoesNotContain("not written");
    }

    [Test]
    public async Task Answers_that_are_asked_for_elsewhere_are_named()
    {
        using var v = new TestVault();
        var mail = Mail() with { To = ["boss@elsewhere.example"] };
        await Assert.That(Notes(v, Answer(mail).With("mail_reply_to", ["Boss <boss@elsewhere.example>"])))
            .Contains("answers are asked for at boss@elsewhere.example, but it came from ann@buyer.example");
        await Assert.That(Notes(v, Answer().With("mail_reply_to", ["Ann <Ann@Buyer.example>"]))).DoesNotContain("asked for");
    }

    [Test]
    public async Task A_recipient_whom_the_mail_does_not_name_is_named()
    {
        using var v = new TestVault();
        var task = Answer(Mail() with { Cc = ["carol@buyer.example"], Bcc = ["eve@evil.example"] }).With("mail_cc", ["Carol <carol@buyer.example>"]);
        var notes = Notes(v, task);
        await Assert.That(notes).Contains("not in the mail that this answers: eve@evil.example");
        await Assert.That(Notes(v, TestVault.Task(Mail()))).DoesNotContain("not in the mail").Because("a mail that answers none");
    }

    [Test]
    public async Task Of_many_recipients_a_few_are_named_and_the_rest_counted()
    {
        using var v = new TestVault();
        var notes = Notes(v, Answer(Mail() with { Cc = [.. Enumerable.Range(1, 50).Select(n => $"c{n}@buyer.example")] }));
        await Assert.That(notes).Contains("not in the mail that this answers: c1@buyer.example, c2@buyer.example").And.Contains("and 45 more").And.Contains("and 46 more");
    }

    [Test]
    public async Task A_sender_who_can_t_be_read_is_said()
    {
        using var v = new TestVault();
        await Assert.That(Notes(v, Answer().With("mail_from", "nobody at all"))).Contains("the address that it came from can't be read");
    }

    [Test]
    [Arguments("werkstatt.example", "werkstat.example", true)]
    [Arguments("werkstatt.example", "werkstattt.example", true)]
    [Arguments("werkstatt.example", "wekrstatt.example", true)]
    [Arguments("paypal.example", "paypa1.example", true)]
    [Arguments("pilot.example", "p1l0t.example", true)]
    [Arguments("modern.example", "rnodem.example", true)]
    [Arguments("here.example", "HERE.example", false)]
    [Arguments("here.example", "there.example", true)]
    [Arguments("here.example", "nowhere.example", false)]
    [Arguments("gmx.de", "gmx.net", false)]
    public async Task Look_alike_domains(string own, string other, bool alike)
    {
        await Assert.That(LookAlike.Are(own, other)).IsEqualTo(alike);
        await Assert.That(LookAlike.Are(other, own)).IsEqualTo(alike);
    }

    [Test]
    public async Task A_domain_that_looks_like_the_owner_s_or_the_sender_s_is_named()
    {
        using var v = new TestVault();
        await Assert.That(Notes(v, Answer(Mail() with { To = ["ann@h3re.example"] }))).Contains("the domain h3re.example looks like yours, here.example, and is another");
        await Assert.That(Notes(v, Answer(Mail() with { To = ["ann@buyerr.example"] }))).Contains("the domain buyerr.example looks like the sender's, buyer.example, and is another");
        // Cyrillic е: the envelope has its punycode, and that is what is compared.
        await Assert.That(Notes(v, Answer(Mail() with { To = ["ann@buy\u0435r.example"] }))).Contains("is shown as buy\u0435r.example").And.Contains("looks like the sender's");
    }

    [Test]
    public async Task Links_of_the_draft_are_named_and_those_of_the_quoted_mail_are_not()
    {
        using var v = new TestVault();
        var notes = Notes(v, Answer(Mail("Look at https://evil.example/x or www.shop.example.\n\n> and http://theirs.example/y")));
        await Assert.That(notes).Contains("a link is in the draft: https://evil.example/x").And.Contains("www.shop.example").And.DoesNotContain("theirs.example");
    }

    [Test]
    public async Task Remark_return_and_attachments_are_named()
    {
        using var v = new TestVault();
        var task = Answer().With(Redraft.RemarkKey, "shorter").With(Approver.ReturnedKey, "a blank").With("mail_attachments", [new string('a', 64) + " 120 application/pdf offer.pdf"]);
        await Assert.That(Notes(v, task)).Contains("you wanted it done again: shorter").And.Contains("came back: a blank").And.Contains("came with 120 application/pdf offer.pdf");
    }

    [Test]
    public async Task Nothing_of_a_card_steers_a_terminal()
    {
        using var v = new TestVault();
        const string hostile = "\e[2J\u202e\u009b31m\a\u200b";
        var task = Answer(Mail($"Hello {hostile}\nthere")).With("mail_from", $"{hostile} <ann@buyer.example>").With("why", hostile).With("drafted_by", hostile).WithOriginal($"a {hostile}\nb");
        var card = Card(v, task) with { Subject = hostile, To = [hostile], Objections = [hostile] };
        string[] printed = [.. CardText.Fields(card, v.Clock.Now).Select(f => f.Value), .. CardText.NotYet(card), .. CardText.Draft(card), .. CardText.FoldedDraft(card), .. CardText.Original(card)];
        foreach (var line in printed) await Assert.That(Unseen.AnyIn(line)).IsFalse().Because(line);
        await Assert.That(CardText.Draft(card).Count()).IsEqualTo(2);
        await Assert.That(printed.Count(l => l.Contains('\ufffd'))).IsGreaterThanOrEqualTo(9);
    }

    [Test]
    public async Task Quoted_history_is_folded_only_as_far_as_it_is_the_original_s()
    {
        using var v = new TestVault();
        var task = Answer(Mail("Yes.\n\nShe wrote:\n> one\n> two\n>\n> three\n> I owe you 500\n> one\n> two")).WithOriginal("one\ntwo\n\nthree\n");
        await Assert.That(string.Join('|', CardText.FoldedDraft(Card(v, task))))
            .IsEqualTo("Yes.||She wrote:|> … 4 lines, each of which stands in the mail below|> I owe you 500|> one|> two");
    }

    [Test]
    public async Task A_draft_sent_back_is_new_work_with_the_remark_and_no_yes()
    {
        using var v = new TestVault();
        var entry = v.Put(Place.Pending(Domains.Email), Answer().With(Approval.Key, "v1.old").With(Approver.ReturnedKey, "why"));
        var again = v.Approver.DoAgain(entry, v.Vault.ReadBytes(entry), "shorter\nplease");
        await Assert.That(again.Place).IsEqualTo(Place.NeedsAction(Domains.Email));
        var task = v.Read(again);
        await Assert.That(task.Get(Redraft.RemarkKey)).IsEqualTo("shorter please");
        await Assert.That(task.Has(Approval.Key) || task.Has(Approver.ReturnedKey)).IsFalse();
        await Assert.That(Redraft.Earlier(task)).IsEqualTo(DraftCheck.Own(task.Draft!).Trim());
        await Assert.That(v.Log.Single(l => l.StartsWith("sent back", StringComparison.Ordinal))).StartsWith("sent back remark=shorter please").And.Contains("draft=" + Unseen.OneLine(Redraft.Earlier(task)));
    }

    [Test]
    public async Task A_draft_that_changed_is_not_sent_back()
    {
        using var v = new TestVault();
        var entry = v.Put(Place.Pending(Domains.Email), Answer());
        var shown = v.Vault.ReadBytes(entry);
        v.EditByHand(entry, t => t.Replace("yes.", "no.", StringComparison.Ordinal));
        await Assert.That(() => v.Approver.DoAgain(entry, shown, "shorter")).Throws<Refusal>();
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.PendingApproval);
        await Assert.That(v.Read(entry).Has(Redraft.RemarkKey)).IsFalse();
    }

    [Test]
    public async Task Only_what_waits_is_sent_back()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        await Assert.That(() => v.Approver.DoAgain(entry, v.Vault.ReadBytes(entry), "")).Throws<Refusal>();
        await Assert.That(v.Where(entry).Place.Stage).IsEqualTo(Stage.Approved);
    }

    [Test]
    public async Task A_no_without_a_reason_writes_none()
    {
        using var v = new TestVault();
        var rejected = v.Approver.Reject(v.PutPending(), "");
        await Assert.That(v.Read(rejected).Has(Approver.RejectedReasonKey)).IsFalse();
        await Assert.That(v.Read(rejected).Has(Approver.RejectedAtKey)).IsTrue();
    }
}
