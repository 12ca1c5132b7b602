using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Trying;

/// <summary>Who drafts when it is only tried out: the rules, and a model only where that is asked for, since it costs and is told what the mail says.</summary>
static class TrialModel
{
    public static readonly Option<bool> Model = CommandLine.Flag("--model", "drafted by the model of your vault.toml; what it costs counts there");

    /// <exception cref="Refusal">None is configured.</exception>
    public static IDrafter Drafter(ParseResult parsed)
    {
        if (!parsed.GetValue(Model)) return new BuiltInDrafter();
        var settings = parsed.Settings(Zone.Local);
        return settings.Model is null
            ? throw new Refusal(ExitCode.BadConfiguration, "there is no [model] in vault.toml", "leave --model out, or name one")
            : ModelSettings.Drafter(settings, StateDirectory.Open(settings.State, Zone.Local), null, TimeProvider.System);
    }
}
