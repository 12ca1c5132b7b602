using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>A vault is joined a part after the other: what comes of that is what judging it at once would give.</summary>
public sealed class JoiningTests
{
    static Rig Remote(params (string Mode, string Path, string Content)[] entries)
    {
        var rig = new Rig();
        var machine = rig.Machine("m", Zone.Local);
        machine.Write("Briefings/Weekly.md", "ours");
        machine.SyncWell();
        if (entries.Length > 0) rig.Plant("more", fromNothing: false, entries);
        return rig;
    }

    static LibGit2Sharp.Tree Tip(GitDirectory git) => git.Commit(GitDirectory.Main)!.Tree;

    [Test]
    public async Task The_parts_of_a_tree_are_all_of_it_and_its_protocol_is_in_the_last()
    {
        using var rig = Remote(("100644", "Briefings/One.md", "1"), ("100644", "Plans/email/two.md", "2"), ("120000", "Briefings/Link.md", "/etc/passwd"));
        NativeGit.Load();
        using var git = GitDirectory.OpenAt(rig.Remote);
        var parts = GitDirectory.Parts(Tip(git), 2).ToList();
        await Assert.That(parts.Max(p => p.Count)).IsEqualTo(2);
        static string Lines(IEnumerable<KeyValuePair<string, Change>> changes) => string.Join('\n', changes.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));
        await Assert.That(Lines(parts.SelectMany(p => p))).IsEqualTo(Lines(git.Diff(null, Tip(git))));
        await Assert.That(parts.FindLastIndex(p => p.Keys.Any(k => k.Contains('/')))).IsLessThanOrEqualTo(parts.FindIndex(p => p.ContainsKey(VaultFolder.ProtocolFile)));
    }

    [Test]
    public async Task Deeper_than_the_vault_nobody_looks()
    {
        using var rig = Remote(("100644", "Briefings/a/b/c/d/e.md", "deep"));
        NativeGit.Load();
        using var git = GitDirectory.OpenAt(rig.Remote);
        var deep = GitDirectory.Parts(Tip(git), 2).SelectMany(p => p).Single(c => c.Key.StartsWith("Briefings/a", StringComparison.Ordinal));
        await Assert.That(deep.Key).IsEqualTo("Briefings/a/b/c");
        await Assert.That(deep.Value.Plain).IsFalse();
    }

    [Test]
    public async Task Twins_are_seen_in_two_parts_too()
    {
        using var rig = Remote(("100644", "Briefings/Twin.md", "one"), ("100644", "Briefings/twin.md", "two"));
        NativeGit.Load();
        using var git = GitDirectory.OpenAt(rig.Remote);
        var (judge, findings) = (SyncWork.Judge(git, AgentId.New(Zone.Cloud), new()), new List<Finding>());
        foreach (var part in GitDirectory.Parts(Tip(git), 1)) judge.Run(new(part, TreeView.Empty, TreeView.Empty, []), findings);
        await Assert.That(findings.Single().Path).IsEqualTo("Briefings/twin.md");
    }

    [Test]
    public async Task A_cloud_that_joins_takes_nothing_hostile()
    {
        using var rig = Remote(("100644", "Briefings/Twin.md", "one"), ("100644", "Briefings/twin.md", "two"), ("120000", "Briefings/Link.md", "/etc/passwd"));
        var fresh = rig.Machine("fresh", Zone.Cloud);
        await Assert.That(string.Join(' ', Directory.GetFiles(fresh.FullPath("Briefings")).Select(Path.GetFileName).Order(StringComparer.Ordinal))).IsEqualTo("Twin.md Weekly.md");
        fresh.SyncWell();
        await Assert.That(fresh.Tree()).IsEqualTo(rig.RemoteTree());
    }
}
