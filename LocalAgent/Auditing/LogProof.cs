using VaultKit.Archiving;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>What the logs hold, and whether they are what was written.</summary>
/// <param name="Lines">Without the segments' openings.</param>
/// <param name="Sends">What the owner's machines said of mails, by the mail's id.</param>
public sealed record LoggedWork(int Agents, int Segments, long Lines, IReadOnlyDictionary<string, LoggedSend> Sends);

/// <summary>What the log of one of the owner's machines says of one mail.</summary>
public sealed class LoggedSend
{
    public required string Agent { get; init; }
    public required string Task { get; init; }
    public string? Intent { get; set; }
    public string? Digest { get; set; }
    public bool Claimed { get; set; }
    public bool Offered { get; set; }
    public bool Shadow { get; set; }
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>Its task was found.</summary>
    public bool IsJudged { get; set; }
}

/// <summary>
/// Every agent's log from its first segment on, through archives and vault, held against the heads that this machine countersigned. No crash makes a hole in a chain: each segment is durable before
/// the next is begun, and names the one before by its hash. What a crash does leave is named as that.
/// </summary>
/// <param name="stoodFor">See <see cref="LogChain"/>.</param>
public sealed class LogProof(VaultFolder vault, StateDirectory state, LogHeads heads, Func<string, int, string, string?> stoodFor)
{
    const int OctetsForEachSweep = 2 << 20;

    readonly LogChain chain = new(stoodFor);
    readonly Dictionary<string, LoggedSend> sends = new(StringComparer.Ordinal);
    readonly Dictionary<string, LogHead> remembered = new(StringComparer.Ordinal);
    readonly HashSet<string> elsewhere = new(StringComparer.Ordinal);
    byte[] buffer = [];
    int unswept;
    long lines;

    /// <param name="archives">The folder in which the archives lie.</param>
    /// <param name="archived">Is given every task that is in an archive: its path, its content.</param>
    /// <param name="away">Gets the hashes of the tasks in archives that can't be read.</param>
    /// <exception cref="Refusal">Logs were put together while they were read.</exception>
    public LoggedWork Run(string archives, Action<string, byte[]> archived, ISet<string> away, List<AuditFinding> findings)
    {
        // Before the logs are: a head that is written meanwhile speaks of what was not read.
        foreach (var agent in heads.Agents) Remember(agent, findings);
        foreach (var archive in ArchiveCheck.Archives(vault, archives, (path, content) => Take(path, content, archived, findings)))
        {
            if (archive.Problem is not { } problem) continue;
            foreach (var path in archive.Paths)
            {
                if (ArchiveCheck.IsLog(path, out var agent)) elsewhere.Add(agent);
                else if (Place.FromPath(path) is { } task) away.Add(task.Name.Hash);
            }
            findings.Add(Disk.Stamp(archive.Zip).Kind == FileKind.Missing
                ? new(Verdict.Unproven, archive.Zip, "the archive is not there, so nothing can be said of what is in it", "say with --archive in which folder it lies; on the machine that archived, that is beside the vault")
                : new(Verdict.Contradiction, archive.Zip, problem, "take the archive from a backup: its name and SHA-256 stand in Archive/ in the vault"));
        }
        var files = ArchiveCheck.Logs(vault).ToList();
        foreach (var (path, _) in files)
            if (Disk.Stamp(vault.FullPath(path)).Kind == FileKind.Regular) Log(path, Read(vault.FullPath(path)), findings);
        if (files.Except(ArchiveCheck.Logs(vault)).Any()) throw new Refusal(ExitCode.TryAgain, "the logs were put together or archived while they were read", "run 'localagent verify' again");
        foreach (var fault in chain.Breaks()) findings.Add(Judge(fault));
        foreach (var agent in chain.Agents.Union(heads.Agents, StringComparer.Ordinal)) Compare(agent, findings);
        OpenLog(findings);
        return new(chain.Agents.Count(), chain.Count, lines, sends);
    }

    AuditFinding Judge(ChainBreak fault) => fault.Fault == ChainFault.Missing && elsewhere.Contains(fault.Agent)
        ? new(Verdict.Unproven, "Logs/" + fault.Agent, fault.What.Split(": ", 2)[1] + "; they may be in an archive that is not here", "say with --archive in which folder it lies")
        : new(Verdict.Contradiction, "Logs/" + fault.Agent, fault.What.Split(": ", 2)[^1] + "; no crash does that",
            "'localagent git log -- Logs' tells who pushed it, and older commits have what was there; do not use what that agent says until you know");

    void Remember(string agent, List<AuditFinding> findings)
    {
        try { if (heads.Read(agent) is { } head) remembered[agent] = head; }
        catch (Refusal e) { findings.Add(new(Verdict.Contradiction, "Logs/" + agent, e.Message, e.Hint ?? "")); }
    }

    void Compare(string agent, List<AuditFinding> findings)
    {
        if (!remembered.TryGetValue(agent, out var head))
        {
            if (findings.All(f => f.About != "Logs/" + agent))
                findings.Add(new(Verdict.Unproven, "Logs/" + agent, "this machine has countersigned nothing of it, so an end that was cut off would not be seen", "run 'localagent verify' again"));
            return;
        }
        var hash = chain.HashOf(agent, head.Segment);
        if (hash == head.Hash) return;
        if (hash is null && elsewhere.Contains(agent)) return; // said of the archive
        findings.Add(new(Verdict.Contradiction, "Logs/" + agent, hash is null
            ? $"it ends before segment {head.Segment}, which this machine countersigned on {head.At.UtcDateTime:yyyy-MM-dd}: it was cut off; no crash does that"
            : $"segment {head.Segment} is not the one that this machine countersigned on {head.At.UtcDateTime:yyyy-MM-dd}: it was changed; no crash does that",
            "'localagent git log -- Logs' has older versions"));
    }

    /// <summary>What this machine has said and not sealed yet.</summary>
    void OpenLog(List<AuditFinding> findings)
    {
        using var mine = state.Lock("audit", TimeSpan.FromSeconds(10));
        foreach (var name in new[] { "sealing.jsonl", "open.jsonl" })
        {
            var file = state.PathOf("audit", name);
            if (Disk.Stamp(file).Kind == FileKind.Missing) continue;
            var said = Disk.ReadRegular(file, 64 << 20);
            Lines(state.Agent.Value, said, isOwners: true);
            if (said.Length > 0 && said[^1] != (byte)'\n')
                findings.Add(new(Verdict.CrashGap, file, "its last line breaks off: the program died while it wrote it, and nothing was done on the ground of it", "the next line that is written takes it away"));
        }
    }

    void Take(string path, byte[] content, Action<string, byte[]> archived, List<AuditFinding> findings)
    {
        if (ArchiveCheck.IsLog(path, out _)) Log(path, content, findings);
        else archived(path, content);
    }

    // One array for all: of files of megabytes each another would be as much again.
    ReadOnlySpan<byte> Read(string file)
    {
        using var stream = Disk.OpenRegular(file);
        if (stream.Length > SyncPath.LogLimit) throw new IOException($"{file}: {stream.Length} bytes, more than {SyncPath.LogLimit}");
        if (buffer.Length < stream.Length) buffer = new byte[stream.Length];
        var octets = buffer.AsSpan(0, (int)stream.Length);
        stream.ReadExactly(octets);
        return octets;
    }

    void Log(string path, ReadOnlySpan<byte> content, List<AuditFinding> findings)
    {
        if (!ArchiveCheck.IsLog(path, out var agent)) return;
        if ((unswept += content.Length) > OctetsForEachSweep)
        {
            Leftovers.Sweep();
            unswept = 0;
        }
        chain.Add(agent, content, LogFiles.NumberOf(path));
        var isOwners = AgentId.TryParse(agent, out var id) && id.Zone == Zone.Local;
        if (Lines(agent, content, isOwners) is > 0 and var torn)
            findings.Add(new(Verdict.CrashGap, path, $"{torn} lines in it break off: they were sealed as they are, so a crash left them", "nothing: what they were about is told by the lines before and after"));
    }

    /// <returns>How many lines are no whole ones.</returns>
    int Lines(string agent, ReadOnlySpan<byte> log, bool isOwners)
    {
        var torn = 0;
        while (log.Length > 0)
        {
            var end = log.IndexOf((byte)'\n');
            var line = end < 0 ? log : log[..end];
            log = end < 0 ? [] : log[(end + 1)..];
            if (line.StartsWith("{\"segment\":"u8)) continue;
            lines++;
            if (line.Length == 0 || line[^1] != (byte)'}') torn++;
            else if (isOwners && IsOfSending(line) && LogLine.Read(line) is { Task: { } task } said) Note(agent, task, said);
        }
        return torn;
    }

    static bool IsOfSending(ReadOnlySpan<byte> line) => line.IndexOf("\"event\":\"claimed\""u8) >= 0 || line.IndexOf("\"event\":\"offered\""u8) >= 0 || line.IndexOf("\"event\":\"accepted\""u8) >= 0;

    void Note(string agent, string task, LogLine said)
    {
        if (said.Detail?.GetValueOrDefault("id") is not { Length: > 0 } id) return;
        if (!sends.TryGetValue(id, out var send)) sends[id] = send = new() { Agent = agent, Task = task };
        switch (said.Event)
        {
            case "claimed":
                (send.Claimed, send.Intent, send.Digest) = (true, said.Detail.GetValueOrDefault("intent"), said.Detail.GetValueOrDefault("digest"));
                break;
            case "offered":
                (send.Offered, send.Shadow) = (true, said.Detail.GetValueOrDefault("mode") == "shadow");
                break;
            case "accepted":
                send.AcceptedAt = said.At;
                break;
        }
    }
}
