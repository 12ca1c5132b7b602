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
        foreach (var entry in Stages.All.Where(s => s is not (Stage.Done or Stage.Quarantine)).SelectMany(vault.List).ToList())
        {
            var path = vault.FullPath(entry.Path);
            if (Disk.Names(path) < 2 || !LiesFurther(vault, entry, Disk.Stamp(path))) continue;
            File.Delete(path);
            Disk.SyncDirectory(Path.GetDirectoryName(path)!);
        }
    }

    static bool LiesFurther(VaultFolder vault, TaskEntry entry, FileStamp stamp) =>
        Stages.All.Where(s => s > entry.Place.Stage).SelectMany(vault.Places).Select(p => Disk.Stamp(vault.FullPath(p.PathOf(entry.Name))))
            .Any(s => s.Kind == FileKind.Regular && (s.Device, s.Inode) == (stamp.Device, stamp.Inode));
}
