using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>Whether an action may be offered at all. Everything is asked again each time: a phase says what was done, never what is allowed.</summary>
sealed class Permission(SpentApprovals spent, TrustedKeys keys, Objections objections, EarlierVersions earlier, Func<TypedAction, IDelivery?> deliveries, int perTalk, TimeProvider clock)
{
    /// <summary>The approval in a task; null where there is none that a trusted key has signed.</summary>
    public Approval? ApprovalOf(TaskFile task) => task.Get(Approval.Key) is { } text ? Approval.Verify(text, keys.Find) : null;

    /// <summary>Why this must not be offered; null where it may.</summary>
    /// <param name="intent">Null where there is none yet.</param>
    public string? WhyNot(Held held, Intent? intent, out TypedAction? action)
    {
        action = null;
        try { action = TypedAction.Read(held.Task); }
        catch (BadTaskException e) { return e.Message; }
        if (action is null) return "there is no action in it";
        if (ApprovalOf(held.Task) is not { } approval) return "its approval was not signed by a key that this machine trusts";
        if (keys.WhyTooOld(approval) is { } old) return old;
        if (approval.WhyNot(held.Entry.Name, action, clock.GetUtcNow()) is { } why)
            return earlier.SinceApproved(held.Entry.Name, action) is { Length: > 0 } difference ? $"{why}: {difference}" : why;
        if (spent.Find(approval)?.State == Spending.TakenBack) return "its approval was taken back";
        if (spent.Find(approval) is { } use && (use.Intent != intent?.Nonce || use.State != Spending.Refused)) return "its approval was used already";
        if (Talks.WhyNot(spent.Offers(clock.GetUtcNow(), approval), Talks.Of(action), perTalk, clock.GetUtcNow()) is { } loop) return loop;
        if (objections.Against(held.Entry.Name, action, held.Task) is { Count: > 0 } reasons) return string.Join("; ", reasons);
        if (intent is not null && intent.Digest != action.Digest()) return "the task was changed after it was claimed";
        // It waits there for its owner's own hand.
        if (action is SocialPost && held.Entry.Place.Stage == Stage.Approved) return null;
        return deliveries(action) is { } delivery && delivery.Kind == action.Kind ? null : $"this machine cannot carry out '{action.Kind}' for the account '{action.Account}'";
    }
}
