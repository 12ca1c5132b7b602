using LocalAgent.Acting;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Correspondence;

/// <summary>An account's mail on its IMAP server. The login is kept between questions, and made again when it was dropped.</summary>
sealed class ImapCorrespondence(OutboxSettings settings, Func<string, string> password) : ICorrespondence
{
    /// <summary>For one question.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    const int MaxMailboxes = 100, MaxFound = 8, MaxThread = 50;

    readonly MailServer server = settings.Imap ?? throw new ArgumentException("no IMAP server", nameof(settings));
    readonly SemaphoreSlim turn = new(1);
    ImapClient? client;

    public Task<IReadOnlyList<StoredMail>> FindAsync(string messageId, long limit, CancellationToken cancel) => AskAsync<IReadOnlyList<StoredMail>>(async (imap, stop) =>
    {
        var found = new List<StoredMail>();
        foreach (var mailbox in await MailboxesAsync(imap, stop))
        {
            await mailbox.OpenAsync(FolderAccess.ReadOnly, stop);
            var uids = await mailbox.SearchAsync(ImapSearch.MessageId(imap.Capabilities, messageId), stop);
            if (uids.Count == 0) continue;
            foreach (var summary in await mailbox.FetchAsync([.. uids.Take(MaxFound)], MessageSummaryItems.UniqueId | MessageSummaryItems.Size | MessageSummaryItems.InternalDate, stop))
            {
                var bytes = (long?)summary.Size ?? long.MaxValue;
                found.Add(new(mailbox.FullName, summary.InternalDate ?? DateTimeOffset.MinValue, bytes, bytes <= limit ? await OctetsAsync(mailbox, summary.UniqueId, limit, stop) : []));
            }
            // Elsewhere lie copies, and looking everywhere takes its time.
            break;
        }
        return found;
    }, cancel);

    public Task<IReadOnlyList<ThreadMail>> ThreadAsync(IReadOnlyList<string> messageIds, CancellationToken cancel) => AskAsync<IReadOnlyList<ThreadMail>>(async (imap, stop) =>
    {
        var found = new List<ThreadMail>();
        foreach (var (mailbox, isSent) in await BothAsync(imap, stop))
        {
            await mailbox.OpenAsync(FolderAccess.ReadOnly, stop);
            var uids = await mailbox.SearchAsync(ImapSearch.Thread(messageIds), stop);
            if (uids.Count == 0) continue;
            var request = new FetchRequest(MessageSummaryItems.UniqueId | MessageSummaryItems.InternalDate, ThreadHeader.Fields);
            foreach (var summary in await mailbox.FetchAsync([.. uids.TakeLast(MaxThread)], request, stop))
                if (summary.Headers is { } headers) found.Add(ThreadHeader.Read(headers, summary.InternalDate ?? DateTimeOffset.MinValue, isSent));
        }
        return found;
    }, cancel);

    public Task<string> StampAsync(CancellationToken cancel) => AskAsync(async (imap, stop) =>
    {
        var stamp = "";
        foreach (var (mailbox, _) in await BothAsync(imap, stop))
        {
            // STATUS is not meant for the mailbox that is open (RFC 3501, 6.3.10).
            if (mailbox.IsOpen) await mailbox.CloseAsync(false, stop);
            await mailbox.StatusAsync(StatusItems.UidNext | StatusItems.UidValidity | StatusItems.Count, stop);
            stamp += $"{mailbox.FullName};{mailbox.UidValidity};{mailbox.UidNext};{mailbox.Count}\n";
        }
        return stamp;
    }, cancel);

    /// <summary>Where mail arrives, then everything that the server calls all or archived, then the rest: the owner files mail away, also by rules. What was never received from outside does not count.</summary>
    async Task<IReadOnlyList<IMailFolder>> MailboxesAsync(ImapClient imap, CancellationToken cancel)
    {
        var inbox = await InboxAsync(imap, cancel);
        IReadOnlyList<IMailFolder> all = [.. imap.PersonalNamespaces.Count > 0 ? await imap.GetFoldersAsync(imap.PersonalNamespaces[0], StatusItems.None, false, cancel) : []];
        const FolderAttributes notMail = FolderAttributes.NonExistent | FolderAttributes.NoSelect | FolderAttributes.Drafts | FolderAttributes.Sent;
        static int Rank(IMailFolder f) => (f.Attributes & (FolderAttributes.All | FolderAttributes.Archive)) != 0 ? 0 : (f.Attributes & (FolderAttributes.Trash | FolderAttributes.Junk)) != 0 ? 2 : 1;
        return [inbox, .. all.Where(f => f.FullName != inbox.FullName && f.FullName != settings.Sent && (f.Attributes & notMail) == 0).OrderBy(Rank).Take(MaxMailboxes)];
    }

    async Task<IReadOnlyList<(IMailFolder Mailbox, bool IsSent)>> BothAsync(ImapClient imap, CancellationToken cancel)
    {
        var inbox = await InboxAsync(imap, cancel);
        return await SentMailbox.FolderAsync(imap, settings, cancel) is { } sent ? [(inbox, false), (sent, true)] : [(inbox, false)];
    }

    Task<IMailFolder> InboxAsync(ImapClient imap, CancellationToken cancel) => imap.GetFolderAsync(settings.Mailbox, cancel);

    static async Task<byte[]> OctetsAsync(IMailFolder mailbox, UniqueId uid, long limit, CancellationToken cancel)
    {
        using var stream = await mailbox.GetStreamAsync(uid, "", cancel);
        // What the server says of a mail's size and what it sends are two things.
        if (stream.Length > limit) return [];
        using var octets = new MemoryStream();
        await stream.CopyToAsync(octets, cancel);
        return octets.ToArray();
    }

    /// <summary>Asks on the login that there is; where that was dropped meanwhile, once more on a new one.</summary>
    async Task<T> AskAsync<T>(Func<ImapClient, CancellationToken, Task<T>> question, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            for (var again = client is not null; ; again = false)
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                stop.CancelAfter(Patience);
                try
                {
                    if (client is not { IsAuthenticated: true })
                    {
                        Drop();
                        client = new ImapClient();
                        await MailConnection.OpenAsync(client, server, password, stop.Token);
                    }
                    return await question(client, stop.Token);
                }
                catch (Exception e) when (!cancel.IsCancellationRequested && (e is FolderNotFoundException ? $"{server.Host} has no mailbox '{settings.Mailbox}'" : MailConnection.Why(e, server)) is { } why)
                {
                    var dropped = client is not { IsConnected: true };
                    Drop();
                    if (!again || !dropped) throw new Refusal(e is Refusal refusal ? refusal.Code : ExitCode.TryAgain, why, null, e);
                }
            }
        }
        finally { turn.Release(); }
    }

    void Drop()
    {
        client?.Dispose();
        client = null;
    }

    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        if (client is { IsConnected: true } live)
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try { await live.DisconnectAsync(true, soon.Token); }
            catch (Exception e) when (MailConnection.Why(e, server) is not null) { Drop(); } // a farewell that does not arrive costs nothing: nothing was changed
        }
        Drop();
        turn.Dispose();
    }
}
