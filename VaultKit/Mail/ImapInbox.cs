using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MailKit;
using MailKit.Search;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// A mailbox on an IMAP server (RFC 3501, RFC 9051), opened read-only (EXAMINE) and fetched without setting \Seen (BODY.PEEK). Position:
/// <c>1;UIDVALIDITY;UID</c>; where the server has renumbered the mailbox it is the start position again. What the server counts, sizes or announces is a hint: a mail is what its SEARCH names
/// and its FETCH gives under that very number, and one that it names and does not give is passed on as such.
/// </summary>
sealed class ImapInbox(Account account, InboxSource.Imap source, Func<string, string> secret, long maxBytes, TimeSpan poll, TimeProvider time) : IInbox
{
    const int Batch = 100;

    /// <summary>For a search: the numbers of 300,000 mails.</summary>
    const long SearchOctets = 4 * OctetLimit.Slack;

    const MessageSummaryItems Wanted = MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(20);

    /// <summary>RFC 2177 asks for less than 29 minutes; home routers forget a silent connection sooner. At the latest after this time the mailbox is searched, whatever was announced.</summary>
    static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(9);

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    readonly ImapConnection connection = new(account, source, secret, poll, time);

    // Behind this position nothing was left when the mailbox was searched last; null where a reading did not come to its end.
    string? settled;
    long searched;

    // How often in a row new mail was announced and none was there.
    int falseNews;

    // The mail that was given last.
    Spool? given;

    public Account Account { get; } = account;

    public string PositionName { get; } = source.IsAlso ? $"{account.Name}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Mailbox)))[..16]}" : account.Name;

    public async IAsyncEnumerable<IncomingMail> ReadAsync(MailPosition position, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (known, last) = Parse(position);
        var (validity, announced, began) = (0u, false, time.GetTimestamp());
        var waiting = await connection.Do(SearchOctets, async (folder, stop) =>
        {
            if ((validity = folder.UidValidity) == 0) throw new Refusal(ExitCode.TryAgain, $"account {Account.Name}: {source.Server.Host} gives no UIDVALIDITY for {source.Mailbox}, so that nobody could tell which mails were read");
            if (!connection.IsNew)
            {
                // What a server tells by IDLE it need not be asked for.
                var quiet = settled == (position.Text ?? "") && time.GetElapsedTime(searched) < IdleLimit;
                if (!connection.News && !(quiet && connection.WasListening)) await connection.NoOp(stop);
                if (!connection.News && quiet) return null;
            }
            announced = connection.News;
            connection.Look();
            // A server's SINCE knows days only, of a time zone of its own: a day earlier, and the exact time is compared below.
            var query = known == validity
                ? (SearchQuery)SearchQuery.Uids(new UniqueIdRange(new(last == uint.MaxValue ? last : last + 1), UniqueId.MaxValue))
                : SearchQuery.DeliveredAfter(since.UtcDateTime.Date.AddDays(-1));
            return new UniqueIdSet(await folder.SearchAsync(query, stop), SortOrder.Ascending);
        }, cancel);
        if (waiting is null) yield break;
        var none = waiting.Count == 0 || known == validity && waiting[^1].Id <= last;
        falseNews = none && announced ? falseNews + 1 : 0;
        settled = null;

        for (var first = 0; first < waiting.Count; first += Batch)
        {
            var some = new List<UniqueId>();
            for (var i = first; i < waiting.Count && i < first + Batch; i++)
                // "n:*" names the last mail even when its number is below n.
                if (known != validity || waiting[i].Id > last) some.Add(waiting[i]);
            if (some.Count == 0) continue;
            var told = await SummariesAsync(some, validity, cancel);
            foreach (var uid in some)
            {
                var summary = Of(uid, told);
                if (known != validity && summary?.InternalDate < since) continue;
                if (await TakeAsync(uid, validity, summary, cancel) is not { } mail) continue;
                yield return mail;
                position = mail.Next;
            }
        }
        (settled, searched) = (position.Text ?? "", began);
        connection.Settle();
    }

    public async Task<IncomingMail?> AgainAsync(string key, CancellationToken cancel)
    {
        var (validity, number) = Parse(new("1;" + key));
        if (number == 0) return null;
        // Numbered anew, the mailbox is read anew, this mail with it.
        if ((await connection.Do(OctetLimit.Slack, (folder, _) => Task.FromResult(folder), cancel)).UidValidity != validity) return null;
        var uid = new UniqueId(number);
        return await TakeAsync(uid, validity, Of(uid, await SummariesAsync([uid], validity, cancel)), cancel);
    }

    /// <summary>IDLE where the server has it, and at the latest after some minutes anyway; otherwise, or without a connection, the poll's interval.</summary>
    public async Task WaitAsync(CancellationToken cancel)
    {
        var pause = connection.Left;
        if (pause == TimeSpan.Zero)
        {
            if (connection.CanIdle && settled is not null)
            {
                if (!connection.News) await connection.Idle(IdleLimit, cancel);
                // A server that announces what is not there is not searched all the time.
                if (falseNews == 0 || !connection.News) return;
                pause = TimeSpan.FromSeconds(1 << Math.Min(falseNews, 5));
            }
            // A reading that did not come to its end goes on soon.
            else pause = settled is null && Soon < poll ? Soon : poll;
        }
        // Comes back without an exception when cancelled. A timer may come a moment early, and the server would still be left alone then.
        await Task.WhenAny(Task.Delay(pause + Grain, time, cancel));
    }

    public ValueTask DisposeAsync()
    {
        given?.Dispose();
        return connection.DisposeAsync();
    }

    /// <summary>A batch's numbers, flags, dates and sizes, and whatever else the server tells at that moment.</summary>
    Task<IList<IMessageSummary>> SummariesAsync(List<UniqueId> some, uint validity, CancellationToken cancel) =>
        connection.Do(OctetLimit.Slack, (folder, stop) => Same(folder, validity).FetchAsync(some, Wanted, stop), cancel);

    static IMessageSummary? Of(UniqueId uid, IList<IMessageSummary> told) => told.FirstOrDefault(s => s.UniqueId.Id == uid.Id);

    /// <returns>Null where it was deleted since it was searched for.</returns>
    async Task<IncomingMail?> TakeAsync(UniqueId uid, uint validity, IMessageSummary? summary, CancellationToken cancel)
    {
        var (origin, key, next) = ($"{source.Mailbox};uid={uid.Id}", $"{validity};{uid.Id}", new MailPosition($"1;{validity};{uid.Id}"));
        // What keeps the server from being asked at all is not this mail's.
        connection.Check();
        try
        {
            var size = (long)(summary?.Size ?? 0);
            given?.Dispose();
            given = await FetchAsync(uid, validity, size, cancel);
            if (given is { } spool)
                return new(origin, spool.IsWhole ? spool.Length : Math.Max(size, spool.Length), spool.IsWhole, summary?.Flags?.HasFlag(MessageFlags.Answered) == true, summary?.InternalDate, spool.Open, next) { Key = key };
            var there = await connection.Do(OctetLimit.Slack, async (folder, stop) =>
            {
                await connection.NoOp(stop);
                return await Same(folder, validity).SearchAsync(SearchQuery.Uids([uid]), stop);
            }, cancel);
            return there.Contains(uid) ? IncomingMail.NotGiven(origin, key, next, new(ExitCode.TryAgain, $"{source.Server.Host} names it and gives nothing of it")) : null;
        }
        catch (Refusal e) when (e.Code == ExitCode.TryAgain)
        {
            return IncomingMail.NotGiven(origin, key, next, e);
        }
    }

    /// <summary>In pieces, so that each has a time limit of its own and a large mail goes to a file and not into memory. Until the server has no more: its word on the size is not proof of anything.</summary>
    /// <returns>Null where the server gives nothing.</returns>
    async Task<Spool?> FetchAsync(UniqueId uid, uint validity, long size, CancellationToken cancel)
    {
        Spool? spool = null;
        try
        {
            for (var whole = size <= maxBytes; ;)
            {
                var at = spool?.Length ?? 0;
                var most = whole ? Spool.Piece : LetterDigest.HeaderLimit;
                using var piece = await connection.Do(most + OctetLimit.Slack, (folder, stop) => PieceAsync(Same(folder, validity), uid, whole ? "" : "HEADER", (int)at, most, stop), cancel);
                var length = piece?.Length ?? 0;
                if (length > most) throw new Refusal(ExitCode.TryAgain, $"{source.Server.Host} gives more of it than was asked for");
                if (length > 0)
                {
                    spool ??= new(length < most ? length : maxBytes) { IsWhole = whole };
                    spool.Add(piece!);
                }
                if (spool is null) return null;
                if (whole && spool.Length > maxBytes)
                {
                    // Larger than it was said to be: then its header alone.
                    spool.Dispose();
                    (spool, whole, size) = (null, false, maxBytes + 1);
                }
                else if (!whole || length == 0 || length < most && spool.Length >= size) return spool;
            }
        }
        catch
        {
            spool?.Dispose();
            throw;
        }
    }

    static async Task<Stream?> PieceAsync(IMailFolder folder, UniqueId uid, string section, int at, int most, CancellationToken stop)
    {
        try { return await folder.GetStreamAsync(uid, section, at, most, stop); }
        catch (MessageNotFoundException) { return null; }
    }

    static IMailFolder Same(IMailFolder folder, uint validity) => folder.UidValidity == validity
        ? folder
        : throw new Refusal(ExitCode.DoneInPart, "the server renumbered the mailbox while it was read; it is read anew");

    static (uint Validity, uint Last) Parse(MailPosition position) =>
        (position.Text ?? "").Split(';') is ["1", var validity, var last] && uint.TryParse(validity, out var v) && uint.TryParse(last, out var l) ? (v, l) : (0, 0);
}
