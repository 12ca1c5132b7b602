using System.Security.Cryptography;
using System.Text;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// Claims new work, drafts, and files the draft for the owner. What it can't understand goes to <c>Quarantine/</c>.
/// Claims are shared before they are worked on, many with one push: where two agents reach for a task, only one drafts it.
/// </summary>
/// <param name="share">Syncs; gives what kept that from being whole.</param>
/// <param name="confirmed">Which of these claims the remote's tip holds.</param>
sealed class DraftDesk(Machine machine, IDrafter drafter, Func<TurnReport, CancellationToken, Task<SyncFailure?>> share, Func<IReadOnlyCollection<Held>, IReadOnlySet<TaskName>> confirmed)
{
    /// <summary>Claims that share one push. More would keep the first drafts waiting.</summary>
    const int Batch = 100;

    static readonly TimeSpan ForAnother = TimeSpan.FromMinutes(15);

    static readonly string[] Spent = [Approval.Key, "phase", "returned", "rejected_reason", "rejected_at"];

    /// <summary>So long a turn drafts before the others have theirs: what is drafted by then is shared, what was approved goes out. A model takes seconds for each.</summary>
    internal TimeSpan Slice { get; init; } = TimeSpan.FromSeconds(30);

    readonly Claims claims = new(machine.Vault, machine.Clock);
    readonly Sweep sweep = new(machine.Vault, machine.Clock);
    OpenThreads threads = new(machine.Vault);
    long began = machine.Clock.GetTimestamp();

    /// <summary>A new turn.</summary>
    public void Begin() => (began, threads) = (machine.Clock.GetTimestamp(), new(machine.Vault));

    /// <param name="toTheEnd">Somebody waits for it: however long it takes.</param>
    /// <returns>False where the turn's time was up before its end: the rest is the next one's.</returns>
    public async Task<bool> RunAsync(TurnReport report, bool toTheEnd, CancellationToken cancel)
    {
        foreach (var swept in sweep.Run()) Quarantined(report, swept.From, swept.To, swept.Why);
        var handbook = machine.Handbook();
        bool more;
        do
        {
            var taken = Claim(report, cancel);
            var mine = Mine(report);
            if (mine.Count == 0) return true;
            var failure = machine.Settings.Remote is null || confirmed(mine).Count == mine.Count ? null : await share(report, cancel);
            // A remote that is away keeps nobody from working: a draft has no effect outside. A race that was lost does: the other one may be drafting this very task.
            var ours = machine.Settings.Remote is null || failure is { Kind: not SyncFailureKind.Race } ? null : confirmed(mine);
            report.Count(Metrics.Claims, "taken", taken);
            if (ours is not null) report.Count(Metrics.Claims, "lost", mine.Count(h => !ours.Contains(h.Entry.Name)));
            // Of two mails of one conversation the first is answered first, and the second together with it.
            foreach (var held in mine.Where(h => ours?.Contains(h.Entry.Name) != false).OrderBy(h => h.Task.GetTime("received")))
            {
                await WorkAsync(held.Entry, handbook, report, cancel);
                report.Tell(machine.Clock);
                if (toTheEnd || machine.Clock.GetElapsedTime(began) < Slice) continue;
                report.WakeAt(machine.Clock.GetUtcNow());
                return false;
            }
            more = taken == Batch && failure is null;
        }
        while (more);
        return true;
    }

    /// <summary>Takes a batch of new tasks.</summary>
    /// <returns>How many.</returns>
    int Claim(TurnReport report, CancellationToken cancel)
    {
        var tasks = machine.Vault.List(Place.NeedsAction(Domains.Email)).ToList();
        // Each agent begins elsewhere: all reaching for the first ones, all but one would lose.
        var start = tasks.Count == 0 ? 0 : (int)(BitConverter.ToUInt32(SHA256.HashData(Encoding.ASCII.GetBytes(machine.Vault.Agent.Value))) % (uint)tasks.Count);
        var taken = 0;
        foreach (var entry in tasks.Skip(start).Concat(tasks.Take(start)))
        {
            cancel.ThrowIfCancellationRequested();
            if (taken == Batch) break;
            if (TryClaim(entry, report)) taken++;
        }
        return taken;
    }

    bool TryClaim(TaskEntry entry, TurnReport report)
    {
        try
        {
            var bytes = machine.Vault.ReadBytes(entry);
            var seen = TaskFile.Parse(bytes);
            if (IsElsewhere(seen)) return false;
            if (LeftToAnother(entry, seen) is { } until)
            {
                report.WakeAt(until);
                return false;
            }
            // The owner moved it back to be done again: a yes or no of before is void, before anybody holds it.
            if (Spent.Any(seen.Has) && !machine.Vault.Rewrite(entry, bytes, seen.Without(Spent))) return false;
        }
        catch (BadTaskException)
        {
            if (!File.Exists(machine.Vault.FullPath(entry.Path))) return false; // moved by somebody else meanwhile
        }
        // Null: another agent of this machine was first.
        return machine.Vault.Move(entry, Place.InProgress(machine.Vault.Agent)) is { } mine && Understood(mine, entry, report, () => claims.Mark(mine)) is not null;
    }

    /// <summary>What this agent holds, a crash's leavings among it. An action under way is the fence's.</summary>
    List<Held> Mine(TurnReport report)
    {
        var mine = new List<Held>();
        foreach (var entry in claims.Mine())
            if (Understood(entry, entry, report, () => Unfinished(entry)) is { } held) mine.Add(held);
        return mine;
    }

    Held? Unfinished(TaskEntry mine)
    {
        var seen = machine.Vault.Read(mine);
        // Posts and the handbook are worked on by the owner's machine alone, and not here.
        var isOthers = machine.Vault.Agent.Zone == Zone.Local && Domains.Of(seen) != Domains.Email;
        return seen.Has("phase") || seen.Has(Approval.Key) || isOthers || IsElsewhere(seen) ? null : claims.Look(mine);
    }

    /// <summary>The owner's words about a draft are for the model that wrote it: where this machine has none, it gives the one that has the time to take them up.</summary>
    /// <returns>Until when; null where it is this one's.</returns>
    DateTimeOffset? LeftToAnother(TaskEntry entry, TaskFile task)
    {
        if (drafter.FollowsWords || machine.Settings.Remote is null || Redraft.Words(task).Length == 0 || task.Get("drafted_by") is not { } by) return null;
        var isAnothers = !by.StartsWith(machine.Vault.Agent.Value, StringComparison.Ordinal) && (task.Has("model_failed") || !by.EndsWith(" " + drafter.Name, StringComparison.Ordinal));
        var until = DateTimeOffset.UnixEpoch.AddTicks(Disk.Stamp(machine.Vault.FullPath(entry.Path)).Written / 100) + ForAnother;
        return isAnothers && until > machine.Clock.GetUtcNow() ? until : null;
    }

    // Another machine's account.
    bool IsElsewhere(TaskFile task) => task.Get("task") == "email/1" && task.Get("account") is { } name && machine.Account(name) is null;

    async Task WorkAsync(TaskEntry mine, Handbook handbook, TurnReport report, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        // Read anew: the sync that shared it may have brought the owner's words into it, or taken it away.
        if (Understood(mine, mine, report, () => claims.Look(mine)) is not { } held) return;
        try
        {
            if (held.Task.Get("task") == MailSend.OrderTask) FileOrder(held, report);
            else await DraftAsync(held, handbook, report, cancel);
        }
        catch (BadTaskException e) { Refuse(mine, mine, e.Message, report); }
    }

    /// <param name="from">Where the task was found: what a person is told.</param>
    T? Understood<T>(TaskEntry mine, TaskEntry from, TurnReport report, Func<T?> read) where T : class
    {
        try { return read(); }
        catch (BadTaskException e)
        {
            Refuse(mine, from, e.Message, report);
            return null;
        }
    }

    void Refuse(TaskEntry mine, TaskEntry from, string why, TurnReport report)
    {
        if (claims.Quarantine(mine) is { } put) Quarantined(report, from.Path, put.Path, why);
        else report.Problem($"{mine} is no task file ({why}) and can't be quarantined: Quarantine/ has that name already");
    }

    /// <summary>What the owner has ordered is the owner's own text: it waits for a yes as it is.</summary>
    void FileOrder(Held held, TurnReport report)
    {
        var digest = (TypedAction.Read(held.Task) ?? throw new BadTaskException("an order without an action")).Digest();
        if (claims.Release(held, held.Task, Place.Pending(Domains.Email)) is null)
        {
            report.Problem($"{held.Entry} can't be filed: Pending_Approval/email has that name already");
            return;
        }
        report.Drafted++;
        machine.Audit.Append("order.filed", held.Entry.Name, ("digest", digest));
    }

    async Task DraftAsync(Held held, Handbook handbook, TurnReport report, CancellationToken cancel)
    {
        var letter = LetterFile.Read(held.Task);
        var account = machine.Account(letter.Account) ?? throw new BadTaskException($"there is no account '{letter.Account}' here");
        // The header said at intake that a person wrote it.
        var mail = new Reading(letter);
        var verdict = Triage.Of(mail, null, account, handbook);
        var before = threads.Before(letter, account, held.Task);
        var draft = verdict.Asks ? new Draft(verdict.Language, null, $"yours to answer: {verdict.Rule}")
            : await TryDraftAsync(new(letter, account, handbook, machine.Clock.GetUtcNow()) { Read = mail, Before = [.. before.Select(b => b.Letter)], Remark = Redraft.Words(held.Task), Previous = Redraft.Earlier(held.Task) }, held.Entry.Name, report, cancel);
        Tell(draft, held.Entry.Name);
        if (draft.ModelFailed is not null) report.Count(Metrics.ModelFailed, "", 1);
        var by = draft.By ?? drafter.Name;
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
            .With("category", verdict.Category)
            .With("urgency", verdict.Urgency)
            .With("answer", draft.Body is null ? "yours" : "drafted")
            .With("why", draft.Reason)
            .With("drafted_by", $"{machine.Vault.Agent} {by}")
            .With("drafted_at", machine.Clock.GetUtcNow());
        IReadOnlyList<string> marks = [.. verdict.Marks, .. draft.Marks];
        task = marks.Count > 0 ? task.With("marks", marks) : task.Without("marks");
        task = draft.ModelFailed is { } failed ? task.With("model_failed", failed) : task.Without("model_failed");
        // A draft that waits is given up for another one only.
        if (draft.Body is not null && before.Count > 0) task = task.With(LetterFile.SupersedesKey, [.. before.Select(b => $"{b.Name}@{b.Digest}")]);
        // As it is read back from the file: what 'show' prints and an approval signs.
        var digest = TypedAction.Read(task)!.Digest();
        if (claims.Release(held, task, Place.Pending(Domains.Email)) is null)
        {
            report.Problem($"{held.Entry} can't be filed: Pending_Approval/email has that name already");
            return;
        }
        threads.Add(held.Entry.Name, letter);
        if (draft.Body is null) report.Yours++;
        else report.Drafted++;
        machine.Audit.Append(draft.Body is null ? "draft.yours" : "draft.filed", held.Entry.Name, ("by", by), ("digest", digest), ("why", draft.Reason));
    }

    /// <summary>What went wrong on the way to this draft.</summary>
    void Tell(Draft draft, TaskName name)
    {
        if (draft.Leaked.Count > 0) machine.Audit.Append("draft.leaked", name, ("what", string.Join("; ", draft.Leaked)));
        if (draft.ModelFailed is not { } why) return;
        machine.Audit.Append("model.failed", name, ("why", why));
        Say.Warn($"the model did not draft {name}: {why}");
    }

    /// <summary>A letter on which the drafter fails is the owner's to answer; the others go on.</summary>
    async Task<Draft> TryDraftAsync(DraftRequest request, TaskName name, TurnReport report, CancellationToken cancel)
    {
        try { return DraftLeaks.Checked(await drafter.DraftAsync(request, cancel), request); }
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
