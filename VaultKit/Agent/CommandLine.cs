using System.CommandLine;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>What both programs' command lines have in common: the options, how errors are said, and which exit code they become.</summary>
public static class CommandLine
{
    public static Option<string?> Config { get; } = new("--config") { Description = "the machine's vault.toml; otherwise $PLATINUM_CONFIG, the user's own, /etc/platinum", HelpName = "FILE", Recursive = true };
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "say warnings and errors only", Recursive = true };

    /// <summary>A command of its own --json, --once and the like are made for.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Command Does(this Command command, Func<ParseResult, CancellationToken, Task<ExitCode>> work)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            Say.Quiet = parsed.GetValue(Quiet);
            try { return (int)await work(parsed, cancel); }
            catch (Refusal refusal) { return (int)Say.Error(refusal); }
            catch (BadTaskException e) { Say.Error(e.Message); return (int)ExitCode.Failed; }
            catch (OperationCanceledException) { return (int)ExitCode.Interrupted; }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { Say.Error(e.Message); return (int)ExitCode.Failed; }
        });
        return command;
    }

    public static Command Does(this Command command, Func<ParseResult, ExitCode> work) =>
        command.Does((parsed, _) => Task.FromResult(work(parsed)));

    /// <summary>Settings as --config and the environment say.</summary>
    public static Settings Settings(this ParseResult parsed, Zone zone) => new(Configuration.Find(parsed.GetValue(Config)), zone);

    /// <summary>Parses and runs. What can't be parsed ends with exit code 2.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        // Otherwise a console there has the code page of its country.
        if (OperatingSystem.IsWindows()) (Console.OutputEncoding, Console.InputEncoding) = (System.Text.Encoding.UTF8, System.Text.Encoding.UTF8);
        Memory.KeepOnePool();
        Dumps.TurnOff();
        ServerTrust.ReadAuthoritiesOnce();
        root.Options.Add(Config);
        root.Options.Add(Quiet);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Say.Error(error.Message);
            Console.Error.WriteLine($"       '{root.Name} --help' shows the commands");
            return (int)ExitCode.Usage;
        }
        // Signals are the daemon's own business; a short command may simply die of them.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }
}
