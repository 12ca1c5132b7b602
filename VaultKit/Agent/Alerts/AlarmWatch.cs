using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>Looks, after each turn, what the owner should hear of. It takes what the turn has found already; of its own it looks at drafts that are new, at the other agents' logs and at the system's memory.</summary>
sealed class AlarmWatch(Machine machine)
{
    /// <summary>A network that is gone for a moment is no alarm; a login that is refused will not come back by itself.</summary>
    static readonly TimeSpan SyncPatience = TimeSpan.FromMinutes(10), LoginPatience = TimeSpan.FromMinutes(2), MailPatience = TimeSpan.FromMinutes(20), ModelPatience = TimeSpan.FromHours(1), TokenPatience = TimeSpan.FromDays(3);

    const long LeastDisk = 256L << 20, LeastMemory = 48L << 20;

    readonly UrgentDrafts urgent = new(machine);

    public List<Alarm> Look(Health health)
    {
        var (alarms, now) = (new List<Alarm>(), machine.Clock.GetUtcNow());
        foreach (var trouble in health.Failing)
        {
            var (patience, text, urgently) = trouble.Kind switch
            {
                TroubleKind.Sync => (SyncPatience, "the vault can't be synced: nothing comes or goes", true),
                TroubleKind.MailLogin => (LoginPatience, $"the mailbox {trouble.Account} does not let us in: no mail is read", true),
                TroubleKind.Mail => (MailPatience, $"the mailbox {trouble.Account} can't be read", true),
                TroubleKind.Model => (ModelPatience, "the model fails: rules draft", false),
                _ => (TimeSpan.MaxValue, "", false), // an alert that can't be sent is not told by an alert
            };
            if (now - trouble.Since >= patience) alarms.Add(new(Key(trouble.Name, trouble.Account), $"{text}, since {At(trouble.Since)}", "status") { IsUrgent = urgently });
        }
        if (health.Unknown > 0) alarms.Add(new("unknown", $"of {health.Unknown} {(health.Unknown == 1 ? "mail" : "mails")} nobody can tell whether it was sent: only you can", "localagent status") { IsUrgent = true, Count = health.Unknown });
        if (health.Tasks.Oldest(Stage.PendingApproval) is { } oldest && now - oldest >= machine.Settings.Alerts.Oldest)
            alarms.Add(new("oldest", $"a draft has been waiting for you since {At(oldest)}", "localagent review"));
        if (health.Tasks.Of(Stage.Quarantine) is > 0 and var bad) alarms.Add(new("quarantine", $"{bad} {(bad == 1 ? "file lies" : "files lie")} in Quarantine", "status") { Count = (int)bad });
        if (health.Counts.GetValueOrDefault(Metrics.Refused) is > 0 and var refused)
            alarms.Add(new("refused", "the remote brought what its writer may not do, and it was not taken", "status") { IsUrgent = true, Count = (int)refused });
        if (Math.Min(health.VaultFree, health.StateFree) < LeastDisk) alarms.Add(new("disk", $"only {Math.Min(health.VaultFree, health.StateFree) >> 20} MB are left on the disk", "") { IsUrgent = true });
        foreach (var account in machine.Settings.Accounts)
            if (TokenMemory.Load(machine.State, account)?.Ends is { } end && end - now < TokenPatience)
                alarms.Add(new($"token:{account.Name}", $"the token of {account.Name} {(end > now ? "ends" : "ended")} on {At(end)}", "localagent login") { IsUrgent = true });
        if (Memory.Available() is { } left && left < LeastMemory) alarms.Add(new("memory", $"the machine has only {left >> 20} MB of memory left", ""));
        foreach (var name in urgent.Look()) alarms.Add(new("urgent:" + name.Hash, "a draft to an urgent mail waits for you", $"localagent show {name.Hash}") { IsUrgent = true, IsNews = true });
        // Of others nothing can be heard while nothing comes in.
        if (machine.Settings.Remote is not null && Troubles.Find(health.Failing, new(TroubleKind.Sync, "", null)) is null) alarms.AddRange(Presence.Silent(machine, now));
        return alarms;
    }

    static string Key(string what, string account) => account.Length > 0 ? $"{what}:{account}" : what;

    internal static string At(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
}
