using System.Net.Http.Headers;
using VaultKit.Vault;

namespace VaultKit.Http;

/// <summary>What a server answered, whatever it was.</summary>
/// <param name="RetryAfter">How long it asks to be left alone; null where it does not say.</param>
public sealed record WebAnswer(int Status, byte[] Body, TimeSpan? RetryAfter);

/// <summary>
/// One exchange with a server at a time or several: bounded in octets and time, redirected nowhere (a token sent along would go there too), without cookies. The proxy is the
/// environment's.
/// </summary>
public sealed class Web : IDisposable
{
    static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    readonly HttpClient client;
    readonly TimeSpan patience;

    /// <param name="patience">For a whole exchange, from the connection to the last octet.</param>
    /// <param name="caFile">A PEM file of authorities to trust beside the system's.</param>
    /// <exception cref="Refusal">The file can't be read or holds no certificate.</exception>
    public Web(TimeSpan patience, string? caFile = null)
    {
        this.patience = patience;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2) };
        if (caFile is not null) handler.SslOptions.RemoteCertificateValidationCallback = ServerTrust.Also(caFile);
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request and reads the whole answer, be it a success or not.</summary>
    /// <param name="limit">The most octets that the answer's body may have.</param>
    /// <exception cref="Refusal">No answer, none in time, or one that is too long; exit code 75.</exception>
    public async Task<WebAnswer> SendAsync(HttpRequestMessage request, long limit, CancellationToken cancel)
    {
        // Addresses may hold tokens: the host alone is named.
        var host = request.RequestUri?.Authority ?? "";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(patience);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            var body = await ReadAsync(answer.Content, limit, host, stop.Token);
            return new((int)answer.StatusCode, body, Pause(answer.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new Refusal(ExitCode.TryAgain, $"{host} does not answer within {patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new Refusal(ExitCode.TryAgain, $"{host} can't be reached: {e.GetBaseException().Message}", cause: e);
        }
    }

    /// <summary>A server's address from the configuration: https anywhere, http for this machine only.</summary>
    /// <exception cref="Refusal">It is none; exit code 78.</exception>
    public static Uri CheckUrl(string key, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { UserInfo: "", Query: "", Fragment: "" } && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)
            ? uri
            : throw new Refusal(ExitCode.BadConfiguration, $"vault.toml, {key}: '{text}' is not a server's address", "write it as https://host/path; http is for this machine only");

    static async Task<byte[]> ReadAsync(HttpContent content, long limit, string host, CancellationToken stop)
    {
        Refusal TooLong() => new(ExitCode.TryAgain, $"{host} answers with more than {limit} octets");
        if (content.Headers.ContentLength > limit) throw TooLong();
        using var from = await content.ReadAsStreamAsync(stop);
        using var body = new MemoryStream((int)Math.Min(content.Headers.ContentLength ?? 0, limit));
        var piece = new byte[64 * 1024];
        for (int read; (read = await from.ReadAsync(piece, stop)) > 0;)
        {
            if (body.Length + read > limit) throw TooLong();
            body.Write(piece, 0, read);
        }
        return body.Length == body.Capacity ? body.GetBuffer() : body.ToArray();
    }

    static TimeSpan? Pause(RetryConditionHeaderValue? header)
    {
        var pause = header?.Delta ?? header?.Date - DateTimeOffset.UtcNow;
        if (pause is not { } asked) return null;
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked > LongestPause ? LongestPause : asked;
    }

    public void Dispose() => client.Dispose();
}
