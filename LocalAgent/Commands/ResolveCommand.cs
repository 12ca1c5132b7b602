using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ResolveCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task that stands as 'unknown'" };
    static readonly Option<bool> Sent = CommandLine.Flag("--sent", "it went out: file it as done");
    static readonly Option<bool> Again = CommandLine.Flag("--send-again", "it did not: back to Pending_Approval, to be approved anew");

    public static Command Create() => new Command("resolve", "Say what became of a mail that may have been sent or not") { Id, Sent, Again }.Does(parsed =>
    {
        var sent = parsed.GetValue(Sent);
        if (sent == parsed.GetValue(Again))
            throw new Refusal(ExitCode.Usage, "say either --sent or --send-again", "look into the Sent folder, or ask the recipient, first");
        using var office = Office.Open(parsed.Settings(Zone.Local));
        office.Resolve(office.Vault.Resolve(parsed.GetValue(Id)!), sent);
        Say.Info(sent ? "resolved: it counts as sent" : "resolved: it waits for your approval again");
        return ExitCode.Done;
    });
}
