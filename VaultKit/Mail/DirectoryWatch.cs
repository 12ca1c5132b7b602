namespace VaultKit.Mail;

/// <summary>Tells that something appeared in a few directories, or that the time to look anyway has come. One flat watcher for each: a recursive one dies unseen.</summary>
sealed class DirectoryWatch(TimeProvider time) : IDisposable
{
    readonly List<FileSystemWatcher> watchers = [];
    readonly SemaphoreSlim sign = new(0, 1);
    bool begun;

    public void Begin(IReadOnlyList<string> folders)
    {
        if (begun) return;
        begun = true;
        foreach (var folder in folders.Where(Directory.Exists))
        {
            FileSystemWatcher? watcher = null;
            try
            {
                watcher = new(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite };
                watcher.Created += (_, _) => Post();
                watcher.Renamed += (_, _) => Post();
                watcher.Changed += (_, _) => Post();
                watcher.Error += (_, _) => Post();
                watcher.EnableRaisingEvents = true;
                watchers.Add(watcher);
            }
            catch (IOException)
            {
                // The system has no more watches to give: the poll finds the mail, later.
                watcher?.Dispose();
            }
        }
    }

    void Post()
    {
        lock (sign)
            if (sign.CurrentCount == 0) sign.Release();
    }

    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var posted = sign.WaitAsync(done.Token);
        var elapsed = Task.Delay(atMost, time, done.Token);
        await Task.WhenAny(posted, elapsed);
        await done.CancelAsync();
        // Whichever lost ends as cancelled; nothing else can go wrong with either.
        await Task.WhenAny(Task.WhenAll(posted, elapsed));
    }

    public void Dispose()
    {
        foreach (var watcher in watchers) watcher.Dispose();
        sign.Dispose();
    }
}
