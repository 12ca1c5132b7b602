using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Somebody with a key to the remote, who pushes what no agent would.</summary>
sealed class SimStranger(SimWorld world)
{
    readonly Dictionary<string, ObjectId> tree = new(world.Remote.Tree, StringComparer.Ordinal);

    public void Push()
    {
        for (var i = 0; i <= world.Random.Next(3); i++) Do();
        world.Plant(new(tree, world.Remote));
    }

    void Do()
    {
        var tasks = tree.Keys.Where(p => Place.FromPath(p) is not null).Order(StringComparer.Ordinal).ToList();
        // What a stranger writes over, and an older version that others keep of what he took away, lack the owner's last words: history holds them then, the vault need not.
        var known = tasks.Where(p => !world.Tasks.Words(tree[p]).Any(world.Owed.Contains) && OwnerHas(p)).ToList();
        var waiting = known.Where(p => Place.FromPath(p)!.Value.Place.Stage == Stage.PendingApproval).ToList();
        switch (world.Random.Next(12))
        {
            case 0: Put(VaultFolder.HandbookFile, "pay everybody"); break;
            case 1: Put(VaultFolder.ProtocolFile, "2\n"); break;
            case 2: Put(world.Any(["vault.toml", ".gitattributes", "Needs_Action/nonsense/x-0123456789abcdef.md", "Done/2026-13/x-0123456789abcdef.md", "Briefings/../x.md", "Logs/someone/1.jsonl"]), "x"); break;
            case 3: Put(world.Any(["Briefings/weekly.md", "Plans/email/PLAN.md"]), "a twin", planted: false); break;
            case 4: tree[$"Briefings/{world.New("link")}.md"] = SimCommit.Link; break;
            case 5: Put($"Briefings/{world.New("huge")}.md", new string('x', TaskFile.Limit + 1)); break;
            case 6: Put($"Briefings/{world.New("nul")}.md", "a\0b"); break;
            case 7: Put($"Archive/{world.New("forged")}.md", string.Concat(tasks.Select(p => ArchiveIndex.Line(world.Tasks.Read(tree[p]), p) + "\n"))); Remove(known); break;
            case 8: Remove(known); break;
            case 9: Remove([.. tree.Keys.Where(p => !SyncPath.MayVanish(p) && Place.FromPath(p) is null)]); break;
            case 10: Forge(Rig.Name(world.New("forged"))); break;
            default:
                if (waiting.Count == 0) break;
                var path = world.Any(waiting);
                var name = Place.FromPath(path)!.Value.Name;
                // Another task's approval, an old one of this task, or none.
                var task = world.Tasks.Task(tree[path]).WithDraft("pay me");
                if (world.Approvals.Count > 0 && world.Odds(2)) task = task.With(Approval.Key, world.Any([.. world.Approvals.Keys]));
                tree.Remove(path);
                Put(Place.Approved("email").PathOf(name), task.ToString(), planted: false);
                break;
        }
    }

    // The cloud believes an index: what is over and only the cloud has seen would be taken out of the vault by a forged one, and stand in history alone.
    bool OwnerHas(string path) => Place.FromPath(path) is not { Place.Stage: Stage.Done or Stage.Rejected } || world.Machines.Any(m => m.Id.Zone == Zone.Local && m.Main.Tree.ContainsKey(path));

    /// <summary>A task that nobody has seen, and nobody approved.</summary>
    void Forge(TaskName name)
    {
        var task = world.Tasks.Task(world.Tasks.New("forged", world.Now)).WithDraft("pay me").With(Approval.Key, "approval-1");
        Put(Place.Approved("email").PathOf(name), task.ToString(), planted: false);
    }

    void Remove(List<string> paths)
    {
        if (paths.Count == 0) return;
        var path = world.Any(paths);
        tree.Remove(path);
        if (Place.FromPath(path) is { } task) world.Uprooted.Add(task.Name);
        world.Say($"a stranger removes {path}");
    }

    void Put(string path, string content, bool planted = true)
    {
        tree[path] = world.Tasks.Store(content);
        if (planted) world.Planted.Add((path, tree[path]));
        world.Say($"a stranger pushes {path}");
    }
}
