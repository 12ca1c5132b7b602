using LocalAgent.Approving;
using VaultKit.Vault;
using static LocalAgent.Acting.Told;

namespace LocalAgent.Acting;

/// <summary>
/// Between the owner's yes and the world. Each approved action is offered at most once at a time, after a claim and an intent that are durable and
/// confirmed, and never again while it may already have happened (PROTOCOL.md, phases). Every step leaves one durable phase and reaches the next;
/// after a crash the phase says what to do. One process at a time: the caller holds the state directory's lock.
/// </summary>
/// <param name="stale">Why what was approved is out of date, such as that the thread has moved on since; null where it is not.</param>
/// <param name="confirm">True when the fetched tip of the remote holds the claim, or when there is none to ask.</param>
public sealed class Fence(
    VaultFolder vault, SpentApprovals spent, TrustedKeys keys, Objections objections, EarlierVersions earlier, Holds holds, Func<TypedAction, IDelivery?> deliveries,
    Func<Held, CancellationToken, Task<bool>> confirm, Func<TaskName, TaskFile, Approval, CancellationToken, Task<string?>> stale, TimeProvider clock, Record record)
{
    public const string NotBeforeKey = "not_before", OfferedAtKey = "offered_at", SentAtKey = Told.SentAtKey, ShadowAtKey = Told.ShadowAtKey, ReplyKey = "server_reply", TriesKey = "tries", ResolvedKey = "resolved", NotFiledKey = "not_filed";

    internal static readonly string[] OwnKeys =
    [
        Phase.Key, NotBeforeKey, OfferedAtKey, TriesKey, ReplyKey, NotFiledKey, ResolvedKey,
        Claims.ByKey, Claims.AtKey, Claims.LeaseKey, Claims.NonceKey, .. Intent.Keys,
    ];

    const int MaxFilings = 5, MaxLooks = 10;

    /// <summary>How long after an offer without an answer its traces are looked for.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    static readonly TimeSpan[] Delays = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4)];

    readonly Claims claims = new(vault, clock);
    readonly Permission permission = new(spent, keys, objections, earlier, deliveries, holds.Rules.PerTalk, clock);

    /// <summary>Carries on with what was begun, then begins what is approved. Files in Approved without a signature are <see cref="Approver.SignMoved()"/>'s.</summary>
    public async Task<FenceReport> RunAsync(CancellationToken cancel)
    {
        var report = new FenceReport();
        foreach (var entry in claims.Mine().ToList())
            await GuardAsync(entry, report, cancel);
        foreach (var entry in vault.List(Stage.Approved).ToList())
        {
            cancel.ThrowIfCancellationRequested();
            // Judged after the move, in the agent's own folder: what is checked there is what is acted on.
            if (MayBegin(entry, report) && vault.Move(entry, Place.InProgress(vault.Agent)) is { } mine) await GuardAsync(mine, report, cancel);
        }
        return report;
    }

    /// <summary>The owner's word on an action of which nobody could tell whether it happened. Durable when it returns; the next run finishes.</summary>
    /// <param name="sent">False sends it back to be approved again. It then is another action with another id: every send enters by a signed approval, and none is used twice.</param>
    /// <exception cref="Refusal">It is no such task.</exception>
    public void Resolve(TaskEntry entry, bool sent)
    {
        if (entry.Place != Place.InProgress(vault.Agent) || Open(entry) is not { } held || PhaseOf(held) is not (Phase.Unknown or Phase.Offered))
            throw new Refusal(ExitCode.Usage, $"{entry.Path} does not wait for a word on whether it was sent", "'localagent status' shows what does");
        record("resolved", entry.Name, ("sent", sent ? "yes" : "no"));
        var report = new FenceReport();
        if (!sent)
        {
            Return(held, "nobody could tell whether it was sent, and you chose to send it again: approve it once more", report);
            return;
        }
        Note(held, Spending.Accepted);
        claims.Write(held, held.Task.With(Phase.Key, Phase.Accepted).With(ResolvedKey, "sent").With(ReplyKey, "none; the owner says that it was sent")
            .With(AtKey(held), held.Task.GetTime(OfferedAtKey) ?? clock.GetUtcNow()).Without(NotBeforeKey, TriesKey));
    }

    async Task GuardAsync(TaskEntry entry, FenceReport report, CancellationToken cancel)
    {
        try
        {
            for (var held = Open(entry); held is not null;)
            {
                cancel.ThrowIfCancellationRequested();
                held = await StepAsync(held, report, cancel);
            }
        }
        // Of this one task; the others go on. Whatever is durable stays as it is, and the next run takes it up from there.
        catch (Exception e) when (e is BadTaskException or IOException or UnauthorizedAccessException)
        {
            report.Problems.Add($"{entry.Path}: {e.Message}");
        }
    }

    /// <returns>What is held in the phase that was reached; null where there is nothing more to do now.</returns>
    async Task<Held?> StepAsync(Held held, FenceReport report, CancellationToken cancel)
    {
        var phase = PhaseOf(held);
        if (phase is null) return Claim(held, report);
        if (held.Task.GetTime(NotBeforeKey) is { } notBefore && clock.GetUtcNow() < notBefore)
        {
            if (phase == Phase.Unknown) report.Unknown++;
            report.Later(notBefore);
            return null;
        }
        return phase switch
        {
            Phase.Claimed => await OfferAsync(held, report, cancel),
            Phase.Offered or Phase.Unknown => await LookAsync(held, report, cancel),
            Phase.Accepted => await FinishAsync(held, report, cancel),
            _ => throw new BadTaskException($"'{phase}' is no phase: somebody changed the file while it was acted on"),
        };
    }

    /// <summary>Approved → claimed: the claim and the intent in one durable write.</summary>
    Held? Claim(Held held, FenceReport report)
    {
        if (permission.WhyNot(held, null, out var action) is { } why) return Return(held, why, report);
        var intent = Intent.New(held.Entry.Name, deliveries(action!)!.MintId(action!), action!.Digest(), clock.GetLocalNow(), holds.Rules.Shadow && action is MailSend);
        var claimed = claims.Write(held, intent.Write(claims.Stamp(held.Task)).With(Phase.Key, Phase.Claimed).Without(NotBeforeKey, TriesKey, ReplyKey));
        record("claimed", held.Entry.Name, ("id", intent.Id), ("intent", intent.Nonce), ("digest", intent.Digest));
        return claimed;
    }

    /// <summary>Claimed → offered → whatever the answer says.</summary>
    async Task<Held?> OfferAsync(Held held, FenceReport report, CancellationToken cancel)
    {
        var intent = Intent.Read(held.Entry.Name, held.Task);
        if (permission.WhyNot(held, intent, out _) is { } why) return Return(held, why, report);
        if (IsHeld(held, report)) return null;
        if (await stale(held.Entry.Name, held.Task, permission.ApprovalOf(held.Task)!, cancel) is { } moved) return Return(held, moved, report);
        if (!await confirm(held, cancel))
        {
            report.Later(clock.GetUtcNow() + Delays[0]);
            return null;
        }
        if (Begin(held, intent, report) is not var (begun, delivery, prepared)) return null;
        // It is durable, outside the vault and in the file. From here on it may happen.
        return Settle(begun, await delivery.DeliverAsync(prepared, cancel), report);
    }

    /// <summary>Claimed → offered, while nobody can pause sending or take the action back. Durable when it returns.</summary>
    /// <returns>Null where it is not to be offered now.</returns>
    (Held Held, IDelivery Delivery, Prepared Prepared)? Begin(Held held, Intent intent, FenceReport report)
    {
        using var gate = holds.Pause.Gate();
        // Time has passed, in which the claim may have been lost, the file edited, or the approval run out.
        held = Open(held.Entry) is { } now && now.Bytes.AsSpan().SequenceEqual(held.Bytes) ? now
            : throw new BadTaskException("changed while its claim was confirmed");
        if (permission.WhyNot(held, intent, out var action) is { } whyNow)
        {
            Return(held, whyNow, report);
            return null;
        }
        if (IsHeld(held, report)) return null;

        var delivery = deliveries(action!)!;
        // What it was to be may have been decided before the owner changed the mode; nothing of it is out.
        intent = intent with { Attempt = intent.Attempt + 1, Shadow = holds.Rules.Shadow && action is MailSend };
        var prepared = delivery.Prepare(action!, intent);
        delivery.MakeReady();

        spent.Note(permission.ApprovalOf(held.Task)!, intent, Spending.Offered, new(clock.GetUtcNow(), Talks.Of(action!)));
        held = claims.Write(held, intent.Write(held.Task).With(Phase.Key, Phase.Offered).With(OfferedAtKey, clock.GetUtcNow()).Without(NotBeforeKey, TriesKey));
        record("offered", held.Entry.Name, ("id", intent.Id), ("attempt", $"{intent.Attempt}"), ("mode", intent.Shadow ? "shadow" : "live"));
        return (held, delivery, prepared);
    }

    /// <summary>Records what came of an offer: first outside the vault, then in the file.</summary>
    Held? Settle(Held held, Outcome outcome, FenceReport report)
    {
        foreach (var (recipient, reply) in outcome.Recipients) record("recipient", held.Entry.Name, ("to", recipient), ("reply", OneLine(reply)));
        switch (outcome)
        {
            case Outcome.Accepted accepted:
                Note(held, Spending.Accepted);
                held = claims.Write(held, held.Task.With(Phase.Key, Phase.Accepted).With(ReplyKey, Reply(held, accepted.Reply)).With(AtKey(held), clock.GetUtcNow()).Without(NotBeforeKey, TriesKey));
                record("accepted", held.Entry.Name, ("id", held.Task.Get(Intent.IdKey) ?? ""), ("reply", Reply(held, accepted.Reply)));
                report.Accepted++;
                return held;

            case Outcome.RefusedForNow refused: return Postpone(held, refused.Reply, report);
            case Outcome.NotOffered not: return Postpone(held, not.Why, report);

            case Outcome.RefusedForGood refused:
                Note(held, Spending.Refused);
                return Return(held, $"refused: {refused.Reply}", report);

            case Outcome.Unknown unknown:
                var look = clock.GetUtcNow() + Settling;
                held = claims.Write(held, held.Task.With(ReplyKey, OneLine(unknown.Why)).With(NotBeforeKey, look));
                record("no answer", held.Entry.Name, ("why", OneLine(unknown.Why)));
                report.Unanswered++;
                report.Later(look);
                return null;

            default: throw new InvalidOperationException($"no such outcome: {outcome}");
        }
    }

    /// <summary>Offered → claimed: it did not happen, and may be offered again.</summary>
    Held? Postpone(Held held, string why, FenceReport report)
    {
        Note(held, Spending.Refused);
        var attempt = Intent.Read(held.Entry.Name, held.Task).Attempt;
        var again = clock.GetUtcNow() + Delays[Math.Clamp(attempt - 1, 0, Delays.Length - 1)];
        claims.Write(held, held.Task.With(Phase.Key, Phase.Claimed).With(ReplyKey, OneLine(why)).With(NotBeforeKey, again));
        record("postponed", held.Entry.Name, ("why", OneLine(why)), ("until", $"{again.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
        report.Problems.Add($"{held.Entry.Name} was not {Was(held)}: {OneLine(why)}; tried again at {again.UtcDateTime:HH:mm} UTC");
        report.Later(again);
        report.Postponed++;
        return null;
    }

    /// <summary>Offered, and the answer was lost: look, never guess. Looking goes on for a while after the owner is asked, since a server may be away.</summary>
    async Task<Held?> LookAsync(Held held, FenceReport report, CancellationToken cancel)
    {
        // After a crash nobody wrote down when to look: what was offered an instant ago may still be on its way to where it is looked for.
        var intent = Intent.Read(held.Entry.Name, held.Task);
        if (held.Task.GetTime(NotBeforeKey) is null && held.Task.GetTime(OfferedAtKey) is { } offered && clock.GetUtcNow() - offered < Settling)
        {
            report.Later(offered + Settling);
            return null;
        }
        var tries = Tries(held);
        if (tries >= MaxLooks)
        {
            report.Unknown++;
            return null;
        }
        var delivery = TypedAction.Read(held.Task) is { } action ? deliveries(action) : null;
        var sighting = delivery is null ? new Sighting.CannotTell("this machine has no outbox for its account any more") : await delivery.FindAsync(intent, cancel);
        switch (sighting)
        {
            case Sighting.Found found: return Settle(held, new Outcome.Accepted($"no answer, but found in {found.Where}"), report);
            case Sighting.ProvablyAbsent:
                Note(held, Spending.Refused);
                record("absent", held.Entry.Name, ("id", intent.Id));
                return claims.Write(held, held.Task.With(Phase.Key, Phase.Claimed).Without(NotBeforeKey, TriesKey));
            case Sighting.CannotTell cannot:
                if (tries == 0) record("unknown", held.Entry.Name, ("id", intent.Id), ("why", OneLine(cannot.Why)));
                var again = clock.GetUtcNow() + Delays[Math.Min(tries, Delays.Length - 1)];
                claims.Write(held, held.Task.With(Phase.Key, Phase.Unknown).With(ReplyKey, OneLine($"none; {cannot.Why}")).With(TriesKey, $"{tries + 1}").With(NotBeforeKey, again));
                report.Unknown++;
                report.Later(again);
                return null;
            default: throw new InvalidOperationException($"no such sighting: {sighting}");
        }
    }

    /// <summary>Accepted → Done. What follows the action is tried a few times and never holds it back for good.</summary>
    async Task<Held?> FinishAsync(Held held, FenceReport report, CancellationToken cancel)
    {
        var tries = Tries(held);
        var failed = await FollowAsync(held, cancel);
        if (failed is not null)
        {
            report.Problems.Add($"{held.Entry.Name} was {Was(held)}, but: {failed}");
            record("not filed", held.Entry.Name, ("why", OneLine(failed)));
            if (tries + 1 < MaxFilings)
            {
                var again = clock.GetUtcNow() + Delays[Math.Min(tries, Delays.Length - 1)];
                claims.Write(held, held.Task.With(TriesKey, $"{tries + 1}").With(NotBeforeKey, again).With(NotFiledKey, OneLine(failed)));
                report.Later(again);
                return null;
            }
        }
        var last = held.Task.With(Phase.Key, Phase.Accepted).Without(NotBeforeKey, TriesKey);
        if (!last.Has(AtKey(held))) last = last.With(AtKey(held), clock.GetUtcNow()); // accepted, says the record outside the vault; the file had not heard of it
        if (failed is null) last = last.Without(NotFiledKey);
        if (claims.Release(held, last, Place.Done(last.GetTime("received") ?? last.GetTime(AtKey(held)) ?? clock.GetUtcNow())) is not { } done)
            throw new BadTaskException($"it was {Was(held)}, but Done/ has a file of its name already");
        record("done", done.Name, ("place", done.Path));
        return null;
    }

    async Task<string?> FollowAsync(Held held, CancellationToken cancel)
    {
        var intent = Intent.Read(held.Entry.Name, held.Task);
        if (TypedAction.Read(held.Task) is not { } action || action.Digest() != intent.Digest) return "the file was changed after it was sent, so no copy can be filed";
        return deliveries(action) is { } delivery ? await delivery.AfterAsync(delivery.Prepare(action, intent), cancel) : "this machine has no outbox for its account any more";
    }

    /// <summary>
    /// The phase, from the file and from the record outside the vault, whichever says that more may have happened.
    /// A file that some remote rolled back does not make an action new.
    /// </summary>
    string? PhaseOf(Held held)
    {
        var phase = held.Task.Get(Phase.Key);
        if (phase is null || !held.Task.Has(Intent.NonceKey) || permission.ApprovalOf(held.Task) is not { } approval || spent.Find(approval) is not { } use) return phase;
        var intent = Intent.Read(held.Entry.Name, held.Task);
        if (use.Intent != intent.Nonce) return phase; // another intent's: WhyNot says so
        return use.State switch
        {
            Spending.Accepted => Phase.Accepted,
            Spending.Offered when phase == Phase.Claimed => Phase.Offered,
            Spending.Refused when phase is Phase.Offered or Phase.Unknown && use.Attempt == intent.Attempt => Phase.Claimed,
            _ => phase,
        };
    }

    /// <summary>Back to the owner, with the reason. Moved first and written afterwards: a crash in between leaves a spent or void approval in Pending_Approval, where it does nothing.</summary>
    Held? Return(Held held, string why, FenceReport report)
    {
        record("returned", held.Entry.Name, ("reason", OneLine(why)));
        if (vault.Move(held.Entry, Place.Pending(Domains.Of(held.Task))) is not { } pending)
            throw new BadTaskException($"it can't be given back ({why}): Pending_Approval/ has a file of its name already");
        var changed = held.Task.Without(OwnKeys).Without(Approval.Key).With(Approver.ReturnedKey, OneLine(why));
        if (!vault.Rewrite(pending, held.Bytes, changed)) report.Problems.Add($"{pending.Path} was edited in the same instant; it came back because: {why}");
        report.Returned++;
        return null;
    }

    void Note(Held held, Spending state)
    {
        // A file whose approval can't be read any more was changed after it was offered; its phase still holds it.
        if (permission.ApprovalOf(held.Task) is { } approval) spent.Note(approval, Intent.Read(held.Entry.Name, held.Task), state);
    }

    bool IsHeld(Held held, FenceReport report)
    {
        if (permission.ApprovalOf(held.Task) is not { } approval || holds.On(approval) is not { } hold) return false;
        report.Holds(held.Entry.Name, hold);
        return true;
    }

    /// <returns>Null where it is no action under way: a draft that this agent works on.</returns>
    Held? Open(TaskEntry entry)
    {
        var bytes = vault.ReadBytes(entry);
        var task = TaskFile.Parse(bytes);
        return task.Has(Phase.Key) || task.Has(Approval.Key) ? new(entry, task, bytes) : null;
    }

    /// <summary>
    /// Whether it is signed and nothing holds it. What would come back anyway does not wait for that. The fence's own keys mean something in its own folder only:
    /// in Approved they are somebody else's words, and no signature covers them; a phase there could make a mail look sent.
    /// </summary>
    bool MayBegin(TaskEntry entry, FenceReport report)
    {
        try
        {
            var bytes = vault.ReadBytes(entry);
            var task = TaskFile.Parse(bytes);
            if (!task.Has(Approval.Key) || (OwnKeys.Any(task.Has) && !vault.Rewrite(entry, bytes, task.Without(OwnKeys)))) return false;
            var held = new Held(entry, task.Without(OwnKeys), bytes);
            return permission.WhyNot(held, null, out _) is not null || !IsHeld(held, report);
        }
        catch (BadTaskException) { return false; } // taken back in this instant, or SignMoved gives it back with the reason
    }

    static int Tries(Held held) => int.TryParse(held.Task.Get(TriesKey), out var tries) ? tries : 0;
}
