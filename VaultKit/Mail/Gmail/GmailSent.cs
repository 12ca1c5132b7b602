using System.Text.Json.Serialization.Metadata;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// What a Gmail mailbox has under SENT, only looked at. A mail is found by its Message-ID (the search operator rfc822msgid) or, since Gmail may put one of its own in its place, by another header
/// among the newest that were sent since.
/// </summary>
public sealed class GmailSent(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, TimeProvider time) : IDisposable
{
    /// <summary>More than these are not looked at one by one.</summary>
    const int MostLookedAt = 200;

    const int Limit = 4 * 1024 * 1024;

    readonly MailApi api = new(account, client, secret, state, time);

    /// <param name="messageId">Without angle brackets.</param>
    /// <param name="since">It was sent at this time or later.</param>
    /// <returns>Where it is; null where it was not found, which proves nothing.</returns>
    /// <exception cref="Refusal">The mailbox can't be read now.</exception>
    public async Task<string?> FindAsync(string messageId, string header, string value, DateTimeOffset since, CancellationToken cancel)
    {
        if ((await ListAsync($"rfc822msgid:{messageId}", cancel)).FirstOrDefault() is { } found) return $"SENT;id={found}";
        foreach (var id in (await ListAsync($"after:{since.ToUnixTimeSeconds() - 60}", cancel)).Take(MostLookedAt))
        {
            var message = await AskAsync($"messages/{id}?format=metadata&metadataHeaders={header}", GmailJson.Default.GmailMessage, cancel);
            if (message?.Payload?.Headers?.Any(h => header.Equals(h?.Name, StringComparison.OrdinalIgnoreCase) && h.Value?.Trim() == value) == true) return $"SENT;id={id}";
        }
        return null;
    }

    async Task<List<string>> ListAsync(string query, CancellationToken cancel) =>
        [.. ((await AskAsync($"messages?labelIds=SENT&q={Uri.EscapeDataString(query)}&maxResults={MostLookedAt}", GmailJson.Default.GmailList, cancel))?.Messages ?? [])
            .Select(m => m?.Id).OfType<string>().Where(id => id.Length is > 0 and <= 100 && id.All(char.IsAsciiLetterOrDigit))];

    async Task<T?> AskAsync<T>(string what, JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        var answer = await api.GetAsync(api.At("gmail/v1/users/me/" + what), Limit, null, cancel);
        return answer.Status == 200 ? api.Parse(answer, type) : null;
    }

    public void Dispose() => api.Dispose();
}
