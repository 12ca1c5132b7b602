using System.Security.Cryptography;
using LocalAgent.Acting;
using LocalAgent.Correspondence;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>The owner's yes and no.</summary>
/// <param name="originals">What is known of a task's original.</param>
/// <param name="expires">How long an approval may wait to be carried out.</param>
/// <param name="settle">How long a file that was moved by hand must lie still before it counts.</param>
sealed class Approver(
    VaultFolder vault, ApproverKey key, Objections objections, OutgoingFiles files, EarlierVersions earlier, Func<TaskName, TaskFile, Original> originals, TimeProvider clock, Record record, TimeSpan expires, TimeSpan settle)
{
    const int MinPrefix = 8;

    /// <summary>A task whose text was changed, with what its action says of the text.</summary>
    public Func<TaskFile, TaskFile> Renewed { get; init; } = static task => task;

    public const string ReturnedKey = "returned", RejectedReasonKey = "rejected_reason", RejectedAtKey = "rejected_at";

    /// <summary>Signs what the owner was shown and moves it to Approved. Durable when it returns.</summary>
    /// <param name="digestPrefix">The first 8 or more digits of the digest that was shown.</param>
    /// <param name="withoutOriginal">The owner's own word that it may go out though its original was not found, or says something else.</param>
    /// <returns>Where the task lies now.</returns>
    /// <exception cref="Refusal">It is not what was shown, must not go out as it is, or needs that word.</exception>
    public TaskEntry Approve(TaskEntry entry, string digestPrefix, bool withoutOriginal = false)
    {
        var shown = digestPrefix.Trim().ToLowerInvariant();
        if (shown.Length < MinPrefix || shown.AsSpan().ContainsAnyExcept("0123456789abcdef"))
            throw new Refusal(ExitCode.Usage, $"'{digestPrefix}' is no digest", $"give its first {MinPrefix} digits or more, as 'localagent show {entry.Name}' prints them");
        if (entry.Place.Stage != Stage.PendingApproval)
            throw new Refusal(ExitCode.Usage, $"{entry.Path} does not wait for an approval", "only what lies in Pending_Approval/ can be approved");

        var (bytes, task, action) = Read(entry);
        var digest = action.Digest();
        if (!digest.StartsWith(shown, StringComparison.Ordinal))
            throw new Refusal(ExitCode.Failed, $"{entry.Name} is not what was shown: its digest was {shown} and is now {digest[..shown.Length]}", $"look again with 'localagent show {entry.Name}'");
        if (objections.Against(entry.Name, action, task) is { Count: > 0 } reasons)
            throw new Refusal(ExitCode.Failed, $"{entry.Name} can't go out as it is: {string.Join("; ", reasons)}", $"'localagent edit {entry.Name}'");

        var original = originals(entry.Name, task);
        if (original.NeedsWord && !withoutOriginal)
            throw new Refusal(ExitCode.Failed, $"{entry.Name}: {original.Why}", "somebody may have made it up: read it with that in mind; '--without-original' approves it all the same");

        // A crash between the two leaves a signed file in Pending_Approval. It does nothing there: only what lies in Approved is acted on,
        // the signature covers these very bytes and no others, and approving again signs again.
        if (!vault.Rewrite(entry, bytes, Signed(entry.Name, task, action))) throw Changed(entry);
        var approved = vault.Move(entry, Place.Approved(entry.Place.Below)) ?? throw Changed(entry);
        record("approved", entry.Name, ("digest", digest), ("by", "command"), ("original", original.Word));
        return approved;
    }

    /// <summary>The owner says no, to a draft or to what was approved and not yet begun. Durable when it returns.</summary>
    /// <exception cref="Refusal">It lies elsewhere, or is moving.</exception>
    public TaskEntry Reject(TaskEntry entry, string reason)
    {
        if (entry.Place.Stage is not (Stage.PendingApproval or Stage.Approved))
            throw new Refusal(ExitCode.Usage, $"{entry.Path} can't be rejected any more", "only what lies in Pending_Approval/ or Approved/ can be");
        var rejected = vault.Move(entry, Place.Rejected(entry.Place.Below)) ?? throw Changed(entry);
        var why = Unseen.OneLine(reason);
        Annotate(rejected, t => WithWords(t.Without(Approval.Key, ReturnedKey), RejectedReasonKey, why).With(RejectedAtKey, clock.GetUtcNow()));
        record("rejected", entry.Name, ("reason", why));
        return rejected;
    }

    /// <summary>The draft is to be written again: back to Needs_Action with what the owner has to say about it, which stays with the task. Durable when it returns.</summary>
    /// <param name="read">The bytes of what the owner was shown.</param>
    /// <param name="remark">Empty: none, and one of before is gone.</param>
    /// <exception cref="Refusal">It does not wait, or has changed since.</exception>
    public TaskEntry DoAgain(TaskEntry entry, byte[] read, string remark)
    {
        if (entry.Place.Stage != Stage.PendingApproval)
            throw new Refusal(ExitCode.Usage, $"{entry.Path} does not wait for an approval", "only what lies in Pending_Approval/ can be done again");
        var words = Unseen.OneLine(remark);
        // Written first: a crash before the move leaves it waiting with the remark, and it can be sent back again.
        var changed = Redraft.Ask(TaskFile.Parse(read).Without(Approval.Key, ReturnedKey), words);
        if (!vault.Rewrite(entry, read, changed)) throw Changed(entry);
        var again = vault.Move(entry, Place.NeedsAction(entry.Place.Below)) ?? throw Changed(entry);
        earlier.DoAgain(entry.Name);
        record("sent back", entry.Name, ("remark", words), ("draft", Leaks.Mask(Unseen.OneLine(Redraft.Earlier(changed)), [])));
        return again;
    }

    static TaskFile WithWords(TaskFile task, string key, string words) => words.Length == 0 ? task.Without(key) : task.With(key, words);

    /// <summary>Puts another text into a draft that waits. An approval in it is void from then on.</summary>
    /// <param name="read">The bytes that the owner's editor started from.</param>
    /// <exception cref="Refusal">The file has changed since.</exception>
    public void ReplaceDraft(TaskEntry entry, byte[] read, string draft)
    {
        if (entry.Place.Stage != Stage.PendingApproval)
            throw new Refusal(ExitCode.Usage, $"{entry.Path} does not wait for an approval", "only what lies in Pending_Approval/ can be edited");
        Change(entry, read, Renewed(TaskFile.Parse(read).WithDraft(draft)));
        record("edited", entry.Name);
    }

    /// <summary>Adds a file to a draft that waits. An approval in it is void from then on. Durable when it returns.</summary>
    /// <returns>The file's size in octets.</returns>
    /// <exception cref="Refusal">It can't be attached, or the draft has one of that name, or is no draft.</exception>
    public long Attach(TaskEntry entry, string path)
    {
        var (bytes, task, action) = ReadWaiting(entry);
        if (action.Attachments.Any(f => f.Name == Path.GetFileName(path)))
            throw new Refusal(ExitCode.Usage, $"{entry.Name} has a file '{Path.GetFileName(path)}' already", "take that out first with --remove");
        var (file, size) = files.Add(entry.Name, path);
        Change(entry, bytes, (action with { Attachments = [.. action.Attachments, file] }).Write(task));
        record("attached", entry.Name, ("file", file.Name), ("sha256", file.Sha256));
        return size;
    }

    /// <summary>Takes a file out of a draft that waits. Durable when it returns.</summary>
    /// <exception cref="Refusal">The draft has none of that name, or is no draft.</exception>
    public void Detach(TaskEntry entry, string name)
    {
        var (bytes, task, action) = ReadWaiting(entry);
        if (!action.Attachments.Any(f => f.Name == name))
            throw new Refusal(ExitCode.Usage, $"{entry.Name} has no file '{name}'", "'localagent show' lists what is attached");
        Change(entry, bytes, (action with { Attachments = [.. action.Attachments.Where(f => f.Name != name)] }).Write(task));
        record("detached", entry.Name, ("file", name));
    }

    (byte[] Bytes, TaskFile Task, MailSend Action) ReadWaiting(TaskEntry entry)
    {
        if (entry.Place.Stage != Stage.PendingApproval)
            throw new Refusal(ExitCode.Usage, $"{entry.Path} does not wait for an approval", "only what lies in Pending_Approval/ can be changed");
        var (bytes, task, action) = Read(entry);
        return action is MailSend mail ? (bytes, task, mail) : throw new Refusal(ExitCode.Usage, $"{entry.Name} is no mail", "files go with mails only");
    }

    void Change(TaskEntry entry, byte[] read, TaskFile changed)
    {
        earlier.See(entry.Name, TaskFile.Parse(read));
        if (!vault.Rewrite(entry, read, changed.Without(Approval.Key))) throw Changed(entry);
    }

    /// <summary>
    /// Files without a signature in Approved are the owner's own moves: sync writes none there. Each that has lain still long enough is signed,
    /// or goes back to Pending_Approval with the reason.
    /// </summary>
    /// <returns>How long until the next one has lain still; null where none waits.</returns>
    public TimeSpan? SignMoved()
    {
        TimeSpan? next = null;
        foreach (var entry in vault.List(Stage.Approved).ToList())
        {
            try
            {
                if (StillFor(entry) is var still && still < settle)
                {
                    if (IsSigned(entry)) continue;
                    var rest = settle - still;
                    next = next is { } earlier && earlier < rest ? earlier : rest;
                    continue;
                }
                SignMoved(entry);
            }
            catch (BadTaskException e) { GiveBack(entry, e.Message); }
        }
        return next;
    }

    bool IsSigned(TaskEntry entry)
    {
        try { return vault.Read(entry).Has(Approval.Key); }
        catch (BadTaskException) { return false; } // perhaps half written; judged when it lies still
    }

    void SignMoved(TaskEntry entry)
    {
        var bytes = vault.ReadBytes(entry);
        var task = TaskFile.Parse(bytes);
        if (task.Has(Approval.Key)) return; // the fence's to judge
        if (vault.HasForeignGit)
        {
            GiveBack(entry, "there is a .git in the vault, so somebody else may have moved this: use 'localagent approve'");
            return;
        }
        var action = TypedAction.Read(task) ?? throw new BadTaskException("there is no action in it to approve");
        var original = originals(entry.Name, task);
        if (objections.Against(entry.Name, action, task) is { Count: > 0 } reasons) GiveBack(entry, string.Join("; ", reasons));
        else if (original.State is OriginalState.Unreachable or OriginalState.NotLookedFor) return; // it waits there, unsigned, until the mailbox can be asked
        else if (original.NeedsWord) GiveBack(entry, $"{original.Why}: approve it with 'localagent review', which asks for a word");
        else if (vault.Rewrite(entry, bytes, Signed(entry.Name, task, action)))
            record("approved", entry.Name, ("digest", action.Digest()), ("by", "move"), ("original", original.Word));
        // Else it was saved in this instant, and begins to lie still anew.
    }

    // Moved first and written afterwards: in the other order a crash would leave an unsigned file in Approved, which is what the owner's own move looks like.
    void GiveBack(TaskEntry entry, string why)
    {
        if (vault.Move(entry, Place.Pending(entry.Place.Below)) is not { } pending) return; // moved meanwhile, by the owner
        record("returned", entry.Name, ("reason", why));
        Annotate(pending, t => t.Without(Approval.Key).With(ReturnedKey, Unseen.OneLine(why)));
    }

    void Annotate(TaskEntry entry, Func<TaskFile, TaskFile> change)
    {
        try
        {
            var bytes = vault.ReadBytes(entry);
            if (!vault.Rewrite(entry, bytes, change(TaskFile.Parse(bytes))))
                record("not noted", entry.Name, ("why", "the file was changed in the same instant"));
        }
        catch (BadTaskException e) { record("not noted", entry.Name, ("why", e.Message)); } // unreadable: the move is what counts, the log has the reason
    }

    TaskFile Signed(TaskName name, TaskFile task, TypedAction action)
    {
        // To the second: the record is read by people too.
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var approval = new Approval
        {
            Task = name.Value,
            Action = action.Kind,
            Digest = action.Digest(),
            Account = action.Account,
            Approver = key.Fingerprint,
            At = now,
            Expires = now + expires,
            Nonce = RandomNumberGenerator.GetHexString(32, lowercase: true),
        };
        var signed = task.Without(ReturnedKey).With(Approval.Key, approval.Sign(key.Key));
        earlier.Approve(name, signed);
        return signed;
    }

    /// <summary>Since the later of its last write and its last rename. A clock that was set back counts as not still at all.</summary>
    TimeSpan StillFor(TaskEntry entry)
    {
        var stamp = Disk.Stamp(vault.FullPath(entry.Path));
        var still = clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(Math.Max(stamp.Changed, stamp.Written) / 100);
        return still < TimeSpan.Zero ? TimeSpan.Zero : still;
    }

    (byte[] Bytes, TaskFile Task, TypedAction Action) Read(TaskEntry entry)
    {
        try
        {
            var bytes = vault.ReadBytes(entry);
            var task = TaskFile.Parse(bytes);
            return (bytes, task, TypedAction.Read(task) ?? throw new BadTaskException("there is no action in it to approve"));
        }
        catch (BadTaskException e) { throw new Refusal(ExitCode.Failed, $"{entry.Path}: {e.Message}", "mend the file, or reject it", e); }
    }

    static Refusal Changed(TaskEntry entry) =>
        new(ExitCode.TryAgain, $"{entry.Path} was changed or moved in this instant", $"look again with 'localagent show {entry.Name}'");

}
