using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Tests.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Drafting.Models;

public class ModelBudgetTests
{
    static readonly ModelAnswer Cheap = new("x", ModelStop.End, 300, 80);

    [Test]
    public async Task What_was_really_used_is_counted_in_place_of_the_worst()
    {
        using var desk = new ModelDesk(new(ScriptedModel.Good)) { Limits = new(1000, 100_000, 10, 2, 8) };
        await desk.DraftAsync();
        var ledger = desk.Budget.Look();
        await Assert.That((ledger.Requests, ledger.Tokens, ledger.Money)).IsEqualTo((1, 380L, (300 * 2 + 80 * 8) / 1_000_000m));
    }

    [Test]
    public async Task A_crash_in_the_middle_of_a_request_leaves_the_worst()
    {
        using var desk = new ModelDesk(new(_ => throw new InvalidOperationException("killed"))) { Limits = new(1000, 100_000, 0, 0, 0) };
        await desk.DraftAsync();
        await Assert.That(desk.Budget.Look().Tokens).IsGreaterThan(1000 + Workshop.Question.Length);
    }

    [Test]
    public async Task When_the_tokens_of_a_day_are_spent_the_rules_draft_until_tomorrow()
    {
        using var desk = new ModelDesk(new(_ => new ModelAnswer(ScriptedModel.Saying(ScriptedModel.Good).Text, ModelStop.End, 5000, 500))) { Limits = new(1000, 12_000, 0, 0, 0) };
        await desk.DraftAsync();
        await desk.DraftAsync(id: "2@mail.example", from: "Bo Muster <bo@mail.example>");
        var third = await desk.DraftAsync(id: "3@mail.example", from: "Cy Muster <cy@mail.example>");
        await Assert.That((desk.Model.Asked.Count, third.Get("model_failed"))).IsEqualTo((2, "the day's tokens are spent: 11000 of 12000"));
        await Assert.That(desk.Budget.WhyNot()).IsNull(); // a shorter mail may still do
        desk.Shop.Clock.Now += TimeSpan.FromDays(1);
        await desk.DraftAsync(id: "4@mail.example", from: "Di Muster <di@mail.example>");
        await Assert.That((desk.Model.Asked.Count, desk.Budget.Look().Requests)).IsEqualTo((3, 1));
    }

    [Test]
    public async Task Money_is_a_limit_too()
    {
        using var desk = new ModelDesk(new(ScriptedModel.Good)) { Limits = new(1000, 0, 0.01m, 2, 15) };
        var task = await desk.DraftAsync(); // 1000 tokens out alone would cost 0.015
        await Assert.That((desk.Model.Asked.Count, task.Get("model_failed"))).IsEqualTo((0, "the day's money is spent: 0 of 0.01"));
    }

    [Test]
    public async Task A_clock_that_is_set_back_makes_no_room()
    {
        using var desk = new ModelDesk(new(ScriptedModel.Good)) { Limits = new(1000, 500, 0, 0, 0) };
        var budget = desk.Budget;
        await Assert.That(budget.Reserve(100, 300)).IsNull();
        desk.Shop.Clock.Now -= TimeSpan.FromDays(2);
        await Assert.That(budget.Reserve(100, 300)).IsEqualTo("the day's tokens are spent: 400 of 500");
    }

    [Test]
    public async Task A_server_that_asks_for_a_pause_gets_it_across_a_restart()
    {
        var refuses = true;
        using var desk = new ModelDesk(new(_ => refuses ? throw new ModelUnavailable("busy", TimeSpan.FromMinutes(20)) : ScriptedModel.Saying(ScriptedModel.Good)));
        await desk.DraftAsync();
        refuses = false;
        desk.Shop.Clock.Now += TimeSpan.FromMinutes(19);
        var second = await desk.DraftAsync(id: "2@mail.example", from: "Bo Muster <bo@mail.example>");
        await Assert.That((desk.Model.Asked.Count, second.Get("model_failed")!.StartsWith("it is left alone until", StringComparison.Ordinal), second.Get("model_failed")!.EndsWith("busy", StringComparison.Ordinal))).IsEqualTo((1, true, true));
        await Assert.That(desk.Budget.Look().Tokens).IsEqualTo(0);
        desk.Shop.Clock.Now += TimeSpan.FromMinutes(2);
        var third = await desk.DraftAsync(id: "3@mail.example", from: "Cy Muster <cy@mail.example>");
        await Assert.That((desk.Model.Asked.Count, third.Has("model_failed"), desk.Budget.Look().Failure)).IsEqualTo((2, false, ""));
    }

    [Test]
    public async Task A_request_that_may_have_been_worked_on_counts_and_one_that_never_went_out_does_not()
    {
        using var desk = new ModelDesk(new(ScriptedModel.Good));
        var budget = desk.Budget;
        await Assert.That(budget.Reserve(100, 300)).IsNull();
        budget.Fail(100, 300, new("nobody there", null));
        await Assert.That(budget.Look().Tokens).IsEqualTo(0);
        await Assert.That(budget.Reserve(100, 300)).IsNull();
        budget.Fail(100, 300, new("no answer in time", null) { MayHaveCost = true });
        await Assert.That(budget.Look().Tokens).IsEqualTo(400);
    }

    [Test]
    public async Task A_pause_that_a_wrong_clock_made_endless_ends()
    {
        using var desk = new ModelDesk(new(ScriptedModel.Good));
        desk.Budget.Fail(0, 0, new ModelUnavailable("busy", TimeSpan.FromMinutes(20)));
        desk.Shop.Clock.Now -= TimeSpan.FromDays(100);
        await Assert.That(desk.Budget.WhyNot()).IsNull();
    }

    [Test]
    public async Task Without_a_word_of_what_it_used_the_worst_is_counted()
    {
        using var desk = new ModelDesk(new(ScriptedModel.Good)) { Limits = new(1000, 500, 0, 0, 0) };
        var budget = desk.Budget;
        await Assert.That(budget.Reserve(100, 300)).IsNull();
        budget.Correct(100, 300, Cheap with { TokensIn = null, TokensOut = null });
        await Assert.That(budget.Look().Tokens).IsEqualTo(400);
        budget.Correct(0, 0, Cheap with { TokensIn = -5, TokensOut = -5 });
        await Assert.That(budget.Look().Tokens).IsEqualTo(400);
    }

    [Test]
    public async Task A_count_that_can_not_be_read_is_said_and_not_taken_for_none()
    {
        using var desk = new ModelDesk(new(ScriptedModel.Good));
        desk.Budget.Fail(0, 0, new ModelUnavailable("busy", null));
        File.WriteAllText(desk.Shop.Machine.State.PathOf("model", "ledger.json"), "{");
        await Assert.That((await Assert.That(() => { desk.Budget.Look(); }).Throws<Refusal>())!.Hint!).Contains("remove it");
    }
}
