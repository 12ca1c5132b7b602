namespace VaultKit.Vault;

/// <summary>Who may make a move.</summary>
public enum Mover
{
    /// <summary>Any agent that reads mail, after a successful fetch.</summary>
    Reader,
    /// <summary>The agent whose claim it is, or will be.</summary>
    Claimant,
    /// <summary>The local zone's programs, for the owner.</summary>
    Local,
    /// <summary>A LocalAgent that acts; the claim is its own.</summary>
    Actor,
    /// <summary>A LocalAgent that was made of another's backup, and goes on with what that one held.</summary>
    Successor,
    /// <summary>The owner, by a command.</summary>
    Owner,
}

/// <summary>A row of the protocol's table.</summary>
/// <param name="From">Null where the task is new.</param>
/// <param name="Contended">Settled by the first accepted push.</param>
public sealed record Move(Stage? From, Stage To, Mover By, bool Contended);

/// <summary>The table of moves (PROTOCOL.md), as data. What is not in it is not done.</summary>
public static class Moves
{
    public static IReadOnlyList<Move> Table { get; } =
    [
        new(null, Stage.NeedsAction, Mover.Reader, false),
        new(Stage.NeedsAction, Stage.InProgress, Mover.Claimant, true),
        new(Stage.InProgress, Stage.PendingApproval, Mover.Claimant, false),
        new(Stage.InProgress, Stage.NeedsAction, Mover.Claimant, false),
        new(Stage.InProgress, Stage.Done, Mover.Claimant, false),
        new(Stage.InProgress, Stage.Quarantine, Mover.Claimant, false),
        new(Stage.InProgress, Stage.NeedsAction, Mover.Owner, true),
        new(Stage.InProgress, Stage.InProgress, Mover.Successor, true),
        new(Stage.PendingApproval, Stage.Approved, Mover.Local, false),
        new(Stage.PendingApproval, Stage.Rejected, Mover.Local, false),
        new(Stage.PendingApproval, Stage.NeedsAction, Mover.Local, false),
        new(Stage.PendingApproval, Stage.Done, Mover.Local, false),
        new(Stage.Approved, Stage.PendingApproval, Mover.Local, true),
        new(Stage.Approved, Stage.Rejected, Mover.Local, true),
        new(Stage.Approved, Stage.InProgress, Mover.Actor, true),
        new(Stage.Rejected, Stage.NeedsAction, Mover.Owner, false),
        new(Stage.Quarantine, Stage.NeedsAction, Mover.Owner, false),
        new(Stage.Quarantine, Stage.PendingApproval, Mover.Owner, false),
        new(Stage.Quarantine, Stage.Rejected, Mover.Owner, false),
        new(Stage.Quarantine, Stage.Done, Mover.Owner, false),
    ];

    /// <summary>Whether an agent may move a task. A cloud agent is never <see cref="Mover.Local"/>, <see cref="Mover.Actor"/>, <see cref="Mover.Successor"/> or <see cref="Mover.Owner"/>.</summary>
    public static bool Allowed(AgentId agent, Place? from, Place to)
    {
        foreach (var move in Table)
        {
            if (move.From != from?.Stage || move.To != to.Stage) continue;
            var may = move.By switch
            {
                Mover.Reader => true,
                Mover.Claimant => Holds(agent, from) && Holds(agent, to),
                Mover.Actor => agent.Zone == Zone.Local && Holds(agent, to),
                Mover.Successor => agent.Zone == Zone.Local && Holds(agent, to) && AgentId.TryParse(from!.Value.Below, out var before) && before.Zone == Zone.Local,
                _ => agent.Zone == Zone.Local,
            };
            if (may) return true;
        }
        return false;
    }

    /// <summary>Whether agents of the cloud zone alone may have brought a task from one place to another, in however many moves. Who may move it on may change it where it lies.</summary>
    /// <param name="from">Null where the task is new.</param>
    public static bool ByCloud(Place? from, Place to)
    {
        if (IsLocals(from) || IsLocals(to)) return false;
        var reached = new HashSet<Stage>();
        var next = new Queue<Stage?>([from?.Stage]);
        while (next.TryDequeue(out var stage))
            foreach (var move in Table)
                if (move.From == stage && move.By is Mover.Reader or Mover.Claimant && reached.Add(move.To)) next.Enqueue(move.To);
        return reached.Contains(to.Stage);

        static bool IsLocals(Place? place) => place is { Stage: Stage.InProgress } p && !(AgentId.TryParse(p.Below, out var agent) && agent.Zone == Zone.Cloud);
    }

    // A place in progress must be the agent's own; any other place may be anybody's.
    static bool Holds(AgentId agent, Place? place) => place is not { Stage: Stage.InProgress } p || p.Below == agent.Value;
}
