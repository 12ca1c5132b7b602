using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>Frees what a dead agent holds: a signed move back to Needs_Action, contended with the agent's own. Between machines the first accepted push decides.</summary>
public sealed class Releaser(VaultFolder vault, ApproverKey key, TimeProvider clock, Record record)
{
    /// <summary>Why the owner should think again before freeing this claim; null where its lease is over.</summary>
    public string? WhyWait(TaskEntry entry) =>
        vault.Read(entry).GetTime(Claims.LeaseKey) is { } until && until > clock.GetUtcNow()
            ? $"{entry.Place.Below} may be at work: its claim looks alive until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : null;

    /// <summary>Frees one claim. Durable when it returns; what the agent does with the task after this was pushed is refused by the merge.</summary>
    /// <exception cref="Refusal">It is held by nobody, or by this machine, or something was about to go out.</exception>
    public TaskEntry Release(TaskEntry entry)
    {
        if (entry.Place.Stage != Stage.InProgress)
            throw new Refusal(ExitCode.Usage, $"{entry.Path} is held by nobody", "only what lies in In_Progress/ can be released");
        if (entry.Place.Below == vault.Agent.Value)
            throw new Refusal(ExitCode.Usage, $"{entry.Path} is held by this machine", "'localagent run' finishes it or gives it back");
        byte[] bytes;
        TaskFile task;
        try { task = TaskFile.Parse(bytes = vault.ReadBytes(entry)); }
        catch (BadTaskException e) { throw new Refusal(ExitCode.Failed, $"{entry.Path} is no task file: {e.Message}", "mend the file, or move it to Quarantine/", e); }
        // An approved action may have been offered by its holder without our hearing of it: only who looks into Sent can tell.
        if (task.Has("phase") || task.Has(Approval.Key))
            throw new Refusal(ExitCode.Failed, $"{entry.Name} was approved, and {entry.Place.Below} may have sent it", $"'localagent resolve {entry.Name}' on that machine");

        var release = new ClaimRelease
        {
            Task = entry.Name.Value,
            Holder = entry.Place.Below,
            Claim = task.Get(Claims.NonceKey) ?? "",
            Approver = key.Fingerprint,
            At = clock.GetUtcNow(),
        };
        var freed = Claims.Free(task).With(ClaimRelease.Key, release.Sign(key.Key));
        if (!vault.Rewrite(entry, bytes, freed) || vault.Move(entry, Place.NeedsAction(Domains.Of(task))) is not { } moved)
            throw new Refusal(ExitCode.TryAgain, $"{entry.Name} changed in this moment", "look again with 'localagent status'");
        record("claim.released", entry.Name, ("holder", release.Holder), ("claim", release.Claim));
        return moved;
    }
}
