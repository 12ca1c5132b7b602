using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VaultKit.Tests.Http;

namespace VaultKit.Tests.Mail;

/// <summary>Microsoft in a test's own hands: pages of two, the newest first, a link for what changes, and answers put in the way.</summary>
sealed partial class FakeGraph : IDisposable
{
    readonly StandIn server;
    readonly List<(string Id, byte[] Octets, DateTimeOffset Arrived)> mails = [];

    /// <summary>Answers instead of the real ones, as long as it gives some.</summary>
    public Func<StandIn.Asked, StandIn.Answer?> Instead { get; set; } = _ => null;

    public Uri Address => server.Address;
    public string Api => server.Address + "v1.0";
    public List<StandIn.Asked> Requests => server.Requests;

    /// <summary>What was asked of the interface for mail, without its common beginning.</summary>
    public string Asked => string.Join('\n', server.Paths.Where(p => p.StartsWith("/v1.0/", StringComparison.Ordinal)).Select(p => p["/v1.0/me/".Length..]));

    public FakeGraph() => server = new(Answer);

    public void Deliver(string subject, DateTimeOffset? arrived = null, int size = 0) =>
        mails.Add(($"AA{mails.Count}=", Encoding.UTF8.GetBytes($"Subject: {subject}\r\n\r\n{new string('x', size)}"), arrived ?? DateTimeOffset.UtcNow));

    [GeneratedRegex(@"[$](skip|delta)token=(\d+)")]
    private static partial Regex LinkToken();

    StandIn.Answer Answer(StandIn.Asked asked)
    {
        if (Instead(asked) is { } other) return other;
        if (asked.Path == "/token") return new(200, """{"access_token": "a", "expires_in": 3600, "scope": "https://graph.microsoft.com/Mail.Read openid", "refresh_token": "next"}""");
        if (asked.Path.Contains("/delta?", StringComparison.Ordinal))
        {
            // A token is how many of the mails were told of; on the way, how many of the newest.
            var token = LinkToken().Match(asked.Path);
            var number = token.Success ? int.Parse(token.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
            var (behind, skip) = token.Groups[1].Value == "delta" ? (number, 0) : (0, number);
            var rows = mails.Skip(behind).Reverse().Skip(skip).Take(2).Select(m => $"{{\"id\": \"{m.Id}\", \"receivedDateTime\": \"{m.Arrived:yyyy-MM-ddTHH:mm:ssZ}\", \"isDraft\": false}}").Append("{\"id\": \"AAx\", \"@removed\": {\"reason\": \"deleted\"}}");
            var link = mails.Count - behind > skip + 2 && behind == 0 ? $"nextLink\": \"{Api}/me/mailFolders/inbox/messages/delta?$skiptoken={skip + 2}" : $"deltaLink\": \"{Api}/me/mailFolders/inbox/messages/delta?$deltatoken={mails.Count}";
            return new(200, $"{{\"value\": [{string.Join(", ", rows)}], \"@odata.{link}\"}}");
        }
        var found = mails.Find(m => asked.Path.Contains(Uri.EscapeDataString(m.Id), StringComparison.Ordinal));
        if (found.Id is null) return new(404, "{}");
        return asked.Path.EndsWith("/$value", StringComparison.Ordinal) ? new(200, Encoding.UTF8.GetString(found.Octets))
            : new(200, $"{{\"internetMessageHeaders\": [{{\"name\": \"Subject\", \"value\": \"large\"}}, {{\"name\": \"X-A\", \"value\": \"a\\r\\nSubject: forged\"}}], \"singleValueExtendedProperties\": [{{\"id\": \"Integer 0xe08\", \"value\": \"{found.Octets.Length}\"}}]}}");
    }

    public void Dispose() => server.Dispose();
}
