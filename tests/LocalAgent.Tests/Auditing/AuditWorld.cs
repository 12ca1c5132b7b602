using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Auditing;
using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Tests.Auditing;

/// <summary>The owner's machine with its real log and a maildir for the world, and a cloud that writes a log into the same vault.</summary>
sealed class AuditWorld : IDisposable
{
    readonly StateDirectory cloud;

    public TestVault V { get; } = new();
    public string World => Path.Combine(V.Root, "world");
    public AuditLog Log { get; }
    public LogHeads Heads { get; }
    public LogWitness Witness { get; }
    public TrustedKeys Trusted { get; }
    public IReadOnlyList<OutboxSettings> Outboxes { get; set; }
    public string Cloud => cloud.Agent.Value;

    public AuditWorld()
    {
        cloud = StateDirectory.Open(Path.Combine(V.Root, "cloud"), Zone.Cloud);
        Log = new(V.State, V.Clock);
        Heads = new(V.State, V.Key);
        Trusted = new(V.State, V.Key);
        Witness = new(V.Vault, Heads, V.Key, Trusted, V.State, V.Clock);
        Outboxes = [TestVault.Outbox with { Target = new OutboxTarget.Maildir(World) }];
    }

    /// <summary>The cloud says something in each of so many cycles.</summary>
    public void CloudSays(params string[] words)
    {
        foreach (var word in words)
        {
            var log = new AuditLog(cloud, V.Clock);
            log.Append(word);
            log.Seal(VaultFolder.Open(V.Vault.Root, cloud.Agent));
        }
    }

    public string CloudFolder => V.Vault.FullPath($"Logs/{Cloud}");
    public string Segment(int number) => Path.Combine(CloudFolder, $"{number:d8}.jsonl");
    public void Change(int number, string from, string to) => File.WriteAllText(Segment(number), File.ReadAllText(Segment(number)).Replace(from, to));

    public IDelivery Delivery(bool shadow = false) => new MaildirDelivery(World, null, "owner@here.example", shadow);

    public Fence Fence(IDelivery? delivery = null, Record? record = null)
    {
        var spent = new SpentApprovals(V.State);
        return new(V.Vault, spent, Trusted, V.Objections, V.Earlier, V.Holds(spent), _ => delivery ?? Delivery(V.Rules.Shadow), (_, _) => Task.FromResult(true), (_, _, _, _) => Task.FromResult<string?>(null), V.Clock,
            record ?? ((what, task, facts) => Log.Append(what, task, [.. facts])));
    }

    /// <summary>Approves a mail, sends it, and lets it lie until it must be seen.</summary>
    public async Task<TaskEntry> SendAsync(MailSend? mail = null, Record? record = null)
    {
        var entry = V.PutApproved(mail);
        await Fence(record: record).RunAsync(default);
        V.Clock.Now += TimeSpan.FromMinutes(5);
        return V.Where(entry);
    }

    /// <summary>The one file in the world.</summary>
    public string Mail => Directory.GetFiles(Path.Combine(World, "new")).Single();

    public string Archives => Path.Combine(V.Root, "archives");

    public async Task<VerifyReport> VerifyAsync(bool offline = false, DateTimeOffset? since = null)
    {
        Log.Seal(V.Vault);
        return await new Verification(V.Vault, V.State, V.Key, Trusted, Outboxes, secret => secret, V.Clock).RunAsync(Archives, offline, since, default);
    }

    /// <summary>The findings in words, the worst first.</summary>
    public async Task<string> FoundAsync(bool offline = false, DateTimeOffset? since = null) =>
        string.Join('\n', (await VerifyAsync(offline, since)).Findings.Select(f => $"{f.Verdict} {f}"));

    public void Dispose() => V.Dispose();
}
