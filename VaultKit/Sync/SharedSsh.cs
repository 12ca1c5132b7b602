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
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(1);

    // unix(7): 108 octets with the end. ssh binds a name with 17 more, and renames it.
    const int LongestPath = 107 - 17;

    static ReadOnlySpan<byte> Question => "?\n"u8;

    readonly string socket, control;
    readonly object gate = new();
    Stream? questions;
    bool answers;
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

    /// <param name="input">What the other side reads. It gives back each line.</param>
    internal void Opened(Stream input)
    {
        lock (gate) (questions, answers) = (input, false);
        Ask(input);
    }

    internal void Closed()
    {
        lock (gate) (questions, answers) = (null, false);
    }

    /// <param name="line">A line of the other side's, whatever it says, without its end.</param>
    internal void Heard(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            (last, answers) = (DateTime.UtcNow, answers || (questions is not null && line.SequenceEqual(Question[..^1])));
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Options of ssh for a sync; empty where it has to connect by itself. Takes a second at most.</summary>
    internal string Through() => Lives() ? $" -o ControlMaster=no {control}" : "";

    bool Lives()
    {
        lock (gate)
        {
            if (questions is null || !answers) return false;
            if (DateTime.UtcNow - last is var since && since >= TimeSpan.Zero && since < Fresh) return true;
            // What does not answer now is not asked again before it says something.
            return answers = Ask(questions) && Monitor.Wait(gate, Patience);
        }
    }

    static bool Ask(Stream input)
    {
        try
        {
            input.Write(Question);
            input.Flush();
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { return false; } // it has just ended
    }
}
