using System.Globalization;
using VaultKit.Drafting;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>The model that drafts on this machine: <c>[model]</c> in vault.toml.</summary>
/// <param name="Url">Null for a program.</param>
/// <param name="Key">The NAME of its key among the secrets.</param>
/// <param name="Command">A program and its arguments; empty for a server.</param>
/// <param name="PromptDirectory">Where the owner's prompt lies, if there is one.</param>
public sealed record ModelSettings(string Kind, string Model, Uri? Url, string Key, IReadOnlyList<string> Command, TimeSpan Patience, ModelLimits Limits, string? PromptDirectory)
{
    const string OpenAi = "openai", Anthropic = "anthropic", Program = "program";

    /// <returns>Null where none is configured.</returns>
    /// <exception cref="Refusal">A value that is not what it should be.</exception>
    public static ModelSettings? Read(Settings settings)
    {
        var kind = settings.Text("model:kind", "");
        if (kind.Length == 0) return null;
        if (kind is not (OpenAi or Anthropic or Program)) throw Settings.Bad("model:kind", $"'{kind}' is no kind of model", "use \"openai\", \"anthropic\" or \"program\"");
        var name = settings.Text("model:name", "");
        if (name.Length == 0 && kind != Program) throw Settings.Bad("model:name", "no model is named", "write its name as the server knows it");
        var command = settings.List("model:program");
        if (kind == Program && (command.Count == 0 || !Path.IsPathFullyQualified(command[0]))) throw Settings.Bad("model:program", "no program is given by its absolute path", "write it as [\"/usr/bin/llm\", \"-m\", \"llama3\"]");
        var url = kind == Program ? null : Web.CheckUrl("model.url", settings.Text("model:url", kind == OpenAi ? "https://api.openai.com/v1" : "https://api.anthropic.com"));
        var limits = new ModelLimits(settings.Number("model:max_tokens", 2000, 16, 1_000_000), settings.Number("model:tokens_per_day", 0, 0, int.MaxValue),
            Money(settings, "model:money_per_day"), Money(settings, "model:price_in"), Money(settings, "model:price_out"));
        if (limits is { MoneyPerDay: > 0, PriceIn: 0, PriceOut: 0 }) throw Settings.Bad("model:money_per_day", "money is to be counted and no price is given", "write price_in and price_out, for a million tokens each");
        return new(kind, name, url, settings.Text("model:key", "model"), command, settings.Time("model:timeout", "60s", least: 1, most: 3600), limits,
            settings.File is { } file ? Path.GetDirectoryName(file) : null);
    }

    static decimal Money(Settings settings, string key)
    {
        var text = settings.Text(key, "0");
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount <= 1_000_000 ? amount
            : throw Settings.Bad(key, $"'{text}' is not an amount", "write it as 2.50, 0 for none");
    }

    /// <summary>As in <c>drafted_by</c>.</summary>
    public string Name => $"{Kind}/{(Url is null ? Path.GetFileName(Command[0]) : Model)}";

    public string Place => Url?.Authority ?? "this machine";

    /// <summary>Whether its key is a secret that somebody could spend.</summary>
    public bool Spends(Secrets secrets)
    {
        try { return Url is not null && secrets.Find(Key) is not null; }
        catch (Refusal) { return true; } // it can't be looked at here, so it can't be ruled out; whoever needs it says what is wrong
    }

    /// <summary>Nothing is asked yet.</summary>
    /// <exception cref="Refusal">Its key is missing.</exception>
    public IModel Open(Secrets secrets) => Kind switch
    {
        Program => new ProgramModel(Command, Patience),
        Anthropic => new AnthropicModel(new Web(Patience), Url!, Model, secrets.Get(Key), Limits.MaxTokens),
        // Whoever runs it here need not give it a key.
        _ => new OpenAiModel(new Web(Patience), Url!, Model, Web.IsLoopback(Url!) ? secrets.Find(Key) : secrets.Get(Key), Limits.MaxTokens),
    };

    /// <summary>Who drafts on this machine: the model, and where there is none or it fails, the rules.</summary>
    /// <param name="vault">Null where there is none to look for earlier answers in.</param>
    public static IDrafter Drafter(Settings settings, StateDirectory state, VaultFolder? vault, TimeProvider clock) => settings.Model is not { } model ? new BuiltInDrafter()
        : new ModelDrafter(new BuiltInDrafter(), model.Open(settings.Secrets), new ModelBudget(state, model.Limits, clock), PromptTemplate.Of(model.PromptDirectory), state, vault);
}
