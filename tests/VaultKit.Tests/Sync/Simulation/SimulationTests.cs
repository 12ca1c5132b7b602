namespace VaultKit.Tests.Sync;

/// <summary>
/// Thousands of made-up histories (<see cref="Simulation"/>). PLATINUM_SEEDS: how many (10,000); PLATINUM_SEED: one of them, to replay it.
/// The seeds of a run follow from the day, so that each day tries others; they are printed.
/// </summary>
public class SimulationTests
{
    [Test]
    public async Task No_history_loses_doubles_or_splits_anything()
    {
        if (Environment.GetEnvironmentVariable("PLATINUM_SEED") is { Length: > 0 } one)
        {
            new Simulation(int.Parse(one)).Run(); // throws with the whole story
            return;
        }
        var count = int.Parse(Environment.GetEnvironmentVariable("PLATINUM_SEEDS") ?? "10000");
        var first = (int)(DateTime.UtcNow - DateTime.UnixEpoch).TotalDays % 20_000 * 100_000;
        Console.WriteLine($"seeds {first} to {first + count - 1}; PLATINUM_SEED=N replays one");
        var broken = new System.Collections.Concurrent.ConcurrentBag<(int Seed, string Story)>();
        Parallel.For(0, count, (n, loop) =>
        {
            try { new Simulation(first + n).Run(); }
            catch (Exception e)
            {
                broken.Add((first + n, e is InvalidOperationException ? e.Message : $"seed {first + n}: {e}"));
                // A few more, of which the shortest is the easiest to understand.
                if (broken.Count >= 20) loop.Stop();
            }
        });
        var shortest = broken.OrderBy(b => b.Story.Length).FirstOrDefault().Story ?? "";
        Console.WriteLine(shortest);
        await Assert.That(shortest.Split('\n')[0]).IsEqualTo("");
    }
}
