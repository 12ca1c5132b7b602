using LocalAgent.Approving;
using LocalAgent.Forgetting;
using VaultKit.Archiving;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>
/// Looks at what is new in the agents' logs: does it go on from the head that this machine remembers? Then the new head is signed and remembered instead. Where it does not, the old head stays and
/// the owner is told. Reads the newest segments only; what lies before them is <see cref="LogProof"/>'s.
/// </summary>
public sealed class LogWitness(VaultFolder vault, LogHeads heads, ApproverKey key, TrustedKeys trusted, StateDirectory state, TimeProvider clock)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <returns>What does not go on, and why. What is signed is durable when it returns.</returns>
    public IReadOnlyList<AuditFinding> Look()
    {
        using var only = state.Lock("heads", Patience);
        var findings = new List<AuditFinding>();
        var files = ArchiveCheck.Logs(vault).ToLookup(f => f.Agent, f => f.Path, StringComparer.Ordinal);
        foreach (var agent in files.Select(f => f.Key).Union(heads.Agents, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            try
            {
                if (Look(agent, [.. files[agent]]) is { } finding) findings.Add(finding);
            }
            catch (Refusal e) { findings.Add(new(Verdict.Unproven, "Logs/" + agent, e.Message, e.Hint ?? "")); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { findings.Add(new(Verdict.Unproven, "Logs/" + agent, e.Message)); }
        }
        return findings;
    }

    AuditFinding? Look(string agent, IReadOnlyList<string> files)
    {
        var head = heads.Read(agent);
        // What an agent says next stands in the segments behind the head, or in the days from the head's on; unless a clock was set back.
        var (chain, last) = Read(agent, head is null ? files : files.Where(f => LogFiles.NumberOf(f) >= head.Segment || LogFiles.DayOf(f) >= head.Day));
        if (WhyNot(chain, agent, head) is not null) (chain, last) = Read(agent, files);
        if (WhyNot(chain, agent, head) is { } why)
            return new(Verdict.Contradiction, "Logs/" + agent, why,
                $"'localagent verify' looks at all of it; where you know the reason, such as a backup that you restored, remove {heads.PathOf(agent)}, and what is there now counts from then on");
        if (chain.Numbers(agent) is not { Count: > 0 } numbers || numbers[^1] is var newest && newest <= head?.Segment) return null;
        heads.Write(new()
        {
            Agent = agent,
            First = head?.First ?? numbers[0],
            Segment = newest,
            Hash = chain.HashOf(agent, newest)!,
            Day = DayLog.Last(last) ?? DateOnly.MinValue,
            Witness = key.Fingerprint,
            At = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds()),
        });
        return null;
    }

    /// <summary>Why what is there does not go on from what was seen; null where it does.</summary>
    string? WhyNot(LogChain chain, string agent, LogHead? head)
    {
        var numbers = chain.Numbers(agent);
        // Of what lies before the head the head itself speaks; of gaps in it, verify.
        var faults = chain.Breaks().Where(b => b.To == 0 || b.To > (head?.Segment ?? 0)).ToList();
        if (head is null)
        {
            if (numbers.Count > 0 && numbers[0] > 1 && WasArchived(agent, DateOnly.MinValue)) faults.RemoveAll(f => f.Fault == ChainFault.Missing && f.From == 1);
            return faults.FirstOrDefault()?.What;
        }
        if (chain.HashOf(agent, head.Segment) is { } hash)
        {
            if (hash != head.Hash) return $"segment {head.Segment} is not the one that this machine countersigned on {Day(head)}: it was changed";
        }
        else if (!WasArchived(agent, head.Day)) return $"segment {head.Segment}, which this machine countersigned on {Day(head)}, is gone: the log was cut off or begun anew";
        var next = numbers.FirstOrDefault(n => n > head.Segment);
        if (next == head.Segment + 1 && chain.PreviousOf(agent, next) != head.Hash) return $"segment {next} does not go on from the one that this machine countersigned on {Day(head)}";
        return faults.FirstOrDefault()?.What;
    }

    /// <summary>Whether an index says that a log of this agent, of this day or a later one, went into an archive.</summary>
    bool WasArchived(string agent, DateOnly day) =>
        ArchiveIndex.Files(vault).SelectMany(i => ArchiveIndex.Read(Disk.ReadRegular(i, ArchiveIndex.Limit)))
            .Any(l => l.Path.StartsWith($"Logs/{agent}/", StringComparison.Ordinal) && (LogFiles.DayOf(l.Path) ?? DateOnly.MaxValue) >= day);

    /// <returns>The chain, and the octets of its newest segment.</returns>
    (LogChain Chain, byte[] Last) Read(string agent, IEnumerable<string> files)
    {
        var (chain, newest, last) = (new LogChain(ForgottenList.Of(vault, trusted.Find).StoodFor), 0, Array.Empty<byte>());
        foreach (var file in files)
        {
            var log = Disk.ReadRegular(vault.FullPath(file), SyncPath.LogLimit);
            chain.Add(agent, log, LogFiles.NumberOf(file));
            if (chain.Numbers(agent) is { Count: > 0 } numbers && numbers[^1] > newest) (newest, last) = (numbers[^1], log);
        }
        return (chain, last);
    }

    static string Day(LogHead head) => $"{head.At.UtcDateTime:yyyy-MM-dd}";
}
