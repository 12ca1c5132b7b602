using System.Text.Json.Serialization;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>How it stands with the model, for <c>status</c>.</summary>
/// <param name="Spends">Its key is a secret that can be spent.</param>
/// <param name="Requests">Of this day (UTC), as the tokens and the money are.</param>
/// <param name="Waits">Why it is not asked now; null where it is.</param>
/// <param name="Failure">Why the last request came to nothing; empty where it did not.</param>
public sealed record ModelStanding(string Name, string Where, bool Spends, int Requests, long Tokens, long TokensPerDay, decimal Money, decimal MoneyPerDay, string? Waits, string Failure)
{
    /// <returns>Null where no model is configured.</returns>
    public static ModelStanding? Of(Machine machine)
    {
        if (machine.Settings.Model is not { } model) return null;
        var budget = new ModelBudget(machine.State, model.Limits, machine.Clock);
        var ledger = budget.Look();
        return new(model.Name, model.Place, model.Spends(machine.Settings.Secrets), ledger.Requests, ledger.Tokens, model.Limits.TokensPerDay, ledger.Money, model.Limits.MoneyPerDay, budget.WhyNot(), ledger.Failure);
    }

    /// <summary>Why rules draft in its place; empty where they need not, null where no model is configured.</summary>
    public static string? WhyNot(Machine machine)
    {
        if (machine.Settings.Model is not { } model) return null;
        try
        {
            var budget = new ModelBudget(machine.State, model.Limits, machine.Clock);
            return budget.WhyNot() ?? budget.Look().Failure;
        }
        catch (Refusal e) { return e.Message; } // a ledger that can't be read
    }

    [JsonIgnore]
    public string Text => $"{Name} at {Where}; today {Requests} requests, {Tokens}{Of(TokensPerDay)} tokens{(Money + MoneyPerDay > 0 ? $", money {Money:0.####}{Of(MoneyPerDay)}" : "")}"
        + (Spends ? "; its key is a secret that spends" : "")
        + (Waits is { } why ? $"; drafts are written by rules: {Say.Clean(why)}" : Failure.Length > 0 ? $"; the last request: {Say.Clean(Failure)}" : "");

    static string Of(decimal limit) => limit > 0 ? $" of {limit:0.####}" : "";
}
