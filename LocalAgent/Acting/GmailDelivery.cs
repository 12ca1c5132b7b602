using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LocalAgent.Approving;
using MimeKit;
using VaultKit.Agent;
using VaultKit.Http;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>
/// Mail by Gmail's own interface (users.messages.send, as an upload of the raw mail), with a token for gmail.send. Gmail takes the recipients out of the header, so the header must name those of
/// the action and nobody else; a Bcc field is put before it and does not go out. It files the mail under SENT by itself.
/// </summary>
/// <param name="patience">For the answer; null: two minutes.</param>
sealed class GmailDelivery(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, SentMailbox? sent, bool shadow = false, TimeSpan? patience = null, Func<TaskName, OutgoingFile, byte[]>? files = null)
    : MailDelivery(sent, account.Address, shadow, files)
{
    const int Limit = 256 * 1024;

    readonly TimeSpan patience = patience ?? TimeSpan.FromMinutes(2);

    protected override async Task<Outcome> OfferAsync(Prepared prepared, CancellationToken cancel)
    {
        var mail = (MailSend)prepared.Action;
        if (!NamesThem(prepared.Bytes, mail)) return new Outcome.NotOffered("the header names others than the action");
        using var web = new Web(patience);
        var session = new OAuthSession(account, client, secret, state, web, TimeProvider.System);
        string access;
        try { access = await session.AccessAsync(cancel); }
        catch (Refusal e) { return new Outcome.NotOffered(e.Message); }

        // A connection of its own: one that was kept open may break at the begin of a request, which is then made again over another by itself.
        using var fresh = new Web(patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, OAuthService.Below(client.Api, "upload/gmail/v1/users/me/messages/send?uploadType=media"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access);
        request.Content = new ByteArrayContent(WithBcc(prepared.Bytes, mail));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
        try
        {
            // Not the caller's cancellation: being stopped now would turn an answer into a question.
            return OutcomeOf(await fresh.SendAsync(request, Limit, CancellationToken.None));
        }
        catch (Refusal e) when (e.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError })
        {
            return new Outcome.NotOffered(e.Message);
        }
        catch (Refusal e) { return new Outcome.Unknown($"{e.Message}; the mail had been handed over, and the answer to it never came"); }
    }

    public override async Task<Sighting> FindAsync(Intent intent, CancellationToken cancel)
    {
        using var box = new GmailSent(account, client, secret, state, TimeProvider.System);
        try
        {
            return await box.FindAsync(intent.Id, MimeComposer.MarkerHeader, intent.Marker, intent.Date, cancel) is { } there
                ? new Sighting.Found(there) : new Sighting.CannotTell("it is not in SENT, which proves nothing");
        }
        catch (Refusal e) { return new Sighting.CannotTell(e.Message); }
    }

    /// <summary>A token for sending is there, and says so; offers nothing.</summary>
    public static async Task<string> ProbeAsync(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, CancellationToken cancel)
    {
        using var web = new Web(TimeSpan.FromSeconds(30));
        var grant = await new OAuthSession(account, client, secret, state, web, TimeProvider.System).GrantAsync(cancel);
        return grant.Excess.Count > 0 ? $"Gmail lets {account.Address} in; its token may: {grant}"
            : throw new Refusal(ExitCode.Credential, $"the token \"{client.Token}\" may not send: {grant}", $"run 'localagent login gmail --account {account.Name} --for local'");
    }

    /// <summary>4xx is Gmail's word that it did not happen. A failure of its own (5xx) may come after the sending.</summary>
    Outcome OutcomeOf(WebAnswer answer)
    {
        var words = $"{answer.Status} {Words(answer.Body)}";
        return answer.Status switch
        {
            200 => new Outcome.Accepted(words),
            // About the login, not about the mail.
            401 => new Outcome.NotOffered($"{client.Api.Authority} wants another token: {words}"),
            403 when words.Contains("insufficient", StringComparison.OrdinalIgnoreCase) => new Outcome.NotOffered($"{client.Api.Authority}: the token \"{client.Token}\" may not send: {words}; run 'localagent login gmail --account {account.Name} --for local'"),
            403 or 408 or 429 => new Outcome.RefusedForNow(words),
            >= 400 and < 500 => new Outcome.RefusedForGood(words),
            _ => new Outcome.Unknown($"{client.Api.Authority} answered the mail with {words}"),
        };
    }

    static string Words(byte[] body)
    {
        try
        {
            using var parsed = JsonDocument.Parse(body);
            return parsed.RootElement is not { ValueKind: JsonValueKind.Object } root ? "" : root.TryGetProperty("id", out var id) ? $"id {Say.Clean(id.ToString())}"
                : root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) ? Say.Clean(message.ToString()) : "";
        }
        catch (JsonException) { return ""; } // the status tells
    }

    static bool NamesThem(byte[] octets, MailSend mail)
    {
        using var message = MimeMessage.Load(new MemoryStream(octets));
        var named = message.To.Mailboxes.Concat(message.Cc.Mailboxes).Concat(message.Bcc.Mailboxes).Select(m => m.Address);
        return new HashSet<string>(named.Select(Wire), StringComparer.OrdinalIgnoreCase).SetEquals(mail.To.Concat(mail.Cc).Select(Wire));
    }

    static byte[] WithBcc(byte[] octets, MailSend mail) =>
        mail.Bcc.Count == 0 ? octets : [.. Encoding.ASCII.GetBytes($"Bcc: {string.Join(",\r\n ", mail.Bcc.Select(Wire))}\r\n"), .. octets];

    // A line break here would be a field of somebody else's.
    static string Wire(string address) =>
        MailAddress.Read(address, out var why) is { } read && MailAddress.Wire(read) is { } wire ? wire : throw new BadTaskException(why);
}
