using System.Text;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>A model that is asked once for the same prompt, also after a crash, and only while the budget lasts.</summary>
public sealed class BudgetedModel(IModel model, ModelBudget budget, StateDirectory state)
{
    readonly ModelAnswers answers = new(state);

    /// <exception cref="ModelUnavailable">The budget is spent, or the model did not answer.</exception>
    public async Task<ModelAnswer> AskAsync(ModelPrompt prompt, CancellationToken cancel)
    {
        var key = ModelAnswers.KeyOf(model.Name, budget.Limits.MaxTokens, prompt);
        if (answers.Find(key) is { } known) return known;
        // No token is shorter than an octet.
        var (tokensIn, tokensOut) = (Encoding.UTF8.GetByteCount(prompt.System) + Encoding.UTF8.GetByteCount(prompt.User), budget.Limits.MaxTokens);
        if (budget.Reserve(tokensIn, tokensOut) is { } spent) throw new ModelUnavailable(spent, null);
        try
        {
            var answer = await model.AskAsync(prompt, cancel);
            answers.Keep(key, answer);
            budget.Correct(tokensIn, tokensOut, answer);
            return answer;
        }
        catch (ModelUnavailable e)
        {
            budget.Fail(tokensIn, tokensOut, e);
            throw;
        }
    }
}
