using System.Globalization;
using System.Runtime.CompilerServices;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// The inbox of a mailbox at Microsoft 365 or Outlook.com by Graph v1.0 ("message: delta", "Get MIME content of a message", "Microsoft Graph throttling guidance"), with a token that may only
/// read. A round of the delta query is taken whole before its first mail is given, since its pages are in no order; the position moves to the round's end with its last mail. Where the
/// server keeps its changes no longer (410) it is a reading anew from a day before the newest mail that was read. With a time to begin at, Graph gives the newest 5,000 mails and no more.
/// </summary>
sealed class GraphInbox(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, long maxBytes, TimeSpan poll, TimeProvider time) : IInbox, IGranted
{
    const int MaxPages = 2000, ListLimit = 4 * 1024 * 1024, Remembered = 20_000, LinkLimit = 32 * 1024;

    /// <summary>Identities that stay when a mail is moved; pages of more than ten.</summary>
    const string Prefer = "IdType=\"ImmutableId\", odata.maxpagesize=200";

    /// <summary>PidTagMessageSize ([MS-OXPROPS]): a message has no property of its own for it.</summary>
    const string Size = "Integer 0x0E08";

    static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    readonly MailApi api = new(account, client, secret, state, time);

    // What this run has given: a round that was cut off by a quota goes on where it was.
    readonly HashSet<string> given = new(StringComparer.Ordinal);

    // Behind this position nothing came up to that link: it has no mail to be stored with.
    (string Position, string Link)? quiet;

    public Account Account { get; } = account;

    public Task<Grant> GrantAsync(CancellationToken cancel) => api.GrantAsync(cancel);

    public async IAsyncEnumerable<IncomingMail> ReadAsync(MailPosition position, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        var at = GraphPosition.Parse(position);
        if (quiet is { } known && known.Position == (position.Text ?? "")) at = at with { Link = known.Link };
        // A link of another address was kept under another configuration: it is worth nothing here.
        var round = Uri.TryCreate(at.Link, UriKind.Absolute, out var kept) && api.IsOwn(kept) ? await RoundAsync(kept, cancel) : null;
        if (round is not { } found)
        {
            var from = at.Newest > 0 && DateTimeOffset.FromUnixTimeMilliseconds(at.Newest) - Overlap is var late && late > since ? late : since;
            at = at with { Link = "" };
            var first = $"me/mailFolders/inbox/messages/delta?changeType=created&$select=receivedDateTime,isDraft&$filter=receivedDateTime+ge+{from.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}";
            found = await RoundAsync(api.At(first), cancel) ?? throw Strange();
        }
        for (var i = 0; i < found.Mails.Count; i++)
        {
            var mail = await FetchAsync(found.Mails[i], at, i == found.Mails.Count - 1 ? found.Link : at.Link, cancel);
            yield return mail;
            (at, position) = (at with { Newest = GraphPosition.Parse(mail.Next).Newest }, mail.Next);
            if (given.Count == Remembered) given.Clear();
            given.Add(found.Mails[i].Id!);
        }
        quiet = (position.Text ?? "", found.Link);
    }

    public Task WaitAsync(CancellationToken cancel) => api.WaitAsync(poll, cancel);

    public ValueTask DisposeAsync()
    {
        api.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>All pages of a delta query: the mails, oldest first, and the link for the changes from here on.</summary>
    /// <returns>Null where the server keeps those changes no longer.</returns>
    async Task<(List<GraphMessage> Mails, string Link)?> RoundAsync(Uri uri, CancellationToken cancel)
    {
        var mails = new Dictionary<string, GraphMessage>(StringComparer.Ordinal);
        for (var pages = 0; pages < MaxPages; pages++)
        {
            var answer = await api.GetAsync(uri, ListLimit, Prefer, cancel);
            if (answer.Status == 410) return null;
            if (answer.Status != 200) throw Strange();
            var page = api.Parse(answer, GraphJson.Default.GraphPage);
            foreach (var message in page.Value ?? [])
                if (message is { Id: { Length: > 0 and < 1000 } id, ReceivedDateTime: not null, IsDraft: not true } && !given.Contains(id)) mails[id] = message;
            if (page.DeltaLink is { } end) return ([.. mails.Values.OrderBy(m => m.ReceivedDateTime)], Link(end).AbsoluteUri);
            uri = Link(page.NextLink ?? throw Strange());
        }
        throw new Refusal(ExitCode.TryAgain, $"account {Account.Name}: {client.Api.Authority} gives pages without an end");
    }

    public async Task<IncomingMail?> AgainAsync(string key, CancellationToken cancel) => await FetchAsync(new() { Id = key }, default, "", cancel);

    async Task<IncomingMail> FetchAsync(GraphMessage message, GraphPosition at, string link, CancellationToken cancel)
    {
        var (origin, next) = ($"inbox;id={message.Id}", at with { Link = link });
        IncomingMail NotGiven(Refusal why) => IncomingMail.NotGiven(origin, message.Id!, next.ToMail(), why);
        api.Check();
        try
        {
            return await WholeOrHeaderAsync(message, origin, next, cancel)
                ?? NotGiven(new(ExitCode.TryAgain, $"{client.Api.Authority} says that it is not there")) with { Absent = true };
        }
        // A quota is not this mail's matter, and where there is no credential nothing is.
        catch (Refusal e) when (e.Code == ExitCode.TryAgain && !api.IsOverQuota) { return NotGiven(e); }
    }

    /// <returns>Null where the mail is not there.</returns>
    async Task<IncomingMail?> WholeOrHeaderAsync(GraphMessage message, string origin, GraphPosition next, CancellationToken cancel)
    {
        var (whole, octets, bytes) = (true, Array.Empty<byte>(), 0L);
        var path = $"me/messages/{Uri.EscapeDataString(message.Id!)}";
        try
        {
            var answer = await api.GetAsync(api.At(path + "/$value"), maxBytes, Prefer, cancel);
            if (answer.Status != 200) return null;
            (octets, bytes) = (answer.Body, answer.Body.Length);
            if (bytes == 0) throw Strange();
        }
        catch (Refusal e) when (e.Code == ExitCode.TryAgain && !api.IsLeftAlone)
        {
            // Too large, perhaps: its size says so. If it is not, then that was not the reason.
            var answer = await api.GetAsync(api.At($"{path}?$select=internetMessageHeaders&$expand=singleValueExtendedProperties($filter=id+eq+'{Size.Replace(' ', '+')}')"), ListLimit, Prefer, cancel);
            if (answer.Status != 200) return null;
            var large = api.Parse(answer, GraphJson.Default.GraphMessage);
            if (!long.TryParse(large.SingleValueExtendedProperties?.FirstOrDefault()?.Value, out bytes) || bytes <= maxBytes) throw;
            (whole, octets) = (false, RawHeader.Of((large.InternetMessageHeaders ?? []).OfType<GraphHeader>().Select(h => (h.Name, h.Value))));
        }
        // A time in the days to come would let a reading anew pass over what comes until then.
        var newest = message.ReceivedDateTime is { } at ? Math.Max(next.Newest, Math.Min(at.ToUnixTimeMilliseconds(), time.GetUtcNow().ToUnixTimeMilliseconds())) : next.Newest;
        return new(origin, bytes, whole, Answered: false, message.ReceivedDateTime, () => new MemoryStream(octets, writable: false), new GraphPosition(newest, next.Link).ToMail()) { Key = message.Id! };
    }

    Uri Link(string text) => text.Length <= LinkLimit && Uri.TryCreate(text, UriKind.Absolute, out var uri) ? api.Own(uri) : throw Strange();

    Refusal Strange() => new(ExitCode.TryAgain, $"account {Account.Name}: {client.Api.Authority} leaves out of an answer what it must hold");
}
