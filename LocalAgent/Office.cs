using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent;

/// <summary>What the owner's machine has beside an agent's: the key that approves, the outboxes, the fence. Composed here, for the commands and the loop.</summary>
sealed class Office : IDisposable
{
    readonly ApproverKey key;
    readonly TrustedKeys trusted;
    readonly Acquaintances people;
    readonly Func<TypedAction, IDelivery?> deliveries;

    public Machine Machine { get; }
    public VaultFolder Vault => Machine.Vault;
    public IReadOnlyList<OutboxSettings> Outboxes { get; }
    public Objections Objections { get; }
    public Approver Approver { get; }
    public Releaser Releaser { get; }
    public Cards Cards { get; }

    Office(Machine machine)
    {
        Machine = machine;
        Outboxes = [.. machine.Settings.Accounts.Select(a => Outbox.Read(machine.Settings, a))];
        deliveries = Deliveries.From(Outboxes, machine.Settings.Secrets.Get);
        key = ApproverKey.Open(machine.State);
        trusted = new TrustedKeys(machine.State, key);
        Objections = new Objections(Outboxes, DraftCheck.Reasons);
        Approver = new Approver(Vault, key, Objections, machine.Clock, Record, machine.Settings.ApprovalLife, machine.Settings.Settle);
        Releaser = new Releaser(Vault, key, machine.Clock, Record);
        people = new Acquaintances(Vault);
        Cards = new Cards(Objections, machine.Settings.Accounts, people);
    }

    public static Office Open(Settings settings) => new(Machine.Open(settings, Zone.Local, TimeProvider.System));

    /// <param name="sync">Null where nothing will be offered (resolve, dry run): then no claim counts as confirmed.</param>
    public Fence Fence(SyncCycle? sync) => new(
        Vault, new SpentApprovals(Machine.State), trusted, Objections, deliveries,
        (held, cancel) => Task.FromResult(sync is not null && Confirm(sync, held, cancel)), Machine.Clock, Record);

    /// <summary>The sync of this machine: what arrives as approved must carry the owner's signature.</summary>
    public SyncCycle Sync() => new(Vault, Machine.State, Machine.SyncOptions() with { Approved = IsApproved }, Machine.Clock);

    // An action may begin when the others can see that it is ours: the claim is in the remote's tip.
    bool Confirm(SyncCycle sync, Held held, CancellationToken cancel)
    {
        if (Machine.Settings.Remote is null) return true;
        Machine.Audit.Seal(Vault);
        var report = sync.Run(cancel);
        if (sync.Confirmed(held)) return true;
        return Machine.Settings.SendOffline && report.Failure is { Kind: SyncFailureKind.Offline };
    }

    bool IsApproved(TaskName name, byte[] bytes)
    {
        try
        {
            var task = TaskFile.Parse(bytes);
            return task.Get(Approval.Key) is { } text && Approval.Verify(text, trusted.Find) is { } approval && TypedAction.Read(task) is { } action
                && approval.WhyNot(name, action, Machine.Clock.GetUtcNow()) is null;
        }
        catch (BadTaskException) { return false; }
    }

    void Record(string what, TaskName task, params IReadOnlyList<(string Key, string Value)> facts) =>
        Machine.Audit.Append(what, task, [.. facts]);

    /// <summary>Prints what the next run would send, in the octets in which it would go; an identity is minted for each and thrown away.</summary>
    public ExitCode ShowApproved()
    {
        foreach (var entry in Vault.List(Stage.Approved))
        {
            var task = Vault.Read(entry);
            if (TypedAction.Read(task) is not { } action || deliveries(action) is not { } delivery) continue;
            foreach (var reason in Objections.Against(action, task)) Say.Warn($"{entry.Name}: {reason}");
            var intent = Intent.New(entry.Name, delivery.MintId(action), action.Digest(), Machine.Clock.GetLocalNow());
            Say.Data($"==== {entry.Path}");
            Say.Data(Say.Clean(System.Text.Encoding.UTF8.GetString(delivery.Prepare(action, intent).Bytes).ReplaceLineEndings("\n"), lines: true));
        }
        return ExitCode.Done;
    }

    public void Dispose()
    {
        key.Dispose();
        people.Dispose();
    }
}
