using System.Net.Http.Headers;
using System.Text.Json;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// A provider's interface for mail, only looked at: it knows GET and nothing else, and takes a token nowhere but below the configured address. Who is asked to wait waits (RFC 6585, 4;
/// Retry-After, else twice as long each time).
/// </summary>
sealed class MailApi : IDisposable
{
    const int ErrorLimit = 300;

    static readonly (string Reason, string Words) NoReason = ("", "without a reason");

    /// <summary>For one exchange: a mail of the largest size on a slow line.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static readonly TimeSpan Lockout = TimeSpan.FromMinutes(15);

    readonly Account account;
    readonly OAuthClient client;
    readonly StateDirectory state;
    readonly TimeProvider time;
    readonly Web web;
    readonly OAuthSession session;
    DateTimeOffset notBefore;
    int failures;
    string asked = "";

    public MailApi(Account account, OAuthClient client, Func<string, string> secret, StateDirectory state, TimeProvider time)
    {
        (this.account, this.client, this.state, this.time) = (account, client, state, time);
        // Further away than anybody may ask for is a clock that was set.
        if (TokenMemory.Load(state, account)?.NotBefore is { } until && until - time.GetUtcNow() <= Web.LongestWait) notBefore = until;
        web = new Web(Patience);
        session = new(account, client, secret, state, web, time);
    }

    /// <inheritdoc cref="IGranted.GrantAsync"/>
    public Task<Grant> GrantAsync(CancellationToken cancel) => session.GrantAsync(cancel);

    public void Dispose() => web.Dispose();

    /// <summary>It has asked to wait, or failed, and is not asked now.</summary>
    public bool IsLeftAlone => notBefore > time.GetUtcNow();

    /// <exception cref="Refusal">It is left alone now, and until when.</exception>
    public void Check()
    {
        if (IsLeftAlone) throw Wait();
    }

    /// <summary>What was asked last was refused since it was asked too much.</summary>
    public bool IsOverQuota { get; private set; }

    /// <summary>The address of something below the interface's own.</summary>
    public Uri At(string path) => OAuthService.Below(client.Api, path);

    /// <returns>The answer: 200, 404 or 410.</returns>
    /// <param name="prefer">RFC 7240.</param>
    /// <exception cref="Refusal">Everything else, in words.</exception>
    public async Task<WebAnswer> GetAsync(Uri uri, long limit, string? prefer, CancellationToken cancel)
    {
        Own(uri);
        Check();
        IsOverQuota = false;
        for (var again = true; ; again = false)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await session.AccessAsync(cancel));
            if (prefer is not null) request.Headers.TryAddWithoutValidation("Prefer", prefer);
            var answer = await web.SendAsync(request, limit, cancel);
            if (answer.Status is 200 or 404 or 410)
            {
                failures = 0;
                return answer;
            }
            if (answer.Status != 401) throw Refused(answer);
            session.Forget();
            if (!again) throw new Refusal(ExitCode.Credential, $"account {account.Name}: {client.Api.Authority} refuses a token that was just given", $"run 'localagent login {client.Service.Name} --account {account.Name}' on your own machine");
        }
    }

    /// <summary>Comes back when it is worth looking again, or when cancelled; never with an exception.</summary>
    public async Task WaitAsync(TimeSpan poll, CancellationToken cancel)
    {
        var left = notBefore - time.GetUtcNow();
        // A token that was refused is not asked about every half minute: it is a person who helps.
        var pause = left > TimeSpan.Zero ? left : session.IsRefused && poll < Lockout ? Lockout : poll;
        await Task.WhenAny(Task.Delay(pause, time, cancel));
    }

    /// <exception cref="Refusal">It is no such answer.</exception>
    public T Parse<T>(WebAnswer answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        Refusal Strange(Exception? cause) => new(ExitCode.TryAgain, $"account {account.Name}: {client.Api.Authority} gave an answer that can't be understood", cause: cause);
        try { return JsonSerializer.Deserialize(answer.Body, type) ?? throw Strange(null); }
        catch (JsonException e) { throw Strange(e); }
    }

    /// <summary>An address that a server gave: of the interface, or refused.</summary>
    /// <exception cref="Refusal">It is elsewhere.</exception>
    public Uri Own(Uri uri) => IsOwn(uri) ? uri : throw new Refusal(ExitCode.TryAgain, $"account {account.Name}: an address at {uri.Authority} was given for the next page; the token does not go there");

    /// <summary>Scheme, host, port and the beginning of the path are those of the interface.</summary>
    public bool IsOwn(Uri uri) =>
        uri.IsAbsoluteUri && uri.Scheme == client.Api.Scheme && uri.Authority.Equals(client.Api.Authority, StringComparison.OrdinalIgnoreCase) && uri.UserInfo.Length == 0
        && uri.AbsolutePath.StartsWith(client.Api.AbsolutePath.TrimEnd('/') + "/", StringComparison.Ordinal);

    Refusal Refused(WebAnswer answer)
    {
        var (reason, words) = Error(answer.Body);
        if (answer.Status is 429 or >= 500 || answer.Status == 403 && IsQuota(reason))
        {
            var pause = answer.RetryAfter ?? TimeSpan.FromSeconds(1 << Math.Min(++failures, 6));
            IsOverQuota = answer.Status is 403 or 429;
            notBefore = time.GetUtcNow() + pause;
            asked = words;
            // What was asked for holds for the next run of the program too.
            if (answer.RetryAfter is not null && TokenMemory.Load(state, account) is { } memory) (memory with { NotBefore = notBefore }).Save(state, account);
            return Wait();
        }
        return answer.Status == 403
            ? new(ExitCode.Credential, $"account {account.Name}: {client.Api.Authority} refuses: {words}",
                $"the app may lack the interface for mail (switch it on at {client.Service.Provider}), or the token the scope {client.Service.Brief(client.Service.Read)}: 'localagent login {client.Service.Name} --account {account.Name}' asks for it")
            : new(ExitCode.TryAgain, $"account {account.Name}: {client.Api.Authority} refused: {words}");
    }

    Refusal Wait() => new(ExitCode.TryAgain,
        $"account {account.Name}: {client.Api.Authority} asks to wait until {notBefore.UtcDateTime:HH:mm:ss} UTC{(asked.Length > 0 ? ": " + asked : "")}", "It is tried again then, by itself; nothing is lost.");

    /// <summary>Gmail API, "Resolve errors"; Graph's own code for it is 429.</summary>
    static bool IsQuota(string reason) => reason is "rateLimitExceeded" or "userRateLimitExceeded" or "quotaExceeded" or "dailyLimitExceeded";

    /// <summary>Both providers' form: <c>{"error": {"message", "code", "errors": [{"reason"}]}}</c>.</summary>
    static (string Reason, string Words) Error(byte[] body)
    {
        try
        {
            using var parsed = JsonDocument.Parse(body);
            if (parsed.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("error", out var error) || error.ValueKind != JsonValueKind.Object) return NoReason;
            var reason = error.TryGetProperty("errors", out var all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() > 0 ? Text(all[0], "reason") : Text(error, "code");
            return (reason, CleanText.OneLine(Text(error, "message"), ErrorLimit));
        }
        catch (JsonException) { return NoReason; } // a proxy's page, say
    }

    static string Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
