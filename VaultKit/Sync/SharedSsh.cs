using System.Diagnostics;
using System.Text;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// The one connection of ssh that a daemon keeps open (<see cref="RemoteWatch"/>), as its syncs use it: the key exchange and login of a connection of their own take longer than all else in a
/// sync (ssh_config(5), ControlMaster). A connection that died without a word, as with each sleep of a laptop, would take a push with it for a minute and a half, so it is asked first whether it
/// lives; where no answer comes, or none has ever come, a sync connects by itself.
/// </summary>
public sealed class SharedSsh
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(1), Login = TimeSpan.FromSeconds(3);

    // unix(7): 108 octets with the end. ssh binds a name with 17 more, and renames it.
    const int LongestPath = 107 - 17;

    static ReadOnlySpan<byte> Question => "?\n"u8;

    readonly string socket, control;
    readonly object gate = new();
    Process? connection;
    bool answers, coming;
    DateTime last; // of the wall's clock: the other one stands still while a machine sleeps

    SharedSsh(string socket) => (this.socket, control) = (socket, $"-o {Ssh.Word($"ControlPath=\"{socket.Replace("%", "%%")}\"")}");

    /// <returns>Null where ssh shares nothing: on Windows, with another program in its place, with a name too long for a socket.</returns>
    public static SharedSsh? Of(StateDirectory state, string remote)
    {
        var socket = state.PathOf("ssh");
        return OperatingSystem.IsWindows() || !Ssh.Is(remote) || !Ssh.IsOpenSsh || socket.Contains('"') || Encoding.UTF8.GetByteCount(socket) > LongestPath ? null : new(socket);
    }

    /// <summary>Options of ssh for the connection that is to be shared; what one before it left is removed.</summary>
    internal string Begin()
    {
        File.Delete(socket);
        return $" -o ControlMaster=yes -o ControlPersist=no {control}";
    }

    /// <summary>It is about to be opened: a sync waits for it rather than log in as well.</summary>
    internal void Comes()
    {
        lock (gate) coming = true;
    }

    /// <param name="ssh">What the other side reads comes from its input. It gives back each line.</param>
    internal void Opened(Process ssh)
    {
        lock (gate) (connection, answers) = (ssh, false);
        Ask(ssh);
    }

    /// <summary>From any thread: a sync heard nothing for too long. It would not end with its own ssh, since this one has its pipes by then.</summary>
    internal void Kill()
    {
        lock (gate)
            if (connection?.HasExited == false) connection.Kill();
    }

    internal void Closed()
    {
        lock (gate)
        {
            (connection, answers, coming) = (null, false, false);
            Monitor.PulseAll(gate);
        }
    }

    /// <param name="line">A line of the other side's, whatever it says, without its end.</param>
    internal void Heard(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            (last, answers) = (DateTime.UtcNow, answers || (connection is not null && line.SequenceEqual(Question[..^1])));
            if (answers) coming = false;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Options of ssh for a sync; empty where it has to connect by itself. Takes a second at most, and the first time as long as a login may.</summary>
    internal string Through() => Lives() ? $" -o ControlMaster=no {control}" : "";

    bool Lives()
    {
        lock (gate)
        {
            for (var waiting = Stopwatch.StartNew(); coming;) coming = Login - waiting.Elapsed is var left && left > TimeSpan.Zero && Monitor.Wait(gate, left) && coming;
            if (connection is null || !answers) return false;
            if (DateTime.UtcNow - last is var since && since >= TimeSpan.Zero && since < Fresh) return true;
            // What does not answer now is not asked again before it says something.
            return answers = Ask(connection) && Monitor.Wait(gate, Patience);
        }
    }

    static bool Ask(Process ssh)
    {
        try
        {
            ssh.StandardInput.BaseStream.Write(Question);
            ssh.StandardInput.BaseStream.Flush();
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { return false; } // it has just ended
    }
}
