using System.CommandLine;
using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class ReviewCommand
{
    public static Command Create() => new Command("review", "One draft after the other, a key for each: approve, edit, reject, do again").Does(async (parsed, cancel) =>
    {
        if (!Screen.IsThere) throw new Refusal(ExitCode.Usage, "'review' reads keys from a terminal, and this is none", "'localagent list', 'show' and 'approve' do the same without one");
        await using var office = Office.Open(parsed.Settings(Zone.Local));
        var waiting = Waiting(office.Vault);
        if (waiting.Count == 0)
        {
            Say.Info("nothing waits for you");
            return ExitCode.Done;
        }
        var review = new Review(office, waiting, cancel);
        await review.RunAsync();
        // Nothing goes out from here: a server that is slow or away keeps nobody from deciding about the next draft.
        Say.Info($"approved {review.Approved}, rejected {review.Rejected}, to be done again {review.Again}; {Waiting(office.Vault).Count} wait");
        if (review.Marked > 0) Say.Warn($"{review.Marked} marked and not approved");
        if (review.Approved > 0) Say.Info("'localagent run' sends what was approved; one that is running does so by itself");
        if (office.Vault.List(Place.Approved(Domains.Social)).Count() is > 0 and var posts) Say.Info($"{posts} approved posts are yours to post; 'localagent posted ID' says that you have");
        return ExitCode.Done;
    });

    /// <summary>What waits for the owner: first what may have been sent or not, then what says that it is urgent, then what is oldest.</summary>
    static List<TaskEntry> Waiting(VaultFolder vault)
    {
        // A few lines of each file are all that is needed for the order, and nothing of it is kept: a card is read when it is shown.
        var rows = new List<(TaskEntry Entry, int Rank, DateTimeOffset Received)>();
        foreach (var entry in vault.List(Place.InProgress(vault.Agent)).Concat(vault.List(Stage.PendingApproval)))
        {
            try
            {
                var task = vault.Read(entry);
                var unknown = entry.Place.Stage == Stage.InProgress;
                if (unknown && task.Get(Phase.Key) != Phase.Unknown) continue;
                rows.Add((entry, unknown ? 0 : task.Get("urgency") == "high" ? 1 : 2, task.GetTime("received") ?? DateTimeOffset.MaxValue));
            }
            // It can't be read where it lies: the owner sees why, after everything else.
            catch (BadTaskException) { if (entry.Place.Stage == Stage.PendingApproval) rows.Add((entry, 3, DateTimeOffset.MaxValue)); }
        }
        return [.. rows.OrderBy(r => r.Rank).ThenBy(r => r.Received).ThenBy(r => r.Entry.Name.Value, StringComparer.Ordinal).Select(r => r.Entry)];
    }
}
