using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>
/// A vault that its owner, an editor, a crash and a bad disk have left in whatever state, against a remote that has gone on meanwhile; whole cycles on real files and real git.
/// PLATINUM_TREES: how many (500); PLATINUM_SEED: one seed of <see cref="Each"/> trees, to replay it. The seeds follow from the day.
/// </summary>
public sealed class DirtyTreesTests
{
    /// <summary>Trees that one seed makes one after the other, in the same two vaults.</summary>
    const int Each = 20;

    [Test]
    public async Task Dirty_trees_against_a_remote_that_went_on()
    {
        var one = Environment.GetEnvironmentVariable("PLATINUM_SEED") is { Length: > 0 } text ? int.Parse(text) : (int?)null;
        var count = one is null ? (int.Parse(Environment.GetEnvironmentVariable("PLATINUM_TREES") ?? "500") + Each - 1) / Each : 1;
        var first = one ?? (int)(DateTime.UtcNow - DateTime.UnixEpoch).TotalDays % 20_000 * 1000;
        Console.WriteLine($"seeds {first} to {first + count - 1}; PLATINUM_SEED=N replays one");
        var broken = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (n, loop) =>
        {
            var story = new List<string>();
            try { Run(first + n, story); }
            catch (Exception e)
            {
                broken.Add($"seed {first + n}: {e.Message}\n  {string.Join("\n  ", story)}\n{e}");
                loop.Stop();
            }
        });
        foreach (var story in broken) Console.WriteLine(story);
        await Assert.That(broken.Select(b => b.Split('\n')[0]).FirstOrDefault() ?? "").IsEqualTo("");
    }

    static void Run(int seed, List<string> story)
    {
        var random = new Random(seed);
        using var rig = new Rig(inMemory: true);
        var owner = rig.Machine("owner", Zone.Local);
        for (var i = 0; i < 6; i++) owner.New($"first {i}");
        owner.Write("Briefings/Weekly.md", "# This week\n");
        owner.SyncWell();
        var other = rig.Machine("other", random.Next(2) == 0 ? Zone.Cloud : Zone.Local);
        File.WriteAllText(Path.Combine(rig.Root, "outside"), "not of the vault");
        for (var tree = 0; tree < Each; tree++)
        {
            story.Add($"tree {tree}");
            var there = new DirtyTree(rig, other, owner.Agent, random, story, tree * 100);
            for (var i = 0; i < 1 + random.Next(4); i++) there.Tidy();
            other.SyncWell();
            var dirty = new DirtyTree(rig, owner, other.Agent, random, story, tree * 100 + 50);
            for (var i = 0; i < 1 + random.Next(8); i++) dirty.Soil();
            Check(rig, owner, other);
            dirty.Mend();
        }
        rig.Fsck();
    }

    /// <summary>A cloud that edits by chance what is not its own does so five times in a row once in a while: the owner is told, and the cycle was whole all the same.</summary>
    static SyncReport Sync(Machine owner) =>
        owner.Sync() is { Failure: null or { Kind: SyncFailureKind.Refused } } report ? report : throw new InvalidOperationException(SyncCycle.Status(owner.State).LastError);

    static void Check(Rig rig, Machine owner, Machine other)
    {
        var written = Contents(owner);
        var tasks = Tasks(rig).Select(t => t.Name).ToHashSet();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Sync(owner);
            other.SyncWell();
            rig.Clock.Now += TimeSpan.FromMinutes(2); // what is gone counts
        }
        Sync(owner);
        other.SyncWell();
        // What cannot travel stays on the owner's machine; everything else is alike.
        if (Sync(owner) is { Committed: > 0 } or { Pushed: true }) throw new InvalidOperationException("a cycle with nothing to do did something");
        if (other.Tree() != rig.RemoteTree()) throw new InvalidOperationException("the other differs from the remote");
        if (Rig.Git(owner.GitPath, "rev-parse", "refs/heads/main") != Rig.Git(rig.Remote, "rev-parse", "main")) throw new InvalidOperationException("the owner's main differs from the remote");

        var now = Tasks(rig);
        foreach (var twice in now.GroupBy(t => t.Name).Where(g => g.Count() > 1)) throw new InvalidOperationException($"{twice.Key} is in {string.Join(" and ", twice.Select(t => t.Place))}");
        foreach (var lost in tasks.Except(now.Select(t => t.Name))) throw new InvalidOperationException($"{lost} is lost");
        var known = Rig.Git(owner.GitPath, "rev-list", "--all", "--objects").Split('\n').Select(l => l.Split(' ')[0]).ToHashSet();
        known.UnionWith(Contents(owner).Keys);
        foreach (var (blob, path) in written)
            if (!known.Contains(blob)) throw new InvalidOperationException($"what stood in {path} is nowhere");
        if (File.ReadAllText(Path.Combine(rig.Root, "outside")) != "not of the vault") throw new InvalidOperationException("a file outside the vault was changed");
        foreach (var file in Directory.EnumerateFiles(other.Vault.Root, "*.md", SearchOption.AllDirectories))
            if (File.ReadAllText(file).Contains("<<<<<<<", StringComparison.Ordinal)) throw new InvalidOperationException($"{file} has conflict markers");
    }

    static List<(Place Place, TaskName Name)> Tasks(Rig rig) => [.. rig.RemotePaths().Select(p => Place.FromPath(p)).OfType<(Place, TaskName)>()];

    /// <summary>Every content that lies in a vault, dot names and all; what is left of a program's own half-written files is nobody's words.</summary>
    static Dictionary<string, string> Contents(Machine machine)
    {
        var contents = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(machine.Vault.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            if (!Path.GetFileName(file).StartsWith(DirtyTree.HalfWritten, StringComparison.Ordinal)) contents[StatCache.Hash(File.ReadAllBytes(file)).Sha] = file;
        return contents;
    }
}
