using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>Claims new work, drafts, and files the draft for the owner. What it can't understand goes to <c>Quarantine/</c>.</summary>
sealed class DraftDesk(Machine machine, IDrafter drafter)
{
    static readonly string[] Spent = [Approval.Key, "phase", "returned", "rejected_reason", "rejected_at"];

    readonly Claims claims = new(machine.Vault, machine.Clock);

    public async Task RunAsync(TurnReport report, CancellationToken cancel)
    {
        foreach (var swept in Sweep.Run(machine.Vault, machine.Clock)) Quarantined(report, swept.From, swept.To, swept.Why);
        var handbook = machine.Handbook();

        // What a crash left: claims of this agent's own without an intent are drafts that were not finished.
        foreach (var entry in claims.Mine())
            await WorkAsync(entry, handbook, report, cancel);
        foreach (var entry in machine.Vault.List(Place.NeedsAction(Domains.Email)))
            await WorkAsync(entry, handbook, report, cancel);
    }

    async Task WorkAsync(TaskEntry entry, Handbook handbook, TurnReport report, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            var bytes = machine.Vault.ReadBytes(entry);
            var seen = TaskFile.Parse(bytes);
            if (entry.Place.Stage == Stage.InProgress && (seen.Has("phase") || seen.Has(Approval.Key))) return; // an action under way is the fence's
            if (seen.Get("task") == "email/1" && seen.Get("account") is { } name && machine.Account(name) is null) return; // another machine's account
            // The owner moved it back to be done again: a yes or no of before is void, before anybody holds it.
            if (Spent.Any(seen.Has) && !machine.Vault.Rewrite(entry, bytes, seen.Without(Spent))) return;
        }
        catch (BadTaskException)
        {
            if (!File.Exists(machine.Vault.FullPath(entry.Path))) return; // moved by somebody else meanwhile
        }

        TaskEntry? mine = entry;
        try
        {
            if (entry.Place.Stage != Stage.InProgress) mine = machine.Vault.Move(entry, Place.InProgress(machine.Vault.Agent));
            if (mine is null) return; // another agent was first
            await DraftAsync(claims.Mark(mine.Value), handbook, report, cancel);
        }
        catch (BadTaskException e)
        {
            if (claims.Quarantine(mine!.Value) is { } put) Quarantined(report, entry.Path, put.Path, e.Message);
            else report.Problem($"{mine} is no task file ({e.Message}) and can't be quarantined: Quarantine/ has that name already");
        }
    }

    async Task DraftAsync(Held held, Handbook handbook, TurnReport report, CancellationToken cancel)
    {
        var letter = LetterFile.Read(held.Task);
        var account = machine.Account(letter.Account) ?? throw new BadTaskException($"there is no account '{letter.Account}' here");
        var draft = await TryDraftAsync(new(letter, account, handbook, machine.Clock.GetUtcNow()), held.Entry.Name, report, cancel);
        var reply = Reply.Compose(letter, account, draft);
        var action = new MailSend
        {
            Account = account.Name,
            From = new Address(account.DisplayName, reply.From).ToString(),
            To = reply.To,
            Cc = reply.Cc,
            Subject = reply.Subject,
            InReplyTo = reply.InReplyTo,
            References = reply.References,
            Body = reply.Body,
        };
        var task = action.Write(held.Task)
            .With("language", draft.Language)
            .With("urgency", Urgency.Of(letter))
            .With("answer", draft.Body is null ? "yours" : "drafted")
            .With("why", draft.Reason)
            .With("drafted_by", $"{machine.Vault.Agent} {drafter.Name}")
            .With("drafted_at", machine.Clock.GetUtcNow());
        // As it is read back from the file: what 'show' prints and an approval signs.
        var digest = TypedAction.Read(task)!.Digest();
        if (claims.Release(held, task, Place.Pending(Domains.Email)) is null)
        {
            report.Problem($"{held.Entry} can't be filed: Pending_Approval/email has that name already");
            return;
        }
        if (draft.Body is null) report.Yours++;
        else report.Drafted++;
        machine.Audit.Append(draft.Body is null ? "draft.yours" : "draft.filed", held.Entry.Name, ("by", drafter.Name), ("digest", digest), ("why", draft.Reason));
    }

    /// <summary>A letter on which the drafter fails is the owner's to answer; the others go on.</summary>
    async Task<Draft> TryDraftAsync(DraftRequest request, TaskName name, TurnReport report, CancellationToken cancel)
    {
        try { return await drafter.DraftAsync(request, cancel); }
        // Whatever it is: what fails on one letter would fail on it again at each turn, and no other letter would be drafted.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            report.Problem($"{drafter.Name} failed on {name}: {e.GetType().Name}: {e.Message}");
            return new Draft(Language.English, null, "yours to answer: the drafter failed on it");
        }
    }

    void Quarantined(TurnReport report, string from, string to, string why)
    {
        report.Quarantined++;
        TaskName? name = TaskName.TryParseFile(Path.GetFileName(from), out var parsed) ? parsed : null;
        machine.Audit.Append("task.quarantined", name, ("from", from), ("to", to), ("why", why));
        Say.Warn($"{from} was moved to {to}: {why}");
    }
}
