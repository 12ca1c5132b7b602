using System.Text;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Tests.Http;

public class WebTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static async Task<WebAnswer> AskAsync(PlayedWeb server, long limit = 1000, TimeSpan? patience = null)
    {
        using var web = new Web(patience ?? Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url);
        return await web.SendAsync(request, limit, default);
    }

    static async Task<Refusal> RefusedAsync(PlayedWeb server, long limit = 1000, TimeSpan? patience = null) =>
        (await Assert.That(async () => { await AskAsync(server, limit, patience); }).Throws<Refusal>())!;

    [Test]
    public async Task An_answer_is_what_the_server_said_whatever_its_status()
    {
        using var server = new PlayedWeb(_ => PlayedWeb.Answer(429, "slow down", "Retry-After: 7\r\n"));
        var answer = await AskAsync(server);
        await Assert.That((answer.Status, Encoding.UTF8.GetString(answer.Body), answer.RetryAfter)).IsEqualTo((429, "slow down", TimeSpan.FromSeconds(7)));
    }

    [Test]
    [Arguments("Retry-After: 999999\r\n")]
    [Arguments("Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n")]
    public async Task Nobody_is_made_to_wait_for_longer_than_an_hour(string header)
    {
        using var server = new PlayedWeb(_ => PlayedWeb.Answer(503, "", header));
        await Assert.That((await AskAsync(server)).RetryAfter).IsEqualTo(TimeSpan.FromHours(1));
    }

    [Test]
    public async Task More_than_was_allowed_is_not_read()
    {
        using var server = new PlayedWeb(_ => PlayedWeb.Answer(200, new string('x', 1001)));
        var refusal = await RefusedAsync(server);
        await Assert.That((refusal.Code, refusal.Message.Contains("answers with more than", StringComparison.Ordinal))).IsEqualTo((ExitCode.TryAgain, true));
    }

    [Test]
    public async Task A_server_that_says_nothing_is_not_waited_for()
    {
        using var server = new PlayedWeb(_ => null);
        var refusal = await RefusedAsync(server, patience: TimeSpan.FromMilliseconds(200));
        await Assert.That((refusal.Code, refusal.Message.Contains("did not answer within 0.2 s", StringComparison.Ordinal))).IsEqualTo((ExitCode.TryAgain, true));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        using var other = new PlayedWeb(_ => PlayedWeb.Answer(200, "elsewhere"));
        using var server = new PlayedWeb(_ => PlayedWeb.Answer(302, "", $"Location: {other.Url}\r\n"));
        await Assert.That(((await AskAsync(server)).Status, other.Asked.Count)).IsEqualTo((302, 0));
    }

    [Test]
    public async Task Where_nobody_is_it_can_be_tried_again()
    {
        var server = new PlayedWeb(_ => null);
        server.Dispose();
        await Assert.That((await RefusedAsync(server)).Code).IsEqualTo(ExitCode.TryAgain);
    }

    [Test]
    [Arguments("https://api.example/v1", true)]
    [Arguments("http://127.0.0.1:11434/v1", true)]
    [Arguments("http://localhost:8080", true)]
    [Arguments("http://[::1]:8080", true)]
    [Arguments("http://api.example/v1", false)]
    [Arguments("http://localhost.evil.example/v1", false)]
    [Arguments("http://127.0.0.1.evil.example/v1", false)]
    [Arguments("https://user:secret@api.example", false)]
    [Arguments("ftp://127.0.0.1", false)]
    [Arguments("api.example", false)]
    public async Task A_key_goes_over_TLS_or_stays_on_this_machine(string url, bool good)
    {
        if (good) await Assert.That(Web.CheckUrl("model.url", url).Host.Length).IsGreaterThan(0);
        else await Assert.That((await Assert.That(() => { Web.CheckUrl("model.url", url); }).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.BadConfiguration);
    }
}
