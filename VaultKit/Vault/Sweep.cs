namespace VaultKit.Vault;

/// <summary>Something in a stage's folder that is no task: where it was, where it is now, and why.</summary>
public readonly record struct Swept(string From, string To, string Why);

/// <summary>Moves what can be no task out of the stages into <c>Quarantine/</c>, as it is: nothing is opened, followed or deleted.</summary>
public static class Sweep
{
    // Somebody may be about to give it its name.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Swept> Run(VaultFolder vault, TimeProvider clock)
    {
        var swept = new List<Swept>();
        if (vault.ReadOnly) return swept;
        foreach (var place in Stages.All.Where(s => s is not (Stage.Quarantine or Stage.Done)).SelectMany(vault.Places))
            foreach (var path in Directory.GetFileSystemEntries(vault.FullPath(place.Folder), "*.md"))
                if (WhyNoTask(path, clock) is { } why && Put(vault, path) is { } to)
                    swept.Add(new(place.Folder + "/" + Path.GetFileName(path), to, why));
        return swept;
    }

    static string? WhyNoTask(string path, TimeProvider clock)
    {
        var name = Path.GetFileName(path);
        if (name.StartsWith('.')) return null;
        var stamp = Disk.Stamp(path);
        var why = stamp.Kind switch
        {
            FileKind.Regular => TaskName.TryParseFile(name, out _) ? null : "its name is not a task's",
            FileKind.Directory => "it is a folder",
            FileKind.Link => "it is a link",
            FileKind.Missing => null,
            _ => "it is not a regular file",
        };
        var still = clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(Math.Max(stamp.Changed, stamp.Written) / 100);
        return why is not null && still >= Patience ? why : null;
    }

    // The same name may have been quarantined before.
    static string? Put(VaultFolder vault, string path)
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
