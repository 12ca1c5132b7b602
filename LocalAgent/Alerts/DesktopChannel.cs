using System.ComponentModel;
using System.Diagnostics;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Alerts;

/// <summary>notify-send(1), which speaks the Desktop Notifications Specification; of libnotify on most desktops.</summary>
sealed class DesktopChannel : IAlertChannel
{
    const string Program = "notify-send";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "desktop";

    public async Task TellAsync(Notice notice, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "--app-name=Platinum", $"--urgency={(notice.IsUrgent ? "critical" : "normal")}", "--", notice.Title, notice.Text }) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Patience);
            try { await process.WaitForExitAsync(limit.Token); }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                process.Kill();
                throw new Refusal(ExitCode.TryAgain, $"{Program} did not end within {Patience.TotalSeconds:0} s");
            }
            if (process.ExitCode != 0) throw new Refusal(ExitCode.TryAgain, $"{Program} ended with {process.ExitCode}: {(await process.StandardError.ReadToEndAsync(cancel)).Trim()}");
        }
        catch (Win32Exception e) { throw new Refusal(ExitCode.TryAgain, $"{Program} can't be started: {e.Message}", "it is in the package libnotify-bin", e); }
    }
}
