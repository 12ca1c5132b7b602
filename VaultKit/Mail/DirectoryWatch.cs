using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>Tells that something appeared in a few directories, or that the time to look anyway has come. One flat watcher for each: a recursive one dies unseen.</summary>
sealed class DirectoryWatch(TimeProvider time) : IDisposable
{
    /// <summary>Who copies a mail into a directory makes its file first and fills it then: a mail that was read in between would be an empty one.</summary>
    static readonly TimeSpan Filling = TimeSpan.FromMilliseconds(100);

    readonly SemaphoreSlim sign = new(0, 1);
    FolderEvents? events;

    public void Begin(IReadOnlyList<string> folders)
    {
        if (events is not null) return;
        events = new((_, _) => Post());
        // Where the system has no more watches to give, the poll finds the mail, later.
        foreach (var folder in folders.Where(Directory.Exists)) events.Add(folder);
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
        // Comes back without an exception when cancelled.
        if (posted.IsCompletedSuccessfully) await Task.WhenAny(Task.Delay(Filling, cancel));
        await done.CancelAsync();
        // Whichever lost ends as cancelled; nothing else can go wrong with either.
        await Task.WhenAny(Task.WhenAll(posted, elapsed));
    }

    public void Dispose()
    {
        events?.Dispose();
        sign.Dispose();
    }
}
