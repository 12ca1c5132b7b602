using System.Text;
using LocalAgent.Acting;
using VaultKit.Mail;
using VaultKit.Tests.Http;
using VaultKit.Vault;

namespace LocalAgent.Tests.Acting;

public sealed class GmailDeliveryTests : IDisposable
{
    const string Send = "/upload/gmail/v1/users/me/messages/send?uploadType=media";

    readonly TestVault vault = new();

    public void Dispose() => vault.Dispose();

    GmailDelivery Open(Uri google, double patience = 20) =>
        new(TestVault.Outbox.Account, new(OAuthService.Gmail.At(google), "id", null, "gmail-main", google), _ => "token", vault.State, null, patience: TimeSpan.FromSeconds(patience));

    /// <summary>A Google that gives tokens, and says what the test says to anything else.</summary>
    static StandIn Google(Func<StandIn.Asked, StandIn.Answer> answer, string scopes = "https://www.googleapis.com/auth/gmail.send") => new(asked =>
        asked.Path == "/token" ? new(200, """{"access_token": "a", "expires_in": 3600}""") : asked.Path.StartsWith("/tokeninfo", StringComparison.Ordinal) ? new(200, $"{{\"scope\": \"{scopes}\"}}") : answer(asked));

    async Task<Outcome> SendAsync(int status, string body, double patience = 20)
    {
        using var google = Google(_ => new(status, body));
        return await Open(google.Address, patience).DeliverAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()), CancellationToken.None);
    }

    [Test]
    public async Task The_octets_that_arrive_are_those_that_were_prepared_and_hidden_recipients_stand_before_them()
    {
        using var google = Google(_ => new(200, """{"id": "m7", "labelIds": ["SENT"]}"""));
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail("Grüße\n.\n" + new string('x', 3000)));
        await Assert.That(await Open(google.Address).DeliverAsync(prepared, CancellationToken.None)).IsEqualTo(new Outcome.Accepted("200 id m7"));
        var sent = google.Requests[^1];
        await Assert.That((sent.Method, sent.Path, sent.Authorization)).IsEqualTo(("POST", Send, "Bearer a"));
        await Assert.That(sent.Body).IsEqualTo(Encoding.ASCII.GetString(prepared.Bytes));

        prepared = SmtpDeliveryTests.Prepare(TestVault.Mail() with { Bcc = ["bob@there.example", "eve@there.example"] });
        await Open(google.Address).DeliverAsync(prepared, CancellationToken.None);
        await Assert.That(google.Requests[^1].Body).IsEqualTo("Bcc: bob@there.example,\r\n eve@there.example\r\n" + Encoding.ASCII.GetString(prepared.Bytes));
    }

    [Test]
    [Arguments("To: other@there.example\r\n")]
    [Arguments("Bcc: other@there.example\r\n")]
    [Arguments("Cc: other@there.example\r\n")]
    public async Task A_header_that_names_somebody_else_is_not_offered(string field)
    {
        using var google = Google(_ => new(200, "{}"));
        var prepared = SmtpDeliveryTests.Prepare(TestVault.Mail());
        await Assert.That(await Open(google.Address).DeliverAsync(prepared with { Bytes = [.. Encoding.ASCII.GetBytes(field), .. prepared.Bytes] }, CancellationToken.None)).IsTypeOf<Outcome.NotOffered>();
        await Assert.That(google.Requests.Count).IsEqualTo(0);
    }

    [Test]
    public async Task A_4xx_is_a_no_and_all_else_without_a_yes_is_unknown()
    {
        await Assert.That(await SendAsync(400, """{"error": {"message": "Invalid To header"}}""")).IsEqualTo(new Outcome.RefusedForGood("400 Invalid To header"));
        await Assert.That(await SendAsync(413, "")).IsTypeOf<Outcome.RefusedForGood>();
        await Assert.That(await SendAsync(429, "{}")).IsTypeOf<Outcome.RefusedForNow>();
        await Assert.That(await SendAsync(403, """{"error": {"message": "User-rate limit exceeded"}}""")).IsTypeOf<Outcome.RefusedForNow>();
        await Assert.That(await SendAsync(403, """{"error": {"message": "Request had insufficient authentication scopes."}}""")).IsTypeOf<Outcome.NotOffered>();
        await Assert.That(await SendAsync(401, "{}")).IsTypeOf<Outcome.NotOffered>();
        foreach (var status in (int[])[500, 503, 302, 204, 0]) await Assert.That(await SendAsync(status, "{}")).IsTypeOf<Outcome.Unknown>().Because($"{status}");
        using var slow = Google(asked =>
        {
            Thread.Sleep(3000);
            return new(200, "{}");
        });
        await Assert.That(await Open(slow.Address, patience: 0.5).DeliverAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()), CancellationToken.None)).IsTypeOf<Outcome.Unknown>();
        await Assert.That(slow.Requests.Count(r => r.Path == Send)).IsEqualTo(1);
    }

    [Test]
    public async Task Without_a_token_or_a_server_nothing_was_offered()
    {
        using var refuses = new StandIn(_ => new(400, """{"error": "invalid_grant"}"""));
        await Assert.That(await Open(refuses.Address).DeliverAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()), CancellationToken.None)).IsTypeOf<Outcome.NotOffered>();
        await Assert.That(await Open(new("http://127.0.0.1:1/")).DeliverAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()), CancellationToken.None)).IsTypeOf<Outcome.NotOffered>();
        // Logging in works, the interface for mail does not.
        using var half = Google(_ => new(200, "{}"));
        var delivery = new GmailDelivery(TestVault.Outbox.Account, new(OAuthService.Gmail.At(half.Address), "id", null, "gmail-main", new("http://127.0.0.1:1/")), _ => "token", vault.State, null);
        await Assert.That(await delivery.DeliverAsync(SmtpDeliveryTests.Prepare(TestVault.Mail()), CancellationToken.None)).IsTypeOf<Outcome.NotOffered>();
    }

    [Test]
    public async Task What_got_no_answer_is_looked_for_by_its_id_and_by_its_marker()
    {
        var intent = SmtpDeliveryTests.Prepare(TestVault.Mail()).Intent;
        var (id, marker) = (true, true);
        using var google = Google(asked => asked.Path.Contains("rfc822msgid", StringComparison.Ordinal) ? new(200, id ? """{"messages": [{"id": "m1"}]}""" : """{"resultSizeEstimate": 0}""")
            : asked.Path.Contains("q=after", StringComparison.Ordinal) ? new(200, """{"messages": [{"id": "m3"}, {"id": "m2"}]}""")
            : new(200, $"{{\"payload\": {{\"headers\": [{{\"name\": \"x-platinum-task\", \"value\": \"{(marker && asked.Path.Contains("m2") ? intent.Marker : "other")}\"}}]}} }}"));
        await Assert.That(await Open(google.Address).FindAsync(intent, CancellationToken.None)).IsEqualTo(new Sighting.Found("SENT;id=m1"));
        await Assert.That(google.Requests[^1].Path).Contains(Uri.EscapeDataString($"rfc822msgid:{intent.Id}")).And.Contains("labelIds=SENT");
        id = false;
        await Assert.That(await Open(google.Address).FindAsync(intent, CancellationToken.None)).IsEqualTo(new Sighting.Found("SENT;id=m2"));
        marker = false;
        await Assert.That(await Open(google.Address).FindAsync(intent, CancellationToken.None)).IsTypeOf<Sighting.CannotTell>();
        await Assert.That(await Open(new("http://127.0.0.1:1/")).FindAsync(intent, CancellationToken.None)).IsTypeOf<Sighting.CannotTell>();
    }
}
