using CsCheck;
using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Correspondence;
using LocalAgent.Tests.Acting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Approving;

/// <summary>What became of a draft since it came and since the yes, in words.</summary>
public class EarlierVersionsTests
{
    static string Differences(MailSend before, MailSend now) => string.Join('|', Difference.Of(before, now));

    static string Notes(TestVault v, TaskEntry entry)
    {
        using var people = new Acquaintances(v.Vault);
        var task = v.Vault.Read(v.Where(entry));
        var card = new Cards(v.Objections, [TestVault.Outbox.Account], people, v.Files, new(v.State)).Of(v.Where(entry), task, TimeSpan.FromSeconds(10), v.Original(entry.Name, task), News.None);
        return string.Join('|', card.Notes.Where(n => n.StartsWith("came back", StringComparison.Ordinal) || n.StartsWith("changed", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Each_field_is_told_with_what_it_was_and_is()
    {
        var mail = TestVault.Mail();
        await Assert.That(Differences(mail, mail)).IsEqualTo("");
        await Assert.That(Differences(mail, mail with { To = ["eve@evil.example"], Cc = ["a@b.example"], InReplyTo = null }))
            .IsEqualTo("to was 'Ann Example <ann@there.example>' and is 'eve@evil.example'|in_reply_to was 'q1@there.example' and is empty|cc was empty and is 'a@b.example'");
        await Assert.That(Differences(mail, mail with { References = ["q1@there.example", "q0@there.example"] })).IsEqualTo("references is in another order");
        await Assert.That(Differences(mail, mail with { Attachments = [new("a.pdf", new string('a', 64))] })).IsEqualTo($"attachments was empty and is '{new string('a', 64)} a.pdf'");
        await Assert.That(Differences(mail, mail with { Account = "other" })).IsEqualTo("account was 'main' and is 'other'");
    }

    [Test]
    public async Task What_another_process_is_writing_is_not_cleared_away_and_what_a_crash_left_is()
    {
        using var v = new TestVault();
        v.Earlier.Approve(v.PutPending().Name, TestVault.Task());
        string young = v.State.PathOf("approved", ".platinum-0123"), old = v.State.PathOf("approved", ".platinum-4567");
        File.WriteAllText(young, "");
        File.WriteAllText(old, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow - TimeSpan.FromDays(1));
        v.Earlier.Look(v.Vault);
        await Assert.That((File.Exists(young), File.Exists(old))).IsEqualTo((true, false));
    }

    [Test]
    public async Task Of_the_text_the_lines_are_told_that_differ()
    {
        await Assert.That(Differences(TestVault.Mail("Dear Ann,\n\nyes.\nTwo of them.\n\nYours"), TestVault.Mail("Dear Ann,\n\nno.\nTwo of them.\nAt 5.\n\nYours")))
            .IsEqualTo("- yes.|+ no.|+ At 5.");
        var long1 = TestVault.Mail(string.Join('\n', Enumerable.Range(0, 5000)));
        await Assert.That(Differences(long1, long1 with { Body = long1.Body + "\nmore" })).IsEqualTo("+ more");
        await Assert.That(Differences(long1, long1 with { Body = "all new" })).EndsWith("|and 4989 more lines of the text");
    }

    /// <summary>What is told of a text turns the one into the other: nothing that differs is left out.</summary>
    [Test]
    public void Taking_out_and_putting_in_what_is_told_gives_the_new_text()
    {
        var text = Gen.String[Gen.Char["abc\n"], 0, 20];
        Gen.Select(text, text).Sample((was, now) =>
        {
            var told = Difference.Of(TestVault.Mail(was), TestVault.Mail(now));
            if (told is [.., { } last] && last.StartsWith("and ", StringComparison.Ordinal)) return true;
            List<string> gone = [.. told.Where(l => l[0] == '-').Select(l => l[2..])], added = [.. told.Where(l => l[0] == '+').Select(l => l[2..])];
            var (before, after) = (was.Split('\n').ToList(), now.Split('\n').ToList());
            return (told.Count == 0) == (was == now) && gone.TrueForAll(before.Remove) && added.TrueForAll(after.Remove)
                && before.Order(StringComparer.Ordinal).SequenceEqual(after.Order(StringComparer.Ordinal)); // of two equal lines it does not say which
        });
    }

    [Test]
    public async Task What_was_changed_after_the_yes_comes_back_with_the_difference_and_the_card_shows_it_once()
    {
        using var v = new TestVault();
        var entry = v.PutApproved();
        v.EditByHand(entry, t => t.Replace("ann@there.example", "eve@evil.example", StringComparison.Ordinal));
        var delivery = new ScriptedDelivery();
        await v.Fence(delivery).RunAsync(CancellationToken.None);
        await Assert.That(delivery.World).IsEmpty();
        const string Change = "to was 'Ann Example <ann@there.example>' and is 'Ann Example <eve@evil.example>'";
        await Assert.That(v.Read(entry).Get(Approver.ReturnedKey)).IsEqualTo("the task was changed after it was approved: " + Change);
        await Assert.That(Notes(v, entry)).IsEqualTo("came back: the task was changed after it was approved: " + Change);
        // Whoever takes the words out of the file does not take them off the card.
        v.EditByHand(v.Where(entry), t => string.Join('\n', t.Split('\n').Where(l => !l.StartsWith("returned:", StringComparison.Ordinal))));
        await Assert.That(Notes(v, entry)).IsEqualTo("changed since you approved it: " + Change);
    }

    [Test]
    public async Task What_the_owner_changed_in_a_draft_is_on_its_card()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        v.Earlier.Look(v.Vault);
        await Assert.That(Notes(v, entry)).IsEqualTo("");
        v.EditByHand(entry, t => t.Replace("yes.", "no.", StringComparison.Ordinal));
        new EarlierVersions(v.State).Look(v.Vault); // after a restart
        await Assert.That(Notes(v, entry)).IsEqualTo("changed since it was drafted: - yes.|changed since it was drafted: + no.");
    }

    [Test]
    public async Task A_draft_that_nobody_had_seen_is_kept_before_it_is_edited()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        v.Approver.ReplaceDraft(entry, v.Vault.ReadBytes(entry), "Dear Ann,\n\nno.");
        await Assert.That(Notes(v, entry)).IsEqualTo("changed since it was drafted: - yes.|changed since it was drafted: + no.");
    }

    [Test]
    public async Task A_draft_done_again_is_measured_anew_and_what_is_over_is_forgotten()
    {
        using var v = new TestVault();
        var entry = v.PutPending();
        v.Earlier.Look(v.Vault);
        var again = v.Approver.DoAgain(entry, v.Vault.ReadBytes(entry), "");
        v.EditByHand(again, t => t.Replace("yes.", "no.", StringComparison.Ordinal));
        v.MoveByHand(again, Place.Pending(Domains.Email));
        v.Earlier.Look(v.Vault);
        await Assert.That(Notes(v, entry)).IsEqualTo("");
        v.Approver.Reject(v.Where(entry), "");
        v.Earlier.Look(v.Vault);
        await Assert.That(Directory.GetFiles(v.State.PathOf("drafted"))).IsEmpty();
    }
}
