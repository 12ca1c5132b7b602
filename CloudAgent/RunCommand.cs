using System.CommandLine;
using VaultKit.Agent;
using VaultKit.Vault;

namespace CloudAgent;

static class RunCommand
{
    static readonly Option<bool> Once = CommandLine.Flag("--once", "one turn, then stop");
    static readonly Option<bool> Json = CommandLine.Flag("--json", "with --once: what the turn did, as an object");

    public static Command Create() => new Command("run", "Read mail, draft, sync; again and again") { Once, Json }.Does(async (parsed, cancel) =>
    {
        var once = parsed.GetValue(Once);
        Task<CloudLoop> OpenAsync(CancellationToken stop) => CloudLoop.OpenAsync(parsed.Settings(Zone.Cloud), once, stop);
        if (!once) return await Reload.RunAsync(OpenAsync, (loop, wrong, stop) => loop.RunAsync(wrong, stop), cancel);
        await using var only = await OpenAsync(cancel);
        return await only.RunOnceAsync(parsed.GetValue(Json), cancel);
    });
}
