using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>How many tasks lie in each stage. A folder whose names did not change is not looked into again, so that the count costs what the change does, not what was ever done.</summary>
public sealed class StageCounts
{
    sealed class Seen
    {
        public FileStamp Stamp;
        public long At, Count, Oldest;
    }

    /// <summary>Of all stages, what each is called outside.</summary>
    public static readonly string[] Names = ["needs_action", "in_progress", "pending_approval", "approved", "rejected", "done", "quarantine"];

    readonly VaultFolder? vault;
    readonly Dictionary<string, Seen> folders;
    readonly long[] count = new long[Names.Length], oldest = new long[Names.Length];

    /// <summary>Nothing was counted yet.</summary>
    public StageCounts(VaultFolder vault) : this(vault, []) { }

    StageCounts(VaultFolder? vault, Dictionary<string, Seen> folders) => (this.vault, this.folders) = (vault, folders);

    public long Of(Stage stage) => count[(int)stage];

    /// <summary>Of what is claimed, how many are this agent's own.</summary>
    public long Own { get; private set; }

    /// <summary>Since when the one lies there that was not touched for the longest; null where there is none.</summary>
    public DateTimeOffset? Oldest(Stage stage) => oldest[(int)stage] == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(oldest[(int)stage] / 100);

    /// <summary>In Done and Rejected nothing waits.</summary>
    public static bool Waits(Stage stage) => stage is not (Stage.Done or Stage.Rejected);

    /// <summary>Looks again; this one stays as it is.</summary>
    public StageCounts Look()
    {
        var now = new StageCounts(vault, folders);
        foreach (var stage in Stages.All)
        {
            foreach (var place in vault!.Places(stage))
            {
                var seen = Look(place);
                now.count[(int)stage] += seen.Count;
                if (stage == Stage.InProgress && place.Below == vault.Agent.Value) now.Own = seen.Count;
                if (seen.Oldest > 0 && (now.oldest[(int)stage] == 0 || seen.Oldest < now.oldest[(int)stage])) now.oldest[(int)stage] = seen.Oldest;
            }
        }
        return now;
    }

    Seen Look(Place place)
    {
        var folder = vault!.FullPath(place.Folder);
        var (stamp, at) = (Disk.Stamp(folder), FileStamp.Now());
        if (folders.TryGetValue(folder, out var known) && known.Stamp == stamp && stamp.IsSettled(known.At)) return known;
        var seen = new Seen { Stamp = stamp, At = at };
        if (stamp.Kind == FileKind.Directory)
            foreach (var file in Directory.EnumerateFileSystemEntries(folder))
            {
                var name = Path.GetFileName(file);
                // In quarantine lies what need not be a task.
                if (name[0] == '.' || place.Stage != Stage.Quarantine && !TaskName.TryParseFile(name, out _)) continue;
                seen.Count++;
                if (!Waits(place.Stage)) continue;
                // A rename counts as a change: since then it lies here.
                var changed = Disk.Stamp(file).Changed;
                if (changed > 0 && (seen.Oldest == 0 || changed < seen.Oldest)) seen.Oldest = changed;
            }
        return folders[folder] = seen;
    }
}
