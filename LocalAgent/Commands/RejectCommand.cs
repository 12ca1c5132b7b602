using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class RejectCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };
    static readonly Option<string> Reason = new("--reason") { Description = "why, in your words; it stays with the task", Required = true, HelpName = "TEXT" };

    public static Command Create() => new Command("reject", "Say no; nothing goes out, the reason is kept") { Id, Reason }.Does(parsed =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var entry = office.Approver.Reject(office.Vault.Resolve(parsed.GetValue(Id)!), parsed.GetValue(Reason)!);
        Say.Info($"rejected: {entry.Path}");
        return ExitCode.Done;
    });
}
