using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Hears at once that another machine has pushed, and asks nobody meanwhile: in a path the system tells of the changed reference, and over ssh one connection stays open in which
/// <c>tail -F</c> on the other side waits for it. Nothing goes over it while nothing happens but ssh's own signs of life. A hint only: who gets it fetches and judges. Where it can't be heard (https, an account without a
/// shell) the sync's interval has to do.
/// </summary>
public sealed class RemoteWatch : IDisposable
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromHours(1), Lasting = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(15), Farewell = TimeSpan.FromMilliseconds(500);
    const int Sha = 40, SshFailed = 255;

    readonly SyncOptions options;
    readonly StateDirectory state;
    readonly Action heard;
    readonly Action<string> say;
    readonly SharedSsh? shared;
    readonly CancellationTokenSource stop = new();
    readonly FolderEvents? watcher;
    Task? listening;
    volatile string? tip;
    bool said;

    /// <param name="heard">Called from other threads, at most about once a second.</param>
    /// <param name="say">Is told, once, why nothing will be heard.</param>
    /// <param name="shared">Who else may use the connection of ssh; null: nobody.</param>
    public RemoteWatch(SyncOptions options, StateDirectory state, Action heard, Action<string> say, SharedSsh? shared = null)
    {
        (this.options, this.state, this.heard, this.say, this.shared) = (options, state, heard, say, shared);
        if (Transport.LocalPath(options.Remote) is { } path) watcher = Watch(Path.Combine(Transport.RepositoryAt(path), Path.GetDirectoryName(GitDirectory.Main)!));
    }

    /// <summary>Opens the connection, where one is needed, and keeps it open from now on. The first thing that it tells is the tip: what was pushed before is heard too.</summary>
    public void Connect()
    {
        if (!Ssh.Is(options.Remote) || listening is not null) return;
        shared?.Comes();
        listening = Task.Run(() => ListenAsync(stop.Token));
    }

    /// <summary>Whether the tip that was last heard of is another than the one that this machine's sync has last seen. Our own push is no news.</summary>
    public bool IsNews => tip is { } now && SyncMemory.Load(state).LastSeen != now;

    /// <summary>Whether others' pushes will be heard, in words.</summary>
    public static async Task<string> ProbeAsync(SyncOptions options, StateDirectory state, CancellationToken cancel)
    {
        if (Transport.LocalPath(options.Remote) is not null) return "heard at once";
        if (!Ssh.Is(options.Remote)) return "looked for by the clock only: over https nobody tells of them";
        var why = "";
        using var watch = new RemoteWatch(options, state, () => { }, text => why = text);
        watch.Connect();
        for (var began = Stopwatch.StartNew(); began.Elapsed < Patience && watch.tip is null && why.Length == 0;) await Task.Delay(50, cancel);
        return watch.tip is not null ? "heard at once" : why.Length > 0 ? why : "not heard: there is nothing in the remote yet, or it can't be reached";
    }

    void Heard(string now)
    {
        tip = now;
        if (IsNews) heard();
    }

    // ---- a path ----

    FolderEvents? Watch(string folder)
    {
        if (!Directory.Exists(folder)) return null; // the sync says that the remote is not there
        var main = Path.GetFileName(GitDirectory.Main);
        var made = new FolderEvents((_, name) =>
        {
            if (name is not null && name != main) return;
            try { Heard(File.ReadAllText(Path.Combine(folder, main)).Trim()); }
            catch (IOException) { return; } // it is just being replaced, which is told of too
            catch (UnauthorizedAccessException) { return; } // the sync says so
        });
        made.Add(folder); // without a watch the sync's interval has to do
        return made;
    }

    // ---- ssh ----

    async Task ListenAsync(CancellationToken cancel)
    {
        try
        {
            for (var wait = First; ; wait = wait * 2 < Longest ? wait * 2 : Longest)
            {
                var began = Stopwatch.StartNew();
                await HearAsync(cancel);
                if (began.Elapsed > Lasting) wait = First;
                // Half of it is chance: machines that lost a remote together do not come back together.
                await Task.Delay(wait * (0.5 + 0.5 * Random.Shared.NextDouble()), cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { return; }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException or UnauthorizedAccessException) { Say(e.Message); }
    }

    /// <summary>One connection, to its end.</summary>
    async Task HearAsync(CancellationToken cancel)
    {
        using var ssh = Process.Start(Start())!;
        try
        {
            shared?.Opened(ssh);
            var complaint = ReadLittleAsync(ssh.StandardError.BaseStream, cancel);
            var any = await ReadTipsAsync(ssh.StandardOutput.BaseStream, cancel);
            await ssh.WaitForExitAsync(cancel);
            // When ssh itself fails, the sync does too, and says why.
            if (!any && ssh.ExitCode != SshFailed) Say($"its account runs no command for us ({(await complaint is { Length: > 0 } why ? why : $"exit code {ssh.ExitCode}")})");
        }
        finally
        {
            shared?.Closed();
            // The end of its input ends what runs on the other side, and with it ssh.
            ssh.StandardInput.Close();
            if (!ssh.WaitForExit(Farewell)) ssh.Kill();
        }
    }

    ProcessStartInfo Start()
    {
        var (host, port, path) = Ssh.Address(options.Remote);
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        List<string> arguments = ["--", host, "exec sh -c " + Ssh.Word(Script(path))];
        if (port is not null) arguments.InsertRange(0, ["-p", port]);
        if (OperatingSystem.IsWindows())
        {
            start.FileName = "ssh";
            arguments.InsertRange(0, ["-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=30", "-o", "ServerAliveCountMax=3"]);
        }
        else
        {
            start.FileName = "/bin/sh";
            arguments.InsertRange(0, ["-c", $"exec {Ssh.Command(options, alive: 30)}{shared?.Begin()} \"$@\"", "ssh"]);
        }
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>
    /// What runs on the other side: it prints the tip, and again whenever it moves, and gives back each line. It ends with its input, so that nothing is left there or here when this process dies in whatever way.
    /// </summary>
    static string Script(string path)
    {
        // ~/ and ~user/ are for the shell there to understand.
        var home = path.StartsWith('~') ? path[..(path.IndexOf('/') + 1)] : "";
        if (home.AsSpan().ContainsAnyExcept("~/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")) home = "";
        var folder = home + Ssh.Word(path[home.Length..]);
        return $"cd {folder} || cd {folder}.git || exit 1; [ ! -d .git ] || cd .git; tail -n 1 -F {GitDirectory.Main} 2> /dev/null & while read -r line; do echo \"$line\"; done; kill $!";
    }

    /// <returns>Whether there was any.</returns>
    async Task<bool> ReadTipsAsync(Stream stream, CancellationToken cancel)
    {
        var (buffer, line, any) = (new byte[512], new List<byte>(), false);
        for (int count; (count = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            var before = tip;
            foreach (var octet in buffer.AsSpan(0, count))
            {
                if (octet != '\n') { if (line.Count <= Sha) line.Add(octet); continue; }
                shared?.Heard(CollectionsMarshal.AsSpan(line));
                if (line.Count == Sha && line.TrueForAll(o => char.IsAsciiHexDigitLower((char)o))) (tip, any) = (string.Concat(line.Select(o => (char)o)), true);
                line.Clear();
            }
            if (tip is not { } now || now == before) continue;
            Heard(now);
            await Task.Delay(Pause, cancel);
        }
        return any;
    }

    /// <summary>The begin of what is said there; the rest is read too, so that nobody waits.</summary>
    static async Task<string> ReadLittleAsync(Stream stream, CancellationToken cancel)
    {
        var (text, buffer) = (new List<byte>(), new byte[512]);
        for (int count; (count = await stream.ReadAsync(buffer, cancel)) > 0;)
            if (text.Count < 300) text.AddRange(buffer.AsSpan(0, count));
        return System.Text.Encoding.UTF8.GetString([.. text]).ReplaceLineEndings(" ").Trim();
    }

    void Say(string why)
    {
        if (!said) say($"what others push is looked for by the clock only: {options.Remote} can't be listened to: {why}");
        said = true;
    }

    public void Dispose()
    {
        stop.Cancel();
        watcher?.Dispose();
        listening?.Wait();
        stop.Dispose();
    }
}
