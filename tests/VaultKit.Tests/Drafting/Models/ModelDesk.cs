using VaultKit.Drafting;
using VaultKit.Tests.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Drafting.Models;

/// <summary>An agent whose drafts a scripted model writes.</summary>
sealed class ModelDesk : IDisposable
{
    public Workshop Shop { get; } = new();
    public ScriptedModel Model { get; }
    public ModelLimits Limits { get; init; } = new(1000, 0, 0, 0, 0);
    public string Prompt { get; init; } = PromptTemplate.Default;

    public ModelDesk(ScriptedModel model)
    {
        Model = model;
        Shop.Drafter = m => new ModelDrafter(new BuiltInDrafter(), Model, new ModelBudget(m.State, Limits, m.Clock), new PromptTemplate(Prompt), m.State, m.Vault);
    }

    public ModelBudget Budget => new(Shop.Machine.State, Limits, Shop.Clock);

    /// <summary>As after a crash; the first time it is what begins.</summary>
    public async Task<TaskFile> DraftAsync(string text = Workshop.Question, string id = "1@mail.example", string from = "Anna Muster <anna@mail.example>")
    {
        Shop.Restart();
        Shop.Arrives(id + ".eml", Shop.Mail(text, id, from));
        await Shop.RunAsync();
        return Shop.Tasks(Stage.PendingApproval).Single(t => t.Get("mail_id") == id);
    }

    public void Dispose() => Shop.Dispose();
}
