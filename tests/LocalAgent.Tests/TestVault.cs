using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Correspondence;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests;

/// <summary>A clock that goes only when told to.</summary>
sealed class TestClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;
    public override DateTimeOffset GetUtcNow() => Now;
    public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(1), "here", "here");
}

/// <summary>A vault and a state directory of the owner's machine, in a temporary folder that goes with it.</summary>
sealed class TestVault : IDisposable
{
    public string Root { get; } = Path.Combine(Path.GetTempPath(), "platinum-tests-" + Guid.NewGuid().ToString("N")[..12]);
    public TestClock Clock { get; } = new();
    public StateDirectory State { get; }
    public VaultFolder Vault { get; }
    public ApproverKey Key { get; }
    public Objections Objections { get; }
    public Approver Approver { get; }
    public OutgoingFiles Files { get; }
    public EarlierVersions Earlier { get; }
    public List<string> Log { get; } = [];

    public static readonly OutboxSettings Outbox = new()
    {
        Account = new() { Name = "main", Address = "owner@here.example", DisplayName = "Owner", Aliases = ["sales@here.example"] },
        Target = new OutboxTarget.Maildir("/nowhere"),
    };

    public TestVault()
    {
        State = StateDirectory.Open(Path.Combine(Root, "state"), Zone.Local);
        VaultFolder.Create(Path.Combine(Root, "vault"));
        Vault = VaultFolder.Open(Path.Combine(Root, "vault"), State.Agent);
        Key = ApproverKey.Open(State);
        Files = new(State);
        Earlier = new(State);
        Objections = new([Outbox], Files.Size, body => body.Contains("{{", StringComparison.Ordinal) ? ["a blank is still open"] : []);
        Approver = new(Vault, Key, Objections, Files, Earlier, (name, task) => Original(name, task), Clock, Record, TimeSpan.FromDays(7), TimeSpan.FromSeconds(3));
    }

    public void Record(string what, TaskName task, params IReadOnlyList<(string Key, string Value)> facts) =>
        Log.Add(what + " " + string.Join(' ', facts.Select(f => f.Key + "=" + f.Value)));

    public static MailSend Mail(string body = "Dear Ann,\n\nyes.") => new()
    {
        Account = "main",
        From = "Owner <owner@here.example>",
        To = ["Ann Example <ann@there.example>"],
        Subject = "Re: offer",
        InReplyTo = "q1@there.example",
        References = ["q0@there.example", "q1@there.example"],
        Body = body,
    };

    public TaskEntry Put(Place place, TaskFile? task = null, string title = "offer")
    {
        var name = TaskName.From(title, Guid.NewGuid().ToByteArray());
        task ??= Task();
        var entry = new TaskEntry(place, name);
        Durable.CreateDirectory(Vault.FullPath(place.Folder));
        Durable.WriteNew(Vault.FullPath(entry.Path), task.ToBytes());
        return entry;
    }

    public static TaskFile Task(MailSend? mail = null) =>
        (mail ?? Mail()).Write(TaskFile.New("offer").With("task", "email/1").With("received", new DateTimeOffset(2026, 10, 3, 4, 5, 6, TimeSpan.Zero)));

    public TaskEntry PutPending(MailSend? mail = null) => Put(Place.Pending(Domains.Email), Task(mail));

    public TaskEntry PutApproved(MailSend? mail = null)
    {
        var pending = PutPending(mail);
        return Approver.Approve(pending, Digest(pending)[..8]);
    }

    public string Digest(TaskEntry entry) => TypedAction.Read(Vault.Read(entry))!.Digest();

    /// <summary>As the owner does in an editor: no rename, no program's manners.</summary>
    public void EditByHand(TaskEntry entry, Func<string, string> change) =>
        File.WriteAllText(Vault.FullPath(entry.Path), change(File.ReadAllText(Vault.FullPath(entry.Path))));

    public void MoveByHand(TaskEntry entry, Place to)
    {
        Directory.CreateDirectory(Vault.FullPath(to.Folder));
        File.Move(Vault.FullPath(entry.Path), Vault.FullPath((entry with { Place = to }).Path));
    }

    public TaskEntry Where(TaskEntry entry) => Vault.Find(entry.Name) ?? throw new InvalidOperationException($"{entry} is gone");

    public TaskFile Read(TaskEntry entry) => Vault.Read(Where(entry));

    /// <summary>What the owner has set; nothing holds anything where a test does not say so.</summary>
    public SendRules Rules { get; set; } = new();

    public Pause Pause => new(State, Clock);

    /// <summary>What the owner's mailbox says of a task's original; where a test does not say so, there is no mailbox.</summary>
    public Func<TaskName, TaskFile, Original> Original { get; set; } = (_, _) => new(OriginalState.NoMeans, "");

    /// <summary>Why the fence must not send what was approved; nothing where a test does not say so.</summary>
    public string? Stale { get; set; }

    public Holds Holds(SpentApprovals? spent = null) => new(Rules, Pause, spent ?? new SpentApprovals(State), Clock);

    public Undo Undo() => new(Vault, new SpentApprovals(State), new TrustedKeys(State, Key), Pause, Record);

    public Fence Fence(IDelivery delivery, Func<Held, CancellationToken, Task<bool>>? confirm = null, SpentApprovals? spent = null) =>
        new(Vault, spent ??= new SpentApprovals(State), new TrustedKeys(State, Key), Objections, Earlier, Holds(spent), a => a.Account == "main" ? delivery : null,
            confirm ?? ((_, _) => System.Threading.Tasks.Task.FromResult(true)), (_, _, _, _) => System.Threading.Tasks.Task.FromResult(Stale), Clock, Record);

    public void Dispose()
    {
        Key.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
