using System.Runtime.CompilerServices;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// The INBOX of a Gmail mailbox by its own interface (Gmail API v1: users.getProfile, messages.list, messages.get, history.list; "Synchronize clients with Gmail"), with a token that may
/// only read. First the mails since a day, then what the mailbox's history says was added. A history that Google keeps no longer (404) is a reading anew from a day before the newest mail
/// that was read. Whether the owner has answered a mail is not said by Gmail: it would take a request for each thread, and LocalAgent finds the answer in Sent anyway.
/// </summary>
sealed class GmailInbox(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, long maxBytes, TimeSpan poll, TimeProvider time) : IInbox, IGranted
{
    const int Page = 500, MaxPages = 1000, ListLimit = 4 * 1024 * 1024, Remembered = 50_000, TokenLimit = 4096;

    /// <summary>Mails come into the list not quite in the order of their times.</summary>
    static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    readonly MailApi api = new(account, client, secret, state, time);

    // What this run has given: a list that was cut off by a quota goes on where it was, and what came while it was read is not given again out of the history.
    readonly HashSet<string> given = new(StringComparer.Ordinal);

    // Behind this position nothing came up to that record: it has no mail to be stored with.
    (string Position, ulong History)? quiet;

    public Account Account { get; } = account;

    public Task<Grant> GrantAsync(CancellationToken cancel) => api.GrantAsync(cancel);

    public async IAsyncEnumerable<IncomingMail> ReadAsync(MailPosition position, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        var at = GmailPosition.Parse(position);
        if (quiet is { } known && known.Position == (position.Text ?? "")) at = at with { History = known.History };
        var reached = 0UL;
        if (at.History > 0)
        {
            // A page's token belongs to the question that it came with.
            var (behind, page, upTo) = (at.History, (string?)null, 0UL);
            for (var pages = 0; reached == 0; pages++)
            {
                if (pages == MaxPages) throw Endless();
                if (await HistoryAsync(behind, page, cancel) is not { } found) break;
                foreach (var (record, ids) in found.Records)
                {
                    for (var i = 0; i < ids.Count; i++)
                    {
                        // Added and then given a label is twice in the history.
                        if (given.Contains(ids[i]) || await FetchAsync(ids[i], at, i == ids.Count - 1 ? record : at.History, cancel) is not { } mail) continue;
                        yield return mail;
                        (at, position) = (GmailPosition.Parse(mail.Next), mail.Next);
                        Give(ids[i]);
                    }
                    at = at with { History = record };
                }
                // What the first page calls the present: whether a later one has what came meanwhile, nobody says.
                if (pages == 0) upTo = found.HistoryId;
                page = found.Next;
                if (page is null) reached = Math.Max(upTo, at.History);
            }
        }
        if (reached == 0)
        {
            // Asked before the list: what comes while it is read is in the history behind this.
            if (await AskAsync("profile", ListLimit, GmailJson.Default.GmailProfile, cancel) is not { HistoryId: > 0 and var history }) throw Strange();
            at = at with { History = 0 };
            var ids = await ListAsync(at.Newest > 0 ? Later(since, DateTimeOffset.FromUnixTimeMilliseconds(at.Newest) - Overlap) : since, cancel);
            for (var i = ids.Count - 1; i >= 0; i--)
            {
                if (await FetchAsync(ids[i], at, i == 0 ? history : 0, cancel) is not { } mail) continue;
                yield return mail;
                (at, position) = (GmailPosition.Parse(mail.Next), mail.Next);
                Give(ids[i]);
            }
            reached = history;
        }
        quiet = (position.Text ?? "", reached);
    }

    public Task WaitAsync(CancellationToken cancel) => api.WaitAsync(poll, cancel);

    public ValueTask DisposeAsync()
    {
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A page of the history: the mails that came into the INBOX, new or from another label, by record.</summary>
    /// <returns>Null where Google keeps no history that is so old.</returns>
    async Task<(List<(ulong Record, List<string> Ids)> Records, string? Next, ulong HistoryId)?> HistoryAsync(ulong behind, string? page, CancellationToken cancel)
    {
        var answer = await AskAsync($"history?startHistoryId={behind}&historyTypes=messageAdded&historyTypes=labelAdded&labelId=INBOX&maxResults={Page}{Token(page)}", ListLimit, GmailJson.Default.GmailHistory, cancel);
        if (answer is null) return null;
        var records = (answer.History ?? []).OfType<GmailRecord>().OrderBy(r => r.Id).Select(r => (r.Id, Ids: Ids((r.MessagesAdded ?? []).Concat(r.LabelsAdded ?? []).Select(c => c?.Message))));
        return ([.. records.Where(r => r.Ids.Count > 0)], Next(page, answer.NextPageToken), answer.HistoryId);
    }

    /// <summary>All mails of the INBOX since a time, the newest first.</summary>
    async Task<List<string>> ListAsync(DateTimeOffset since, CancellationToken cancel)
    {
        var ids = new List<string>();
        string? page = null;
        for (var pages = 0; pages < MaxPages; pages++)
        {
            var answer = await AskAsync($"messages?labelIds=INBOX&q=after%3A{Math.Max(0, since.ToUnixTimeSeconds() - 1)}&maxResults={Page}{Token(page)}", ListLimit, GmailJson.Default.GmailList, cancel) ?? throw Strange();
            ids.AddRange(Ids(answer.Messages ?? []));
            if (Next(page, answer.NextPageToken) is not { } next) return ids;
            page = next;
        }
        throw Endless();
    }

    public Task<IncomingMail?> AgainAsync(string key, CancellationToken cancel) => FetchAsync(key, default, 0, cancel);

    /// <returns>Null where the mail is in the INBOX no more.</returns>
    async Task<IncomingMail?> FetchAsync(string id, GmailPosition at, ulong history, CancellationToken cancel)
    {
        var (origin, next) = ($"INBOX;id={id}", new GmailPosition(history, at.Newest));
        api.Check();
        try { return await WholeOrHeaderAsync(id, origin, next, cancel); }
        // A quota is not this mail's matter, and where there is no credential nothing is.
        catch (Refusal e) when (e.Code == ExitCode.TryAgain && !api.IsOverQuota) { return IncomingMail.NotGiven(origin, id, next.ToMail(), e); }
    }

    async Task<IncomingMail?> WholeOrHeaderAsync(string id, string origin, GmailPosition next, CancellationToken cancel)
    {
        var whole = true;
        GmailMessage? message;
        try { message = await AskAsync($"messages/{id}?format=raw", (maxBytes + 2) / 3 * 4 + 64 * 1024, GmailJson.Default.GmailMessage, cancel); }
        catch (Refusal e) when (e.Code == ExitCode.TryAgain && !api.IsLeftAlone)
        {
            // Too large, perhaps: its header says so. If it is not, then that was not the reason.
            message = await AskAsync($"messages/{id}?format=metadata", ListLimit, GmailJson.Default.GmailMessage, cancel);
            if (message is not null && message.SizeEstimate <= maxBytes) throw;
            whole = false;
        }
        if (message is null) return IncomingMail.NotGiven(origin, id, next.ToMail(), new(ExitCode.TryAgain, $"{client.Api.Authority} says that it is not there")) with { Absent = true };
        if (message.LabelIds?.Contains("INBOX") != true) return null;
        var octets = whole ? message.Raw is { Length: > 0 } raw ? raw : throw Strange() : RawHeader.Of((message.Payload?.Headers ?? []).OfType<GmailHeader>().Select(h => (h.Name, h.Value)));
        var bytes = whole ? octets.Length : message.SizeEstimate;
        if (whole && bytes > maxBytes) (whole, octets) = (false, LetterDigest.HeaderOf(new MemoryStream(octets)));
        // A time in the days to come would let a reading anew pass over what comes until then.
        var arrived = GmailPosition.Within(message.InternalDate);
        var newest = Math.Max(next.Newest, Math.Min(arrived, time.GetUtcNow().ToUnixTimeMilliseconds()));
        return new(origin, bytes, whole, Answered: false, DateTimeOffset.FromUnixTimeMilliseconds(arrived),
            () => new MemoryStream(octets, writable: false), new GmailPosition(next.History, newest).ToMail()) { Key = id };
    }

    /// <returns>Null where there is no such thing (404).</returns>
    async Task<T?> AskAsync<T>(string what, long limit, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        var answer = await api.GetAsync(api.At("gmail/v1/users/me/" + what), limit, null, cancel);
        return answer.Status == 200 ? api.Parse(answer, type) : null;
    }

    /// <summary>Identities that may stand in an address, each once, without those that were given.</summary>
    List<string> Ids(IEnumerable<GmailMessage?> messages) =>
        [.. messages.Select(m => m?.Id).OfType<string>().Where(id => id.Length is > 0 and <= 100 && id.All(char.IsAsciiLetterOrDigit)).Distinct().Where(id => !given.Contains(id))];

    void Give(string id)
    {
        if (given.Count == Remembered) given.Clear();
        given.Add(id);
    }

    string? Next(string? page, string? next) => next is null || next != page && next.Length < TokenLimit ? next : throw Endless();

    static string Token(string? page) => page is null ? "" : "&pageToken=" + Uri.EscapeDataString(page);

    static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    Refusal Strange() => new(ExitCode.TryAgain, $"account {Account.Name}: {client.Api.Authority} leaves out of an answer what it must hold");

    Refusal Endless() => new(ExitCode.TryAgain, $"account {Account.Name}: {client.Api.Authority} gives pages without an end");
}
