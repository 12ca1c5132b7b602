using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class UndoCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };

    public static Command Create() => new Command("undo", "Take an approval back, as long as nothing was sent") { Id }.Does(parsed =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var pending = office.Undo().TakeBack(office.Vault.Resolve(parsed.GetValue(Id)!).Name);
        Say.Info($"taken back: {pending.Path}; it waits for your approval again");
        return ExitCode.Done;
    });
}
