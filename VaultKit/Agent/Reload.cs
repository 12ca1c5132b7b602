using System.Runtime.InteropServices;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>One daemon after the other in the same process: each time that systemd asks for it (SIGHUP), one with the configuration as it is then. Without systemd that signal means that the terminal is gone.</summary>
public static class Reload
{
    /// <param name="open">Reads the configuration, and makes all that follows from it.</param>
    /// <param name="run">Runs a daemon on that until it is told to stop; null where it was cancelled. The text is what is wrong with the configuration that was to be taken up.</param>
    /// <exception cref="Refusal">The configuration can't be used, at the start: later the one before goes on, and its turns say why.</exception>
    public static async Task<ExitCode> RunAsync<T>(Func<CancellationToken, Task<T>> open, Func<T, string?, CancellationToken, Task<ExitCode?>> run, CancellationToken cancel) where T : class, IAsyncDisposable
    {
        var until = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var asked = ServiceManager.Current.IsThere ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            ServiceManager.Current.Reloading();
            until.Cancel();
        }) : null;
        var current = await open(cancel);
        try
        {
            for (string? wrong = null; ;)
            {
                if (await run(current, wrong, until.Token) is { } code) return code;
                if (cancel.IsCancellationRequested) return ExitCode.Done;
                // Before the configuration is read: a change that comes later asks once more.
                until = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                try
                {
                    var next = await open(cancel);
                    await current.DisposeAsync();
                    (current, wrong) = (next, null);
                    Say.Info("the configuration was read anew");
                }
                catch (Refusal refusal)
                {
                    Say.Error(refusal);
                    wrong = $"the configuration as it is now was not taken up, what it said before goes on: {refusal.Message}";
                }
            }
        }
        finally
        {
            await current.DisposeAsync();
            until.Dispose();
        }
    }
}
