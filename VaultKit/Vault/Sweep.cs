namespace VaultKit.Vault;

/// <summary>Something in a stage's folder that is no task: where it was, where it is now, and why.</summary>
public readonly record struct Swept(string From, string To, string Why);

/// <summary>Moves what can be no task out of the stages into <c>Quarantine/</c>, as it is: nothing is opened, followed or deleted.</summary>
public sealed class Sweep(VaultFolder vault, TimeProvider clock)
{
    // Somebody may be about to give it its name.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // What is a task by its name and kind stays one for as long as the folder's names stay.
    readonly Dictionary<string, FileStamp> clean = new(StringComparer.Ordinal);

    public IReadOnlyList<Swept> Run()
    {
        var swept = new List<Swept>();
        if (vault.ReadOnly) return swept;
        foreach (var place in Stages.All.Where(s => s is not (Stage.Quarantine or Stage.Done)).SelectMany(vault.Places)) Run(place.Folder, swept);
        return swept;
    }

    void Run(string folder, List<Swept> swept)
    {
        var full = vault.FullPath(folder);
        var (stamp, taken) = (Disk.Stamp(full), FileStamp.Now());
        if (clean.TryGetValue(folder, out var known) && known == stamp) return;
        var isClean = stamp.IsSettled(taken);
        foreach (var path in Directory.GetFileSystemEntries(full, "*.md"))
        {
            if (WhyNoTask(path, out var still) is not { } why) continue;
            isClean = false;
            if (still >= Patience && Put(path) is { } to) swept.Add(new(folder + "/" + Path.GetFileName(path), to, why));
        }
        if (isClean) clean[folder] = stamp;
    }

    /// <param name="still">For how long it has been as it is.</param>
    string? WhyNoTask(string path, out TimeSpan still)
    {
        still = default;
        var name = Path.GetFileName(path);
        if (name.StartsWith('.')) return null;
        var stamp = Disk.Stamp(path);
        still = clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(Math.Max(stamp.Changed, stamp.Written) / 100);
        return stamp.Kind switch
        {
            FileKind.Regular => TaskName.TryParseFile(name, out _) ? null : "its name is not a task's",
            FileKind.Directory => "it is a folder",
            FileKind.Link => "it is a link",
            FileKind.Missing => null,
            _ => "it is not a regular file",
        };
    }

    // The same name may have been quarantined before.
    string? Put(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        for (var n = 1; n < 1000; n++)
        {
            var target = Place.Quarantine.Folder + "/" + (n == 1 ? name : $"{name}.{n}") + ".md";
            if (Disk.Stamp(vault.FullPath(target)).Kind != FileKind.Missing) continue;
            if (Durable.Move(path, vault.FullPath(target))) return target;
            if (Disk.Stamp(path).Kind == FileKind.Missing) return null;
        }
        return null;
    }
}
