using System.CommandLine;
using LocalAgent.Social;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class PostedCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };

    public static Command Create() => new Command("posted", "Say that you have posted an approved text yourself; this program posts nothing") { Id }.Does(parsed =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var done = office.Posted.Note(office.Vault.Resolve(parsed.GetValue(Id)!));
        Say.Info($"noted, on your word: {done.Path}");
        return ExitCode.Done;
    });
}
