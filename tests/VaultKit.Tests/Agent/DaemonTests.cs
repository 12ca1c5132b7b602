using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

public class DaemonTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(10), Short = TimeSpan.FromSeconds(4);

    /// <summary>A daemon on a vault of its own whose turns do what a test says; <see cref="TurnAsync"/> waits for the next one.</summary>
    sealed class Watched : IAsyncDisposable
    {
        readonly Workshop shop = new();
        readonly CancellationTokenSource stop = new();
        readonly SemaphoreSlim turns = new(0);
        readonly Task<ExitCode> running;
        int count;

        public VaultFolder Vault => shop.Vault;
        public Machine Machine => shop.Machine;

        public Watched(Action<int, Watched> turn) =>
            running = new Daemon(shop.Machine, [], () => false, (_, _) =>
            {
                try { turn(++count, this); }
                finally { turns.Release(); }
                return Task.FromResult(new TurnReport());
            }).RunAsync(stop.Token);

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
