using System.CommandLine;
using System.Diagnostics;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class GitCommand
{
    static readonly Argument<string[]> Args = new("args") { Description = "anything git takes: log, show HEAD, ls-tree -r HEAD", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create()
    {
        var command = new Command("git", "Look at the vault's history with git (needs git; the repository has no work tree)") { Args };
        command.TreatUnmatchedTokensAsErrors = false;
        return command.Does(async (parsed, cancel) =>
        {
            var machine = Machine.Open(parsed.Settings(Zone.Local), Zone.Local, TimeProvider.System);
            var repository = machine.State.PathOf("git");
            if (!Directory.Exists(repository)) throw new Refusal(ExitCode.Failed, "there is no history yet", "'localagent run --once' begins it");
            Process? process;
            try { process = Process.Start(new ProcessStartInfo("git", ["--git-dir", repository, .. parsed.GetValue(Args) ?? [], .. parsed.UnmatchedTokens])); }
            catch (System.ComponentModel.Win32Exception e) { throw new Refusal(ExitCode.Failed, $"git can't be started: {e.Message}", "install git; Platinum itself does not need it"); }
            await process!.WaitForExitAsync(cancel);
            return (ExitCode)process.ExitCode;
        });
    }
}
