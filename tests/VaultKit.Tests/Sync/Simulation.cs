using System.Text;
using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>
/// Agents, a remote and partitions, all decided by one seed. Trees are dictionaries; what decides is the shipped merge and the shipped table of moves.
/// <see cref="Run"/> throws with the story so far where an invariant is broken.
/// </summary>
sealed class Simulation(int seed)
{
    sealed record Node(Dictionary<string, ObjectId> Tree);

    sealed class Agent(AgentId id, Node start)
    {
        public AgentId Id => id;
        public Node Head { get; set; } = start;
        public Node Seen { get; set; } = start;
        public bool Online { get; set; } = true;

        /// <summary>Died for good: it neither works nor syncs until the end, and then comes back.</summary>
        public bool Dead { get; set; }
    }

    readonly Random random = new(seed);
    readonly Dictionary<ObjectId, byte[]> blobs = [];
    readonly List<string> story = [];
    readonly List<Agent> agents = [];
    readonly HashSet<TaskName> tasks = [];
    readonly Dictionary<string, int> acted = [];
    readonly HashSet<string> owed = [];
    Node remote = new([]);
    int counter;

    public void Run()
    {
        var cloud = 1 + random.Next(3);
        for (var i = 0; i < cloud; i++) agents.Add(new(Id("cloud", i), remote));
        for (var i = 0; i < 1 + random.Next(2); i++) agents.Add(new(Id("local", i), remote));
        var steps = 20 + random.Next(60);
        for (var step = 0; step < steps; step++)
        {
            var agent = agents[random.Next(agents.Count)];
            if (agent.Dead) continue;
            switch (random.Next(20))
            {
                case 0: Say(agent, (agent.Online = !agent.Online) ? "is back" : "is cut off"); break;
                case 1 when agents.Count(a => !a.Dead) > 1: agent.Dead = true; Say(agent, "dies"); break;
                case < 4: Create(agent); break;
                case < 14: Work(agent); break;
                default: if (agent.Online) Exchange(agent); break;
            }
        }
        foreach (var agent in agents) (agent.Online, agent.Dead) = (true, false);
        Settle();
    }

    static AgentId Id(string zone, int n) => AgentId.TryParse($"{zone}-aaaaa{n}", out var id) ? id : throw new InvalidOperationException();

    // ---- what agents do ----

    void Create(Agent agent)
    {
        // Few mails, so that two agents read the same one now and then; its bytes are the same for whoever reads it.
        var name = Rig.Name("mail " + random.Next(6));
        if (agent.Head.Tree.Keys.Any(p => IsTask(p, name))) return;
        tasks.Add(name);
        Commit(agent, $"files {name}", (Place.NeedsAction("email").PathOf(name), Content(new("", "", "", "", ""))));
    }

    void Work(Agent agent)
    {
        var open = agent.Head.Tree.Keys.Where(p => Place.FromPath(p) is not null).Order(StringComparer.Ordinal).ToList();
        if (open.Count == 0) return;
        var path = open[random.Next(open.Count)];
        var (from, name) = Place.FromPath(path)!.Value;
        var task = Read(agent.Head.Tree[path]);
        var (claim, approval, draft, _, _) = task;
        if (agent.Id.Zone == Zone.Local && from.Stage is Stage.NeedsAction or Stage.InProgress or Stage.PendingApproval && random.Next(3) == 0)
        {
            var edit = $"edit-{++counter}";
            var part = random.Next(from.Stage == Stage.PendingApproval ? 0 : 1, 3);
            if (part < 2) owed.Add(edit); // of a key that two changed one value stands; its other value is in history
            Commit(agent, $"edits {path}: {edit}", (path, Content(part switch
            {
                0 => task with { Draft = $"{draft} {edit}", Approval = "" },
                1 => task with { Notes = $"{task.Notes} {edit}" },
                _ => task with { Mark = edit },
            })));
            return;
        }
        var targets = Moves.Table.Where(m => m.From == from.Stage).Select(m => To(agent, m.To)).Where(to => Moves.Allowed(agent.Id, from, to)).Distinct().ToList();
        if (targets.Count == 0) return;
        var target = targets[random.Next(targets.Count)];
        if (from.Stage == Stage.InProgress && approval.Length > 0)
        {
            // The fence: nothing goes out before the claim is in the tip, and what may have gone out is nobody's to release.
            if (from.Below != agent.Id.Value || !IsConfirmed(agent, path)) return;
            if (target.Stage == Stage.NeedsAction) return;
            if (target.Stage == Stage.Done) acted[approval] = acted.GetValueOrDefault(approval) + 1;
        }
        // Nothing is worked on before its claim is confirmed.
        else if (from.Stage == Stage.InProgress && from.Below == agent.Id.Value && target.Stage == Stage.PendingApproval && !IsConfirmed(agent, path)) return;
        if (from.Stage == Stage.Approved && target.Stage == Stage.InProgress && approval.Length == 0) return;
        if (target.Stage == Stage.InProgress) claim = $"nonce-{++counter}";
        else claim = "";
        if (from.Stage == Stage.InProgress && target.Stage == Stage.PendingApproval && approval.Length == 0)
        {
            // A new draft over the old one: its words are gone, as the owner wanted who asked for it again.
            foreach (var word in draft.Split(' ')) owed.Remove(word);
            draft = $"draft-{++counter}";
        }
        approval = target.Stage switch
        {
            Stage.Approved when from.Stage == Stage.PendingApproval => $"approval-{++counter}",
            Stage.InProgress or Stage.Done when from.Stage is Stage.Approved or Stage.InProgress => approval,
            _ => "",
        };
        Commit(agent, $"moves {name} from {from} to {target} ({claim}{approval})", (path, null), (target.PathOf(name), Content(task with { Claim = claim, Approval = approval, Draft = draft })));
    }

    static Place To(Agent agent, Stage stage) => stage switch
    {
        Stage.InProgress => Place.InProgress(agent.Id),
        Stage.Done => new(Stage.Done, "2026-11"),
        Stage.Quarantine => Place.Quarantine,
        _ => new(stage, "email"),
    };

    bool IsConfirmed(Agent agent, string path) =>
        agent.Seen.Tree.TryGetValue(path, out var blob) && Read(blob).Claim is { Length: > 0 } nonce && nonce == Read(agent.Head.Tree[path]).Claim;

    // ---- sync, as a cycle does it ----

    void Exchange(Agent agent)
    {
        for (var round = 0; round < 5; round++)
        {
            var theirs = remote;
            if (!ReferenceEquals(theirs, agent.Seen)) Merge(agent, theirs);
            // Between fetch and push another may be first.
            if (random.Next(4) == 0 && agents.FirstOrDefault(a => a != agent && a is { Online: true, Dead: false }) is { } other)
            {
                if (!ReferenceEquals(remote, other.Seen)) Merge(other, remote);
                Accept(other);
                Say(other, "pushes first");
            }
            if (!ReferenceEquals(remote, theirs)) continue;
            Say(agent, "pushes");
            Accept(agent);
            agent.Seen = remote;
            Check(remote.Tree, $"{agent.Id}'s push");
            return;
        }
        Say(agent, "loses the race");
    }

    /// <summary>A claim that a tip has held is confirmed: no agent's later push takes it over. (An owner may have released it, and claimed it then.)</summary>
    void Accept(Agent agent)
    {
        var held = remote.Tree.Keys.Select(p => Place.FromPath(p)).OfType<(Place Place, TaskName Name)>().Where(t => t.Place.Stage == Stage.InProgress).ToDictionary(t => t.Name, t => t.Place.Below);
        remote = agent.Head;
        foreach (var (place, name) in remote.Tree.Keys.Select(p => Place.FromPath(p)).OfType<(Place Place, TaskName Name)>())
            if (place.Stage == Stage.InProgress && place.Below.StartsWith("cloud", StringComparison.Ordinal) && held.TryGetValue(name, out var holder) && holder != place.Below)
                throw Broken($"{agent.Id} took {name} for {place.Below}, and {holder} held it");
    }

    void Merge(Agent agent, Node theirs)
    {
        var @base = agent.Seen.Tree;
        var result = VaultKit.Sync.Merge.Run(new(agent.Id, Diff(@base, agent.Head.Tree), Diff(@base, theirs.Tree),
            name => @base.Where(e => IsTask(e.Key, name)).ToDictionary(StringComparer.Ordinal), (_, _) => false, id => blobs[id], Store));
        var tree = new Dictionary<string, ObjectId>(agent.Head.Tree, StringComparer.Ordinal);
        foreach (var (path, blob) in result.Changes)
        {
            if (blob is null) tree.Remove(path);
            else tree[path] = blob;
        }
        Say(agent, "merges" + string.Concat(result.Findings.Select(f => $"; {f}")));
        agent.Head = Same(tree, theirs.Tree) ? theirs : new(tree);
        agent.Seen = theirs;
        Check(tree, $"{agent.Id}'s merge");
    }

    static Dictionary<string, Change> Diff(Dictionary<string, ObjectId> from, Dictionary<string, ObjectId> to)
    {
        var changes = new Dictionary<string, Change>(StringComparer.Ordinal);
        foreach (var (path, blob) in to)
            if (from.GetValueOrDefault(path) is var old && old != blob) changes[path] = new(old, blob);
        foreach (var (path, blob) in from)
            if (!to.ContainsKey(path)) changes[path] = new(blob, null);
        return changes;
    }

    // ---- what must hold ----

    void Settle()
    {
        Exchange();
        var commits = remote;
        Exchange();
        foreach (var agent in agents)
            if (!Same(agent.Head.Tree, remote.Tree)) throw Broken($"{agent.Id} differs from the remote after two cycles");
        Exchange();
        if (!Same(commits.Tree, remote.Tree)) throw Broken("a cycle with nothing to do changed the tree");
        foreach (var name in tasks)
            if (!remote.Tree.Keys.Any(p => IsTask(p, name))) throw Broken($"{name} is lost");
        foreach (var (approval, times) in acted)
            if (times > 1) throw Broken($"{approval} was carried out {times} times");
        var words = remote.Tree.Values.Select(Read).SelectMany(t => $"{t.Draft} {t.Notes}".Split(' ')).ToHashSet();
        foreach (var edit in owed)
            if (!words.Contains(edit)) throw Broken($"the owner's {edit} is lost");
    }

    void Exchange()
    {
        foreach (var agent in agents.Concat(agents.Take(agents.Count - 1)).ToList()) Exchange(agent);
    }

    void Check(Dictionary<string, ObjectId> tree, string when)
    {
        var seen = new HashSet<TaskName>();
        foreach (var path in tree.Keys)
        {
            if (!SyncPath.Accepts(path)) throw Broken($"{path} is no path of the vault, after {when}");
            if (Place.FromPath(path) is { } task && !seen.Add(task.Name)) throw Broken($"{task.Name} is in two stages after {when}");
        }
    }

    // ---- small things ----

    static bool Same(Dictionary<string, ObjectId> a, Dictionary<string, ObjectId> b) => a.Count == b.Count && a.All(e => b.TryGetValue(e.Key, out var blob) && blob == e.Value);

    static bool IsTask(string path, TaskName name) => Place.FromPath(path) is { } task && task.Name == name;

    void Commit(Agent agent, string what, params ReadOnlySpan<(string Path, ObjectId? Blob)> changes)
    {
        var tree = new Dictionary<string, ObjectId>(agent.Head.Tree, StringComparer.Ordinal);
        foreach (var (path, blob) in changes)
        {
            if (blob is null) tree.Remove(path);
            else tree[path] = blob;
        }
        agent.Head = new(tree);
        Say(agent, what);
    }

    /// <param name="Mark">A key that is the owner's own.</param>
    sealed record Words(string Claim, string Approval, string Draft, string Notes, string Mark);

    ObjectId Content(Words task)
    {
        var file = TaskFile.New("A mail").With("mark", task.Mark).With(Claims.NonceKey, task.Claim);
        if (task.Approval.Length > 0) file = file.With(Approval.Key, task.Approval);
        file = file.WithOriginal("a question").WithDraft(task.Draft);
        return Store(Encoding.UTF8.GetBytes(file.ToString().Replace("# A mail\n", $"# A mail\n\n{task.Notes}\n")));
    }

    ObjectId Store(byte[] content)
    {
        var id = StatCache.Hash(content);
        blobs[id] = content;
        return id;
    }

    readonly Dictionary<ObjectId, Words> read = [];

    Words Read(ObjectId blob)
    {
        if (read.TryGetValue(blob, out var known)) return known;
        var task = TaskFile.Parse(blobs[blob]);
        var notes = task.Parts()!.Notes.Split("# A mail\n\n")[1].Trim();
        return read[blob] = new(task.Get(Claims.NonceKey) ?? "", task.Get(Approval.Key) ?? "", task.Draft ?? "", notes, task.Get("mark") ?? "");
    }

    void Say(Agent agent, string what) => story.Add($"{agent.Id} {what}");

    InvalidOperationException Broken(string what) =>
        new($"seed {seed}: {what}\n  " + string.Join("\n  ", story));
}
