using MimeKit;
using VaultKit.Vault;

namespace LocalAgent.Correspondence;

/// <summary>An account's mail in folders of this machine: a maildir or a folder of <c>.eml</c> files. Each header is read once for each run of the program.</summary>
/// <param name="received">Folders that mail arrives in.</param>
/// <param name="sent">Folders that sent mail lies in.</param>
sealed class DirectoryCorrespondence(IReadOnlyList<string> received, IReadOnlyList<string> sent) : ICorrespondence
{
    const int HeaderLimit = 256 * 1024, MaxFound = 8, MaxThread = 50;

    readonly Dictionary<string, (string Path, ThreadMail Mail)> known = new(StringComparer.Ordinal);
    readonly SemaphoreSlim turn = new(1);

    public async Task<IReadOnlyList<StoredMail>> FindAsync(string messageId, long limit, CancellationToken cancel)
    {
        var found = new List<StoredMail>();
        foreach (var (path, mail) in await LookAsync(cancel))
        {
            if (mail.Id != messageId || mail.IsSent || found.Count == MaxFound) continue;
            try
            {
                var bytes = Disk.Stamp(path).Size;
                found.Add(new(path, mail.Arrived, bytes, bytes <= limit ? Disk.ReadRegular(path, (int)limit) : []));
            }
            catch (FileNotFoundException) { continue; } // gone in this instant
            catch (IOException e) { throw new Refusal(ExitCode.TryAgain, $"{path} can't be read: {e.Message}", cause: e); }
        }
        return found;
    }

    public async Task<IReadOnlyList<ThreadMail>> ThreadAsync(IReadOnlyList<string> messageIds, CancellationToken cancel)
    {
        var mails = (await LookAsync(cancel)).Select(k => k.Mail).Where(m => m.Refers.Any(messageIds.Contains)).OrderBy(m => m.Arrived).ToLookup(m => m.IsSent);
        return [.. mails[false].TakeLast(MaxThread), .. mails[true].TakeLast(MaxThread)];
    }

    public Task<string> StampAsync(CancellationToken cancel) =>
        Task.FromResult(string.Join('\n', received.Concat(sent).Select(f => $"{f} {Directory.GetLastWriteTimeUtc(f).Ticks}")));

    async Task<IReadOnlyList<(string Path, ThreadMail Mail)>> LookAsync(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var gone = known.Keys.ToHashSet(StringComparer.Ordinal);
            foreach (var (folder, isSent) in received.Select(f => (f, false)).Concat(sent.Select(f => (f, true))))
            {
                if (!Directory.Exists(folder)) continue;
                foreach (var path in Directory.EnumerateFiles(folder))
                {
                    cancel.ThrowIfCancellationRequested();
                    // A reader moves a mail from new/ to cur/ and appends its flags.
                    var name = Path.GetFileName(path);
                    var key = $"{isSent} {(name.LastIndexOf(":2,", StringComparison.Ordinal) is > 0 and var flags ? name[..flags] : name)}";
                    gone.Remove(key);
                    if (known.TryGetValue(key, out var there)) known[key] = (path, there.Mail);
                    else if (Header(path, isSent) is { } mail) known[key] = (path, mail);
                }
            }
            foreach (var key in gone) known.Remove(key);
            return [.. known.Values];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new Refusal(ExitCode.TryAgain, $"the mail of this machine can't be read: {e.Message}", cause: e); }
        finally { turn.Release(); }
    }

    static ThreadMail? Header(string path, bool isSent)
    {
        if (Path.GetFileName(path).StartsWith('.') || Disk.Stamp(path) is not { Kind: FileKind.Regular } stamp) return null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            var head = new byte[Math.Min(stamp.Size, HeaderLimit)];
            using var header = new MemoryStream(head, 0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
            return ThreadHeader.Read(new MimeParser(header, MimeFormat.Entity).ParseHeaders(), DateTimeOffset.UnixEpoch.AddTicks(stamp.Written / 100), isSent);
        }
        catch (FormatException) { return null; } // no mail: nothing in the vault was made of it
        catch (FileNotFoundException) { return null; } // moved in this instant; the next look finds it
    }

    public ValueTask DisposeAsync()
    {
        turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
