using LibGit2Sharp;
using VaultKit.Sync;

namespace VaultKit.Tests.Sync;

public sealed class TreeFolderTests
{
    const int Rounds = 40;

    // What sorts before and after the slash that git puts behind a folder's name, and letters of two and three octets.
    static readonly string[] Letters = ["a", "b", "A", "-", ".", "0", "é", "日"];

    [Test]
    public async Task Every_name_is_found_as_git_has_it_and_no_other()
    {
        var seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        LibGit2Sharp.Repository.Init(folder.Path, isBare: true);
        using var git = GitDirectory.OpenAt(folder.Path);
        var blob = git.WriteBlob([1]);
        for (var round = 0; round < Rounds; round++)
        {
            var names = Enumerable.Range(0, random.Next(1, 60)).Select(_ => "x" + Name(random)).ToHashSet(StringComparer.Ordinal);
            var tree = git.Build(null, names.Select(n => KeyValuePair.Create(random.Next(4) == 0 ? n + "/in" : n, (ObjectId?)blob)));
            var (often, seldom) = (new TreeFolder(tree, new()), new TreeFolder(tree, new()));
            foreach (var entry in tree)
            {
                var item = new TreeItem(entry.Mode, entry.Target.Id);
                if (often[entry.Name] != item || new TreeFolder(tree, new()).Seldom(entry.Name) != item) throw new InvalidOperationException($"seed {seed}: {entry.Name} is not found");
                if ((often.Below(entry.Name) is null) != (entry.Mode != Mode.Directory)) throw new InvalidOperationException($"seed {seed}: {entry.Name} is a folder or not");
            }
            foreach (var other in Enumerable.Range(0, 60).Select(_ => "x" + Name(random)).Where(n => !names.Contains(n)))
                if (often[other] is not null || seldom.Seldom(other) is not null) throw new InvalidOperationException($"seed {seed}: {other} is found");
            await Assert.That(often.Select(e => e.Key).ToHashSet(StringComparer.Ordinal).SetEquals(names)).IsTrue();
            await Assert.That(often.Count).IsEqualTo(names.Count);
            var allFiles = tree.All(e => e.Mode != Mode.Directory);
            await Assert.That(new TreeFolder(tree, new()).IsJust(names)).IsEqualTo(allFiles).Because($"seed {seed}");
            await Assert.That(new TreeFolder(tree, new()).IsJust([.. names.Skip(1), "another"])).IsFalse().Because($"seed {seed}");
            await Assert.That(new TreeFolder(tree, new()).IsJust([.. names.Skip(1)])).IsFalse().Because($"seed {seed}");
        }
    }

    static string Name(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Letters[random.Next(Letters.Length)]));
}
