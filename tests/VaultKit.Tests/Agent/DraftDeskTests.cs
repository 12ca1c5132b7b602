using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

public class DraftDeskTests
{
    static readonly Place New = Place.NeedsAction(Domains.Email);

    /// <summary>A desk whose remote answers as a test says.</summary>
    sealed class Shared : IDisposable
    {
        public Workshop Shop { get; } = new(remote: "/nowhere/vault.git");
        public int Pushes { get; private set; }
        public SyncFailure? Failure { get; init; }
        public HashSet<TaskName> Confirmed { get; } = [];

        /// <summary>What the sync does to the vault.</summary>
        public Action<Shared> OnPush { get; init; } = _ => { };

        public TimeSpan Slice { get; init; } = TimeSpan.FromSeconds(30);

        public async Task<TurnReport> RunAsync(bool toTheEnd = false)
        {
            var report = new TurnReport();
            await new DraftDesk(Shop.Machine, new BuiltInDrafter(), (_, _) =>
            {
                Pushes++;
                OnPush(this);
                return Task.FromResult(Failure);
            }, held => held.Select(h => h.Entry.Name).Where(Confirmed.Contains).ToHashSet()) { Slice = Slice }.RunAsync(report, toTheEnd, default);
            return report;
        }

        public void ConfirmAll()
        {
            foreach (var entry in Shop.Vault.List(Stage.InProgress)) Confirmed.Add(entry.Name);
        }

        public void Dispose() => Shop.Dispose();
    }

    [Test]
    public async Task Claims_share_one_push_and_are_drafted_once_confirmed()
    {
        using var desk = new Shared { OnPush = d => d.ConfirmAll() };
        for (var n = 0; n < 30; n++) desk.Shop.Put(New, $"question {n}");
        await Assert.That((await desk.RunAsync()).Drafted).IsEqualTo(30);
        await Assert.That(desk.Pushes).IsEqualTo(1);
    }

    [Test]
    public async Task Nothing_is_drafted_before_it_was_shared()
    {
        var drafted = -1;
        using var desk = new Shared { OnPush = d => { drafted = d.Shop.Vault.List(Stage.PendingApproval).Count(); d.ConfirmAll(); } };
        desk.Shop.Put(New, "a question");
        await desk.RunAsync();
        await Assert.That(drafted).IsEqualTo(0);
    }

    [Test]
    public async Task A_claim_whose_race_is_undecided_is_not_worked_on()
    {
        using var desk = new Shared { Failure = new(SyncFailureKind.Race, "others pushed first 5 times in a row") };
        desk.Shop.Put(New, "a question");
        await Assert.That((await desk.RunAsync()).Drafted).IsEqualTo(0);
        await Assert.That(desk.Shop.Vault.List(Stage.InProgress).Count()).IsEqualTo(1);
        // Once it is decided the work goes on, with the claim that was confirmed.
        desk.ConfirmAll();
        await Assert.That((await desk.RunAsync()).Drafted).IsEqualTo(1);
        await Assert.That(desk.Pushes).IsEqualTo(1);
    }

    [Test]
    public async Task A_claim_that_was_taken_away_while_it_was_shared_keeps_nobody()
    {
        TaskEntry? taken = null;
        using var desk = new Shared
        {
            Failure = new(SyncFailureKind.Offline, "away"),
            OnPush = d => File.Delete(d.Shop.Vault.FullPath((taken ??= d.Shop.Vault.List(Stage.InProgress).First()).Path)),
        };
        for (var n = 0; n < 3; n++) desk.Shop.Put(New, $"question {n}");
        var report = await desk.RunAsync();
        await Assert.That((report.Drafted, report.Quarantined, report.Problems.Count)).IsEqualTo((2, 0, 0));
    }

    [Test]
    public async Task A_claim_that_another_won_is_let_go()
    {
        using var desk = new Shared { OnPush = d => { foreach (var e in d.Shop.Vault.List(Stage.InProgress).ToList()) File.Delete(d.Shop.Vault.FullPath(e.Path)); } };
        desk.Shop.Put(New, "a question");
        var report = await desk.RunAsync();
        await Assert.That(report.Drafted + report.Quarantined + report.Problems.Count).IsEqualTo(0);
    }

    [Test]
    public async Task A_remote_that_is_away_keeps_nobody_from_drafting()
    {
        using var desk = new Shared { Failure = new(SyncFailureKind.Offline, "connection refused") };
        desk.Shop.Put(New, "a question");
        await Assert.That((await desk.RunAsync()).Drafted).IsEqualTo(1);
    }

    [Test]
    public async Task Many_claims_go_in_batches()
    {
        using var desk = new Shared { OnPush = d => d.ConfirmAll() };
        for (var n = 0; n < 130; n++) desk.Shop.Put(New, $"question {n}");
        await Assert.That((await desk.RunAsync()).Drafted).IsEqualTo(130);
        await Assert.That(desk.Pushes).IsEqualTo(2);
    }

    [Test]
    public async Task A_turn_that_nobody_waits_for_drafts_for_a_while_and_goes_on_after_the_others_had_theirs()
    {
        using var desk = new Shared { OnPush = d => d.ConfirmAll(), Slice = TimeSpan.Zero };
        for (var n = 0; n < 3; n++) desk.Shop.Put(New, $"question {n}");
        var first = await desk.RunAsync();
        await Assert.That((first.Drafted, first.Next)).IsEqualTo((1, desk.Shop.Clock.Now));
        await Assert.That((await desk.RunAsync()).Drafted).IsEqualTo(1);
        await Assert.That((await desk.RunAsync(toTheEnd: true)).Drafted + desk.Shop.Vault.List(New).Count()).IsEqualTo(1);
    }

    [Test]
    public async Task A_turn_that_somebody_waits_for_drafts_all()
    {
        using var desk = new Shared { OnPush = d => d.ConfirmAll(), Slice = TimeSpan.Zero };
        for (var n = 0; n < 3; n++) desk.Shop.Put(New, $"question {n}");
        var report = await desk.RunAsync(toTheEnd: true);
        await Assert.That((report.Drafted, report.Next)).IsEqualTo((3, null));
    }

    [Test]
    public async Task The_owners_words_are_left_to_the_machine_whose_model_wrote_the_draft_for_a_while()
    {
        using var desk = new Shared { OnPush = d => d.ConfirmAll() };
        desk.Shop.Put(New, "by a model elsewhere", t => t.With(Redraft.RemarkKey, "shorter").With("drafted_by", "cloud-aaaaaa openai/llama3"));
        desk.Shop.Put(New, "by rules, its model failed", t => t.With(Redraft.RemarkKey, "shorter").With("drafted_by", "cloud-aaaaaa built-in/1").With("model_failed", "away"));
        desk.Shop.Put(New, "by rules elsewhere", t => t.With(Redraft.RemarkKey, "shorter").With("drafted_by", "cloud-aaaaaa built-in/1"));
        desk.Shop.Put(New, "without words", t => t.With("drafted_by", "cloud-aaaaaa openai/llama3"));
        desk.Shop.Put(New, "by a model here", t => t.With(Redraft.RemarkKey, "shorter").With("drafted_by", $"{desk.Shop.Vault.Agent} openai/llama3"));
        var first = await desk.RunAsync();
        await Assert.That((first.Drafted, first.Next is { } at && at - desk.Shop.Clock.Now <= TimeSpan.FromMinutes(15.1))).IsEqualTo((3, true));
        desk.Shop.Clock.Now += TimeSpan.FromMinutes(16);
        await Assert.That((await desk.RunAsync()).Drafted).IsEqualTo(2);
    }
}
