using System.Buffers.Text;
using System.Globalization;
using System.Text;
using VaultKit.Tests.Http;

namespace VaultKit.Tests.Mail;

/// <summary>Google in a test's own hands: mails in the order in which they came, a history that can be forgotten, pages of two, and answers put in the way.</summary>
sealed class FakeGmail : IDisposable
{
    public sealed record Stored(string Id, byte[] Octets, DateTimeOffset Arrived, ulong History, string Label = "INBOX");

    readonly StandIn server;

    public List<Stored> Mails { get; } = [];

    /// <summary>History before this is kept no longer.</summary>
    public ulong Forgotten { get; set; }

    public string Scopes { get; set; } = "https://www.googleapis.com/auth/gmail.readonly openid";

    /// <summary>What the token endpoint says instead of a token.</summary>
    public StandIn.Answer? NoToken { get; set; }

    public string? Rotated { get; set; }

    /// <summary>Answers instead of the real ones, as long as it gives some.</summary>
    public Func<StandIn.Asked, StandIn.Answer?> Instead { get; set; } = _ => null;

    public Uri Address => server.Address;
    public List<StandIn.Asked> Requests => server.Requests;

    /// <summary>What was asked of the interface for mail, without its common beginning.</summary>
    public string Asked => string.Join('\n', Requests.Select(r => r.Path).Where(p => p.StartsWith("/gmail/", StringComparison.Ordinal)).Select(p => p["/gmail/v1/users/me/".Length..]));

    ulong Now => Mails.Count == 0 ? 1000 : Mails.Max(m => m.History);

    public FakeGmail() => server = new(Answer);

    public Stored Deliver(byte[] octets, DateTimeOffset? arrived = null, string label = "INBOX")
    {
        var mail = new Stored($"m{Mails.Count + 1}", octets, arrived ?? DateTimeOffset.UtcNow, Now + 10, label);
        Mails.Add(mail);
        return mail;
    }

    StandIn.Answer Answer(StandIn.Asked asked)
    {
        if (Instead(asked) is { } other) return other;
        var (path, query) = asked.Path.Split('?') is [var p, var q] ? (p, q) : (asked.Path, "");
        var fields = query.Split('&').Select(f => f.Split('=', 2)).Where(f => f.Length == 2).GroupBy(f => f[0]).ToDictionary(f => f.Key, f => Uri.UnescapeDataString(f.First()[1]));
        if (path == "/token") return NoToken ?? new(200, $$"""{"access_token": "a{{Requests.Count}}", "expires_in": 3599{{(Rotated is null ? "" : $", \"refresh_token\": \"{Rotated}\"")}}}""");
        if (path == "/tokeninfo") return new(200, $$"""{"scope": "{{Scopes}}", "expires_in": "3599"}""");
        return path["/gmail/v1/users/me/".Length..] switch
        {
            "profile" => new(200, $$"""{"emailAddress": "office@glaserei.example", "historyId": "{{Now}}"}"""),
            "messages" => List(long.Parse(fields["q"]["after:".Length..], CultureInfo.InvariantCulture), fields.GetValueOrDefault("pageToken")),
            "history" => History(ulong.Parse(fields["startHistoryId"], CultureInfo.InvariantCulture), fields.GetValueOrDefault("pageToken")),
            var one => Message(one["messages/".Length..], fields["format"]),
        };
    }

    StandIn.Answer List(long after, string? page)
    {
        var found = Mails.Where(m => m.Label == "INBOX" && m.Arrived.ToUnixTimeSeconds() > after).Reverse().ToList();
        var skip = int.Parse(page ?? "0", CultureInfo.InvariantCulture);
        return new(200, $$"""{"messages": [{{string.Join(", ", found.Skip(skip).Take(2).Select(m => $"{{\"id\": \"{m.Id}\", \"threadId\": \"t\"}}"))}}]{{Next(found.Count, skip)}}, "resultSizeEstimate": 1}""");
    }

    StandIn.Answer History(ulong behind, string? page)
    {
        if (behind < Forgotten) return new(404, """{"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}}""");
        var found = Mails.Where(m => m.Label == "INBOX" && m.History > behind).ToList();
        var skip = int.Parse(page ?? "0", CultureInfo.InvariantCulture);
        var records = found.Skip(skip).Take(2).Select(m => $$"""{"id": "{{m.History}}", "messages": [{"id": "{{m.Id}}"}], "messagesAdded": [{"message": {"id": "{{m.Id}}", "labelIds": ["INBOX"]} }]}""");
        return new(200, $$"""{"history": [{{string.Join(", ", records)}}], "historyId": "{{Now}}"{{Next(found.Count, skip)}}}""");
    }

    StandIn.Answer Message(string id, string format)
    {
        if (Mails.FirstOrDefault(m => m.Id == id) is not { } mail) return new(404, """{"error": {"code": 404, "message": "Not Found"}}""");
        var body = format == "raw" ? $"\"raw\": \"{Base64Url.EncodeToString(mail.Octets)}\\u003d=\""
            : $$"""
            "payload": {"headers": [{"name": "Subject", "value": "{{Encoding.UTF8.GetString(mail.Octets).Split('\n')[0]["Subject: ".Length..].TrimEnd()}}"}]}
            """;
        if (format == "raw" && mail.Octets.Length % 3 != 1) body = $"\"raw\": \"{Base64Url.EncodeToString(mail.Octets)}\"";
        return new(200, $$"""{"id": "{{id}}", "labelIds": ["UNREAD", "{{mail.Label}}"], "internalDate": "{{mail.Arrived.ToUnixTimeMilliseconds()}}", "sizeEstimate": {{mail.Octets.Length}}, {{body}}}""");
    }

    static string Next(int count, int skip) => count > skip + 2 ? $", \"nextPageToken\": \"{skip + 2}\"" : "";

    public void Dispose() => server.Dispose();
}
