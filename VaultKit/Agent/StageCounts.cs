using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>What lies in a stage.</summary>
/// <param name="Own">Of In_Progress: how many of them are this agent's.</param>
/// <param name="Oldest">Since when the one lies there that was not touched for the longest; null where there is none, and for Done and Rejected, where nothing waits.</param>
public sealed record StageCount(Stage Stage, int Count, int Own, DateTimeOffset? Oldest);

/// <summary>Counts the tasks turn after turn. A folder whose names did not change is not looked into again, so that the count costs what the change does, not what was ever done.</summary>
sealed class StageCounts(VaultFolder vault)
{
    sealed record Seen(FileStamp Stamp, long At, int Count, long Oldest);

    readonly Dictionary<string, Seen> folders = new(StringComparer.Ordinal);

    public IReadOnlyList<StageCount> Look() => [.. Stages.All.Select(Look)];

    StageCount Look(Stage stage)
    {
        var (count, own, oldest) = (0, 0, long.MaxValue);
        foreach (var place in vault.Places(stage))
        {
            var seen = Look(place);
            count += seen.Count;
            if (stage == Stage.InProgress && place.Below == vault.Agent.Value) own = seen.Count;
            oldest = Math.Min(oldest, seen.Oldest);
        }
        return new(stage, count, own, oldest == long.MaxValue ? null : DateTimeOffset.UnixEpoch.AddTicks(oldest / 100));
    }

    Seen Look(Place place)
    {
        var folder = vault.FullPath(place.Folder);
        var (stamp, at) = (Disk.Stamp(folder), FileStamp.Now());
        if (folders.TryGetValue(folder, out var known) && known.Stamp == stamp && stamp.IsSettled(known.At)) return known;
        var (count, oldest) = (0, long.MaxValue);
        foreach (var file in stamp.Kind == FileKind.Directory ? Directory.EnumerateFileSystemEntries(folder) : [])
        {
            var name = Path.GetFileName(file);
            // In quarantine lies what need not be a task.
            if (name[0] == '.' || place.Stage != Stage.Quarantine && !TaskName.TryParseFile(name, out _)) continue;
            count++;
            if (place.Stage is Stage.Done or Stage.Rejected) continue;
            // A rename counts as a change: since then it lies here.
            if (Disk.Stamp(file) is { Kind: not FileKind.Missing } task) oldest = Math.Min(oldest, task.Changed);
        }
        return folders[folder] = new(stamp, at, count, oldest);
    }
}
