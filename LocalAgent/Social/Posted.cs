using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Social;

/// <summary>The owner has posted what was approved. It is the owner's word, and nothing here says that this program did it.</summary>
sealed class Posted(VaultFolder vault, TimeProvider clock, Record record)
{
    public const string AtKey = "posted_by_you_at";

    /// <summary>To Done. Durable when it returns.</summary>
    /// <exception cref="Refusal">It is no post that was approved.</exception>
    public TaskEntry Note(TaskEntry entry)
    {
        var bytes = vault.ReadBytes(entry);
        var task = TaskFile.Parse(bytes);
        // In Pending_Approval where a crash came between the moves: the word is in it.
        var waits = entry.Place == Place.Approved(Domains.Social) && task.Has(Approval.Key) || entry.Place == Place.Pending(Domains.Social) && task.Has(AtKey);
        if (!waits || TypedAction.Read(task) is not SocialPost) throw new Refusal(ExitCode.Usage, $"{entry.Path} is no approved post", "approve it first; 'localagent list' shows what waits");
        var said = task.With(AtKey, task.GetTime(AtKey) ?? clock.GetUtcNow());
        if (!vault.Rewrite(entry, bytes, said)) throw Moved(entry);
        if (entry.Place.Stage == Stage.Approved) entry = vault.Move(entry, Place.Pending(Domains.Social)) ?? throw Moved(entry);
        var done = vault.Move(entry, Place.Done(said.GetTime("received") ?? clock.GetUtcNow())) ?? throw Moved(entry);
        record("posted by you", entry.Name, ("place", done.Path));
        return done;
    }

    static Refusal Moved(TaskEntry entry) => new(ExitCode.TryAgain, $"{entry.Path} was changed or moved in this instant", $"look again with 'localagent show {entry.Name}'");
}
