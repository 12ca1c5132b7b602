using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ApproveCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };
    static readonly Option<string> Digest = new("--digest") { Description = "what 'show' displayed; its first 8 digits or more", Required = true, HelpName = "D" };

    static readonly Option<bool> WithoutOriginal = CommandLine.Flag("--without-original", "also where the mail that it answers is not in your mailbox, or says something else");

    public static Command Create() => new Command("approve", "Say yes to exactly what 'show' displayed; the next run sends it") { Id, Digest, WithoutOriginal }.Does(async (parsed, cancel) =>
    {
        await using var office = Office.Open(parsed.Settings(Zone.Local));
        var waiting = office.Vault.Resolve(parsed.GetValue(Id)!);
        await office.Originals.LookAsync(waiting.Name, office.Vault.Read(waiting), cancel);
        var entry = office.Approver.Approve(waiting, parsed.GetValue(Digest)!, parsed.GetValue(WithoutOriginal));
        if (entry.Place.Below == Domains.Social)
        {
            Say.Info($"approved: {entry.Path}; nothing posts it: copy its text from 'localagent show', post it, then 'localagent posted {entry.Name.Hash}'");
            return ExitCode.Done;
        }
        var undo = office.Rules.Undo;
        Say.Info($"approved: {entry.Path}; 'localagent run' {(entry.Place.Below == Domains.Email ? "sends" : "does")} it{(undo > TimeSpan.Zero ? $" in {undo.TotalSeconds:0.#} s; until then 'localagent undo {entry.Name.Value[^16..]}' takes it back" : "")}");
        if (office.Pause.Look() is not null) Say.Warn("sending is paused; 'localagent resume' goes on");
        return ExitCode.Done;
    });
}
