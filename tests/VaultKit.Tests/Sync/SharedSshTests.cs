using System.Diagnostics;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>The connection that a daemon holds open to hear of pushes carries its syncs as well, as long as it lives.</summary>
[ParallelGroup(ByTheClock.Tests)]
public class SharedSshTests
{
    sealed class Daemon : IDisposable
    {
        readonly Rig rig = new();
        readonly SshServer ssh;
        RemoteWatch? watch;
        public Machine Machine { get; }
        public SharedSsh Shared { get; }
        public int Logins => ssh.Logins;

        readonly TimeSpan silence;

        /// <param name="seconds">How long a sync waits for a server that says nothing.</param>
        public Daemon(int seconds = 45)
        {
            silence = TimeSpan.FromSeconds(seconds);
            ssh = new(rig);
            Shared = SharedSsh.Of(StateDirectory.Open(Path.Combine(rig.Root, "here-state"), Zone.Local), ssh.Url(rig.Remote))!;
            Machine = rig.Machine("here", Zone.Local, o => Over(o) with { Shared = Shared });
            Machine.SyncWell();
        }

        SyncOptions Over(SyncOptions options) => options with { Remote = ssh.Url(rig.Remote), SshKey = ssh.Key, KnownHosts = ssh.KnownHosts, Silence = silence };

        public void Connect()
        {
            watch = new(Over(new()), Machine.State, () => { }, Console.WriteLine, Shared);
            watch.Connect();
        }

        public async Task ListenAsync()
        {
            Connect();
            for (var since = Stopwatch.StartNew(); Shared.Through().Length == 0 && since.Elapsed < TimeSpan.FromSeconds(60);) await Task.Delay(50);
        }

        public void Push(string title)
        {
            Machine.New(title);
            Machine.SyncWell();
        }

        public async Task AssertPushed(string title) => await Assert.That(rig.RemotePaths()).Contains(Machine.Find(title)!.Value.Path);

        public void StrikeDumb() => ssh.StrikeDumb();

        public void StopListening()
        {
            watch?.Dispose();
            watch = null;
        }

        public void Dispose()
        {
            StopListening();
            ssh.Dispose();
            rig.Dispose();
        }
    }

    static bool Runs()
    {
        if (!OperatingSystem.IsWindows() && File.Exists(SshServer.Program)) return true;
        Skip.Test("there is no sshd on this machine");
        return false;
    }

    [Test]
    public async Task Syncs_log_in_no_more_once_a_connection_is_open()
    {
        if (!Runs()) return;
        using var daemon = new Daemon();
        await daemon.ListenAsync();
        // On a busy machine an answer may come too late, and that sync then logs in by itself.
        async Task<bool> NeedsNoLogin(TimeSpan pause)
        {
            for (var n = 0; n < 5; n++)
            {
                await Task.Delay(pause);
                var (logins, title) = (daemon.Logins, $"After {pause}, {n}");
                daemon.Push(title);
                await daemon.AssertPushed(title);
                if (daemon.Logins == logins) return true;
            }
            return false;
        }
        await Assert.That(await NeedsNoLogin(TimeSpan.Zero)).IsTrue();
        await Assert.That(await NeedsNoLogin(TimeSpan.FromSeconds(3))).IsTrue(); // nothing was heard for a while: now it is asked

        var before = daemon.Logins;
        daemon.StopListening();
        await Assert.That(daemon.Shared.Through()).IsEmpty();
        daemon.Push("Four");
        await daemon.AssertPushed("Four");
        await Assert.That(daemon.Logins).IsGreaterThan(before);
    }

    [Test]
    public async Task A_first_sync_waits_for_the_connection_that_is_about_to_open()
    {
        if (!Runs()) return;
        using var daemon = new Daemon();
        var logins = 0;
        // On a busy machine a login may take longer than it is waited for.
        for (var n = 0; n < 5 && logins != 1; n++)
        {
            var before = daemon.Logins;
            daemon.Connect();
            daemon.Push($"First {n}");
            await daemon.AssertPushed($"First {n}");
            logins = daemon.Logins - before;
            daemon.StopListening();
        }
        await Assert.That(logins).IsEqualTo(1);
    }

    /// <summary>libgit2 waits for no ssh that it started, and keeps a pipe of each: after some weeks a daemon could start nothing any more.</summary>
    [Test, NotInParallel]
    public async Task Nothing_is_left_of_the_processes_that_libgit2_starts()
    {
        if (!Runs()) return;
        using var daemon = new Daemon();
        daemon.Push("One");
        var (pipes, dead) = Leavings();
        for (var i = 0; i < 10; i++) daemon.Push($"Again {i}");
        var (pipesNow, deadNow) = Leavings();
        // Ten would leave ten at least. What earlier tests opened may close meanwhile, and the last one may be about to end.
        await Assert.That(pipesNow).IsLessThan(pipes + 5);
        await Assert.That(deadNow).IsLessThanOrEqualTo(dead + 1);

        static (int Pipes, int Dead) Leavings() => (
            Directory.GetFileSystemEntries("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget?.StartsWith("pipe:", StringComparison.Ordinal) == true),
            Directory.GetDirectories("/proc/self/task").SelectMany(t => File.ReadAllText(t + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Count(c => File.ReadAllText($"/proc/{c}/stat").Contains(") Z ", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_connection_that_died_without_a_word_holds_up_no_sync()
    {
        if (!Runs()) return;
        using var daemon = new Daemon();
        await daemon.ListenAsync();
        await Task.Delay(TimeSpan.FromSeconds(3)); // what was heard a moment ago would do as a sign of life
        var before = daemon.Logins;
        daemon.StrikeDumb();
        daemon.Push("One");
        await daemon.AssertPushed("One");
        await Assert.That(daemon.Logins).IsGreaterThan(before);
        // It is not asked again: each sync would wait for an answer.
        var since = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++) await Assert.That(daemon.Shared.Through()).IsEmpty();
        await Assert.That(since.Elapsed).IsLessThan(TimeSpan.FromSeconds(10));
    }

    /// <summary>Where an answer has just come, nothing is asked. The shared ssh has the pipes of the sync's own by then: that this one ends is not heard.</summary>
    [Test]
    public async Task A_connection_that_dies_while_it_is_relied_on_takes_one_sync_with_it_and_no_longer_than_any_other()
    {
        if (!Runs()) return;
        using var daemon = new Daemon(seconds: 4);
        await daemon.ListenAsync();
        await Assert.That(daemon.Shared.Through()).IsNotEmpty();
        daemon.StrikeDumb();
        daemon.Machine.New("One");
        await Task.Factory.StartNew(daemon.Machine.Sync, TaskCreationOptions.LongRunning).WaitAsync(TimeSpan.FromSeconds(60));
        daemon.Machine.SyncWell();
        await daemon.AssertPushed("One");
    }

    [Test]
    public async Task Who_gives_no_line_back_is_not_relied_on()
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("a shell's script plays ssh"); return; }
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        const string remote = "you@host.example:vault";
        var shared = SharedSsh.Of(here.State, remote)!;
        using var heard = new SemaphoreSlim(0);
        using var watch = new RemoteWatch(new() { Remote = remote, Ssh = RemoteWatchTests.Played(rig, $"echo {new string('a', 40)}\nexec cat > /dev/null\n") }, here.State, () => heard.Release(), Console.WriteLine, shared);
        watch.Connect();
        await Assert.That(await heard.WaitAsync(TimeSpan.FromSeconds(15))).IsTrue();
        await Assert.That(shared.Through()).IsEmpty();
    }

    [Test]
    public async Task What_stands_in_the_sockets_place_and_does_not_go_is_told_of()
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("a shell's script plays ssh"); return; }
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        Directory.CreateDirectory(here.State.PathOf("ssh"));
        const string remote = "you@host.example:vault";
        var said = new List<string>();
        using (var watch = new RemoteWatch(new() { Remote = remote, Ssh = RemoteWatchTests.Played(rig, "exec cat\n") }, here.State, () => { }, said.Add, SharedSsh.Of(here.State, remote)))
        {
            watch.Connect();
            for (var since = Stopwatch.StartNew(); said.Count == 0 && since.Elapsed < TimeSpan.FromSeconds(60);) await Task.Delay(50);
        }
        await Assert.That(string.Concat(said)).Contains("by the clock only").And.Contains("ssh");
    }

    [Test]
    public async Task A_name_too_long_for_a_socket_is_not_used()
    {
        using var rig = new Rig();
        var deep = StateDirectory.Open(Path.Combine(rig.Root, new string('d', 80)), Zone.Local);
        await Assert.That(SharedSsh.Of(deep, "you@host.example:vault")).IsNull();
        await Assert.That(SharedSsh.Of(deep, rig.Remote)).IsNull();
    }
}
