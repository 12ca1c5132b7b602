using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// How agents know of each other that they live: by their logs, which every push brings. One that has had nothing to say for a while says that it is there; four times a day at most, so that history does not fill with it.
/// A machine that dies within that time is noticed sooner by a dead-man's switch.
/// </summary>
static class Presence
{
    const string Folder = "Logs";

    static readonly TimeSpan Beat = TimeSpan.FromHours(6);

    /// <summary>The owner's machine may be off for a weekend; the one that is always on may not.</summary>
    static readonly TimeSpan CloudSilence = TimeSpan.FromDays(1), LocalSilence = TimeSpan.FromDays(4);

    /// <summary>Says so in the log where it is time; the cycle that follows carries it.</summary>
    public static void Say(Machine machine)
    {
        if (machine.Settings.Remote is null || machine.Vault.ReadOnly) return;
        if (Heard(machine, machine.State.Agent.Value) is not { } last || machine.Clock.GetUtcNow() - last >= Beat) machine.Audit.Append("alive");
    }

    /// <summary>Other agents of which nothing has come for too long. This machine's own clock counts from when it came, not theirs.</summary>
    public static IEnumerable<Alarm> Silent(Machine machine, DateTimeOffset now)
    {
        var logs = machine.Vault.FullPath(Folder);
        if (Disk.Stamp(logs).Kind != FileKind.Directory) yield break;
        foreach (var name in Directory.EnumerateDirectories(logs).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal))
        {
            if (!AgentId.TryParse(name, out var agent) || agent == machine.State.Agent || Heard(machine, name) is not { } last) continue;
            if (now - last >= (agent.Zone == Zone.Cloud ? CloudSilence : LocalSilence))
                // Told once, not each day: it may be an installation that was replaced, and nothing of it will ever come again.
                yield return new("silent:" + name, $"nothing has come from {name} since {AlarmWatch.At(last)}", "is that machine on, and does it sync?");
        }
    }

    /// <summary>When this machine got a segment of the agent's log last; null where there is none.</summary>
    static DateTimeOffset? Heard(Machine machine, string agent) =>
        Disk.Stamp(machine.Vault.FullPath($"{Folder}/{agent}")) is { Kind: FileKind.Directory } stamp ? DateTimeOffset.UnixEpoch.AddTicks(stamp.Written / 100) : null;
}
