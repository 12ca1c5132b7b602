using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class RedraftCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };
    static readonly Argument<string> Words = new("words") { Description = "what should be different, such as \"say Tuesday, and shorter\"" };

    public static Command Create() => new Command("redraft", "Have a draft written again by your words; what was there stays in the task") { Id, Words }.Does(parsed =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var entry = office.Vault.Resolve(parsed.GetValue(Id)!);
        var again = office.Approver.DoAgain(entry, office.Vault.ReadBytes(entry), parsed.GetValue(Words)!);
        Say.Info($"to be drafted again by the next turn: {again.Path}");
        return ExitCode.Done;
    });
}
