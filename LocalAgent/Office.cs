using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Auditing;
using LocalAgent.Correspondence;
using LocalAgent.Forgetting;
using LocalAgent.Learning;
using LocalAgent.Ordering;
using LocalAgent.Social;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent;

/// <summary>What the owner's machine has beside an agent's: the key that approves, the outboxes, the fence. Composed here, for the commands and the loop.</summary>
sealed class Office : IAsyncDisposable, IDisposable
{
    readonly ApproverKey key;
    readonly Acquaintances people;
    readonly Func<TypedAction, IDelivery?> deliveries;
    readonly Dictionary<string, IReadOnlyList<ICorrespondence>> correspondences;

    public Machine Machine { get; }
    public VaultFolder Vault => Machine.Vault;
    public IReadOnlyList<OutboxSettings> Outboxes { get; }
    public Objections Objections { get; }
    public TrustedKeys Trusted { get; }
    public EarlierVersions Earlier { get; }
    public Superseding Superseding { get; }

    /// <summary>Null where the owner has none.</summary>
    public DropFolder? Drop { get; }
    public Approver Approver { get; }
    public Releaser Releaser { get; }
    public Takeover Takeover { get; }
    public SendRules Rules { get; }
    public Pause Pause { get; }
    public Originals Originals { get; }
    public Conversation Conversation { get; }
    public Lookout Lookout { get; }
    public Cards Cards { get; }
    public ProposalDesk Proposals { get; }
    public SocialDesk Social { get; }
    public Posted Posted { get; }

    Office(Machine machine)
    {
        Machine = machine;
        Outboxes = [.. machine.Settings.Accounts.Select(a => Outbox.Read(machine.Settings, a))];
        Rules = SendRules.Read(machine.Settings);
        Pause = new Pause(machine.State, machine.Clock);
        var files = new OutgoingFiles(machine.State);
        var mails = Deliveries.From(Outboxes, machine.Settings.Secrets.Get, machine.State, Rules.Shadow, files.Read);
        var handbook = new HandbookDelivery(Vault, name => Vault.Find(name) is { } entry ? TypedAction.Read(Vault.Read(entry)) : null);
        deliveries = action => action is HandbookAdd ? handbook : mails(action);
        key = ApproverKey.Open(machine.State);
        Trusted = new TrustedKeys(machine.State, key);
        Objections = new Objections(Outboxes, files.Size, DraftCheck.Reasons, action => action switch { HandbookAdd add => handbook.Against(add), SocialPost post => Network.Against(post), _ => null });
        correspondences = Outboxes.ToDictionary(o => o.Account.Name, o => Correspondences.Of(o, machine.Settings.Secrets.Get, machine.State), StringComparer.Ordinal);
        IReadOnlyList<ICorrespondence> Of(string account) => correspondences.GetValueOrDefault(account) ?? [];
        var ordered = new TaskCopies(machine.State, "ordered");
        Originals = new Originals(machine.State, machine.Settings.Accounts, Of, ordered, machine.Settings.MaxMail);
        var restored = Restored.Read(machine.State);
        Conversation = new Conversation(Originals, machine.Settings.Accounts, Of) { IsPredecessors = (marker, arrived) => Takeover.IsPredecessors(restored, new SpentApprovals(machine.State), marker, arrived) };
        Earlier = new EarlierVersions(machine.State);
        Superseding = new Superseding(Vault, Earlier, machine.Clock, Record);
        Lookout = new Lookout(Vault, Originals, files, Conversation, Of, machine.Clock, Record);
        Approver = new Approver(Vault, key, Objections, files, Earlier, Originals.Of, machine.Clock, Record, machine.Settings.ApprovalLife, machine.Settings.Settle) { Renewed = handbook.Renewed };
        Releaser = new Releaser(Vault, key, machine.Clock, Record);
        Takeover = new Takeover(Vault, restored, Releaser, machine.Clock, Record);
        people = new Acquaintances(Vault);
        Drop = machine.Settings.Text("drop", "") is { Length: > 0 } drop ? new DropFolder(machine, Settings.FullPath(drop), files, ordered, Record) : null;
        Cards = new Cards(Objections, machine.Settings.Accounts, people, files, Earlier, action => action is HandbookAdd add ? handbook.Changes(add) : []);
        Proposals = new ProposalDesk(machine, Earlier, handbook, ordered, Record);
        Social = new SocialDesk(machine, ordered, Record);
        Posted = new Posted(Vault, machine.Clock, Record);
    }

    public static Office Open(Settings settings) => new(Machine.Open(settings, Zone.Local, TimeProvider.System));

    /// <param name="sync">Null where nothing will be offered (resolve, dry run): then no claim counts as confirmed.</param>
    public Fence Fence(SyncCycle? sync)
    {
        var spent = new SpentApprovals(Machine.State);
        return new(Vault, spent, Trusted, Objections, Earlier, new Holds(Rules, Pause, spent, Machine.Clock), deliveries,
            (held, cancel) => Task.FromResult(sync is not null && Confirm(sync, held, cancel)), StaleAsync, Machine.Clock, Record);
    }

    /// <summary>A card, with what the owner's own mailbox says.</summary>
    /// <param name="patience">For finding out whom the owner has written to before; the mailbox has its own.</param>
    /// <exception cref="BadTaskException">Its action can't be read.</exception>
    public async Task<Card> CardAsync(TaskEntry entry, TaskFile task, TimeSpan patience, CancellationToken cancel)
    {
        var isOpen = entry.Place.Stage is Stage.PendingApproval or Stage.Approved;
        var original = isOpen ? await Originals.LookAsync(entry.Name, task, cancel) : Originals.Of(entry.Name, task);
        return Cards.Of(entry, task, patience, original, isOpen ? await Conversation.LookAsync(entry.Name, task, cancel) : News.None);
    }

    /// <summary>The owner's word on an action of which nobody could tell whether it happened. Durable when it returns.</summary>
    /// <exception cref="Refusal">It does not wait for a word, or the daemon is at work.</exception>
    public void Resolve(TaskEntry entry, bool sent)
    {
        using var only = Machine.State.TryLock("daemon")
            ?? throw new Refusal(ExitCode.Locked, "'localagent run' is at work", "stop it first, so that nobody acts on the task meanwhile");
        Fence(null).Resolve(entry, sent);
    }

    public LogWitness Witness() => new(Vault, new LogHeads(Machine.State, key), key, Trusted, Machine.State, Machine.Clock);

    public Verification Verification() => new(Vault, Machine.State, key, Trusted, Outboxes, Machine.Settings.Secrets.Get, Machine.Clock);

    public Undo Undo() => new(Vault, new SpentApprovals(Machine.State), Trusted, Pause, Record);

    /// <summary>For status: the mode, and what waits for what. It is shown whatever else is wrong.</summary>
    public static Sending Sending(Machine machine)
    {
        try
        {
            using var office = new Office(machine);
            return office.Sending();
        }
        catch (Refusal e) when (e.Code != ExitCode.BadConfiguration)
        {
            var paused = new Pause(machine.State, machine.Clock).Look();
            return new(paused is not null, paused?.Since, paused?.Reason ?? "", "unknown", $"nothing: {e.Message}", 0, 0, []);
        }
    }

    Sending Sending()
    {
        var spent = new SpentApprovals(Machine.State);
        var holds = new Holds(Rules, Pause, spent, Machine.Clock);
        var now = Machine.Clock.GetUtcNow();
        var offers = spent.Offers(now, null);
        var paused = Pause.Look();
        List<WaitingTask> waiting = [];
        foreach (var entry in Vault.List(Stage.Approved).Concat(Vault.List(Place.InProgress(Vault.Agent))))
        {
            try
            {
                var task = Vault.Read(entry);
                if (task.Get(Phase.Key) is null or Phase.Claimed && task.Get(Approval.Key) is { } text && Approval.Verify(text, Trusted.Find) is { } approval && holds.On(approval) is { } hold)
                    waiting.Add(new(entry.Name.Value, hold.Why, hold.Until));
            }
            catch (BadTaskException) { continue; } // among the bad ones already, with the reason
        }
        return new(paused is not null, paused?.Since, paused?.Reason ?? "", Rules.Shadow ? "shadow" : "live", Rules.ToString(),
            offers.Count(o => o.At > now - TimeSpan.FromHours(1)), offers.Count, waiting);
    }

    /// <summary>The sync of this machine: what it commits is signed, and what arrives as the owner's must be.</summary>
    public SyncCycle Sync() => new(Vault, Machine.State, SyncOptions(), Machine.Clock);

    SyncOptions SyncOptions() => Machine.SyncOptions() with
    {
        Approved = IsApproved,
        IsForged = IsForged,
        OwnersKey = Trusted.Find,
        Sign = digest => CommitWord.Give(digest, key),
        IsOwners = (word, digest) => CommitWord.IsOwners(word, digest, Trusted),
    };

    /// <summary>For having a person forgotten.</summary>
    /// <param name="archives">The folder with the archives.</param>
    public Oblivion Oblivion(Person person, string archives)
    {
        DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(Machine.Clock.GetUtcNow().ToUnixTimeSeconds());
        return new(Machine, Sync(), SyncOptions(), Trusted.Find, archives, person,
            (number, from, tree) => new HistoryEpoch { Epoch = number, From = from, Tree = tree, Approver = key.Fingerprint, At = Now() }.Sign(key.Key),
            (tasks, segments, lines) => new ForgetRecord { By = Machine.State.Agent.Value, Tasks = tasks, Segments = segments, Lines = lines, Approver = key.Fingerprint, At = Now() }.Sign(key.Key));
    }

    /// <summary>What was forgotten.</summary>
    public ForgottenList WasForgotten => ForgottenList.Of(Vault, Trusted.Find);

    // An action may begin when the others can see that it is ours: the claim is in the remote's tip.
    bool Confirm(SyncCycle sync, Held held, CancellationToken cancel)
    {
        if (Machine.Settings.Remote is null) return true;
        Machine.Audit.Seal(Vault);
        var report = sync.Run(cancel);
        if (sync.Confirmed(held)) return true;
        return Machine.Settings.SendOffline && report.Failure is { Kind: SyncFailureKind.Offline };
    }

    // What was written before the owner said yes was there to be seen.
    async Task<string?> StaleAsync(TaskName name, TaskFile task, Approval approval, CancellationToken cancel)
    {
        await Originals.LookAsync(name, task, cancel);
        var news = await Conversation.LookAsync(name, task, cancel);
        if (news.Failed.Length > 0) Record("thread not looked up", name, ("why", news.Failed));
        return (news with { Later = [.. news.Later.Where(m => m.Arrived > approval.At)] }).Notes().FirstOrDefault(_ => news.Failed.Length == 0) is { } why ? $"not sent: {why}" : null;
    }

    bool IsForged(TaskName name, byte[] bytes)
    {
        try { return TaskFile.Parse(bytes).Get(ClaimRelease.Key) is { } text && ClaimRelease.Verify(text, Trusted.Find)?.Task != name.Value; }
        catch (BadTaskException) { return false; } // it says nothing, and goes to Quarantine
    }

    bool IsApproved(TaskName name, byte[] bytes)
    {
        try
        {
            var task = TaskFile.Parse(bytes);
            return task.Get(Approval.Key) is { } text && Approval.Verify(text, Trusted.Find) is { } approval && TypedAction.Read(task) is { } action
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
            foreach (var reason in Objections.Against(entry.Name, action, task)) Say.Warn($"{entry.Name}: {reason}");
            var intent = Intent.New(entry.Name, delivery.MintId(action), action.Digest(), Machine.Clock.GetLocalNow(), Rules.Shadow);
            Say.Data($"==== {entry.Path}");
            Say.Data(Say.Clean(System.Text.Encoding.UTF8.GetString(delivery.Prepare(action, intent).Bytes).ReplaceLineEndings("\n"), lines: true));
        }
        return ExitCode.Done;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var correspondence in correspondences.Values.SelectMany(c => c)) await correspondence.DisposeAsync();
        Dispose();
    }

    public void Dispose()
    {
        key.Dispose();
        people.Dispose();
    }
}
