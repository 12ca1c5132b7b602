using LocalAgent.Counting;
using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Tests.Counting;

/// <summary>What is made of the lines that agents have written.</summary>
public class TallyTests
{
    /// <summary>Two machines' logs; the clock stands in the week 2026-W48, an hour east of UTC.</summary>
    sealed class Logs : IDisposable
    {
        public readonly TestVault V = new();
        readonly AuditLog cloud, owner;
        readonly StateDirectory there;

        public Logs()
        {
            there = StateDirectory.Open(Path.Combine(V.Root, "cloud"), Zone.Cloud);
            (owner, cloud) = (new(V.State, V.Clock), new(there, V.Clock));
            At("2026-11-25T12:00:00Z");
        }

        public string Cloud => there.Agent.Value;

        /// <summary>From now on it is this time.</summary>
        public Logs At(string time)
        {
            V.Clock.Now = DateTimeOffset.Parse(time);
            return this;
        }

        public Logs ByCloud(string what, TaskName? task, params ReadOnlySpan<(string, string)> detail)
        {
            cloud.Append(what, task, detail);
            return this;
        }

        public Logs ByOwner(string what, TaskName? task, params ReadOnlySpan<(string, string)> detail)
        {
            owner.Append(what, task, detail);
            return this;
        }

        /// <summary>As sync does, and the day's end.</summary>
        public Logs Sealed()
        {
            cloud.Seal(V.Vault);
            owner.Seal(V.Vault);
            // Written when the test's clock says so.
            foreach (var file in Directory.GetFiles(V.Vault.FullPath("Logs"), "0*.jsonl", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, V.Clock.Now.UtcDateTime);
            return this;
        }

        public Logs Drafted(TaskName task, string digest, string arrived = "2026-11-25T11:50:00Z") =>
            ByCloud("mail.filed", task, ("arrived", arrived)).ByCloud("draft.filed", task, ("by", "built-in/1"), ("digest", digest));

        public Logs Sent(TaskName task, string digest, string mode = "live") =>
            ByOwner("approved", task, ("digest", digest)).ByOwner("claimed", task, ("digest", digest)).ByOwner("offered", task, ("mode", mode)).ByOwner("accepted", task, ("reply", "250"));

        public Period Week(string week = "2026-W48") => Period.Of(week, null, V.Clock);

        /// <summary>What the owner's machine makes of it, whose own last lines are not in the vault yet.</summary>
        public Tally Tally(string week = "2026-W48")
        {
            cloud.Seal(V.Vault);
            return new(Week(week), V.Vault, V.State);
        }

        /// <summary>What became of the one task.</summary>
        public Answer? Answer(string week = "2026-W48") => Tally(week).Tasks.Single().Sent(Week(week));

        public void Dispose() => V.Dispose();
    }

    static readonly TaskName Offer = TaskName.From("offer", new byte[32]), Other = TaskName.From("other", new byte[32]);

    [Test]
    public async Task What_was_approved_with_the_drafts_digest_went_out_as_drafted_anything_else_edited()
    {
        using var same = new Logs();
        await Assert.That(same.Drafted(Offer, "aa").Sent(Offer, "aa").Answer()).IsEqualTo(Answer.AsDrafted);
        using var changed = new Logs();
        await Assert.That(changed.Drafted(Offer, "aa").Sent(Offer, "ab").Answer()).IsEqualTo(Answer.Edited);
    }

    [Test]
    public async Task A_draft_of_the_week_before_is_found_in_older_logs_and_counts_there()
    {
        using var logs = new Logs();
        logs.At("2026-11-20T12:00:00Z").Drafted(Offer, "aa", "2026-11-20T11:58:00Z").Sealed().At("2026-11-23T08:00:00Z").Sealed();
        await Assert.That(File.Exists(logs.V.Vault.FullPath($"Logs/{logs.Cloud}/2026-11-20.jsonl"))).IsTrue();
        logs.Sent(Offer, "aa").Sealed().At("2026-11-25T12:00:00Z");
        await Assert.That(logs.Answer()).IsEqualTo(Answer.AsDrafted);
        var now = logs.Tally().Tasks.Single();
        await Assert.That(now.Has("drafted", logs.Week())).IsFalse();
        await Assert.That(now.FirstDraft(logs.Week())).IsNull();
        await Assert.That(logs.Answer("2026-W47")).IsNull();
        await Assert.That(logs.Tally("2026-W47").Tasks.Single().FirstDraft(logs.Week("2026-W47"))!.Value.Took).IsEqualTo(TimeSpan.FromMinutes(2));
    }

    [Test]
    public async Task A_line_counts_in_the_week_of_the_owners_time()
    {
        using var logs = new Logs();
        logs.At("2026-11-22T22:59:59Z").ByOwner("rejected", Offer).ByOwner("mail.sifted", null, ("origin", "1"));
        logs.At("2026-11-22T23:00:00Z").ByOwner("rejected", Other).ByOwner("mail.sifted", null, ("origin", "2")).At("2026-11-25T12:00:00Z").Sealed();
        await Assert.That(logs.Tally("2026-W47").Sifted).IsEqualTo(1);
        await Assert.That(logs.Tally().Sifted).IsEqualTo(1);
        await Assert.That(logs.Tally("2026-W47").Tasks.Count(t => t.Has("rejected", logs.Week("2026-W47")))).IsEqualTo(1);
        await Assert.That(logs.Tally().Tasks.Count(t => t.Has("rejected", logs.Week()))).IsEqualTo(1);
        await Assert.That(logs.Tally("2026-W46").Tasks).IsEmpty();
    }

    [Test]
    public async Task Of_two_drafts_the_last_is_compared_and_the_first_is_timed()
    {
        using var logs = new Logs();
        logs.Drafted(Offer, "aa").At("2026-11-25T13:00:00Z").ByOwner("sent back", Offer).ByCloud("draft.filed", Offer, ("by", "openai/x"), ("digest", "bb")).Sent(Offer, "bb");
        await Assert.That(logs.Answer()).IsEqualTo(Answer.AsDrafted);
        var story = logs.Tally().Tasks.Single();
        await Assert.That(story.FirstDraft(logs.Week())!.Value.Took).IsEqualTo(TimeSpan.FromMinutes(10));
        await Assert.That(story.DraftedBy(logs.Week())).IsEqualTo("openai/x");
    }

    [Test]
    public async Task A_draft_whose_mail_came_later_or_at_no_known_time_is_not_timed()
    {
        using var logs = new Logs();
        logs.Drafted(Offer, "aa", "2026-11-25T12:00:01Z").Drafted(Other, "bb", "");
        var firsts = logs.Tally().Tasks.Select(t => t.FirstDraft(logs.Week())).ToList();
        await Assert.That(firsts.Count(f => f is { Took: null })).IsEqualTo(2);
    }

    [Test]
    public async Task What_went_to_the_owner_alone_was_not_sent_and_what_the_owner_says_was_sent_was()
    {
        using var shadow = new Logs();
        await Assert.That(shadow.Drafted(Offer, "aa").Sent(Offer, "aa", "shadow").Answer()).IsNull();
        using var resolved = new Logs();
        resolved.Drafted(Offer, "aa").ByOwner("claimed", Offer, ("digest", "aa")).ByOwner("offered", Offer, ("mode", "live")).ByOwner("unknown", Offer);
        await Assert.That(resolved.Answer()).IsNull();
        await Assert.That(resolved.ByOwner("resolved", Offer, ("sent", "no")).Answer()).IsNull();
        await Assert.That(resolved.ByOwner("resolved", Offer, ("sent", "yes")).Answer()).IsEqualTo(Answer.AsDrafted);
    }

    [Test]
    public async Task What_is_no_drafted_answer_is_told_apart()
    {
        using var yours = new Logs();
        await Assert.That(yours.ByCloud("draft.yours", Offer, ("digest", "aa")).Sent(Offer, "ab").Answer()).IsEqualTo(Answer.WrittenByYou);
        using var order = new Logs();
        await Assert.That(order.ByOwner("ordered", Offer).ByCloud("order.filed", Offer).Sent(Offer, "aa").Answer()).IsEqualTo(Answer.Order);
        using var handbook = new Logs();
        await Assert.That(handbook.ByOwner("learned", Offer).Sent(Offer, "aa").Answer()).IsEqualTo(Answer.NoMail);
        using var lost = new Logs();
        await Assert.That(lost.Sent(Offer, "aa").Answer()).IsEqualTo(Answer.CannotTell);
    }

    [Test]
    public async Task The_always_on_machine_can_t_say_that_something_was_sent_or_rejected()
    {
        using var logs = new Logs();
        logs.Drafted(Offer, "aa").ByCloud("approved", Offer, ("digest", "aa")).ByCloud("accepted", Offer).ByCloud("rejected", Offer).Sealed();
        await Assert.That(logs.Answer()).IsNull();
        await Assert.That(logs.Tally().Tasks.Single().Has("rejected", logs.Week())).IsFalse();
    }

    [Test]
    public async Task A_newsletter_that_two_machines_read_is_one_and_two_are_two()
    {
        using var logs = new Logs();
        (string, string)[] News(int uid) => [("origin", $"INBOX;uid={uid}"), ("from", "news@shop.example"), ("subject", "20 %")];
        logs.ByCloud("mail.sifted", null, News(1)).ByOwner("mail.sifted", null, News(1)).ByCloud("mail.sifted", null, News(2)).Sealed();
        await Assert.That(logs.Tally().Sifted).IsEqualTo(2);
    }

    [Test]
    public async Task Lines_that_can_t_be_read_are_counted_and_hide_no_other()
    {
        using var logs = new Logs();
        logs.Drafted(Offer, "aa").Sealed();
        var segment = Directory.GetFiles(logs.V.Vault.FullPath($"Logs/{logs.Cloud}")).Single();
        File.AppendAllText(segment, "{\"at\":\"2026-11-25T10:00:00+00:00\",\"agent\":\nnull\n{\"at\":7}\n{\"at\":\"2026-11-01T10:00:00+00:00\",\"ag\n\u0001\n");
        logs.Sent(Offer, "aa").ByOwner("rejected", Other).Sealed();
        await Assert.That(logs.Tally().Damaged).IsEqualTo(4); // the one of the first of November is not this week's
        await Assert.That(logs.Tally().Tasks.Count(t => t.Sent(logs.Week()) == Answer.AsDrafted)).IsEqualTo(1);
    }

    [Test]
    public async Task What_was_heard_of_an_agent_is_hours_and_the_longest_silence()
    {
        using var logs = new Logs();
        foreach (var time in new[] { "2026-11-23T10:10:00Z", "2026-11-23T10:50:00Z", "2026-11-23T16:30:00Z", "2026-11-25T04:30:00Z" }) logs.At(time).ByCloud("alive", null);
        logs.At("2026-11-25T12:00:00Z").Sealed();
        var signs = logs.Tally().Agents[logs.Cloud];
        await Assert.That(signs.Hours).IsEqualTo(3);
        await Assert.That(signs.Last).IsEqualTo(DateTimeOffset.Parse("2026-11-25T04:30:00Z"));
        await Assert.That(signs.Silence(isOlder: false)).IsEqualTo(TimeSpan.FromHours(36));
        await Assert.That(new SignsOfLife(logs.Week()).Silence(isOlder: false)).IsEqualTo(TimeSpan.FromHours(61));
        using var young = new Logs();
        young.At("2026-11-25T10:00:00Z").ByCloud("alive", null).At("2026-11-25T12:00:00Z").Sealed();
        await Assert.That(young.Tally().Agents[young.Cloud].Silence(isOlder: false)).IsEqualTo(TimeSpan.FromHours(2));
        await Assert.That(young.Tally().Agents[young.Cloud].Silence(isOlder: true)).IsEqualTo(TimeSpan.FromHours(59));
    }
}
