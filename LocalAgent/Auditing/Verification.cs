using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Forgetting;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>What <c>verify</c> found.</summary>
/// <param name="Verdict">The worst of all findings.</param>
/// <param name="Lines">Of all logs, without the segments' openings.</param>
/// <param name="Sends">Mails that went out.</param>
/// <param name="Proven">Those that one approval, one log and one mail in each place agree about.</param>
/// <param name="Mails">Mails with our marker that are where sent mail is kept.</param>
/// <param name="Heads">This machine's signed word on each log's end, to be kept elsewhere by whoever wants to.</param>
public sealed record VerifyReport(
    Verdict Verdict, int Agents, int Segments, long Lines, int Sends, int Proven, int Mails, IReadOnlyList<AuditFinding> Findings, IReadOnlyDictionary<string, string> Heads)
{
    public string ToJson() => JsonSerializer.Serialize(this, VerifyJson.Default.VerifyReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VerifyReport))]
sealed partial class VerifyJson : JsonSerializerContext;

/// <summary>The whole of it: what is sent, what the logs say, what was approved, each held against the others.</summary>
public sealed class Verification(VaultFolder vault, StateDirectory state, ApproverKey key, TrustedKeys trusted, IReadOnlyList<OutboxSettings> outboxes, Func<string, string> password, TimeProvider clock)
{
    const int TasksForEachSweep = 2000;

    /// <param name="archives">The folder in which archives lie.</param>
    /// <param name="offline">No server is asked; what was seen before counts.</param>
    /// <param name="since">See <see cref="SendEvidence"/>.</param>
    /// <exception cref="Refusal">A cache or record that is damaged, or another verification under way.</exception>
    public async Task<VerifyReport> RunAsync(string archives, bool offline, DateTimeOffset? since, CancellationToken cancel)
    {
        using var only = state.TryLock("verify") ?? throw new Refusal(ExitCode.Locked, "another 'localagent verify' is at work", "let it finish");
        var (began, findings) = (clock.GetUtcNow(), new List<AuditFinding>());
        // What is sent first: what is seen there has its log and its task by then.
        var places = await PlacesAsync(offline, findings, cancel);

        Leftovers.Sweep();
        var heads = new LogHeads(state, key);
        var forgotten = ForgottenList.Of(vault, trusted.Find);
        if (forgotten.WithoutWord > 0) findings.Add(new(Verdict.Contradiction, Forgotten.ListPath, $"{forgotten.WithoutWord} forgettings in it are not signed by a key that is trusted here, or say something else than was signed", "where another machine of yours did it, 'localagent key trust' takes its key; otherwise 'localagent git log -- Archive' tells who wrote it"));
        foreach (var f in forgotten.Forgettings) findings.Add(new(Verdict.Note, Forgotten.ListPath, $"{f.By} had somebody forgotten on {f.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {f.Tasks} tasks, lines in {f.Segments} segments of logs; history began anew"));
        var witnessed = new LogWitness(vault, heads, key, trusted, state, clock).Look();
        var memo = new SendMemo(state);
        var away = new HashSet<string>(StringComparer.Ordinal);
        var archived = new List<ApprovedSend>();
        var proof = new LogProof(vault, state, heads, forgotten.StoodFor);
        var work = proof.Run(archives, (path, content) => { if (Read(path, content, memo, findings) is { } send) archived.Add(send); }, away, findings);
        Leftovers.Sweep();
        findings.AddRange(witnessed.Where(w => findings.All(f => f.About != w.About)));

        var match = new SendMatch(new(places, work.Sends, new SpentApprovals(state).All(), away, state.Agent, began, since) { Forgotten = forgotten });
        foreach (var send in archived) match.Judge(send);
        var looked = 0;
        foreach (var entry in Begun())
        {
            if (looked++ % TasksForEachSweep == 0) Leftovers.Sweep();
            cancel.ThrowIfCancellationRequested();
            if (Disk.Stamp(vault.FullPath(entry.Path)).Kind == FileKind.Missing) continue; // moved on in this instant: it is seen there
            if (Read(entry.Path, vault.ReadBytes(entry), memo, findings) is { } send) match.Judge(send);
        }
        match.Finish();
        memo.Save();
        findings.AddRange(match.Findings);
        return new(findings.Count == 0 ? Verdict.Note : findings.Max(f => f.Verdict), work.Agents, work.Segments, work.Lines, match.Sends, match.Proven, match.Mails,
            [.. findings.OrderByDescending(f => f.Verdict)], heads.Agents.ToDictionary(a => a, a => heads.Text(a) ?? "", StringComparer.Ordinal));
    }

    /// <summary>Where a task can lie that was begun, in the order in which it moves on.</summary>
    IEnumerable<TaskEntry> Begun() => vault.List(Stage.InProgress).Concat(vault.List(Stage.Done)).Concat(vault.List(Stage.Quarantine));

    ApprovedSend? Read(string path, byte[] content, SendMemo memo, List<AuditFinding> findings)
    {
        if (Place.FromPath(path) is not { } task) return null;
        try
        {
            var send = memo.Get(content, () => ApprovedSend.Read(task.Name, content, trusted.Find, account => outboxes.FirstOrDefault(o => o.Account.Name == account)?.Account.Address));
            // The signature was right when it was read; whether its key still counts is asked each time.
            return send is { Fault.Length: 0 } && trusted.Find(send.Approver) is null ? send with { Approval = "", Fault = $"its approval was signed by the key {send.Approver}, which is not trusted here" } : send;
        }
        catch (BadTaskException e)
        {
            if (task.Place.Stage == Stage.Done) findings.Add(new(Verdict.Unproven, path, $"it can't be understood: {e.Message}", "'localagent git log' has its older versions"));
            return null;
        }
    }

    async Task<List<SentPlace>> PlacesAsync(bool offline, List<AuditFinding> findings, CancellationToken cancel)
    {
        var places = new List<SentPlace>();
        foreach (var (account, source, takesShadows) in Sources())
        {
            var cache = new SentCache(state, "sent-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Key)))[..16]);
            string? why = null;
            if (!offline)
            {
                why = await source.RefreshAsync(cache, cancel);
                cache.Save();
            }
            var last = cache.Looked is { } at ? $"what is said of it is as of {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "it was never looked at, so nothing can be said of what is in it";
            if (why is not null) findings.Add(new(Verdict.Unproven, source.Name, $"it could not be looked at: {why}; {last}", "try again when it can be reached"));
            else if (offline) findings.Add(new(cache.Looked is null ? Verdict.Unproven : Verdict.Note, source.Name, $"it was not looked at now; {last}", cache.Looked is null ? "'localagent verify' without --offline" : ""));
            places.Add(new(source.Name, account, takesShadows, cache.Looked, why, cache.Mails));
        }
        return places;
    }

    IEnumerable<(string Account, ISentSource Source, bool TakesShadows)> Sources()
    {
        foreach (var outbox in outboxes)
        {
            if (outbox.Target is null) continue;
            if (outbox.Target is OutboxTarget.Maildir maildir) yield return (outbox.Account.Name, new MaildirSent(maildir.Path, clock), true);
            if (outbox.Imap is not null) yield return (outbox.Account.Name, new ImapSent(new SentMailbox(outbox, password), clock), false);
        }
    }
}
