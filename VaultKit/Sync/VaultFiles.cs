using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>The vault's files as sync writes them: never through a link, never over what somebody else has just written.</summary>
sealed class VaultFiles(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    public string FullPath(string path) => Path.Combine(Root, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Makes the folder that a file lies in.</summary>
    /// <returns>False where something on the way is no folder of the vault, such as a link out of it.</returns>
    public bool EnsureFolder(string path)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var folder = FullPath(path[..slash]);
            var kind = Disk.Stamp(folder).Kind;
            if (kind == FileKind.Missing) Durable.CreateDirectory(folder);
            else if (kind != FileKind.Directory) return false;
        }
        return true;
    }

    /// <summary>A folder and those below it, links left out.</summary>
    public IEnumerable<string> Subfolders(string folder)
    {
        if (Disk.Stamp(FullPath(folder)).Kind != FileKind.Directory) yield break;
        yield return folder;
        foreach (var below in Directory.EnumerateDirectories(FullPath(folder)))
            foreach (var found in Subfolders(folder + "/" + Path.GetFileName(below))) yield return found;
    }

    /// <summary>The id that a file's content has now; null where there is no ordinary file, or one too large to be ours.</summary>
    public ObjectId? Hash(string path)
    {
        var full = FullPath(path);
        if (Disk.Stamp(full) is not { Kind: FileKind.Regular } stamp || stamp.Size > SyncPath.Limit(path)) return null;
        try { return StatCache.Hash(Disk.ReadRegular(full, SyncPath.Limit(path))); }
        catch (IOException) when (Disk.Stamp(full) != stamp) { return null; } // it went or changed while we looked: not what was expected
    }

    /// <summary>Removes a file, which must hold these very bytes. Durable when it returns true.</summary>
    /// <returns>False where it holds something else; it is still there then.</returns>
    public bool Remove(string path, ObjectId expected) => Remove(path, p => Hash(p) == expected);

    /// <param name="isExpected">Whether the file at a path is the one that is meant.</param>
    public bool Remove(string path, Func<string, bool> isExpected)
    {
        var full = FullPath(path);
        if (Disk.Stamp(full).Kind == FileKind.Missing) return true;
        if (!isExpected(path)) return false;
        // Taken aside before it is compared: what an editor saved in the last instant comes aside too, and is put back.
        var folder = path[..(path.LastIndexOf('/') + 1)];
        var aside = folder + Durable.TemporaryPrefix + Guid.NewGuid().ToString("N")[..16];
        if (!Disk.TryMove(full, FullPath(aside))) return true;
        if (!isExpected(aside))
        {
            if (!Disk.TryMove(FullPath(aside), full)) throw new IOException($"{full}: changed twice while it was being removed; the first change is in {FullPath(aside)}");
            return false;
        }
        File.Delete(FullPath(aside));
        Disk.SyncDirectory(Path.GetDirectoryName(full)!);
        return true;
    }

    /// <summary>
    /// Cleans up temporaries that a process left when it died, by their prefix and an hour's age. What was taken aside in that instant and is known to nobody
    /// may be an owner's last words: it goes to Quarantine instead.
    /// </summary>
    public void CleanTemporaries(string folder, TimeProvider clock, Func<ObjectId, bool> isKnown, List<Finding> findings)
    {
        var full = folder.Length == 0 ? Root : FullPath(folder);
        if (Disk.Stamp(full).Kind != FileKind.Directory) return;
        foreach (var file in Directory.EnumerateFiles(full, Durable.TemporaryPrefix + "*"))
        {
            var stamp = Disk.Stamp(file);
            var age = clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(Math.Max(stamp.Written, stamp.Changed) / 100);
            if (stamp.Kind != FileKind.Regular || age < TimeSpan.FromHours(1)) continue;
            var content = stamp.Size <= TaskFile.Limit ? Disk.ReadRegular(file, TaskFile.Limit) : [];
            if (IsWholeTask(content) && StatCache.Hash(content) is var blob && !isKnown(blob))
            {
                var target = $"{Stage.Quarantine.Folder()}/recovered-{blob.Sha[..16]}.md";
                if (EnsureFolder(target) && Durable.Move(file, FullPath(target))) findings.Add(new(target, "left over from an interrupted write"));
            }
            else File.Delete(file);
        }
    }

    static bool IsWholeTask(byte[] content)
    {
        try { _ = TaskFile.Parse(content); return true; }
        catch (BadTaskException) { return false; }
    }
}
