using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class RunCommand
{
    static readonly Option<bool> Once = CommandLine.Flag("--once", "one turn, then stop");
    static readonly Option<bool> Json = CommandLine.Flag("--json", "with --once: what the turn did, as an object");
    static readonly Option<bool> DryRun = CommandLine.Flag("--dry-run", "print the mails that would be sent, octet for octet; send and change nothing");

    public static Command Create() => new Command("run", "Read, draft, send what you approved, sync; again and again") { Once, Json, DryRun }.Does(async (parsed, cancel) =>
    {
        if (parsed.GetValue(DryRun))
        {
            await using var office = Office.Open(parsed.Settings(Zone.Local));
            return office.ShowApproved();
        }
        LocalLoop Open() => LocalLoop.Open(parsed.Settings(Zone.Local));
        if (!parsed.GetValue(Once)) return await Reload.RunAsync(_ => Task.FromResult(Open()), (loop, wrong, stop) => loop.RunAsync(wrong, stop), cancel);
        await using var only = Open();
        return await only.RunOnceAsync(parsed.GetValue(Json), cancel);
    });
}
