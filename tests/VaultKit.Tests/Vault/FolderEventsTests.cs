using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

public class FolderEventsTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The number of a queue that was closed may be another's already: who still uses it takes that one's watches away.</summary>
    [Test]
    public async Task One_that_ends_while_it_is_told_something_takes_no_watch_from_another()
    {
        using var busy = new TemporaryFolder();
        using var quiet = new TemporaryFolder();
        for (var time = 0; time < 200; time++)
        {
            using var told = new ManualResetEventSlim();
            var ending = new FolderEvents((_, _) => told.Set());
            ending.Add(busy.Path);
            var written = Task.Factory.StartNew(() =>
            {
                for (var file = 0; file < 200; file++) File.WriteAllText(busy["x"], "x");
            }, TaskCreationOptions.LongRunning);
            told.Wait();
            var ended = Task.Factory.StartNew(ending.Dispose, TaskCreationOptions.LongRunning);
            var others = new List<(FolderEvents Events, ManualResetEventSlim Heard)>();
            while (!ended.IsCompleted || others.Count == 0)
            {
                var heard = new ManualResetEventSlim();
                var other = new FolderEvents((_, _) => heard.Set());
                await Assert.That(other.Add(quiet.Path)).IsTrue();
                others.Add((other, heard));
            }
            await Task.WhenAll(written, ended);
            File.WriteAllText(quiet["x"], "x");
            foreach (var (_, heard) in others) await Assert.That(heard.Wait(Patience)).IsTrue();
            foreach (var (other, _) in others) other.Dispose();
        }
    }
}
