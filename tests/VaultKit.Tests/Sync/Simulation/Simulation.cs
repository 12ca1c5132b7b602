using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>
/// Agents, their owner, a remote, clocks that go wrong, crashes, partitions and a stranger, all decided by one seed. What decides is shipped code: the merge, the judge of what arrives, the table of moves,
/// claims and their confirmation, an approval's conditions, what comes back and what was archived.
/// <see cref="Run"/> throws with the story so far where an invariant is broken.
/// </summary>
sealed class Simulation(int seed)
{
    readonly SimWorld world = new(seed);

    public void Run()
    {
        var steps = world.Long ? 300 + world.Random.Next(500) : 20 + world.Random.Next(60);
        for (var step = 0; step < steps; step++)
        {
            world.Pass();
            if (world.IsStrangersTurn()) new SimStranger(world).Push();
            var machine = world.Any(world.Machines);
            if (machine.Dead) continue;
            switch (world.Random.Next(20))
            {
                case 0: world.Say(machine, (machine.Online = !machine.Online) ? "is back" : "is cut off"); break;
                case 1 when world.Machines.Count(m => !m.Dead) > 1 && (!world.Long || world.Odds(10)): machine.Dead = true; world.Say(machine, "dies"); break;
                case < 9: new SimAgent(world, machine).Step(); break;
                case < 14 when machine.Id.Zone == Zone.Local: new SimOwner(world, machine).Act(); break;
                default: machine.Cycle(); break;
            }
        }
        Settle();
    }

    void Settle()
    {
        world.Calm();
        for (var pass = 0; pass < 3; pass++) Cycles();
        var settled = world.Remote;
        Cycles();
        if (world.Remote != settled) throw world.Broken("a cycle with nothing to do pushed something");
        foreach (var machine in world.Machines)
            if (!SimCommit.Same(machine.Files, settled.Tree) || machine.Main != settled || machine.At != settled) throw world.Broken($"{machine.Id} differs from the remote when all is said");
        NothingIsLost(settled);
    }

    void Cycles()
    {
        foreach (var machine in world.Machines) machine.Cycle();
    }

    void NothingIsLost(SimCommit tip)
    {
        var archived = tip.Tree.Where(f => SyncPath.IsArchive(f.Key)).SelectMany(f => ArchiveIndex.Read(world.Tasks.Read(f.Value))).Select(l => l.Path).ToHashSet();
        foreach (var name in world.Mails)
            if (tip.Find(name).Count == 0 && !archived.Any(p => SimCommit.IsOf(p, name))) throw world.Broken($"{name} is lost");
        foreach (var (word, times) in world.Acted)
            if (times > 1) throw world.Broken($"{word} was carried out {times} times");
        var words = tip.Tree.Where(f => Place.FromPath(f.Key) is not null || SyncPath.IsKept(f.Key)).Select(f => f.Value).Concat(world.Archived).SelectMany(world.Tasks.Words).ToHashSet();
        foreach (var edit in world.Owed)
            if (!words.Contains(edit)) throw world.Broken($"the owner's {edit} is lost");
        foreach (var (path, blob) in world.Logs)
            if (tip.Blob(path) != blob) throw world.Broken($"{path} is lost");
        if (tip.Blob(VaultFolder.HandbookFile) != world.Handbook) throw world.Broken("the handbook is not what the owner wrote last");
        foreach (var (path, blob) in world.Planted)
            if (tip.Blob(path) == blob) throw world.Broken($"a stranger's {path} stands");
    }
}
