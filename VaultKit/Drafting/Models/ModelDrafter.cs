using System.Text.RegularExpressions;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>
/// Has a model write what the built-in drafter would, where that may: the model gets text and gives text, has no tool, and decides neither whom the answer goes to nor what becomes
/// of it. Whatever it does wrong, the built-in drafter's draft is taken and says why.
/// </summary>
/// <param name="vault">Where the owner's earlier answers are; null where there is none.</param>
public sealed partial class ModelDrafter(IDrafter builtIn, IModel model, ModelBudget budget, PromptTemplate template, StateDirectory state, VaultFolder? vault) : IDrafter
{
    /// <summary>Characters; nobody reads a longer answer.</summary>
    const int MaxAnswer = 12_000;

    /// <summary>Any other word of a model's is not repeated.</summary>
    static readonly string[] Categories = [Category.Inquiry, Category.Order, Category.Appointment, Category.Complaint, Category.Money, Category.Application, Category.Note];

    readonly BudgetedModel asked = new(model, budget, state);

    [GeneratedRegex(@"\{\{[^{}\n]{1,80}\}\}")]
    private static partial Regex Blank();

    public string Name => builtIn.Name;
    public bool FollowsWords => true;

    public async Task<Draft> DraftAsync(DraftRequest request, CancellationToken cancel)
    {
        var byRules = await builtIn.DraftAsync(request, cancel);
        if (request.Before.Append(request.Letter).Select(WhyNotAsked).FirstOrDefault(w => w is not null) is { } kept) return kept.Length == 0 ? byRules : Instead(byRules, kept);
        try
        {
            var answer = await asked.AskAsync(template.Fill(request, vault is null ? [] : EarlierAnswers.To(request.Letter.From, vault, request.Now)), cancel);
            var (draft, why, leaked) = Judge(answer, request);
            if (draft is not null) return draft;
            budget.Disappoint(why);
            return Instead(byRules, why) with { Leaked = leaked };
        }
        catch (ModelUnavailable e) { return Instead(byRules, e.Message); }
    }

    /// <summary>Sensitive mail is left to the owner and stays here, also where it is only quoted; and what is written to a program is not given to one.</summary>
    /// <returns>Null where it may be asked; empty where the built-in drafter says all there is to say.</returns>
    static string? WhyNotAsked(Letter letter)
    {
        var (fresh, _, _) = LetterText.Split(letter.Text);
        if (string.IsNullOrWhiteSpace(fresh)) return "";
        if (Sensitive.Why(letter.Subject, letter.Text) is { } why) return Sensitive.Why(letter.Subject, fresh) is null ? $"in what the mail quotes {why}" : "";
        return Questions.Scan($"{letter.Subject}.\n{letter.From?.Name}.\n{letter.Text}", Phrases.For(Language.Detect(fresh, letter.Subject))).ToMachine ? "the mail has lines that are written to a program" : null;
    }

    static Draft Instead(Draft byRules, string why) => byRules with { Reason = $"{byRules.Reason}; not by the model: {why}", ModelFailed = why };

    /// <summary>The draft that can be made of it, or why none can.</summary>
    (Draft? Draft, string Why, IReadOnlyList<string> Leaked) Judge(ModelAnswer answer, DraftRequest request)
    {
        static (Draft?, string, IReadOnlyList<string>) No(string why) => (null, why, []);

        if (answer.Stop == ModelStop.Refused) return No("it refused");
        if (answer.Stop == ModelStop.Length) return No($"its answer was cut off after {budget.Limits.MaxTokens} tokens");
        if (answer.Stop == ModelStop.Other) return No("it did not come to an end, but wanted something");
        if (string.IsNullOrWhiteSpace(answer.Text)) return No("its answer was empty");
        if (ModelReply.Read(answer.Text) is not { } reply) return No(ModelReply.Refuses(answer.Text) ? "it refused" : "its answer was not what was asked for (a JSON object)");
        if (reply.NeedsAnswer == false) return No("it finds that the mail needs no answer");

        var body = string.Join('\n', (reply.Answer ?? "").ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd())).Trim('\n');
        if (body.Length == 0) return No("its answer was empty");
        if (body.Length > MaxAnswer) return No($"its answer was too long: {body.Length} characters");
        if (ModelReply.Refuses(body)) return No("it refused");
        var (fresh, _, _) = LetterText.Split(request.Letter.Text);
        var language = Language.Detect(fresh, request.Letter.Subject);
        if (Language.IsAnother(body, language)) return No($"its answer is in another language than the mail ({Language.Detect(body, "")} instead of {language})");
        // A blank is the owner's to fill in; anything else that may not go out is the model's fault.
        if (DraftCheck.Reasons(Blank().Replace(body, "…")) is [var unfit, ..]) return No($"its answer has {unfit}");
        if (body.Split('\n').Any(l => l.StartsWith('>'))) return No("its answer quotes");
        if (DraftLeaks.IsEcho(body, request.Letter)) return No("its answer says the mail again");
        if (DraftLeaks.In(body, request, template.Instructions) is { Count: > 0 } leaked) return (null, $"its answer would have given away {leaked[0]}", leaked);
        var kind = Array.Find(Categories, c => c == reply.Category);
        return (new Draft(language, body + "\n", kind is null ? "written by a model" : $"written by a model, which takes it for: {kind}") { By = model.Name }, "", []);
    }
}
