using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Correspondence;

/// <summary>
/// Holds what waits for the owner against the owner's own mailbox: originals are fetched before anybody asks for a card, and a draft whose mail the owner
/// has answered from elsewhere is put away without a question.
/// </summary>
sealed class Lookout(
    VaultFolder vault, Originals originals, OutgoingFiles files, Conversation conversation, Func<string, IReadOnlyList<ICorrespondence>> correspondences, TimeProvider clock, Record record)
{
    public const string AnsweredKey = "answered_by_you", AnsweredAtKey = "answered_at";

    /// <summary>For one turn; what was not looked at comes first in the next.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly Dictionary<string, string> stamps = new(StringComparer.Ordinal);
    readonly HashSet<TaskName> seen = [];
    readonly HashSet<string> asked = new(StringComparer.Ordinal);

    /// <summary>Nothing is asked twice as long as the mailboxes stay as they are.</summary>
    /// <returns>How many drafts were put away.</returns>
    public async Task<int> RunAsync(TurnReport report, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var waiting = vault.List(Stage.PendingApproval).ToList();
        var open = waiting.Concat(vault.List(Stage.Approved)).Concat(vault.List(Place.InProgress(vault.Agent))).Select(e => e.Name).ToHashSet();
        originals.Forget(open.Contains);
        files.Forget(name => open.Contains(name) || vault.Find(name) is { Place.Stage: not Stage.Done });
        seen.IntersectWith(open);
        asked.Clear();

        var (closed, unreachable) = (0, new HashSet<string>(StringComparer.Ordinal));
        foreach (var entry in waiting)
        {
            if (clock.GetElapsedTime(began) > Patience) return closed;
            var account = "";
            try
            {
                var task = vault.Read(entry);
                account = task.Get("account") ?? "";
                if (correspondences(account).Count == 0 || unreachable.Contains(account)) continue;
                if (await IsNewsAsync(account, cancel)) seen.Clear();
                if (seen.Contains(entry.Name)) continue;
                var original = await originals.LookAsync(entry.Name, task, cancel);
                var news = await conversation.LookAsync(entry.Name, task, cancel);
                if (original.State == OriginalState.Unreachable || news.Failed.Length > 0) throw new Refusal(ExitCode.TryAgain, news.Failed.Length > 0 ? news.Failed : original.Why);
                seen.Add(entry.Name);
                if (news.Answered is { } answer && Close(entry, answer)) closed++;
            }
            catch (BadTaskException) { continue; } // among the bad ones already, with the reason
            catch (Refusal e)
            {
                // Once for the account: each of its drafts would say the same.
                if (unreachable.Add(account)) report.Problem(e);
            }
        }
        return closed;
    }

    /// <summary>What the owner has moved to Approved by hand needs its original too, before it is signed.</summary>
    public async Task LookAtMovedAsync(TurnReport report, CancellationToken cancel)
    {
        foreach (var entry in vault.List(Stage.Approved).ToList())
        {
            try
            {
                var task = vault.Read(entry);
                if (!task.Has(Approval.Key) && await originals.LookAsync(entry.Name, task, cancel) is { State: OriginalState.Unreachable } away)
                    report.Problem($"{entry.Name} waits in Approved: {away.Why}", ExitCode.TryAgain);
            }
            catch (BadTaskException) { continue; } // half written perhaps; given back with the reason where it stays so
        }
    }

    /// <summary>A mailbox in which nothing has come or gone has nothing new to say.</summary>
    async Task<bool> IsNewsAsync(string account, CancellationToken cancel)
    {
        if (asked.Contains(account)) return false;
        var stamp = string.Join('\n', await Task.WhenAll(correspondences(account).Select(c => c.StampAsync(cancel))));
        asked.Add(account);
        var isNews = stamps.TryGetValue(account, out var before) && before != stamp;
        stamps[account] = stamp;
        return isNews;
    }

    /// <summary>To Done, which says what it was: nothing of it went out from here.</summary>
    /// <returns>False where somebody moved it or changed it in this instant.</returns>
    public bool Close(TaskEntry entry, ThreadMail answer)
    {
        var bytes = vault.ReadBytes(entry);
        var task = TaskFile.Parse(bytes).Without(Approval.Key).With(AnsweredKey, answer.Id.Length > 0 ? Unseen.OneLine(answer.Id) : "yes").With(AnsweredAtKey, answer.Arrived);
        // Written first: a crash in between leaves it waiting, and it is found answered again.
        if (!vault.Rewrite(entry, bytes, task) || vault.Move(entry, Place.Done(task.GetTime("received") ?? clock.GetUtcNow())) is not { } done) return false;
        record("answered by you", entry.Name, ("id", answer.Id), ("place", done.Path));
        return true;
    }
}
