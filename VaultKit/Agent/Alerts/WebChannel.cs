using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>One POST to an address that is a secret, since whoever has it can write there, or read along.</summary>
/// <param name="name">As vault.toml calls it.</param>
/// <param name="secret">The name of the secret that is the address.</param>
sealed class WebChannel(string name, string secret, Secrets secrets, string agent, TimeProvider clock) : IAlertChannel
{
    const int AnswerLimit = 64 * 1024;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Name => name;

    /// <exception cref="Refusal">It is missing, or no address.</exception>
    public static Uri Address(string name, string secret, Secrets secrets) =>
        Uri.TryCreate(secrets.Get(secret), UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp && Web.IsLoopback(url)) ? url
            // Not Web.CheckUrl: it says the address again.
            : throw new Refusal(ExitCode.Credential, $"the secret '{secret}' is not an address to which {name} can send", "it is the whole address, https://host/path, or http:// for a server on this machine");

    public async Task TellAsync(Notice notice, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(name, secret, secrets)) { Content = Body(notice) };
        if (name == AlertSettings.Ntfy)
        {
            request.Headers.Add("Title", notice.Title);
            request.Headers.Add("Priority", notice.IsUrgent ? "high" : "default");
        }
        await SendAsync(name, request, cancel);
    }

    /// <exception cref="Refusal">Nobody there, or an answer other than 2xx; exit code 75. The address, a secret, is not in its words.</exception>
    public static async Task SendAsync(string name, HttpRequestMessage request, CancellationToken cancel)
    {
        using var web = new Web(Patience);
        var answer = await web.SendAsync(request, AnswerLimit, cancel);
        if (answer.Status is < 200 or > 299) throw new Refusal(ExitCode.TryAgain, $"{request.RequestUri!.Authority} answers {name} with {answer.Status}");
    }

    ByteArrayContent Body(Notice notice)
    {
        if (name == AlertSettings.Ntfy) return Of(Encoding.UTF8.GetBytes(notice.Text), "text/plain");
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            // Slack takes these three for its own marks (api.slack.com, "Formatting text").
            if (name == AlertSettings.Slack) json.WriteString("text", $"*{notice.Title}*\n{notice.Text}".Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"));
            else
            {
                json.WriteString("agent", agent);
                json.WriteString("at", clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"));
                json.WriteBoolean("urgent", notice.IsUrgent);
                json.WriteStartArray("alarms");
                foreach (var (state, alarm) in notice.Lines)
                {
                    json.WriteStartObject();
                    json.WriteString("key", alarm.Key);
                    json.WriteString("state", state);
                    json.WriteString("text", alarm.Text);
                    json.WriteString("hint", alarm.Hint);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return Of(buffer.ToArray(), "application/json");
    }

    static ByteArrayContent Of(byte[] octets, string type)
    {
        var content = new ByteArrayContent(octets);
        content.Headers.ContentType = new MediaTypeHeaderValue(type) { CharSet = "utf-8" };
        return content;
    }
}
