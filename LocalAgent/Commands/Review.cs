using LocalAgent.Approving;
using LocalAgent.Correspondence;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>What stands on the screen and the bytes that it was made from. <paramref name="Card"/> is null where the file can't be read, <paramref name="Bad"/> says why.</summary>
sealed record ShownCard(TaskEntry Entry, byte[] Bytes, Card? Card, string Bad)
{
    /// <summary>It may have been sent or not.</summary>
    public bool IsUnknown => Entry.Place.Stage == Stage.InProgress;

    public bool CanBeApproved => !IsUnknown && Card is { Digest: not null, Objections.Count: 0 };

    /// <summary>What has happened in its conversation since.</summary>
    public News News { get; init; } = News.None;
}

/// <summary>
/// The owner goes through what waits: a card, a key, the next card. A yes is to the very card on the screen: where the file is no longer what that
/// was made from, nothing happens and it is shown again. A yes that comes sooner than anybody reads is none, so that a key that is held down or typed
/// ahead approves nothing unseen.
///
/// Several at once are approved by marking them with <c>m</c> as they are looked at, and <c>A</c> for all that are marked. Not "all that were seen": a
/// draft that the owner left for later out of doubt was seen too. A mark is a yes to the card on which it was set, and is held to the same.
/// </summary>
sealed class Review(Office office, List<TaskEntry> waiting, CancellationToken cancel)
{
    /// <summary>How long a card may wait for what is known about its recipients.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(25);

    const string TooSoon = "that key came sooner than anybody reads: nothing was approved";

    readonly Dictionary<TaskName, ShownCard> marks = [];
    readonly LookAhead ahead = new(office, cancel);
    int at;
    string notice = "";

    public int Approved { get; private set; }
    public int Rejected { get; private set; }
    public int Again { get; private set; }
    public int Marked => marks.Count;

    /// <summary>Until nothing is left or the owner has enough.</summary>
    public async Task RunAsync()
    {
        var goesOn = true;
        while (goesOn && waiting.Count > 0)
        {
            cancel.ThrowIfCancellationRequested();
            if (at >= waiting.Count)
            {
                goesOn = AtTheEnd();
                continue;
            }
            if (await LookAsync(waiting[at]) is not { } shown)
            {
                notice = $"{waiting[at].Name} does not wait any more: somebody moved it";
                Gone();
                continue;
            }
            if (!shown.IsUnknown && shown.News.Answered is { } answer && office.Lookout.Close(shown.Entry, answer))
            {
                notice = $"{shown.Entry.Name}: you have answered it yourself meanwhile; put away";
                Gone();
                continue;
            }
            Screen.Show(ReviewText.Card(shown, Position, notice, office.Machine.Clock.GetUtcNow()));
            notice = "";
            var (key, tooSoon) = Screen.Key();
            goesOn = await PressedAsync(shown, key, tooSoon);
        }
        Screen.Show([.. ReviewText.Notice(notice), ""]);
    }

    string Position =>
        $"{at + 1} of {waiting.Count}" + (Approved > 0 ? $", {Approved} approved" : "") + (Marked > 0 ? $", {Marked} marked (A approves them)" : "")
        + (at < waiting.Count && marks.ContainsKey(waiting[at].Name) ? ", this one is marked" : "");

    /// <summary>All were looked at and some are left.</summary>
    /// <returns>False where the owner has enough.</returns>
    bool AtTheEnd()
    {
        Screen.Show(ReviewText.End(waiting.Count, Marked, notice));
        notice = "";
        var (key, tooSoon) = Screen.Key();
        switch (key.KeyChar)
        {
            case 'A' when tooSoon: notice = TooSoon; break;
            case 'A': ApproveMarked(); break;
            case 'b': Back(); break;
            case 'q': return false;
        }
        return true;
    }

    async Task<bool> PressedAsync(ShownCard shown, ConsoleKeyInfo key, bool tooSoon)
    {
        switch (key.KeyChar)
        {
            case 'a' or 'm' or 'A' when tooSoon: notice = TooSoon; break;
            case 'a': Approve(shown); break;
            case 'm': Mark(shown); break;
            case 'A': ApproveMarked(); break;
            case 'e': await EditAsync(shown); break;
            case 'r': Reject(shown); break;
            case 'd': DoAgain(shown); break;
            case 'l' or ' ': at++; break;
            case 'b': Back(); break;
            case 'u': Resolve(shown); break;
            case 'o': Screen.Page(ReviewText.Original(shown)); break;
            case '?': Screen.Page(ReviewText.Help); break;
            case 'q': return false;
            default: notice = "? shows what the keys do"; break;
        }
        return true;
    }

    async Task<ShownCard?> LookAsync(TaskEntry entry)
    {
        if (Disk.Stamp(office.Vault.FullPath(entry.Path)).Kind == FileKind.Missing) return null;
        var bytes = Array.Empty<byte>();
        try
        {
            bytes = office.Vault.ReadBytes(entry);
            var task = TaskFile.Parse(bytes);
            var (original, news) = await ahead.GetAsync(entry, task, waiting.Skip(at + 1), () => Screen.Show([Position, "", "asking your mailbox for the mail that it answers…"]));
            return new(entry, bytes, office.Cards.Of(entry, task, Patience, original, news), "") { News = news };
        }
        catch (BadTaskException e) { return new(entry, bytes, null, Say.Clean(e.Message)); }
    }

    /// <summary>Whether the file is still what the card was made from; says so where it is not.</summary>
    bool IsStill(ShownCard shown)
    {
        try { if (office.Vault.ReadBytes(shown.Entry).AsSpan().SequenceEqual(shown.Bytes)) return true; }
        catch (BadTaskException e)
        {
            notice = "nothing was done, it can't be read any more: " + Say.Clean(e.Message);
            return false;
        }
        notice = "it was changed while it was on the screen: nothing was done; this is how it is now";
        return false;
    }

    void Gone() => waiting.RemoveAt(at);

    void Back()
    {
        if (at > 0) at--;
        else notice = "this is the first one";
    }

    bool MayApprove(ShownCard shown)
    {
        if (shown.CanBeApproved) return true;
        notice = shown.IsUnknown ? "it may have been sent: only 'localagent resolve' decides about it"
            : shown.Card is null ? "it can't be read, so it can't be approved"
            : "not yet: " + (shown.Card.Objections.Count > 0 ? string.Join("; ", CardText.NotYet(shown.Card)) : "there is nothing in it to approve");
        return false;
    }

    void Approve(ShownCard shown)
    {
        if (!MayApprove(shown) || !HasWord(shown) || !TryApprove(shown)) return;
        marks.Remove(shown.Entry.Name);
        Gone();
    }

    /// <summary>Where nobody has vouched for what the card shows, one key is too easy: the owner names whom it goes to.</summary>
    bool HasWord(ShownCard shown)
    {
        if (!shown.Card!.NeedsWord) return true;
        var recipient = shown.Card.To.Concat(shown.Card.Cc).Concat(shown.Card.Bcc).FirstOrDefault() is { } first ? MailAddress.Plain(first) ?? "" : "approve";
        var typed = Screen.Ask(recipient == "approve" ? "this machine has not made it. Type 'approve' to approve it all the same (Esc: leave it) " : "its original is not proven. Type the address that it goes to, to approve it all the same (Esc: leave it) ");
        if (string.Equals(typed, recipient, StringComparison.OrdinalIgnoreCase)) return true;
        notice = typed is null ? "not approved" : $"not approved: that is not {recipient}";
        return false;
    }

    bool TryApprove(ShownCard shown) => IsStill(shown) && Try("nothing was approved", () =>
    {
        office.Approver.Approve(shown.Entry, shown.Card!.Digest!, shown.Card.NeedsWord);
        Approved++;
    });

    void Mark(ShownCard shown)
    {
        if (marks.Remove(shown.Entry.Name))
        {
            notice = "not marked any more";
            return;
        }
        if (!MayApprove(shown)) return;
        if (shown.Card!.NeedsWord)
        {
            notice = "its original was not found as the task has it: it needs a yes of its own (a)";
            return;
        }
        marks[shown.Entry.Name] = shown;
        at++;
    }

    void ApproveMarked()
    {
        if (marks.Count == 0)
        {
            notice = "none is marked: m marks the draft on the screen, A approves all that are";
            return;
        }
        var (approved, not) = (0, new List<string>());
        foreach (var shown in waiting.Where(w => marks.ContainsKey(w.Name)).Select(w => marks[w.Name]).ToList())
        {
            if (TryApprove(shown))
            {
                var index = waiting.IndexOf(shown.Entry);
                waiting.RemoveAt(index);
                if (index < at) at--;
                approved++;
            }
            else not.Add($"{shown.Entry.Name}: {notice}");
        }
        marks.Clear();
        notice = string.Join("\n", [$"{approved} approved{(not.Count > 0 ? $", {not.Count} not, and marked no more:" : "")}", .. not]);
    }

    async Task EditAsync(ShownCard shown)
    {
        if (!Waits(shown)) return;
        Screen.Show([]);
        ahead.Forget(shown.Entry.Name);
        try { notice = await EditCommand.EditAsync(office, shown.Entry, cancel) ? "changed: this is how it would go out" : "nothing was changed"; }
        catch (Refusal e) { notice = Said(e); }
        catch (Exception e) when (e is BadTaskException or IOException or UnauthorizedAccessException) { notice = Say.Clean(e.Message); }
    }

    void Reject(ShownCard shown)
    {
        if (!Waits(shown)) return;
        if (Screen.Ask("why not? (Enter: no reason, Esc: leave it) ") is not { } reason) notice = "not rejected";
        else if (IsStill(shown) && Try("not rejected", () => office.Approver.Reject(shown.Entry, reason)))
        {
            Rejected++;
            marks.Remove(shown.Entry.Name);
            Gone();
        }
    }

    void DoAgain(ShownCard shown)
    {
        if (!Waits(shown)) return;
        if (Screen.Ask("what should be different? (Esc: leave it) ") is not { } remark) notice = "left as it is";
        else if (IsStill(shown) && Try("not sent back", () => office.Approver.DoAgain(shown.Entry, shown.Bytes, remark)))
        {
            Again++;
            marks.Remove(shown.Entry.Name);
            Gone();
        }
    }

    void Resolve(ShownCard shown)
    {
        if (!shown.IsUnknown)
        {
            notice = "that is for what may have been sent or not";
            return;
        }
        switch (Screen.Ask("what became of it? Type 'sent', or 'again' to approve it once more (Esc: leave it) "))
        {
            case "sent" when Try("it is as it was", () => office.Resolve(shown.Entry, sent: true)):
                notice = "it counts as sent";
                Gone();
                break;
            case "again" when Try("it is as it was", () => office.Resolve(shown.Entry, sent: false)):
                notice = "it waits for your approval again";
                waiting[at] = shown.Entry with { Place = Place.Pending(Domains.Email) };
                break;
            case "sent" or "again": break;
            default: notice = "left as it is"; break;
        }
    }

    bool Waits(ShownCard shown)
    {
        if (!shown.IsUnknown) return true;
        notice = "it may have been sent: only 'localagent resolve' decides about it";
        return false;
    }

    bool Try(string otherwise, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Refusal e) { notice = $"{otherwise}: {Said(e)}"; }
        catch (Exception e) when (e is BadTaskException or IOException or UnauthorizedAccessException) { notice = $"{otherwise}: {Say.Clean(e.Message)}"; }
        return false;
    }

    static string Said(Refusal refusal) => Say.Clean(refusal.Hint is { } hint ? $"{refusal.Message} ({hint})" : refusal.Message);
}
