using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace CloudAgent;

/// <summary>Git's hook of that name, for a remote of one's own: <c>exec cloudagent pre-receive</c>. The key that let the pusher in sets <c>PLATINUM_ZONE</c>; who has no zone is of the cloud's.</summary>
static class PreReceiveCommand
{
    const int MaxReferences = 100, MaxReasons = 50;

    public static Command Create() => new Command("pre-receive", "As the hook of a bare repository: refuse what the pusher's zone may not do (PLATINUM_ZONE)").Does(_ =>
    {
        var repository = Environment.GetEnvironmentVariable("GIT_DIR") ?? throw new Refusal(ExitCode.Usage, "this is a hook: git runs it, in the repository that is pushed to", "make hooks/pre-receive a script with the line 'exec cloudagent pre-receive'");
        var zone = Environment.GetEnvironmentVariable("PLATINUM_ZONE") == "local" ? Zone.Local : Zone.Cloud;
        var pushed = new List<PushedReference>();
        while (Console.In.ReadLine() is { } line)
        {
            if (pushed.Count == MaxReferences || !PushedReference.TryParse(line, out var one)) throw new Refusal(ExitCode.Usage, "git's hooks are told of references line by line, OLD NEW NAME", null);
            pushed.Add(one);
        }
        var reasons = Gate.Judge(repository, Environment.GetEnvironmentVariable("GIT_QUARANTINE_PATH"), zone, pushed);
        foreach (var reason in reasons.Take(MaxReasons)) Say.Error(reason);
        if (reasons.Count > MaxReasons) Say.Error($"and {reasons.Count - MaxReasons} more");
        return reasons.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    });
}
