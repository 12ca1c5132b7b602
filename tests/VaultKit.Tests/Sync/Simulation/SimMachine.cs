using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>A machine died: what it had not made durable is gone.</summary>
sealed class SimCrash : Exception;

/// <summary>
/// One installation: its files, its references, and a cycle as <see cref="SyncWork"/> runs it. Whom to believe is the shipped judge's and the shipped merge's to say, and what has vanished comes back
/// by the shipped rule; only what moves files and references is made up, with a crash possible wherever one is between two durable steps.
/// </summary>
sealed class SimMachine(SimWorld world, AgentId id, TimeSpan skew, SimCommit start)
{
    public AgentId Id => id;
    public DateTimeOffset Now => world.Now + skew;

    /// <summary>What lies in the vault's folder.</summary>
    public Dictionary<string, ObjectId> Files { get; } = new(start.Tree, StringComparer.Ordinal);
    public SimCommit Main { get; private set; } = start;

    /// <summary>What the files were last fully brought to.</summary>
    public SimCommit At { get; private set; } = start;
    public SimCommit Seen { get; private set; } = start;

    public bool Online { get; set; } = true;

    /// <summary>Died for good: it neither works nor syncs until the end, and then comes back.</summary>
    public bool Dead { get; set; }

    /// <summary>Approvals that were carried out here, kept outside the vault.</summary>
    public HashSet<string> Spent { get; } = [];

    /// <summary>Mails that were read here: the position in the mailbox.</summary>
    public HashSet<TaskName> Mails { get; } = [];

    /// <summary>Drafts that the owner moved to Approved by hand, here.</summary>
    public HashSet<(TaskName, string?)> Yes { get; } = [];

    public void Cycle()
    {
        try
        {
            FinishCheckout();
            CommitLocal();
            if (Online) Exchange();
        }
        catch (SimCrash) { world.Say(this, "crashes"); }
    }

    void FinishCheckout()
    {
        if (At != Main && SimCommit.IsAncestor(Main, At)) { Main = At; return; }
        if (At == Main) return;
        var changes = SimCommit.Diff(At.Tree, Main.Tree);
        var kept = Checkout(changes);
        if (kept.Count == 0) { At = Main; return; }
        world.Say(this, "keeps " + string.Join(' ', kept));
        var tree = SimCommit.With(Main.Tree, kept.Select(p => KeyValuePair.Create(p, changes[p].Old)));
        if (!SimCommit.Same(tree, At.Tree)) At = Commit(tree, At);
    }

    HashSet<string> Checkout(Dictionary<string, Change> changes)
    {
        var (kept, held) = (new HashSet<string>(), new HashSet<TaskName>());
        foreach (var (path, change) in changes.Where(c => c.Value.New is not null).OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            world.MayCrash();
            world.Meanwhile(this);
            var now = Files.GetValueOrDefault(path);
            if (now == change.Old || now == change.New) { Files[path] = change.New!; continue; }
            kept.Add(path);
            if (Place.FromPath(path) is { } task) held.Add(task.Name);
        }
        foreach (var (path, change) in changes.Where(c => c.Value.New is null))
        {
            world.MayCrash();
            world.Meanwhile(this);
            if ((Place.FromPath(path) is { } task && held.Contains(task.Name)) || Files.GetValueOrDefault(path, change.Old!) != change.Old) kept.Add(path);
            else Files.Remove(path);
        }
        return kept;
    }

    void CommitLocal()
    {
        Dictionary<string, Change> changes;
        for (var look = 1; ; look++)
        {
            changes = SimCommit.Diff(At.Tree, Files);
            if (!Heal(changes, last: look == 4)) break;
        }
        if (changes.Count == 0) return;
        var commit = Commit(SimCommit.With(At.Tree, changes.Select(c => KeyValuePair.Create(c.Key, c.Value.New))), At);
        world.MayCrash();
        if (Main == At)
        {
            world.Check(commit.Tree, this, "commits");
            At = commit;
            world.MayCrash();
            Main = commit;
            return;
        }
        var merged = Commit(Combine(At, commit, Main, SimCommit.Diff(At.Tree, Main.Tree)), commit, Main);
        Main = merged;
        world.MayCrash();
        At = commit;
        FinishCheckout();
    }

    /// <summary>As <see cref="Healing"/>: no task in two places, none in none.</summary>
    bool Heal(Dictionary<string, Change> changes, bool last)
    {
        var elsewhere = new Elsewhere(At, changes, world.Tasks.Read);
        var (gone, again) = (new List<(string Path, ObjectId Blob)>(), false);
        foreach (var group in changes.Where(c => c.Value.Old is null || c.Value.New is null).GroupBy(c => Place.FromPath(c.Key)?.Name).ToList())
        {
            if (group.Key is not { } name)
            {
                gone.AddRange(group.Where(c => c.Value.New is null && !(id.Zone == Zone.Local && SyncPath.MayVanish(c.Key)) && !elsewhere.Holds(c.Key, c.Value.Old!)).Select(c => (c.Key, c.Value.Old!)));
                continue;
            }
            var there = Healing.FurthestFirst(Files.Keys.Where(p => SimCommit.IsOf(p, name)), At, id);
            foreach (var path in there.Skip(1))
            {
                var blob = Files[path];
                if (blob != Files[there[0]] && (blob != At.Blob(path) || TaskMerge.LosesWords(null, world.Tasks.Read(Files[there[0]]), world.Tasks.Read(blob), emptied: false))) Files[SyncPath.Kept(name, blob.Sha)] = blob;
                Files.Remove(path);
                world.Say(this, $"finds {name} twice: {there[0]} stays");
                again = true;
            }
            if (there.Count == 0) gone.AddRange(group.Select(c => (c.Key, c.Value.Old!)).Where(g => !elsewhere.Holds(g.Key, g.Item2)));
        }
        var accident = gone.Count >= 10 && gone.Count > At.Tree.Keys.Count(p => Place.FromPath(p)?.Place.Stage is Stage.NeedsAction or Stage.PendingApproval or Stage.Approved) / 2;
        foreach (var (path, blob) in gone)
        {
            changes.Remove(path);
            if (!world.HasLainStill()) continue;
            var (back, content) = Healing.Comeback(id.Zone, path, world.Tasks.Read(blob), accident);
            world.Say(this, $"finds {path} gone: {back}");
            again |= Files.TryAdd(back, world.Tasks.Store(content));
        }
        return again && !last;
    }

    void Exchange()
    {
        for (var round = 0; round < 5; round++)
        {
            var theirs = world.Remote;
            if (MergeIn(theirs))
            {
                FinishCheckout();
                if (!SimCommit.Same(Main.Tree, At.Tree)) { FinishCheckout(); CommitLocal(); }
            }
            Seen = theirs;
            if (Main == theirs) return;
            world.MayCrash();
            world.Race(this);
            if (world.Remote != theirs) continue;
            world.Accept(this, Main);
            world.MayCrash();
            Seen = Main;
            return;
        }
        world.Say(this, "loses the race");
    }

    bool MergeIn(SimCommit theirs)
    {
        if (SimCommit.IsAncestor(theirs, Main)) return false;
        var @base = SimCommit.Base(Main, theirs);
        var findings = new List<Finding>();
        var arrived = new Arrival(id, new() { Approved = (name, bytes) => world.IsApproved(this, name, bytes) }, world.Tasks.SizeOf, world.Tasks.Read)
            .Run(new(SimCommit.Diff(@base.Tree, theirs.Tree), @base, Main, [.. SimCommit.Owners(Main, theirs).Select(o => new OwnersTree(o, SimCommit.Diff(@base.Tree, o.Tree).Keys))]), findings);
        var merged = Combine(@base, Main, theirs, arrived);
        world.Say(this, "merges" + string.Concat(findings.Select(f => $"; {f}")));
        Main = SimCommit.Same(merged, theirs.Tree) && SimCommit.IsAncestor(Main, theirs) ? theirs : Commit(merged, Main, theirs);
        world.MayCrash();
        return true;
    }

    SimCommit Commit(Dictionary<string, ObjectId> tree, params IReadOnlyList<SimCommit> parents) => new(tree, parents) { IsOwners = id.Zone == Zone.Local };

    Dictionary<string, ObjectId> Combine(SimCommit @base, SimCommit ours, SimCommit theirs, IReadOnlyDictionary<string, Change> arrived)
    {
        var result = Merge.Run(new(id, SimCommit.Diff(@base.Tree, ours.Tree), arrived, @base.Find, new Elsewhere(ours, arrived, world.Tasks.Read).HoldsOrIsOver, world.Tasks.Read, world.Tasks.Store));
        foreach (var finding in result.Findings) world.Say(this, $"finds {finding}");
        var tree = SimCommit.With(ours.Tree, result.Changes);
        world.Check(tree, this, "merges");
        return tree;
    }
}
