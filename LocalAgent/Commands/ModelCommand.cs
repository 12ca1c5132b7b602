using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ModelCommand
{
    public static Command Create() => new("model", "The language model that drafts")
    {
        new Command("prompt", $"Print how a model is asked; put it beside vault.toml as {PromptTemplate.FileName} and change it there").Does(_ =>
        {
            Say.Data(PromptTemplate.Default);
            return ExitCode.Done;
        }),
    };
}
