using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>A Gmail mailbox, asked for single mails (Gmail API v1: messages.list with rfc822msgid, messages.get, threads.get, users.getProfile).</summary>
/// <param name="marker">A header field of our own mails.</param>
public sealed class GmailLookup(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, string marker, TimeProvider time) : IMailLookup
{
    const int Most = 8, Limit = 4 * 1024 * 1024;

    static readonly string[] Fields = ["Message-ID", "From", "To", "Cc", "Bcc", "In-Reply-To", "References"];

    readonly MailApi api = new(account, client, secret, state, time);

    public async Task<IReadOnlyList<FoundMail>> FindAsync(string messageId, long limit, CancellationToken cancel)
    {
        var found = new List<FoundMail>();
        foreach (var listed in await ListAsync(messageId, cancel))
        {
            // Its size and labels first: what is too large is not fetched, and what was sent is no original.
            if (await AskAsync($"messages/{listed.Id}?format=minimal", Limit, GmailLookupJson.Default.GmailMessage, cancel) is not { } about || IsOwn(about)) continue;
            var whole = about.SizeEstimate <= limit ? await AskAsync($"messages/{listed.Id}?format=raw", (limit + 2) / 3 * 4 + Limit, GmailLookupJson.Default.GmailMessage, cancel) : null;
            var octets = whole?.Raw is { } raw && raw.Length <= limit ? raw : [];
            found.Add(Found(about, octets, octets.Length > 0 ? octets.Length : about.SizeEstimate));
        }
        return found;
    }

    public async Task<IReadOnlyList<FoundMail>> ConversationAsync(IReadOnlyList<string> messageIds, CancellationToken cancel)
    {
        var threads = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in messageIds)
            foreach (var listed in await ListAsync(id, cancel))
                if (IsName(listed.ThreadId)) threads.Add(listed.ThreadId!);
        var found = new List<FoundMail>();
        var wanted = string.Concat(Fields.Append(marker).Select(f => "&metadataHeaders=" + f));
        foreach (var thread in threads)
        {
            var answer = await AskAsync($"threads/{thread}?format=metadata{wanted}", Limit, GmailLookupJson.Default.GmailThread, cancel);
            found.AddRange((answer?.Messages ?? []).OfType<GmailMessage>().Where(m => IsName(m.Id) && m.LabelIds?.Contains("DRAFT") != true)
                .Select(m => Found(m, RawHeader.Of((m.Payload?.Headers ?? []).OfType<GmailHeader>().Select(h => (h.Name, h.Value))), m.SizeEstimate)));
        }
        return found;
    }

    public async Task<string> StampAsync(CancellationToken cancel) => $"{(await AskAsync("profile", Limit, GmailLookupJson.Default.GmailProfile, cancel))?.HistoryId}";

    async Task<IEnumerable<GmailMessage>> ListAsync(string messageId, CancellationToken cancel)
    {
        // Anything else would be operators of Gmail's own language.
        if (!messageId.All(c => char.IsAsciiLetterOrDigit(c) || "@.-_+=$/~".Contains(c)))
            throw new Refusal(ExitCode.TryAgain, $"account {account.Name}: a mail with the id <{CleanText.OneLine(messageId, 100)}> can't be searched for at {client.Api.Authority}");
        var list = await AskAsync($"messages?q={Uri.EscapeDataString("rfc822msgid:" + messageId)}&maxResults={Most}", Limit, GmailLookupJson.Default.GmailList, cancel);
        return (list?.Messages ?? []).OfType<GmailMessage>().Where(m => IsName(m.Id)).Take(Most);
    }

    static bool IsOwn(GmailMessage mail) => mail.LabelIds is { } labels && (labels.Contains("DRAFT") || labels.Contains("SENT") && !labels.Contains("INBOX"));

    static FoundMail Found(GmailMessage mail, byte[] octets, long bytes) =>
        new(mail.Id!, DateTimeOffset.FromUnixTimeMilliseconds(GmailPosition.Within(mail.InternalDate)), IsOwn(mail), bytes, octets);

    static bool IsName(string? id) => id?.Length is > 0 and <= 100 && id.All(char.IsAsciiLetterOrDigit);

    async Task<T?> AskAsync<T>(string what, long limit, JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        var answer = await api.GetAsync(api.At("gmail/v1/users/me/" + what), limit, null, cancel);
        return answer.Status == 200 ? api.Parse(answer, type) : null;
    }

    public void Dispose() => api.Dispose();
}

/// <summary>users.threads.</summary>
sealed record GmailThread(GmailMessage?[]? Messages);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(GmailMessage))]
[JsonSerializable(typeof(GmailList))]
[JsonSerializable(typeof(GmailThread))]
[JsonSerializable(typeof(GmailProfile))]
sealed partial class GmailLookupJson : JsonSerializerContext;
