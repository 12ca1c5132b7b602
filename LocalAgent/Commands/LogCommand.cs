using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class LogCommand
{
    static readonly Argument<string> Id = new("id") { Description = "a task's name, the hash at its end, or its beginning" };
    static readonly Option<bool> Json = CommandLine.Flag("--json", "an object a line");

    public static Command Create() => new Command("log", "One task's story, from the mail's arrival to the server's answer") { Id, Json }.Does(parsed =>
    {
        var machine = Machine.Open(parsed.Settings(Zone.Local), Zone.Local, TimeProvider.System);
        var entry = machine.Vault.Resolve(parsed.GetValue(Id)!);
        foreach (var line in Story.Of(entry.Name, machine.Vault, machine.State))
        {
            if (parsed.GetValue(Json)) Say.Data(line.ToJson());
            else Say.Data(Say.Clean($"{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {line.Agent}  {line.Event,-16} {string.Join("  ", (line.Detail ?? []).Where(d => d.Value.Length > 0).Select(d => $"{d.Key}={d.Value}"))}").TrimEnd());
        }
        Say.Data($"now in {entry.Path}");
        return ExitCode.Done;
    });
}
