using System.Buffers.Binary;
using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>
/// Puts loose objects and small packs together where no git is installed, as <c>git repack --geometric=2 -d</c> does: what is packed anew is a multiple of what is new, never all that there is.
/// Under our lock. No object goes before the pack that holds it is whole and durable; a crash leaves objects twice, and the next time takes them again.
/// </summary>
static class OwnRepack
{
    /// <summary>What is packed at once; more would take more memory than a small machine has to spare.</summary>
    const int Most = 200_000;

    sealed record Pack(string Path, int Objects);

    /// <returns>How many objects were packed; 0 where there was nothing to put together.</returns>
    public static int Run(string git)
    {
        var objects = Path.Combine(git, "objects");
        var folder = Path.Combine(objects, "pack");
        var loose = Loose(objects).Take(Most).ToList();
        var packs = Packs(folder);
        var together = Together(packs.Select(p => p.Objects).ToList(), loose.Count);
        if (loose.Count == 0 && together < 2) return 0;

        var wanted = new HashSet<ObjectId>(loose.Select(l => l.Id));
        foreach (var pack in packs.Take(together)) wanted.UnionWith(IdsOf(pack));
        // Durable when it returns: libgit2 syncs the pack, its index and their folder (NativeGit).
        using (var repository = new Repository(git))
            repository.ObjectDatabase.Pack(new PackBuilderOptions(folder) { MaximumNumberOfThreads = 1 }, builder => { foreach (var id in wanted) builder.Add(id); });

        // Found by what it holds: after a crash the same objects may be packed once more, under the same name.
        var made = Packs(folder).FirstOrDefault(p => p.Objects == wanted.Count && wanted.SetEquals(IdsOf(p))) ?? throw new IOException($"{folder}: the new pack does not hold what was put into it");
        foreach (var pack in packs.Take(together).Where(p => p.Path != made.Path))
            foreach (var ending in new[] { ".idx", ".rev", ".bitmap", ".pack" }) File.Delete(Path.ChangeExtension(pack.Path, ending));
        foreach (var (_, file) in loose) File.Delete(file);
        return wanted.Count;
    }

    /// <summary>How many of the packs, smallest first, go together so that each that is left has at least twice the objects of all before it.</summary>
    internal static int Together(IReadOnlyList<int> packs, int loose)
    {
        var sums = new List<long> { loose };
        foreach (var pack in packs) sums.Add(sums[^1] + pack);
        for (var split = packs.Count; split > 0; split--)
            if (packs[split - 1] < 2 * sums[split - 1] && sums[split] <= Most) return split;
        return 0;
    }

    static IEnumerable<(ObjectId Id, string File)> Loose(string objects) =>
        from folder in Directory.EnumerateDirectories(objects, "??")
        from file in Directory.EnumerateFiles(folder)
        where Path.GetFileName(file).Length == 38
        select (new ObjectId(Path.GetFileName(folder) + Path.GetFileName(file)), file);

    static List<Pack> Packs(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.idx").Where(f => File.Exists(Path.ChangeExtension(f, ".pack"))).Select(f => new Pack(f, Count(f))).OrderBy(p => p.Objects).ThenBy(p => p.Path, StringComparer.Ordinal)];

    // gitformat-pack, version 2 of the index: magic, version, 256 counts of which the last is of all, the names in their order.
    const int Counts = 8, Names = Counts + 256 * 4, NameLength = 20;

    static int Count(string index)
    {
        Span<byte> head = stackalloc byte[Names];
        using var file = File.OpenRead(index);
        if (file.ReadAtLeast(head, Names, throwOnEndOfStream: false) < Names || BinaryPrimitives.ReadUInt64BigEndian(head) != 0xff744f63_00000002)
            throw new IOException($"{index} is no index of a pack");
        return BinaryPrimitives.ReadInt32BigEndian(head[(Names - 4)..]);
    }

    static IEnumerable<ObjectId> IdsOf(Pack pack)
    {
        using var file = new FileStream(pack.Path, FileMode.Open, FileAccess.Read);
        file.Position = Names;
        for (var n = 0; n < pack.Objects; n++)
        {
            var name = new byte[NameLength];
            file.ReadExactly(name);
            yield return new(name);
        }
    }
}
