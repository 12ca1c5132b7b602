using System.Net.Sockets;
using System.Text;
using VaultKit.Agent;

namespace VaultKit.Tests.Agent;

[ParallelGroup(ByTheClock.Tests)]
public class ServiceManagerTests
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>systemd's end of <c>$NOTIFY_SOCKET</c>.</summary>
    sealed class Listener : IDisposable
    {
        readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

        public string Name { get; }

        public Listener(string name)
        {
            Name = name;
            socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? '\0' + name[1..] : name));
        }

        /// <summary>The next word; null where none comes within the time.</summary>
        public string? Heard(int milliseconds = 0)
        {
            if (!socket.Poll(TimeSpan.FromMilliseconds(milliseconds), SelectMode.SelectRead)) return null;
            var buffer = new byte[4096];
            return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
        }

        public List<string> HeardAll(int milliseconds)
        {
            var end = Environment.TickCount64 + milliseconds;
            var all = new List<string>();
            for (var left = milliseconds; left > 0; left = (int)(end - Environment.TickCount64))
                if (Heard(left) is { } word) all.Add(word);
            return all;
        }

        public void Dispose() => socket.Dispose();
    }

    [Test]
    public async Task It_is_ready_once_after_the_first_turn_and_lives_after_each()
    {
        using var folder = new TemporaryFolder();
        using var listener = new Listener(folder["notify"]);
        var manager = new ServiceManager(listener.Name, Minute);
        manager.Begin(TimeSpan.Zero);
        await Assert.That(listener.Heard()).IsEqualTo("EXTEND_TIMEOUT_USEC=60000000\nWATCHDOG_USEC=60000000");
        manager.TurnEnded(new TurnReport { Read = 3, Drafted = 1 });
        await Assert.That(listener.Heard()).IsEqualTo("READY=1\nWATCHDOG=1\nSTATUS=3 mails read, 1 drafted");
        var second = new TurnReport();
        second.Problem("the disk is full");
        second.Problem("a\nREADY=1");
        manager.TurnEnded(second);
        await Assert.That(listener.Heard()).IsEqualTo("WATCHDOG=1\nSTATUS=nothing to do, 2 problems");
        manager.Stopping();
        await Assert.That(listener.Heard()).IsEqualTo("STOPPING=1");
    }

    [Test]
    public async Task Each_step_of_a_long_start_asks_for_more_time_and_each_of_a_later_turn_says_that_it_lives()
    {
        using var folder = new TemporaryFolder();
        using var listener = new Listener(folder["notify"]);
        var manager = new ServiceManager(listener.Name, null);
        var report = new TurnReport { Manager = manager };
        report.Tell(TimeProvider.System);
        report.Tell(TimeProvider.System); // of many in a moment one is told
        await Assert.That(listener.Heard()).IsEqualTo("EXTEND_TIMEOUT_USEC=300000000");
        await Assert.That(listener.Heard()).IsNull();
        manager.TurnEnded(report);
        listener.Heard();
        await Task.Delay(600);
        await report.Time("read", () => Task.CompletedTask);
        await Assert.That(listener.Heard()).IsEqualTo("WATCHDOG=1");
    }

    [Test]
    public async Task A_slow_model_is_waited_for()
    {
        using var folder = new TemporaryFolder();
        using var listener = new Listener(folder["notify"]);
        var manager = new ServiceManager(listener.Name, Minute);
        manager.Begin(10 * Minute);
        await Assert.That(listener.Heard()).IsEqualTo("EXTEND_TIMEOUT_USEC=600000000\nWATCHDOG_USEC=600000000");
        await Assert.That(manager.LongestSleep).IsEqualTo(5 * Minute);
    }

    [Test]
    public async Task A_reload_ends_when_the_next_daemon_begins_and_not_before()
    {
        using var folder = new TemporaryFolder();
        using var listener = new Listener(folder["notify"]);
        var manager = new ServiceManager(listener.Name, Minute);
        manager.TurnEnded(new TurnReport());
        listener.Heard();
        manager.Reloading();
        await Assert.That(listener.Heard()).Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]{6,}$");
        manager.TurnEnded(new TurnReport()); // the one that is on its way out
        await Assert.That(listener.Heard()).IsEqualTo("WATCHDOG=1\nSTATUS=nothing to do");
        manager.Begin(TimeSpan.Zero);
        await Assert.That(listener.Heard()).IsEqualTo("READY=1\nEXTEND_TIMEOUT_USEC=60000000\nWATCHDOG_USEC=60000000");
        manager.Begin(TimeSpan.Zero);
        await Assert.That(listener.Heard()).IsEqualTo("EXTEND_TIMEOUT_USEC=60000000\nWATCHDOG_USEC=60000000");
    }

    [Test]
    public async Task The_daemon_asks_for_ten_times_what_its_model_may_take()
    {
        using var folder = new TemporaryFolder();
        using var listener = new Listener(folder["notify"]);
        using var shop = new Workshop();
        File.WriteAllText(folder["vault.toml"], "[model]\nkind = \"program\"\nprogram = [\"/bin/true\"]\ntimeout = \"2m\"\n");
        using var stop = new CancellationTokenSource();
        var machine = shop.Machine with { Settings = new Settings(folder["vault.toml"], VaultKit.Vault.Zone.Cloud) };
        var running = new Daemon(machine, [], () => false, (_, _) => Task.FromResult(new TurnReport())) { Manager = new(listener.Name, Minute) }.RunAsync(stop.Token);
        await Assert.That(listener.Heard(60_000)).IsEqualTo("EXTEND_TIMEOUT_USEC=1200000000\nWATCHDOG_USEC=1200000000");
        await stop.CancelAsync();
        await running;
    }

    [Test]
    public async Task An_abstract_socket_is_reached()
    {
        using var listener = new Listener($"@platinum-{Guid.NewGuid():N}");
        new ServiceManager(listener.Name, null).Stopping();
        await Assert.That(listener.Heard()).IsEqualTo("STOPPING=1");
    }

    [Test]
    public async Task Where_nobody_listens_the_work_goes_on()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { null, "", folder["nobody"], "@", new string('x', 200) })
            new ServiceManager(name, Minute).TurnEnded(new TurnReport());
        await Assert.That(new ServiceManager(null, null).LongestSleep).IsEqualTo(Timeout.InfiniteTimeSpan);
    }

    [Test]
    public async Task A_daemon_that_sleeps_is_known_alive_and_one_that_hangs_in_a_turn_is_not()
    {
        using var folder = new TemporaryFolder();
        using var listener = new Listener(folder["notify"]);
        using var shop = new Workshop();
        using var stop = new CancellationTokenSource();
        using var hang = new ManualResetEventSlim();
        var turns = 0;
        var daemon = new Daemon(shop.Machine, [], () => true, (_, _) =>
        {
            if (++turns == 2) hang.Wait(CancellationToken.None);
            return Task.FromResult(new TurnReport());
        })
        { Manager = new(listener.Name, TimeSpan.FromSeconds(2)) };
        var running = Task.Run(() => daemon.RunAsync(stop.Token));
        await Assert.That(listener.Heard(60_000)).StartsWith("EXTEND_TIMEOUT_USEC=2000000");
        var idle = listener.HeardAll(4500);
        await Assert.That(turns).IsEqualTo(1);
        await Assert.That(idle.Count(w => w == "WATCHDOG=1")).IsBetween(3, 5);
        await Assert.That(idle.Count(w => w.StartsWith("READY=1\nWATCHDOG=1\n", StringComparison.Ordinal))).IsEqualTo(1);

        File.WriteAllText(shop.Vault.FullPath("Approved/email/x-0123456789abcdef.md"), "---\na: 1\n---\n");
        for (var i = 0; i < 1200 && turns < 2; i++) await Task.Delay(50);
        listener.HeardAll(200);
        await Assert.That(listener.HeardAll(3000)).IsEmpty();
        hang.Set();
        await stop.CancelAsync();
        await running;
        await Assert.That(listener.HeardAll(200).Any(w => w.Contains("WATCHDOG=1", StringComparison.Ordinal))).IsTrue();
    }
}
