using System.Collections.Concurrent;

namespace VaultKit.Vault;

/// <summary>Says that something in the vault may have changed. One flat watcher for each folder: a recursive one dies silently when a folder moves. A hint only; whoever gets it scans.</summary>
public sealed class VaultWatch : IDisposable
{
    const string CanaryPrefix = Durable.TemporaryPrefix + "canary-";

    readonly VaultFolder vault;
    readonly Action changed;
    readonly HashSet<string> watched = new(StringComparer.Ordinal);
    readonly FolderEvents events;
    readonly ConcurrentDictionary<string, TaskCompletionSource> canaries = new(StringComparer.Ordinal);

    public VaultWatch(VaultFolder vault, Action changed)
    {
        (this.vault, this.changed, events) = (vault, changed, new(OnEvent));
        Refresh();
    }

    /// <summary>Watches folders that have come since; forgets those that are gone.</summary>
    public void Refresh()
    {
        var folders = Folders().ToHashSet();
        foreach (var gone in watched.Where(f => !folders.Contains(f)).ToList()) Forget(gone);
        foreach (var folder in folders.Where(f => !watched.Contains(f) && Directory.Exists(f))) Watch(folder);
    }

    /// <summary>Where people and agents write; a folder that is new shows in the one above it. Done and the logs are written by us alone.</summary>
    IEnumerable<string> Folders()
    {
        yield return vault.Root;
        foreach (var name in Stages.All.Where(s => s != Stage.Done).Select(s => s.Folder()).Concat(["Plans", "Updates", "Briefings"]))
        {
            var folder = vault.FullPath(name);
            if (Disk.Stamp(folder).Kind != FileKind.Directory) continue;
            yield return folder;
            foreach (var below in Directory.EnumerateDirectories(folder))
                if (Path.GetFileName(below)[0] != '.' && Disk.Stamp(below).Kind == FileKind.Directory) yield return below;
        }
    }

    /// <summary>
    /// Lets a canary into each folder, a file that comes and goes, and listens for it. A watcher that says nothing (its folder was replaced, the file system sends no events,
    /// the queue died) is made anew and asked again.
    /// </summary>
    /// <param name="patience">How long an event may take.</param>
    /// <returns>Folders whose watcher stayed silent even so: only scanning sees what happens there.</returns>
    public IReadOnlyList<string> Silent(TimeSpan patience)
    {
        Refresh(); // what could not be watched before is tried again
        var silent = Deaf([.. Folders()], patience);
        if (silent.Count == 0) return [];
        foreach (var folder in silent)
        {
            Forget(folder);
            if (Directory.Exists(folder)) Watch(folder);
        }
        changed(); // whatever happened while nobody listened
        return Deaf(silent, patience);
    }

    List<string> Deaf(List<string> folders, TimeSpan patience)
    {
        var waiting = new List<(string Folder, string Canary, Task Heard)>();
        try
        {
            foreach (var folder in folders.Where(Directory.Exists))
            {
                var canary = Path.Combine(folder, CanaryPrefix + Guid.NewGuid().ToString("N")[..8]);
                var heard = canaries[canary] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Add((folder, canary, heard.Task));
                File.WriteAllBytes(canary, []);
            }
            Task.WaitAll([.. waiting.Select(w => w.Heard)], patience);
            return [.. folders.Where(f => !waiting.Any(w => w.Folder == f && w.Heard.IsCompleted))];
        }
        finally
        {
            foreach (var (_, canary, _) in waiting)
            {
                canaries.TryRemove(canary, out _);
                File.Delete(canary);
            }
        }
    }

    void Watch(string folder)
    {
        // Where the system has no more watches to give, or the folder has just gone, its canary will tell.
        if (events.Add(folder)) watched.Add(folder);
    }

    /// <summary>As when the system stops sending events: the watcher is there and says nothing.</summary>
    internal void Silence(string folder) => events.Remove(folder);

    void Forget(string folder)
    {
        if (watched.Remove(folder)) events.Remove(folder);
    }

    void OnEvent(string? folder, string? name)
    {
        if (name?.StartsWith('.') != true) changed(); // where something was missed, something did change
        else if (canaries.TryGetValue(Path.Combine(folder!, name), out var heard)) heard.TrySetResult();
    }

    public void Dispose() => events.Dispose();
}
