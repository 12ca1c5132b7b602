using VaultKit.Http;
using VaultKit.Mail;
using VaultKit.Tests.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Mail;

public sealed class OAuthTests : IDisposable
{
    const string Reading = "https://www.googleapis.com/auth/gmail.readonly";

    readonly TemporaryFolder folder = new();
    readonly FakeGmail google = new();
    readonly Web web = new(TimeSpan.FromSeconds(10));
    readonly TestClock clock = new();
    readonly Dictionary<string, string> secrets = new() { ["gmail-main"] = "first", ["client"] = "no secret" };

    public void Dispose()
    {
        web.Dispose();
        google.Dispose();
        folder.Dispose();
    }

    StateDirectory State(Zone zone) => StateDirectory.Open(folder[zone.ToString()], zone);

    OAuthSession Open(Zone zone = Zone.Cloud, OAuthService? service = null) =>
        new(Corpus.Owner, new((service ?? OAuthService.Gmail).At(google.Address), "id of client", "client", "gmail-main", google.Address), name => secrets[name], State(zone), web, clock);

    static async Task<Refusal> Refused(Task<string> access) => (await Assert.That(async () => await access).Throws<Refusal>())!;

    [Test]
    [Arguments(Reading)]
    [Arguments(Reading + " openid email profile https://www.googleapis.com/auth/userinfo.email")]
    public async Task A_machine_that_must_not_act_takes_a_token_that_reads(string scopes)
    {
        google.Scopes = scopes;
        await Assert.That(await Open().AccessAsync(default)).StartsWith("a");
    }

    [Test]
    [Arguments(Reading + " https://www.googleapis.com/auth/gmail.send", "gmail.send")]
    [Arguments("https://mail.google.com/", "https://mail.google.com/")]
    [Arguments("https://www.googleapis.com/auth/gmail.modify", "gmail.modify")]
    [Arguments(Reading + " https://www.googleapis.com/auth/calendar.readonly", "calendar.readonly")]
    [Arguments("https://evil.example/gmail.readonly", "https://evil.example/gmail.readonly")]
    public async Task And_none_that_may_do_more_nor_one_that_it_does_not_know(string scopes, string named)
    {
        google.Scopes = scopes;
        var refusal = await Refused(Open().AccessAsync(default));
        await Assert.That(refusal.Code).IsEqualTo(ExitCode.Credential);
        await Assert.That(refusal.Message).Contains($"may do more than read: {named};");
        await Assert.That(refusal.Hint!).Contains("localagent login gmail --account main --for cloud");
        // The owner's machine may act.
        await Assert.That(await Open(Zone.Local).AccessAsync(default)).StartsWith("a");
    }

    [Test]
    public async Task Of_whom_nobody_says_what_it_may_do_nothing_is_done_with()
    {
        google.Instead = asked => asked.Path.StartsWith("/tokeninfo", StringComparison.Ordinal) ? new(200, "{}") : null;
        await Assert.That((await Refused(Open().AccessAsync(default))).Code).IsEqualTo(ExitCode.Credential);
        google.Instead = asked => asked.Path.StartsWith("/tokeninfo", StringComparison.Ordinal) ? new(503, "") : null;
        await Assert.That((await Refused(Open().AccessAsync(default))).Code).IsEqualTo(ExitCode.TryAgain);
        // Microsoft says it with the token.
        await Assert.That((await Refused(Open(service: OAuthService.Graph).AccessAsync(default))).Message).Contains("Microsoft does not say");
    }

    [Test]
    public async Task A_token_serves_until_a_minute_before_its_end()
    {
        var session = Open();
        var first = await session.AccessAsync(default);
        clock.Now += TimeSpan.FromSeconds(3500);
        await Assert.That(await session.AccessAsync(default)).IsEqualTo(first);
        clock.Now += TimeSpan.FromSeconds(60);
        await Assert.That(await session.AccessAsync(default)).IsNotEqualTo(first);
        await Assert.That(google.Requests[0].Body).IsEqualTo("grant_type=refresh_token&refresh_token=first&client_id=id+of+client&client_secret=no+secret");
    }

    [Test]
    public async Task A_new_refresh_token_is_kept_and_used_while_the_owner_s_is_the_same()
    {
        google.Rotated = "second";
        await Open().AccessAsync(default);
        google.Rotated = null;
        var file = State(Zone.Cloud).PathOf("oauth", "main.json");
        if (!OperatingSystem.IsWindows()) await Assert.That(File.GetUnixFileMode(file)).IsEqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await Assert.That(File.ReadAllText(file)).DoesNotContain("\"first\"");
        await Open().AccessAsync(default);
        await Assert.That(google.Requests.FindLast(r => r.Path == "/token")!.Body).Contains("refresh_token=second");
        secrets["gmail-main"] = "third";
        await Open().AccessAsync(default);
        await Assert.That(google.Requests.FindLast(r => r.Path == "/token")!.Body).Contains("refresh_token=third");
        await Assert.That(TokenMemory.Load(State(Zone.Cloud), Corpus.Owner)!.Scopes).IsEqualTo("gmail.readonly, openid");
        File.WriteAllText(file, "{");
        await Open().AccessAsync(default);
    }

    [Test]
    public async Task A_token_that_was_refused_says_why_and_what_to_do()
    {
        google.NoToken = new(400, """{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}""");
        var session = Open();
        var refusal = await Refused(session.AccessAsync(default));
        await Assert.That((refusal.Code, session.IsRefused)).IsEqualTo((ExitCode.Credential, true));
        await Assert.That(refusal.Message).Contains("Token has been expired or revoked.");
        await Assert.That(refusal.Hint!).Contains("seven days").And.Contains("localagent login gmail --account main");
        await Assert.That((await Refused(Open(service: OAuthService.Graph).AccessAsync(default))).Hint!).Contains("localagent login graph").And.DoesNotContain("seven days");
        google.NoToken = new(401, """{"error": "invalid_client"}""");
        await Assert.That((await Refused(Open().AccessAsync(default))).Hint!).Contains("client_id");
        google.NoToken = new(503, "<html>");
        await Assert.That((await Refused(Open().AccessAsync(default))).Code).IsEqualTo(ExitCode.TryAgain);
        google.NoToken = new(200, """{"access_token": "a\nX-Field: b"}""");
        await Assert.That((await Refused(Open().AccessAsync(default))).Code).IsEqualTo(ExitCode.Credential);
        google.NoToken = new(200, """{"token_type": "Bearer"}""");
        await Assert.That((await Refused(Open().AccessAsync(default))).Code).IsEqualTo(ExitCode.Credential);
    }
}
