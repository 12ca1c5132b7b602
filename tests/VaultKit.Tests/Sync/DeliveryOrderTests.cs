using System.Text;
using CsCheck;
using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Three agents changed the tasks of one commit while apart, and push one after the other, in any order. What depends on the order, and what does not.</summary>
public sealed class DeliveryOrderTests
{
    static readonly AgentId[] Agents = [.. new[] { "cloud-000000", "cloud-111111", "local-000000" }.Select(t => AgentId.TryParse(t, out var id) ? id : throw new ArgumentException(t))];
    static readonly TaskName[] Names = [Rig.Name("one"), Rig.Name("two")];
    static readonly int[][] Orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

    static readonly string[] Folders = ["Needs_Action/email", .. Agents.Select(a => Place.InProgress(a).Folder), "Pending_Approval/email", "Approved/email", "Rejected/email", "Done/2026-10", "Done/2026-11", "Quarantine"];

    /// <summary>Whose exits one side settles by the table alone, whoever pushes first.</summary>
    static readonly int[] Uncontended = [.. Enumerable.Range(0, Folders.Length).Where(f => Folders[f].StartsWith("Pending", StringComparison.Ordinal) || f > Array.IndexOf(Folders, "Approved/email"))];

    static readonly System.Collections.Concurrent.ConcurrentDictionary<ObjectId, byte[]> Blobs = [];

    static ObjectId Store(byte[] content)
    {
        var blob = StatCache.Hash(content);
        Blobs[blob] = content;
        return blob;
    }

    static byte[] Read(ObjectId blob) => Blobs[blob];

    /// <param name="Folder">Where one agent has each of the two tasks.</param>
    /// <param name="Note">What it wrote into it; 0 for nothing.</param>
    readonly record struct Version(int Folder, int Note);

    static readonly Gen<Version[]> Any = Gen.Select(Gen.Int[0, Folders.Length - 1], Gen.Int[0, 3], (folder, note) => new Version(folder, note)).Array[Names.Length];

    static Dictionary<string, ObjectId> Tree(Version[] versions) => Enumerable.Range(0, Names.Length)
        .ToDictionary(i => $"{Folders[versions[i].Folder]}/{Names[i].FileName}", i => Store(Encoding.UTF8.GetBytes($"---\nmark: none\n---\n\n# A mail\n\nnote {versions[i].Note}\n\n## Draft\n\nyes\n")));

    static Dictionary<string, ObjectId> Merged(AgentId self, Dictionary<string, ObjectId> @base, Dictionary<string, ObjectId> ours, Dictionary<string, ObjectId> theirs)
    {
        var result = Merge.Run(new(self, SimCommit.Diff(@base, ours), SimCommit.Diff(@base, theirs), new SimCommit(@base).Find, (_, _) => false, Read, Store));
        return SimCommit.With(ours, result.Changes);
    }

    static Dictionary<string, ObjectId> Pushed(int[] order, Version[] @base, Version[][] work)
    {
        var (from, tip) = (Tree(@base), Tree(@base));
        foreach (var agent in order) tip = Merged(Agents[agent], from, Tree(work[agent]), tip);
        return tip;
    }

    static IEnumerable<(Place Place, TaskName Name)> Tasks(Dictionary<string, ObjectId> tree) => tree.Keys.Select(p => Place.FromPath(p)).OfType<(Place, TaskName)>();

    static readonly Gen<(Version[] Base, Version[][] Work)> Histories = Gen.Select(Any, Any, Any, Any, (b, x, y, z) => (b, new[] { x, y, z }));

    [Test]
    public void In_any_order_each_task_ends_in_one_place() => Histories.Sample(h =>
        Orders.All(order => Tasks(Pushed(order, h.Base, h.Work)) is var tasks && Names.All(n => tasks.Count(t => t.Name == n) == 1)), iter: 3_000);

    [Test]
    public void In_any_order_nobodys_words_are_lost() => Histories.Sample(h =>
    {
        foreach (var order in Orders)
        {
            var words = string.Concat(Pushed(order, h.Base, h.Work).Where(f => Path.GetFileName(f.Key).StartsWith(Names[0].Value, StringComparison.Ordinal)).Select(f => Encoding.UTF8.GetString(Read(f.Value))));
            if (h.Work.Select(w => w[0]).Any(v => v.Note != h.Base[0].Note && !words.Contains($"note {v.Note}", StringComparison.Ordinal))) return false;
        }
        return true;
    }, iter: 3_000);

    /// <summary>Moves that are not contended end in one place whoever pushes first: the furthest.</summary>
    [Test]
    public void Moves_that_are_not_contended_end_alike_in_any_order() => Histories.Select(h => (Base: h.Base.Select(Still).ToArray(), Work: h.Work.Select(w => w.Select(Still).ToArray()).ToArray())).Sample(h =>
        Orders.Select(order => string.Join(' ', Tasks(Pushed(order, h.Base, h.Work)).Select(t => t.Place.PathOf(t.Name)).Order(StringComparer.Ordinal))).Distinct().Count() == 1, iter: 3_000);

    static Version Still(Version version) => new(Uncontended[version.Folder % Uncontended.Length], 0);

    /// <summary>Who has pushed takes the last tip as it is, and who hears of it twice changes nothing.</summary>
    [Test]
    public void All_clones_end_with_the_last_tip() => Histories.Sample(h =>
    {
        foreach (var order in Orders)
        {
            var (from, tips) = (Tree(h.Base), new List<Dictionary<string, ObjectId>>());
            var tip = from;
            foreach (var agent in order) tips.Add(tip = Merged(Agents[agent], from, Tree(h.Work[agent]), tip));
            for (var i = 0; i < order.Length; i++)
            {
                var mine = Merged(Agents[order[i]], tips[i], tips[i], tip);
                if (!SimCommit.Same(mine, tip) || !SimCommit.Same(Merged(Agents[order[i]], tip, mine, tip), tip)) return false;
            }
        }
        return true;
    }, iter: 1_000);
}
