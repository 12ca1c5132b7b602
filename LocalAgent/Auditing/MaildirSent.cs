using LocalAgent.Acting;
using MimeKit;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>The maildir that is an account's outbox. A file that was changed in place is looked at again.</summary>
sealed class MaildirSent(string path, TimeProvider clock) : ISentSource
{
    public string Key => "maildir " + path;
    public string Name => path;

    public Task<string?> RefreshAsync(SentCache cache, CancellationToken cancel)
    {
        try
        {
            var now = clock.GetUtcNow();
            var there = new HashSet<string>(StringComparer.Ordinal);
            foreach (var folder in new[] { "new", "cur" })
            {
                if (Disk.Stamp(Path.Combine(path, folder)).Kind != FileKind.Directory) continue;
                foreach (var file in Directory.EnumerateFiles(Path.Combine(path, folder)))
                {
                    cancel.ThrowIfCancellationRequested();
                    if (Disk.Stamp(file) is not { Kind: FileKind.Regular } stamp) continue;
                    // A reader moves it from new/ to cur/ and appends its flags.
                    var where = $"{Path.GetFileName(file).Split(':')[0]};{stamp.Size};{stamp.Written}";
                    there.Add(where);
                    if (cache.Find(where) is null && Read(file, stamp.Size) is var (marker, id, imprint))
                        cache.Add(new(where, marker, id, imprint, now, null));
                    if (cache.IsFull) return Task.FromResult<string?>($"{path} holds more than {SentCache.MailLimit} mails");
                }
            }
            cache.Gone(m => there.Contains(m.Where), now);
            cache.Looked = now;
            return Task.FromResult<string?>(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return Task.FromResult<string?>(e.Message); }
    }

    /// <returns>An empty marker for a mail that is not ours, so that it is not read again.</returns>
    static (string Marker, string Id, string Imprint) Read(string file, long size)
    {
        using var octets = Disk.OpenRegular(file);
        using var head = new MemoryStream();
        var some = new byte[(int)Math.Min(size, MarkedMail.HeaderLimit)];
        head.Write(some, 0, octets.ReadAtLeast(some, some.Length, throwOnEndOfStream: false));
        head.Position = 0;
        try
        {
            var headers = HeaderList.Load(head);
            if (headers[MimeComposer.MarkerHeader] is not { } marker) return ("", "", "-");
            octets.Position = 0;
            return (MarkedMail.Marker(marker), MarkedMail.Id(headers[HeaderId.MessageId]), size > MarkedMail.Limit ? Imprint.Other : MarkedMail.ImprintOf(octets));
        }
        catch (FormatException) { return ("", "", "-"); } // no mail
    }
}
