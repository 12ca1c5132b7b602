using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Tests.Http;

public class WebTests
{
    static async Task<WebAnswer> Get(StandIn server, long limit = 1000, double patience = 10)
    {
        using var web = new Web(TimeSpan.FromSeconds(patience));
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address);
        return await web.SendAsync(request, limit, default);
    }

    [Test]
    public async Task An_answer_is_given_whatever_it_is_and_nobody_is_followed_elsewhere()
    {
        using var server = new StandIn(_ => new(302, "elsewhere", "7", "http://127.0.0.1:1/"));
        var answer = await Get(server);
        await Assert.That((answer.Status, System.Text.Encoding.UTF8.GetString(answer.Body), answer.RetryAfter)).IsEqualTo((302, "elsewhere", TimeSpan.FromSeconds(7)));
    }

    [Test]
    public async Task A_pause_is_seconds_or_a_date_and_an_hour_at_most()
    {
        using var days = new StandIn(_ => new(429, "", "1000000"));
        await Assert.That((await Get(days)).RetryAfter).IsEqualTo(TimeSpan.FromHours(1));
        using var past = new StandIn(_ => new(503, "", "Wed, 21 Oct 2015 07:28:00 GMT"));
        await Assert.That((await Get(past)).RetryAfter).IsEqualTo(TimeSpan.Zero);
        using var none = new StandIn(_ => new(503, ""));
        await Assert.That((await Get(none)).RetryAfter).IsNull();
    }

    [Test]
    public async Task Too_long_too_late_and_away_are_to_be_tried_again()
    {
        using var server = new StandIn(_ => new(200, new string('x', 1001)));
        await Assert.That((await Get(server, 1001)).Body.Length).IsEqualTo(1001);
        var refusal = await Assert.That(async () => await Get(server)).Throws<Refusal>();
        await Assert.That((refusal!.Code, refusal.Message.Contains("more than 1000 octets"))).IsEqualTo((ExitCode.TryAgain, true));

        using var slow = new StandIn(_ =>
        {
            Thread.Sleep(2000);
            return new(200, "");
        });
        refusal = await Assert.That(async () => await Get(slow, patience: 0.2)).Throws<Refusal>();
        await Assert.That((refusal!.Code, refusal.Message.Contains("does not answer within"))).IsEqualTo((ExitCode.TryAgain, true));

        var gone = new StandIn(_ => new(200, ""));
        gone.Dispose();
        refusal = await Assert.That(async () => await Get(gone)).Throws<Refusal>();
        await Assert.That((refusal!.Code, refusal.Message.Contains("can't be reached"))).IsEqualTo((ExitCode.TryAgain, true));
    }

    [Test]
    [Arguments("http://mail.example/")]
    [Arguments("https://user:word@mail.example/")]
    [Arguments("ftp://127.0.0.1/")]
    [Arguments("mail.example")]
    public async Task A_server_s_address_is_https_or_of_this_machine(string text)
    {
        var refusal = await Assert.That(() => Web.CheckUrl("account.oauth.api", text)).Throws<Refusal>();
        await Assert.That((refusal!.Code, refusal.Message.Contains("account.oauth.api"))).IsEqualTo((ExitCode.BadConfiguration, true));
        await Assert.That(Web.CheckUrl("k", "http://127.0.0.1:8080/x").Port).IsEqualTo(8080);
        await Assert.That(Web.CheckUrl("k", "https://mail.example/x").Host).IsEqualTo("mail.example");
    }
}
