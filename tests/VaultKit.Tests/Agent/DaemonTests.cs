using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

[ParallelGroup(ByTheClock.Tests)]
public class DaemonTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(60), Short = TimeSpan.FromSeconds(4);

    /// <summary>A daemon on a vault of its own whose turns do what a test says; <see cref="TurnAsync"/> waits for the next one.</summary>
    sealed class Watched : IAsyncDisposable
    {
        readonly Workshop shop;
        readonly CancellationTokenSource stop = new();
        readonly SemaphoreSlim turns = new(0);
        readonly Task<ExitCode?> running;
        int count;

        public VaultFolder Vault => shop.Vault;
        public Machine Machine => shop.Machine;

        /// <summary>Whether there is something in the vault that no turn has seen.</summary>
        public volatile bool Dirty;

        /// <param name="deaf">As where no event comes from the vault: its folders are looked at every 100 ms.</param>
        public Watched(Action<int, Watched> turn, bool deaf = false, string remote = "")
        {
            shop = new(remote);
            Task<TurnReport> Turn(Hint hint, CancellationToken cancel)
            {
                Dirty = deaf;
                try { turn(++count, this); }
                finally { turns.Release(); }
                return Task.FromResult(new TurnReport());
            }
            var daemon = deaf ? new Daemon(shop.Machine, [], () => Dirty, Turn) { Silent = _ => ["Needs_Action/email"], WhenBlind = TimeSpan.FromMilliseconds(100) } : new(shop.Machine, [], () => Dirty, Turn);
            running = daemon.RunAsync(stop.Token);
        }

        public Task<bool> TurnAsync(TimeSpan within) => turns.WaitAsync(within);

        public void Put(string path) => File.WriteAllText(Vault.FullPath(path), "---\na: 1\n---\n");

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            shop.Dispose();
            stop.Dispose();
            turns.Dispose();
        }
    }

    [Test]
    public async Task What_is_approved_while_a_turn_is_under_way_gets_a_turn_of_its_own()
    {
        await using var daemon = new Watched((turn, d) => { if (turn == 1) d.Put("Approved/email/x-0123456789abcdef.md"); });
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
    }

    [Test]
    public async Task What_our_own_turn_wrote_wakes_nobody()
    {
        await using var daemon = new Watched((_, d) => d.Put("Pending_Approval/email/x-0123456789abcdef.md"));
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Assert.That(await daemon.TurnAsync(Short)).IsFalse();
    }

    [Test]
    public async Task A_change_that_is_heard_together_with_our_own_push_gets_its_turn()
    {
        using var remote = new TemporaryFolder();
        Directory.CreateDirectory(remote["refs/heads"]);
        await using var daemon = new Watched((turn, d) =>
        {
            if (turn != 1) return;
            var tip = new string('a', 40);
            File.WriteAllText(remote["refs/heads/main"], tip + "\n");
            Thread.Sleep(1000); // it is heard before it is known to be ours
            File.WriteAllText(d.Machine.State.PathOf("sync.json"), $$"""{"last_seen":"{{tip}}"}""");
            d.Dirty = true;
            d.Put("Pending_Approval/email/x-0123456789abcdef.md");
            Thread.Sleep(1000);
        }, remote: remote.Path);
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Assert.That(await daemon.TurnAsync(Short)).IsFalse();
    }

    [Test]
    public async Task A_folder_that_came_later_is_heard()
    {
        // In the second turn: the first one, and those by the clock, look for folders in any case.
        await using var daemon = new Watched((turn, d) => { if (turn == 2) Directory.CreateDirectory(d.Vault.FullPath("Pending_Approval/payments")); });
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Task.Delay(500);
        daemon.Dirty = true;
        daemon.Put("Pending_Approval/email/x-0123456789abcdef.md");
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Assert.That(await daemon.TurnAsync(Short)).IsFalse(); // whatever the new folder itself has set off is over
        daemon.Dirty = true;
        daemon.Put("Pending_Approval/payments/x-0123456789abcdef.md");
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
    }

    [Test]
    public async Task A_burst_of_changes_is_one_turn()
    {
        await using var daemon = new Watched((_, _) => { });
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Task.Delay(500);
        for (var n = 0; n < 5; n++)
        {
            daemon.Dirty = true;
            daemon.Put($"Pending_Approval/email/x-012345678{n}abcdef.md");
            await Task.Delay(200);
        }
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Assert.That(await daemon.TurnAsync(Short)).IsFalse();
    }

    [Test]
    public async Task An_approval_does_not_wait_for_the_others()
    {
        await using var daemon = new Watched((_, _) => { });
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Task.Delay(500);
        daemon.Put("Approved/email/x-0123456789abcdef.md");
        await Assert.That(await daemon.TurnAsync(daemon.Machine.Settings.Debounce * 0.7)).IsTrue();
    }

    [Test]
    public async Task Where_no_event_tells_of_changes_the_clock_does()
    {
        await using var daemon = new Watched((_, _) => { }, deaf: true);
        // At start, and from then on by the clock.
        for (var turn = 0; turn < 3; turn++) await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
    }

    [Test]
    public async Task A_turn_that_meets_a_full_disk_does_not_end_the_daemon()
    {
        await using var daemon = new Watched((turn, _) => { if (turn == 1) throw new IOException("No space left on device"); });
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        daemon.Put("Needs_Action/email/x-0123456789abcdef.md");
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
    }

    [Test]
    public async Task A_second_daemon_on_one_state_directory_is_refused()
    {
        await using var daemon = new Watched((_, _) => { });
        await Assert.That(await daemon.TurnAsync(Long)).IsTrue();
        await Assert.That(async () => await new Daemon(daemon.Machine, [], () => false, (_, _) => Task.FromResult(new TurnReport())).RunAsync(default)).Throws<Refusal>();
    }
}
