using System.Net.Sockets;
using System.Text;
using LocalAgent.Commands;
using LocalAgent.Login;
using VaultKit.Http;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Login;

public class ConsentTests
{
    const string Read = "https://www.googleapis.com/auth/gmail.readonly", Send = "https://www.googleapis.com/auth/gmail.send";

    static readonly OAuthClient Client = new(OAuthService.Gmail.At(new("http://127.0.0.1:1/")), "the id", null, "gmail-main", new("http://127.0.0.1:1/"));

    static Dictionary<string, string> Fields(string url) =>
        url.Split('?')[1].Split('&').Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => Uri.UnescapeDataString(f[1]), StringComparer.Ordinal);

    [Test]
    public async Task The_address_for_the_browser_is_bound_to_this_run()
    {
        var consent = new Consent(Client, "jo@holz.example", [Read, Send], 4711);
        var (one, other) = (Fields(consent.Url), Fields(new Consent(Client, "jo@holz.example", [Read], 4711).Url));
        await Assert.That(one["redirect_uri"]).IsEqualTo("http://127.0.0.1:4711");
        await Assert.That(one["scope"]).IsEqualTo($"{Read} {Send}");
        await Assert.That((one["code_challenge_method"], one["code_challenge"].Length, one["login_hint"], one["access_type"])).IsEqualTo(("S256", 43, "jo@holz.example", "offline"));
        await Assert.That(one["state"]).IsNotEqualTo(other["state"]);
        await Assert.That(one["code_challenge"]).IsNotEqualTo(other["code_challenge"]);
    }

    static async Task<Refusal> Refused(Consent consent, string back)
    {
        using var web = new Web(TimeSpan.FromSeconds(5));
        var endpoint = new TokenEndpoint("main", Client, _ => "", web);
        return (await Assert.That(async () => await consent.ExchangeAsync(endpoint, back, default)).Throws<Refusal>())!;
    }

    [Test]
    public async Task What_comes_back_must_be_this_run_s()
    {
        var consent = new Consent(Client, "jo@holz.example", [Read], 4711);
        var state = Fields(consent.Url)["state"];
        foreach (var back in new[] { "/?code=4", "/?code=4&state=other", $"/?code=4&state={state}x", "nothing", "", $"/?state=&state={state}&code=4" })
            await Assert.That((await Refused(consent, back)).Message).Contains("not the address that this run").Because(back);
        await Assert.That((await Refused(consent, $"/?error=access_denied&state={state}")).Message).Contains("access_denied");
        await Assert.That((await Refused(consent, $"/?state={state}")).Message).Contains("no code");
        // Nobody is at that port: the code was sent.
        await Assert.That((await Refused(consent, $" http://127.0.0.1:4711/?state={state}&code=4%2Fx&scope=a+b \n")).Code).IsEqualTo(ExitCode.TryAgain);
    }

    [Test]
    public async Task Neither_more_nor_less_than_was_asked_for_is_kept()
    {
        static void Check(string[] asked, string[] granted) => LoginCommand.Check(OAuthService.Gmail, asked, granted);
        Check([Read], [Read, "openid", "https://www.googleapis.com/auth/userinfo.email"]);
        Check([Read, Send], [Send, Read]);
        LoginCommand.Check(OAuthService.Graph, ["https://graph.microsoft.com/Mail.Read", "offline_access"], ["Mail.Read", "User.Read", "openid"]);
        foreach (var (asked, granted, named) in new[] { (new[] { Read }, new[] { Read, Send }, "gmail.send"), ([Read, Send], [Read], "gmail.send"), ([Read], ["openid"], "gmail.readonly"), ([Read], ["https://mail.google.com/", Read], "mail.google.com") })
        {
            var refusal = await Assert.That(() => Check(asked, granted)).Throws<Refusal>();
            await Assert.That((refusal!.Code, refusal.Message.Contains(named, StringComparison.Ordinal))).IsEqualTo((ExitCode.Credential, true));
        }
    }

    static async Task<string> Ask(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        return (await new StreamReader(client.GetStream()).ReadLineAsync())!;
    }

    [Test]
    public async Task The_browser_s_return_is_taken_once_and_nothing_else()
    {
        using var listener = new LoopbackListener();
        var came = listener.WaitAsync(default);
        // A browser's connection ahead of need says nothing and is in nobody's way.
        using var silent = new TcpClient();
        await silent.ConnectAsync("127.0.0.1", listener.Port);
        foreach (var request in new[] { "GET /favicon.ico HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "POST /?code=1 HTTP/1.1\r\n\r\n", "GET /x?code=1 HTTP/1.1\r\n\r\n", "GET http://127.0.0.1/?code=1 HTTP/1.1\r\n\r\n", new string('x', 20_000) })
            await Assert.That(await Ask(listener.Port, request)).IsEqualTo("HTTP/1.1 404 Not Found").Because(request[..10]);
        await Assert.That(came.IsCompleted).IsFalse();
        await Assert.That(await Ask(listener.Port, "GET /?code=4&state=s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).IsEqualTo("HTTP/1.1 200 OK");
        await Assert.That(await came.WaitAsync(TimeSpan.FromSeconds(60))).IsEqualTo("/?code=4&state=s");
    }

    [Test]
    public async Task Who_does_not_come_back_is_not_waited_for_for_ever()
    {
        using var listener = new LoopbackListener();
        using var limit = new CancellationTokenSource(100);
        await Assert.That(async () => await listener.WaitAsync(limit.Token).WaitAsync(TimeSpan.FromSeconds(60))).Throws<OperationCanceledException>();
    }
}
