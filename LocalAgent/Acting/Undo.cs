using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>The owner takes an approval back: while it waits, and after it was claimed until it is offered.</summary>
public sealed class Undo(VaultFolder vault, SpentApprovals spent, TrustedKeys keys, Pause pause, Record record)
{
    /// <summary>Moves it back to Pending_Approval and takes the approval out. Durable when it returns.</summary>
    /// <exception cref="Refusal">It is too late, or was never approved.</exception>
    public TaskEntry TakeBack(TaskName name)
    {
        // While the gate is held nothing is offered; only the claim may still be made, once.
        using var gate = pause.Gate();
        for (var look = 0; look < 3; look++)
        {
            if (vault.Find(name) is not { } entry) break;
            if (WhyNot(entry) is { } why) throw new Refusal(ExitCode.Failed, $"{name} can't be taken back: {why}", "'localagent status' shows what waits");
            // Its signed version is in git's history, and on whatever machine has fetched it.
            if (ApprovalOf(entry) is { } approval) spent.TakeBack(approval);
            if (vault.Move(entry, Place.Pending(Domains.Of(vault.Read(entry)))) is not { } pending) continue;
            // Moved first and written afterwards, as all that goes back: what lies in Pending_Approval is not acted on, whatever is in it.
            record("taken back", name, ("from", entry.Path));
            var bytes = vault.ReadBytes(pending);
            if (!vault.Rewrite(pending, bytes, TaskFile.Parse(bytes).Without(Fence.OwnKeys).Without(Approval.Key).With(Approver.ReturnedKey, "you took it back")))
                record("not noted", name, ("why", "the file was changed in the same instant"));
            return pending;
        }
        throw new Refusal(ExitCode.TryAgain, $"{name} was moved in this instant", $"look again with 'localagent show {name}'");
    }

    Approval? ApprovalOf(TaskEntry entry) => vault.Read(entry).Get(Approval.Key) is { } text ? Approval.Verify(text, keys.Find) : null;

    /// <summary>Null where nothing of it is out.</summary>
    string? WhyNot(TaskEntry entry)
    {
        if (entry.Place.Stage == Stage.Approved) return null;
        if (entry.Place.Stage == Stage.Done) return Domains.Of(vault.Read(entry)) == Domains.Email ? "it was sent" : "it is done";
        if (entry.Place != Place.InProgress(vault.Agent)) return $"it is not approved, it lies in {entry.Place.Folder}/";
        var task = vault.Read(entry);
        if (!task.Has(Approval.Key)) return "it is not approved";
        // As in the fence: the record outside the vault knows of an offer, whatever the file says.
        var use = ApprovalOf(entry) is { } approval ? spent.Find(approval)?.State : null;
        return (task.Get(Phase.Key) is null or Phase.Claimed) && (use is not (Spending.Offered or Spending.Accepted)) ? null : "it is under way or was sent";
    }
}
