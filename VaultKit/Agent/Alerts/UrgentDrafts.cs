using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>Which drafts to urgent mails wait for the owner, whoever wrote them. A file is read once, and only where it came within the last day: what is older has been told, or was there before anybody wanted to hear.</summary>
sealed class UrgentDrafts(Machine machine)
{
    static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    readonly Dictionary<TaskName, bool> seen = [];
    FileStamp stamp;
    long at;

    public IEnumerable<TaskName> Look()
    {
        var place = Place.Pending(Domains.Email);
        var (folder, now) = (Disk.Stamp(machine.Vault.FullPath(place.Folder)), FileStamp.Now());
        if (folder != stamp || !stamp.IsSettled(at))
        {
            var there = machine.Vault.List(place).ToList();
            foreach (var gone in seen.Keys.Except(there.Select(e => e.Name)).ToList()) seen.Remove(gone);
            foreach (var entry in there)
                if (!seen.ContainsKey(entry.Name) && Changed(entry) is var changed && machine.Clock.GetUtcNow() - changed < Fresh) seen[entry.Name] = IsUrgent(entry);
            (stamp, at) = (folder, now);
        }
        return seen.Where(s => s.Value).Select(s => s.Key);
    }

    DateTimeOffset Changed(TaskEntry entry) => DateTimeOffset.UnixEpoch.AddTicks(Disk.Stamp(machine.Vault.FullPath(entry.Path)).Changed / 100);

    bool IsUrgent(TaskEntry entry)
    {
        try { return machine.Vault.Read(entry).Get("urgency") == "high"; }
        catch (Exception e) when (e is BadTaskException or IOException) { return false; } // among the bad ones, or gone already
    }
}
