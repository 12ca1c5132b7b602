using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MailKit;
using MailKit.Search;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// A mailbox on an IMAP server (RFC 3501, RFC 9051), opened read-only (EXAMINE) and fetched without setting \Seen (BODY.PEEK). Position:
/// <c>1;UIDVALIDITY;UID</c>; where the server has renumbered the mailbox it is the start position again.
/// </summary>
sealed class ImapInbox(Account account, InboxSource.Imap source, Func<string, string> secret, long maxBytes, TimeSpan poll, TimeProvider time) : IInbox
{
    const int Batch = 100;

    /// <summary>RFC 2177 asks for less than 29 minutes; home routers forget a silent connection sooner.</summary>
    static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(9);

    static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(30), Lockout = TimeSpan.FromMinutes(15);

    readonly ImapConnection connection = new(account, source, secret);

    public Account Account { get; } = account;

    public string PositionName { get; } = source.IsAlso ? $"{account.Name}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Mailbox)))[..16]}" : account.Name;

    public async IAsyncEnumerable<IncomingMail> ReadAsync(MailPosition position, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (validity, waiting) = await connection.Do(async (folder, stop) =>
        {
            connection.ForgetNews();
            await connection.NoOp(stop);
            var (known, last) = Parse(position);
            // A server's SINCE knows days only, of a time zone of its own: a day earlier, and the exact time is compared below.
            var query = known == folder.UidValidity
                ? (SearchQuery)SearchQuery.Uids(new UniqueIdRange(new(last == uint.MaxValue ? last : last + 1), UniqueId.MaxValue))
                : SearchQuery.DeliveredAfter(since.UtcDateTime.Date.AddDays(-1));
            var uids = await folder.SearchAsync(query, stop);
            // "n:*" names the last mail even when its number is below n.
            return (folder.UidValidity, uids.Where(u => known != folder.UidValidity || u.Id > last).OrderBy(u => u.Id).ToList());
        }, cancel);
        var fromStart = Parse(position).Validity != validity;

        for (var first = 0; first < waiting.Count; first += Batch)
        {
            var some = waiting.GetRange(first, Math.Min(Batch, waiting.Count - first));
            var summaries = await connection.Do(
                (folder, stop) => Same(folder, validity).FetchAsync(some, MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Size, stop), cancel);
            foreach (var summary in summaries.OrderBy(s => s.UniqueId.Id))
            {
                if (fromStart && summary.InternalDate < since) continue;
                var size = (long)(summary.Size ?? 0);
                var whole = size <= maxBytes;
                using var spool = await connection.Do((folder, stop) => Fetch(Same(folder, validity), summary.UniqueId, size, whole, stop), cancel);
                // Deleted since it was searched for.
                if (spool is null) continue;
                yield return new(
                    $"{source.Mailbox};uid={summary.UniqueId.Id}", size, whole, summary.Flags?.HasFlag(MessageFlags.Answered) == true, summary.InternalDate,
                    spool.Open, new($"1;{validity};{summary.UniqueId.Id}"));
            }
        }
    }

    /// <summary>IDLE where the server has it, and at the latest after some minutes anyway; otherwise, or without a connection, the poll's interval.</summary>
    public async Task WaitAsync(CancellationToken cancel)
    {
        if (connection.News) return;
        if (connection.CanIdle)
        {
            await connection.Idle(IdleLimit, time, cancel);
            return;
        }
        // A server that was away is asked again soon; one that refuses the password seldom, before it locks the account.
        var pause = connection.WrongPassword ? Longer(poll, Lockout) : connection.IsDown ? Shorter(poll, Reconnect) : poll;
        // Comes back without an exception when cancelled.
        await Task.WhenAny(Task.Delay(pause, time, cancel));
    }

    static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>In pieces, so that each has a time limit of its own and a large mail goes to a file and not into memory.</summary>
    static async Task<Spool?> Fetch(IMailFolder folder, UniqueId uid, long size, bool whole, CancellationToken stop)
    {
        var spool = new Spool(whole ? size : LetterDigest.HeaderLimit);
        try
        {
            if (!whole)
            {
                using var header = await folder.GetStreamAsync(uid, "HEADER", 0, LetterDigest.HeaderLimit, stop);
                spool.Add(header);
                return spool;
            }
            for (long at = 0; at < size; at += Spool.Piece)
            {
                using var piece = await folder.GetStreamAsync(uid, "", (int)at, (int)Math.Min(Spool.Piece, size - at), stop);
                spool.Add(piece);
            }
            return spool;
        }
        catch (MessageNotFoundException)
        {
            spool.Dispose();
            return null;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    static IMailFolder Same(IMailFolder folder, uint validity) => folder.UidValidity == validity
        ? folder
        : throw new Refusal(ExitCode.TryAgain, "the server renumbered the mailbox while it was read");

    static (uint Validity, uint Last) Parse(MailPosition position) =>
        (position.Text ?? "").Split(';') is ["1", var validity, var last] && uint.TryParse(validity, out var v) && uint.TryParse(last, out var l) ? (v, l) : (0, 0);
}
