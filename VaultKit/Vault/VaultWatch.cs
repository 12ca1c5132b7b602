namespace VaultKit.Vault;

/// <summary>Says that something in the vault may have changed. One flat watcher for each folder: a recursive one dies silently when a folder moves. A hint only; whoever gets it scans.</summary>
public sealed class VaultWatch : IDisposable
{
    readonly VaultFolder vault;
    readonly Action changed;
    readonly Dictionary<string, FileSystemWatcher> watchers = [];

    public VaultWatch(VaultFolder vault, Action changed)
    {
        (this.vault, this.changed) = (vault, changed);
        Refresh();
    }

    /// <summary>Watches folders that have come since; forgets those that are gone.</summary>
    public void Refresh()
    {
        var folders = Stages.All.Where(s => s != Stage.Done).SelectMany(vault.Places).Select(p => vault.FullPath(p.Folder)).Append(vault.Root).ToHashSet();
        foreach (var gone in watchers.Keys.Where(f => !folders.Contains(f)).ToList())
        {
            watchers[gone].Dispose();
            watchers.Remove(gone);
        }
        foreach (var folder in folders.Where(f => !watchers.ContainsKey(f) && Directory.Exists(f)))
        {
            var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
            watcher.Created += OnEvent;
            watcher.Changed += OnEvent;
            watcher.Deleted += OnEvent;
            watcher.Renamed += OnEvent;
            watcher.Error += (_, _) => changed(); // the queue overflowed: something did change
            watcher.EnableRaisingEvents = true;
            watchers[folder] = watcher;
        }
    }

    void OnEvent(object sender, FileSystemEventArgs e)
    {
        if (!Path.GetFileName(e.FullPath).StartsWith('.')) changed();
    }

    public void Dispose()
    {
        foreach (var watcher in watchers.Values) watcher.Dispose();
        watchers.Clear();
    }
}
