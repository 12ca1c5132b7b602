using System.ComponentModel;
using System.Diagnostics;

namespace LocalAgent.Login;

/// <summary>The owner's browser, where this machine has one.</summary>
static class Browser
{
    /// <returns>False where there is none.</returns>
    public static bool Open(string url)
    {
        var program = OperatingSystem.IsWindows() ? "explorer" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        try
        {
            // What it has to say is none of our output's.
            using var started = Process.Start(new ProcessStartInfo(program, [url]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true });
            return started is not null;
        }
        catch (Win32Exception) { return false; } // not installed
    }
}
