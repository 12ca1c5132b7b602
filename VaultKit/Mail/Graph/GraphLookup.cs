using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>A mailbox at Microsoft 365 or Outlook.com, asked for single mails (Graph v1.0: "List messages", "Get MIME content of a message").</summary>
/// <param name="marker">A header field of our own mails.</param>
public sealed class GraphLookup(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, string marker, TimeProvider time) : IMailLookup
{
    const int Most = 8, MostInThread = 100, Limit = 4 * 1024 * 1024;

    const string Prefer = "IdType=\"ImmutableId\"";

    /// <summary>PidTagMessageSize, PidTagInReplyToId and PidTagInternetReferences ([MS-OXPROPS]): of what was sent, Graph gives no header.</summary>
    const string Size = "Integer 0xe08", InReplyTo = "String 0x1042", References = "String 0x1039";

    readonly MailApi api = new(account, client, secret, state, time);
    string? sent;

    // Header fields of no name of their own are properties of this set (PS_INTERNET_HEADERS).
    string Marker => $"String {{00020386-0000-0000-c000-000000000046}} Name {marker}";

    public async Task<IReadOnlyList<FoundMail>> FindAsync(string messageId, long limit, CancellationToken cancel)
    {
        var found = new List<FoundMail>();
        foreach (var mail in await ListAsync($"internetMessageId eq '<{Quoted(messageId)}>'", [Size], Most, cancel))
        {
            if (await FoundAsync(mail, [], cancel) is not { IsSent: false } about) continue;
            if (!long.TryParse(Property(mail, Size), out var bytes)) bytes = 0;
            var octets = bytes <= limit && await api.GetAsync(api.At($"me/messages/{Uri.EscapeDataString(mail.Id!)}/$value"), limit, Prefer, cancel) is { Status: 200, Body: var body } ? body : [];
            found.Add(about with { Octets = octets, Bytes = octets.Length > 0 ? octets.Length : bytes });
        }
        return found;
    }

    public async Task<IReadOnlyList<FoundMail>> ConversationAsync(IReadOnlyList<string> messageIds, CancellationToken cancel)
    {
        var conversations = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in messageIds)
            foreach (var mail in await ListAsync($"internetMessageId eq '<{Quoted(id)}>'", [], Most, cancel))
                if (mail.ConversationId is { Length: > 0 and < 1000 } conversation) conversations.Add(conversation);
        var found = new List<FoundMail>();
        foreach (var conversation in conversations)
            foreach (var mail in await ListAsync($"conversationId eq '{Quoted(conversation)}'", [InReplyTo, References, Marker], MostInThread, cancel))
                if (await FoundAsync(mail, Header(mail), cancel) is { } about) found.Add(about);
        return found;
    }

    /// <summary>What was sent has a time of receipt too.</summary>
    public async Task<string> StampAsync(CancellationToken cancel) =>
        (await AskAsync("me/messages?$top=1&$select=id&$orderby=receivedDateTime+desc", GraphLookupJson.Default.GraphMails, cancel)).Value?.FirstOrDefault()?.Id ?? "";

    async Task<IReadOnlyList<GraphMail>> ListAsync(string filter, IReadOnlyList<string> properties, int most, CancellationToken cancel)
    {
        var expand = properties.Count == 0 ? "" : $"&$expand=singleValueExtendedProperties($filter={Uri.EscapeDataString(string.Join(" or ", properties.Select(p => $"id eq '{p}'")))})";
        var page = await AskAsync($"me/messages?$filter={Uri.EscapeDataString(filter)}&$top={most}&$select=id,receivedDateTime,isDraft,parentFolderId,conversationId,internetMessageId,from,toRecipients,ccRecipients,bccRecipients{expand}", GraphLookupJson.Default.GraphMails, cancel);
        return [.. (page.Value ?? []).OfType<GraphMail>().Where(m => m is { Id.Length: > 0 and < 1000, IsDraft: not true, ReceivedDateTime: not null }).Take(most)];
    }

    async Task<FoundMail?> FoundAsync(GraphMail mail, byte[] header, CancellationToken cancel)
    {
        sent ??= (await AskAsync("me/mailFolders/sentitems?$select=id", GraphLookupJson.Default.GraphMail, cancel)).Id ?? "";
        return new(mail.Id!, mail.ReceivedDateTime!.Value, mail.ParentFolderId == sent, 0, header);
    }

    byte[] Header(GraphMail mail) => RawHeader.Of(
    [
        ("Message-ID", mail.InternetMessageId), ("From", People([mail.From])), ("To", People(mail.ToRecipients)), ("Cc", People(mail.CcRecipients)), ("Bcc", People(mail.BccRecipients)),
        ("In-Reply-To", Property(mail, InReplyTo)), ("References", Property(mail, References)), (marker, Property(mail, Marker)),
    ]);

    static string People(GraphPerson?[]? people) => string.Join(", ", (people ?? []).Select(p => p?.EmailAddress?.Address).OfType<string>().Select(a => $"<{a}>"));

    static string? Property(GraphMail mail, string id) => mail.SingleValueExtendedProperties?.FirstOrDefault(p => id.Equals(p?.Id, StringComparison.OrdinalIgnoreCase))?.Value;

    /// <summary>As OData has text: it comes from a stranger's mail.</summary>
    static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);

    async Task<T> AskAsync<T>(string what, JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        var answer = await api.GetAsync(api.At(what), Limit, Prefer, cancel);
        return answer.Status == 200 ? api.Parse(answer, type) : throw new Refusal(ExitCode.TryAgain, $"account {account.Name}: {client.Api.Authority} does not find what it must have");
    }

    public void Dispose() => api.Dispose();
}

sealed record GraphMail
{
    public string? Id { get; init; }
    public DateTimeOffset? ReceivedDateTime { get; init; }
    public bool? IsDraft { get; init; }
    public string? ParentFolderId { get; init; }
    public string? ConversationId { get; init; }
    public string? InternetMessageId { get; init; }
    public GraphPerson? From { get; init; }
    public GraphPerson?[]? ToRecipients { get; init; }
    public GraphPerson?[]? CcRecipients { get; init; }
    public GraphPerson?[]? BccRecipients { get; init; }
    public GraphNamed?[]? SingleValueExtendedProperties { get; init; }
}

sealed record GraphPerson(GraphAddress? EmailAddress);

sealed record GraphAddress(string? Address);

sealed record GraphNamed(string? Id, string? Value);

sealed record GraphMails(GraphMail?[]? Value);

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GraphMail))]
[JsonSerializable(typeof(GraphMails))]
sealed partial class GraphLookupJson : JsonSerializerContext;
