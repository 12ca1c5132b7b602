using System.Globalization;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>That the owner has stopped all sending. <see cref="Since"/> is null where the file does not say.</summary>
public sealed record Paused(DateTimeOffset? Since, string Reason);

/// <summary>
/// The owner's hand on the switch: the file <c>paused</c> in the state directory, which no remote can write or remove. It is there: nothing is offered.
/// Whoever is about to offer looks under a lock; <see cref="Begin"/> waits for that lock once the file is there, so that nothing is offered after it has returned.
/// </summary>
public sealed class Pause(StateDirectory state, TimeProvider clock)
{
    const string Name = "paused";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    string File => state.PathOf(Name);

    /// <summary>Held while the last questions are asked and the phase <c>offered</c> is written, never while something is on its way.</summary>
    /// <exception cref="Refusal">Another process has held it for too long.</exception>
    public IDisposable Gate() => state.Lock("offering", Patience);

    /// <summary>Stops all sending. Durable when it returns; nothing is offered after that.</summary>
    /// <exception cref="Refusal">It is stopped, but what was being offered at that moment may still go out.</exception>
    public void Begin(string reason)
    {
        var since = Look()?.Since ?? clock.GetUtcNow();
        Durable.Write(File, Encoding.UTF8.GetBytes($"{since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n{Unseen.OneLine(reason)}\n"));
        // Who is about to offer may have looked a moment before.
        try { Gate().Dispose(); }
        catch (Refusal e) { throw new Refusal(e.Code, "sending is paused, but one mail has been about to go out for a while and still may", "'localagent status' shows what is under way", e); }
    }

    /// <summary>Lets it go on. Durable when it returns.</summary>
    /// <returns>False where it was not stopped.</returns>
    public bool End()
    {
        using var gate = Gate();
        if (Look() is null) return false;
        System.IO.File.Delete(File);
        Disk.SyncDirectory(state.Root);
        return true;
    }

    /// <summary>Null where sending goes on. That the file is there is what counts, whatever is in it.</summary>
    public Paused? Look()
    {
        if (Disk.Stamp(File).Kind == FileKind.Missing) return null;
        try
        {
            var lines = Encoding.UTF8.GetString(Disk.ReadRegular(File, 10_000)).Split('\n');
            var since = DateTimeOffset.TryParseExact(lines[0], "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
            return new(since, lines.Length > 1 ? lines[1] : "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return new(null, $"{File}: {e.Message}"); }
    }

    /// <summary>Says when the switch was moved. A hint only; where the system can give none, the next turn looks anyway.</summary>
    public IDisposable? Watch(Action changed)
    {
        var watcher = new FileSystemWatcher(state.Root, Name) { NotifyFilter = NotifyFilters.FileName };
        watcher.Created += (_, _) => changed();
        watcher.Deleted += (_, _) => changed();
        watcher.Renamed += (_, _) => changed();
        try { watcher.EnableRaisingEvents = true; }
        catch (IOException)
        {
            watcher.Dispose();
            return null;
        }
        return watcher;
    }
}
