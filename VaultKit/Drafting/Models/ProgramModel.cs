using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>A program of the owner's: the prompt is its standard input, its standard output is the answer. No shell is between, and nothing of a mail is an argument.</summary>
/// <param name="command">The program's absolute path, and its arguments.</param>
public sealed class ProgramModel(IReadOnlyList<string> command, TimeSpan patience) : IModel
{
    const int Limit = 1024 * 1024, MaxComplaint = 4096;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public string Name { get; } = "program/" + Path.GetFileName(command[0]);

    public async Task<ModelAnswer> AskAsync(ModelPrompt prompt, CancellationToken cancel)
    {
        using var process = Start();
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(patience);
        try
        {
            var complaint = ReadAsync(process.StandardError.BaseStream, MaxComplaint, timed.Token);
            var answer = ReadAsync(process.StandardOutput.BaseStream, Limit, timed.Token);
            await WriteAsync(process, prompt, timed.Token);
            var (said, isWhole) = await answer;
            await process.WaitForExitAsync(timed.Token);
            if (process.ExitCode != 0) throw new ModelUnavailable($"{Name} ended with {process.ExitCode}: {ModelHttp.Line((await complaint).Text)}", ModelHttp.Short);
            return isWhole ? new(said, ModelStop.End, null, null) : throw new ModelUnavailable($"{Name} says more than {Limit / 1024} KiB", null);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new ModelUnavailable($"{Name} did not answer within {patience.TotalSeconds:0.#} s", ModelHttp.Short, e);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    Process Start()
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        // The agent's own secrets are not its business.
        start.Environment.Remove("CREDENTIALS_DIRECTORY");
        try { return Process.Start(start)!; }
        catch (Win32Exception e) { throw new ModelUnavailable($"{command[0]} can't be started: {e.Message}", ModelHttp.Long, e); }
    }

    static async Task WriteAsync(Process process, ModelPrompt prompt, CancellationToken cancel)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await input.WriteAsync(Utf8.GetBytes(prompt.System.Length == 0 ? prompt.User : $"{prompt.System}\n\n{prompt.User}"), cancel);
        }
        catch (IOException) { return; } // it had read enough; how it ends tells whether that was well
    }

    /// <summary>All of it is read, so that the program is not held up; so much is kept.</summary>
    static async Task<(string Text, bool IsWhole)> ReadAsync(Stream stream, int limit, CancellationToken cancel)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var isWhole = true;
        for (int count; (count = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            var fits = (int)Math.Min(count, limit - kept.Length);
            kept.Write(buffer, 0, fits);
            isWhole &= fits == count;
        }
        return (Utf8.GetString(kept.GetBuffer(), 0, (int)kept.Length), isWhole);
    }

    public Task<string> ProbeAsync(CancellationToken cancel)
    {
        var file = new FileInfo(command[0]);
        if (!file.Exists) throw new Refusal(ExitCode.BadConfiguration, $"there is no program {command[0]}", "write its absolute path: model.program in vault.toml");
        if (!OperatingSystem.IsWindows() && (file.UnixFileMode & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0)
            throw new Refusal(ExitCode.BadConfiguration, $"{command[0]} can't be executed", $"run: chmod +x {command[0]}");
        return Task.FromResult($"{command[0]} is there");
    }
}
