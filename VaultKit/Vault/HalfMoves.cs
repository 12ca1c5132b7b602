namespace VaultKit.Vault;

/// <summary>
/// Ends the moves that a power cut left between their two halves: one file under two names. The furthest stays, as everywhere. Once somebody wrote under one of the names there would be two
/// files with different words; so this comes before any other work of a process.
/// </summary>
public static class HalfMoves
{
    public static void Finish(VaultFolder vault)
    {
        if (vault.ReadOnly) return;
        foreach (var place in Stages.All.Where(s => s is not (Stage.Done or Stage.Quarantine)).SelectMany(vault.Places)) Finish(vault, place);
    }

    static void Finish(VaultFolder vault, Place place)
    {
        var full = vault.FullPath(place.Folder);
        using var folder = new Disk.OpenFolder(full);
        foreach (var path in Directory.GetFiles(full, "*.md"))
        {
            var file = Path.GetFileName(path);
            if (folder.Names(file) < 2 || !TaskName.TryParseFile(file, out var name)) continue;
            var stamp = folder.Stamp(file);
            if (stamp.Kind != FileKind.Regular || !LiesFurther(vault, new(place, name), stamp)) continue;
            File.Delete(path);
            Disk.SyncDirectory(full);
        }
    }

    static bool LiesFurther(VaultFolder vault, TaskEntry entry, FileStamp stamp) =>
        Stages.All.Where(s => s > entry.Place.Stage).SelectMany(vault.Places).Select(p => Disk.Stamp(vault.FullPath(p.PathOf(entry.Name))))
            .Any(s => s.Kind == FileKind.Regular && (s.Device, s.Inode) == (stamp.Device, stamp.Inode));
}
