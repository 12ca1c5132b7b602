using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// An inbox whose mails are files. Position: <c>1;TICKS;RUN;COUNT</c>. While this object lives it knows which names it has given (COUNT of this
/// RUN); after a restart, what came into the directory before TICKS (ctime, less an overlap) has been given. A directory of 100,000 costs
/// its names to list, and a stat for those that are new; contents are read when the caller opens them.
/// </summary>
abstract class DirectoryInbox(Account account, long maxBytes, TimeSpan poll, TimeProvider time) : IInbox
{
    /// <summary>A file may be stamped a little before it gets into sight, and clocks are set: this much is given again after a restart.</summary>
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <summary>A directory whose time is younger than this may have changed again within the clock's grain.</summary>
    static readonly TimeSpan Grain = TimeSpan.FromSeconds(2);

    protected readonly record struct Found(string Path, string Key, bool Answered);

    readonly record struct Waiting(Found File, MailFile Stat, ulong Hash);

    readonly string run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    readonly DirectoryWatch watch = new(time);
    Dictionary<ulong, int> given = [];
    int count;
    DateTime quietSince;
    bool quiet;

    public Account Account { get; } = account;

    /// <summary>The directories that mail appears in.</summary>
    protected abstract IReadOnlyList<string> Folders { get; }

    /// <summary>Whether a file's time is when the mail arrived.</summary>
    protected abstract bool KnowsArrival { get; }

    /// <summary>Every name that may be a mail, by whatever order the directory has.</summary>
    protected abstract IEnumerable<Found> List();

    /// <summary>Where a mail lies now that was listed before; null when it is gone.</summary>
    protected virtual string? Find(Found file) => null;

    public async IAsyncEnumerable<IncomingMail> ReadAsync(MailPosition position, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask; // Files need no waiting; the port is for servers too.
        // At each reading: a directory that goes away while the program runs would look like one without mail.
        if (!Folders.Any(Directory.Exists)) throw Missing();
        watch.Begin(Folders);
        var (behind, seen) = Parse(position);
        if (position.IsStart) (given, quiet) = ([], false);
        var newest = Newest();
        if (quiet && seen == count && newest == quietSince) yield break;

        var scanned = time.GetUtcNow();
        var batch = Scan(behind, seen, behind == 0 ? since : null, cancel, out var high);
        for (var i = 0; i < batch.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var (file, stat, hash) = batch[i];
            // Only behind the last of a batch has everything up to the new time been given: files are in order of arrival, not of ctime.
            var ticks = i == batch.Count - 1 ? high : behind;
            yield return new(
                Path.GetFileName(file.Path), stat.Bytes, stat.Bytes <= maxBytes, file.Answered, KnowsArrival ? stat.Modified : null,
                () => Open(file, stat.Bytes <= maxBytes), new($"1;{ticks};{run};{count + 1}"));
            given[hash] = ++count;
        }
        (quietSince, quiet) = (newest, newest < scanned.UtcDateTime - Grain);
    }

    public async Task WaitAsync(CancellationToken cancel)
    {
        // While none is there it is looked for by the clock; that it is not, reading says. A wait that failed at once would be a hint each time, and the loop would never rest.
        if (Folders.Any(Directory.Exists)) watch.Begin(Folders);
        await watch.WaitAsync(poll, cancel);
    }

    public ValueTask DisposeAsync()
    {
        watch.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    List<Waiting> Scan(long behind, int seen, DateTimeOffset? since, CancellationToken cancel, out long high)
    {
        var batch = new List<Waiting>();
        var present = new Dictionary<ulong, int>(given.Count + 16);
        high = behind;
        try
        {
            foreach (var file in List())
            {
                cancel.ThrowIfCancellationRequested();
                var hash = Hash(file.Key);
                // A file that moved from new/ to cur/ while the two were listed is there twice.
                if (present.ContainsKey(hash)) continue;
                if (given.TryGetValue(hash, out var number))
                {
                    present[hash] = number;
                    if (number <= seen) continue;
                }
                if (MailFile.Look(file.Path) is not { } stat) continue;
                var changed = stat.Changed.UtcTicks;
                if (changed > high) high = changed;
                if (number == 0 && changed < behind - Overlap.Ticks || since is { } from && KnowsArrival && stat.Modified < from)
                {
                    present[hash] = 0;
                    continue;
                }
                present.TryAdd(hash, int.MaxValue);
                batch.Add(new(file, stat, hash));
            }
        }
        catch (Exception e) when (e is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new Refusal(ExitCode.BadConfiguration, $"account {Account.Name}: {e.Message}", "Check the account's inbox path and its permissions.", e);
        }
        catch (IOException e)
        {
            throw new Refusal(ExitCode.TryAgain, $"account {Account.Name}: the inbox can't be read: {e.Message}", cause: e);
        }
        // Names that are gone are forgotten; those of this batch are given when the caller has come back for the next.
        foreach (var waiting in batch)
            if (present[waiting.Hash] == int.MaxValue) present.Remove(waiting.Hash);
        given = present;
        // A clock that was set wrong must not push the mark past what is yet to come.
        high = Math.Max(behind, Math.Min(high, time.GetUtcNow().UtcTicks));
        batch.Sort((a, b) => a.Stat.Modified != b.Stat.Modified ? a.Stat.Modified.CompareTo(b.Stat.Modified) : string.CompareOrdinal(a.File.Key, b.File.Key));
        return batch;
    }

    Stream Open(Found file, bool whole)
    {
        FileStream stream;
        try
        {
            stream = MailFile.Open(file.Path);
        }
        catch (FileNotFoundException) when (Find(file) is not null)
        {
            // A mail reader moved it or gave it a flag since the directory was listed.
            stream = MailFile.Open(Find(file) ?? file.Path);
        }
        if (whole) return stream;
        using (stream) return new MemoryStream(LetterDigest.HeaderOf(stream), writable: false);
    }

    /// <returns>The time before which all was given, zero as long as the first reading is not over; and how many of this run's, zero of another's.</returns>
    (long Behind, int Seen) Parse(MailPosition position)
    {
        var parts = (position.Text ?? "").Split(';');
        if (parts is not ["1", var ticks, var from, var number] || !long.TryParse(ticks, out var behind)) return (0, 0);
        return (behind, from == run && int.TryParse(number, out var seen) ? seen : 0);
    }

    DateTime Newest() => Folders.Select(Directory.GetLastWriteTimeUtc).DefaultIfEmpty().Max();

    Refusal Missing() => new(ExitCode.BadConfiguration, $"account {Account.Name}: there is no inbox at {string.Join(" or ", Folders)}", "Check the path after \"maildir:\" or \"folder:\" in the account's inbox.");

    static ulong Hash(string key)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
