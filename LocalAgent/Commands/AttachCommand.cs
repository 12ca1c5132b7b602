using System.CommandLine;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class AttachCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };
    static readonly Argument<string> Path = new("file") { Description = "the file; with --remove, its name in the draft" };
    static readonly Option<bool> Remove = CommandLine.Flag("--remove", "take it out of the draft again");

    public static Command Create() => new Command("attach", "Add a file of this machine to a draft; a copy is kept until it is sent") { Id, Path, Remove }.Does(parsed =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var entry = office.Vault.Resolve(parsed.GetValue(Id)!);
        var path = parsed.GetValue(Path)!;
        if (parsed.GetValue(Remove))
        {
            office.Approver.Detach(entry, path);
            Say.Info($"taken out of {entry.Path}: {path}");
            return ExitCode.Done;
        }
        var bytes = office.Approver.Attach(entry, path);
        Say.Info($"attached to {entry.Path}: {System.IO.Path.GetFileName(path)}, {Size.Of(bytes)}");
        return ExitCode.Done;
    });
}
