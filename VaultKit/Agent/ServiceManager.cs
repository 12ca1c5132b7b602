using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace VaultKit.Agent;

/// <summary>
/// Tells systemd how the daemon fares: a datagram to <c>$NOTIFY_SOCKET</c> for each word (sd_notify(3)). Without that variable it says nothing.
/// Every word comes from the loop's own work and none from a timer: a loop that hangs falls silent, and systemd starts it again.
/// </summary>
/// <param name="socket">A path, or <c>@</c> and an abstract name; null or empty: nobody listens.</param>
/// <param name="watchdog">The unit's WatchdogSec; null where it has none.</param>
public sealed class ServiceManager(string? socket, TimeSpan? watchdog)
{
    // Progress is made many times a second.
    const long BetweenWords = 500;

    static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);

    public static ServiceManager Current { get; } = new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Watchdog());

    TimeSpan patience = watchdog ?? StartPatience;
    bool ready, reloads, failed;
    long said = -BetweenWords, stepped = Environment.TickCount64;

    /// <summary>Whether anybody listens.</summary>
    public bool IsThere => !string.IsNullOrEmpty(socket);

    /// <summary>The longest sleep of a loop that is to be known alive; infinite where nobody watches.</summary>
    public TimeSpan LongestSleep => watchdog is null ? Timeout.InfiniteTimeSpan : patience / 2;

    /// <summary>Whether the loop's last step is no longer ago than it may sleep, and then take for one step. Asked by another thread.</summary>
    /// <param name="sleep">The longest between two turns, where nobody watches.</param>
    public bool IsLive(TimeSpan sleep) => Environment.TickCount64 - Volatile.Read(ref stepped) <= (patience + sleep).TotalMilliseconds;

    /// <summary>Before the first turn; after <see cref="Reloading"/> that is all that is waited for. One step of the work may take this long, whatever the unit says: neither the start nor the watchdog ends a daemon over it.</summary>
    public void Begin(TimeSpan step)
    {
        if (step > patience) patience = step;
        Step();
        Tell($"{(reloads ? "READY=1\n" : "")}{Extend}{(watchdog is null ? "" : $"\nWATCHDOG_USEC={Microseconds(patience)}")}");
        reloads = false;
    }

    /// <summary>The daemon is ready after its first turn, and lives after each. The report becomes the line that <c>systemctl status</c> shows.</summary>
    public void TurnEnded(TurnReport report)
    {
        Step();
        var problems = report.Problems.Count switch { 0 => "", 1 => ", 1 problem", var n => $", {n} problems" };
        Tell($"{(ready ? "" : "READY=1\n")}WATCHDOG=1\nSTATUS={report}{problems}");
        ready = true;
    }

    /// <summary>A step of a turn, or a look around between two turns, has come to its end.</summary>
    public void Progress()
    {
        var now = Step();
        if (now - said < BetweenWords) return;
        said = now;
        Tell(ready ? "WATCHDOG=1" : Extend);
    }

    /// <summary>The daemon was told to read its configuration anew.</summary>
    public void Reloading()
    {
        reloads = true;
        Tell($"RELOADING=1\nMONOTONIC_USEC={Microseconds(Stopwatch.GetElapsedTime(0))}");
    }

    /// <summary>The daemon was told to stop.</summary>
    public void Stopping() => Tell("STOPPING=1");

    long Step()
    {
        var now = Environment.TickCount64;
        Volatile.Write(ref stepped, now);
        return now;
    }

    string Extend => "EXTEND_TIMEOUT_USEC=" + Microseconds(patience);

    static string Microseconds(TimeSpan time) => ((long)time.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);

    void Tell(string words)
    {
        if (socket is null || !IsThere) return;
        try
        {
            using var to = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            to.SendTo(Encoding.UTF8.GetBytes(words), new UnixDomainSocketEndPoint(socket[0] == '@' ? '\0' + socket[1..] : socket));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // Mail is answered all the same; whoever started us will not hear of it, and may end us.
            if (!failed) Say.Warn($"systemd can't be told that all is well, by $NOTIFY_SOCKET: {e.Message}");
            failed = true;
        }
    }

    /// <summary>sd_watchdog_enabled(3): the variables are meant for one process, and inherited by others.</summary>
    static TimeSpan? Watchdog() =>
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
        && Environment.GetEnvironmentVariable("WATCHDOG_PID") is var pid && (string.IsNullOrEmpty(pid) || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds) : null;
}
