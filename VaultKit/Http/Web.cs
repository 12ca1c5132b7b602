using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using VaultKit.Vault;

namespace VaultKit.Http;

/// <summary>What a server said.</summary>
/// <param name="RetryAfter">How long it asks to be left alone, an hour at most; null where it does not say.</param>
public sealed record WebAnswer(int Status, byte[] Body, TimeSpan? RetryAfter);

/// <summary>
/// Asks servers over HTTP/1.1. No redirect is followed, since it would carry a key to where it was not given for; no cookie is kept; what is
/// read is bounded in octets and in time. One for a program's life: connections are kept for what is asked next.
/// </summary>
public sealed class Web : IDisposable
{
    /// <summary>Nobody is left alone for longer because a server asks for it.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    readonly HttpClient client;
    readonly TimeSpan patience;

    /// <param name="patience">For a whole exchange.</param>
    /// <param name="caFile">PEM: authorities to trust beside the system's.</param>
    /// <exception cref="Refusal">The file can't be read or holds no certificate.</exception>
    public Web(TimeSpan patience, string? caFile = null)
    {
        this.patience = patience;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2) };
        if (caFile is not null) handler.SslOptions.RemoteCertificateValidationCallback = ServerTrust.Also(caFile);
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One exchange, whatever status it ends with.</summary>
    /// <param name="limit">Octets of the answer.</param>
    /// <exception cref="Refusal">Nobody there, no trust, no answer in time, or too much of one; exit code 75.</exception>
    public async Task<WebAnswer> SendAsync(HttpRequestMessage request, long limit, CancellationToken cancel)
    {
        var host = request.RequestUri!.Authority;
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timed.CancelAfter(patience);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timed.Token);
            using var body = await response.Content.ReadAsStreamAsync(timed.Token);
            return new((int)response.StatusCode, await ReadAsync(body, limit, host, timed.Token), Wait(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new Refusal(ExitCode.TryAgain, $"{host} did not answer within {patience.TotalSeconds:0.#} s", null, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            throw new Refusal(ExitCode.TryAgain, $"{host} can't be asked: {Why(e)}", null, e);
        }
    }

    static async Task<byte[]> ReadAsync(Stream body, long limit, string host, CancellationToken cancel)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await body.ReadAsync(buffer, cancel)) > 0;)
        {
            if (read.Length + count > limit) throw new Refusal(ExitCode.TryAgain, $"{host} answers with more than {limit / 1024} KiB");
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }

    static TimeSpan? Wait(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - DateTimeOffset.UtcNow : null);
        return wait is { } time ? TimeSpan.FromTicks(Math.Clamp(time.Ticks, 0, LongestWait.Ticks)) : null;
    }

    // The innermost says what happened; of TLS the one above it, which names the certificate's fault.
    static string Why(Exception e)
    {
        while (e.InnerException is { } inner && e is not AuthenticationException) e = inner;
        return e.Message.ReplaceLineEndings(" ");
    }

    /// <summary>https anywhere; http where nothing leaves this machine.</summary>
    /// <param name="key">As vault.toml has it, for whoever must correct it.</param>
    /// <exception cref="Refusal">It is neither; exit code 78.</exception>
    public static Uri CheckUrl(string key, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Host.Length > 0
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp && IsLoopback(url))) return url;
        throw new Refusal(ExitCode.BadConfiguration, $"vault.toml, {key}: '{text}' is not an address that can be asked", "write https://host/path, or http:// for a server on this machine");
    }

    /// <summary>By the address itself: a name could be made to mean another.</summary>
    public static bool IsLoopback(Uri url) => url.Host == "localhost" || IPAddress.TryParse(url.DnsSafeHost, out var address) && IPAddress.IsLoopback(address);

    public void Dispose() => client.Dispose();
}
