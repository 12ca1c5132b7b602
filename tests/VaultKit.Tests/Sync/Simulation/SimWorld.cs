using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>What the machines share: the remote, the time, chance; and the book that is kept of what must not be lost or broken.</summary>
sealed class SimWorld
{
    readonly int seed;
    readonly List<string> story = [];
    readonly bool crashes, strangers;
    readonly int settleOdds;
    int counter;
    bool racing, settling;

    public SimWorld(int seed)
    {
        this.seed = seed;
        Random = new(seed);
        // One history in fifty is months long.
        Long = Random.Next(50) == 0;
        (crashes, strangers, settleOdds) = (Random.Next(2) == 0, Random.Next(3) == 0, 1 + Random.Next(4));
        Handbook = Tasks.Store("# What we do\n");
        Remote = new(new(StringComparer.Ordinal)
        {
            [VaultFolder.ProtocolFile] = Tasks.Store("1\n"),
            [VaultFolder.HandbookFile] = Handbook,
            ["Briefings/Weekly.md"] = Tasks.Store("# This week\n"),
        });
        for (var i = 0; i < 1 + Random.Next(3); i++) Machines.Add(new(this, Id("cloud", i), Skew(), Remote));
        for (var i = 0; i < 1 + Random.Next(2); i++) Machines.Add(new(this, Id("local", i), Skew(), Remote));
        OneOwner = Machines.Count(m => m.Id.Zone == Zone.Local) == 1;
    }

    public Random Random { get; }
    public SimTasks Tasks { get; } = new();
    public List<SimMachine> Machines { get; } = [];
    public SimCommit Remote { get; private set; }
    public DateTimeOffset Now { get; private set; } = new(2026, 9, 28, 0, 0, 0, TimeSpan.Zero);
    public bool Long { get; }

    /// <summary>Only then can be said which words of the handbook are the owner's last.</summary>
    public bool OneOwner { get; }

    // ---- the book ----

    public HashSet<TaskName> Mails { get; } = [];

    /// <summary>The owner's words that must be found in the end.</summary>
    public HashSet<string> Owed { get; } = [];
    public Dictionary<string, Approval> Approvals { get; } = [];
    public Dictionary<string, int> Acted { get; } = [];

    /// <summary>What the owner said yes to, in his own words: the shipped conditions are held against them.</summary>
    public Dictionary<string, (TaskName Name, string? Draft, DateTimeOffset Until)> Said { get; } = [];

    public bool SaidYes(TaskName name, TaskFile task) =>
        task.Get(Approval.Key) is { } word && Said.TryGetValue(word, out var said) && (said.Name, said.Draft) == (name, task.Draft);

    /// <summary>Claims that their holder gave up, or the owner released.</summary>
    public HashSet<string> Ended { get; } = [];
    public Dictionary<string, ObjectId> Logs { get; } = [];
    public HashSet<ObjectId> Archived { get; } = [];
    public ObjectId Handbook { get; set; }

    /// <summary>What a stranger pushed and no owner's machine may take over.</summary>
    public HashSet<(string, ObjectId)> Planted { get; } = [];

    /// <summary>Tasks that a stranger took from where they lay.</summary>
    public HashSet<TaskName> Uprooted { get; } = [];

    // ---- chance and time ----

    static AgentId Id(string zone, int n) => AgentId.TryParse($"{zone}-aaaaa{n}", out var id) ? id : throw new InvalidOperationException();

    TimeSpan Skew() => Random.Next(4) switch { 0 => TimeSpan.FromDays(Random.Next(-400, 400)), 1 => TimeSpan.FromMinutes(Random.Next(-90, 90)), _ => TimeSpan.Zero };

    public string New(string what) => $"{what}-{++counter}";

    public void Pass() => Now += Long ? TimeSpan.FromHours(Random.Next(1, 24)) : TimeSpan.FromMinutes(Random.Next(1, 60));

    public bool Odds(int one) => Random.Next(one) == 0;

    public T Any<T>(IReadOnlyList<T> list) => list[Random.Next(list.Count)];

    public void MayCrash()
    {
        if (crashes && !settling && Random.Next(40) == 0) throw new SimCrash();
    }

    /// <summary>What is gone is not always gone for long enough to count.</summary>
    public bool HasLainStill() => settling || Random.Next(settleOdds) == 0;

    /// <summary>The owner does not wait for a sync to end.</summary>
    public void Meanwhile(SimMachine machine)
    {
        if (!settling && machine.Id.Zone == Zone.Local && Random.Next(25) == 0) new SimOwner(this, machine).Act();
    }

    /// <summary>Between fetch and push another may be first.</summary>
    public void Race(SimMachine machine)
    {
        if (racing || Random.Next(4) > 0) return;
        racing = true;
        if (strangers && !settling && Odds(3)) new SimStranger(this).Push();
        else if (Machines.FirstOrDefault(a => a != machine && a is { Online: true, Dead: false }) is { } other) other.Cycle();
        racing = false;
    }

    public bool IsStrangersTurn() => strangers && Odds(20);

    /// <summary>No more mishaps: what is under way is brought to its end.</summary>
    public void Calm()
    {
        settling = true;
        foreach (var machine in Machines) (machine.Online, machine.Dead) = (true, false);
    }

    // ---- what must hold at each step ----

    /// <summary>What an approval's signature and digest say; the signatures themselves are words that only an owner's machine gives out.</summary>
    public bool IsApproved(SimMachine machine, TaskName name, byte[] bytes)
    {
        try
        {
            var task = TaskFile.Parse(bytes);
            return task.Get(Approval.Key) is { } word && Approvals.TryGetValue(word, out var approval) && TypedAction.Read(task) is { } action
                && approval.WhyNot(name, action, machine.Now) is null;
        }
        catch (BadTaskException) { return false; }
    }

    public void Plant(SimCommit tip) => Remote = tip;

    /// <summary>
    /// A claim that a tip has held is taken away by nobody but its holder and the owner's release, whatever any clock says. What the cloud claimed only because a stranger had taken
    /// the task away from the owner's machine goes back to that.
    /// </summary>
    public void Accept(SimMachine pusher, SimCommit tip)
    {
        foreach (var (path, blob) in Remote.Tree)
        {
            if (Place.FromPath(path) is not { Place.Stage: Stage.InProgress } || blob == tip.Blob(path) || blob == SimCommit.Link) continue;
            if (pusher.Id.Zone == Zone.Local && Place.FromPath(path) is { } claimed && Moves.ByCloud(null, claimed.Place) && Uprooted.Contains(claimed.Name)) continue;
            if (Tasks.Task(blob).Get(Claims.NonceKey) is not { } nonce || Ended.Contains(nonce)) continue;
            if (tip.Blob(path) is not { } now || Tasks.Task(now).Get(Claims.NonceKey) != nonce) throw Broken($"{pusher.Id} took {path} away, and its claim {nonce} was confirmed");
        }
        Remote = tip;
        Say(pusher, "pushes");
    }

    public void Check(Dictionary<string, ObjectId> tree, SimMachine machine, string when)
    {
        var seen = new HashSet<TaskName>();
        foreach (var (path, blob) in tree)
        {
            if (!SyncPath.Accepts(path)) throw Broken($"{path} is no path of the vault, when {machine.Id} {when}");
            if (blob == SimCommit.Link) throw Broken($"{path} is a link, when {machine.Id} {when}");
            if (machine.Id.Zone == Zone.Local && Planted.Contains((path, blob))) throw Broken($"{path} is a stranger's, when {machine.Id} {when}");
            if (Place.FromPath(path) is not { } task) continue;
            if (!seen.Add(task.Name)) throw Broken($"{task.Name} is in two stages when {machine.Id} {when}");
            if (task.Place.Stage != Stage.InProgress && Tasks.Task(blob).Has(Claims.NonceKey)) throw Broken($"{path} bears a claim, when {machine.Id} {when}");
            if (task.Place.Stage == Stage.Approved && machine.Id.Zone == Zone.Local && !SaidYes(task.Name, Tasks.Task(blob)) && !machine.Yes.Contains((task.Name, Tasks.Task(blob).Draft)))
                throw Broken($"nobody approved {path}, when {machine.Id} {when}");
        }
    }

    public void Say(SimMachine machine, string what) => story.Add($"{machine.Id} {what}");
    public void Say(string what) => story.Add(what);

    public InvalidOperationException Broken(string what) =>
        new($"seed {seed}: {what}\n  " + string.Join("\n  ", story));
}
