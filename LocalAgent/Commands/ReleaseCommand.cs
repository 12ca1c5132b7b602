using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ReleaseCommand
{
    static readonly Argument<string> What = new("what") { Description = "a task, or an agent (cloud-7k3m2q): all that it holds" };
    static readonly Option<bool> Force = CommandLine.Flag("--force", "yes, that agent is dead or will not go on");

    public static Command Create() => new Command("release", "Free what a dead agent holds") { What, Force }.Does(parsed =>
    {
        using var office = Office.Open(parsed.Settings(Zone.Local));
        var what = parsed.GetValue(What)!;
        List<TaskEntry> held = AgentId.TryParse(what, out var agent) ? [.. office.Vault.List(Place.InProgress(agent))] : [office.Vault.Resolve(what)];
        if (held.Count == 0) Say.Info($"{what} holds nothing");
        var code = ExitCode.Done;
        foreach (var entry in held)
        {
            try
            {
                if (parsed.GetValue(Force))
                {
                    Say.Info($"released: {office.Releaser.Release(entry).Path}; the next sync tells the others");
                    continue;
                }
                Say.Warn($"{entry.Path}: {WhyWait(office, entry)}; --force frees it");
                code = ExitCode.Usage;
            }
            // One that cannot be freed does not keep the others.
            catch (Refusal e) when (held.Count > 1)
            {
                Say.Warn($"{entry.Path}: {e.Message}{(e.Hint is { } hint ? $" ({hint})" : "")}");
                code = ExitCode.DoneInPart;
            }
        }
        return code;
    });

    static string WhyWait(Office office, TaskEntry entry)
    {
        try { return office.Releaser.WhyWait(entry) ?? "its lease is over"; }
        catch (BadTaskException e) { throw new Refusal(ExitCode.Failed, $"{entry.Path} is no task file: {e.Message}", "mend the file, or move it to Quarantine/", e); }
    }
}
