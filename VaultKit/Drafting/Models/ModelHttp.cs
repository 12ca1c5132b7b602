using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>What the dialects have in common: JSON there and back, and what a status means for whoever would ask again.</summary>
sealed class ModelHttp(Web web)
{
    const long Limit = 4 * 1024 * 1024;

    const int MaxMessage = 200;

    /// <summary>What passes by itself, and what a person must see to.</summary>
    internal static readonly TimeSpan Short = TimeSpan.FromMinutes(1), Long = TimeSpan.FromMinutes(10);

    /// <exception cref="ModelUnavailable">No answer, or one that is none.</exception>
    public async Task<TAnswer> PostAsync<TAsked, TAnswer>(Uri url, TAsked asked, JsonTypeInfo<TAsked> asks, JsonTypeInfo<TAnswer> answers, Action<HttpRequestHeaders> identify, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(asked, asks)) };
        request.Content.Headers.ContentType = new("application/json");
        var answer = await SendAsync(request, identify, cancel);
        if (answer.Status != 200) throw Failure(url, answer);
        try { return JsonSerializer.Deserialize(answer.Body, answers) ?? throw new JsonException("null"); }
        catch (JsonException e) { throw new ModelUnavailable($"{url.Host} answers with what is no answer of this kind: {Line(e.Message)}", Short, e) { MayHaveCost = true }; }
    }

    /// <summary>Whether the server would answer, without a word to the model: the list of its models is asked for.</summary>
    /// <exception cref="Refusal">It would not.</exception>
    public async Task ProbeAsync(Uri url, Action<HttpRequestHeaders> identify, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var answer = await SendAsync(request, identify, cancel);
        // Who has no such list says 404, and is there.
        if (answer.Status is 200 or 404 or 405) return;
        throw new Refusal(answer.Status is 401 or 403 ? ExitCode.Credential : ExitCode.TryAgain, Failure(url, answer).Message, null);
    }

    async Task<WebAnswer> SendAsync(HttpRequestMessage request, Action<HttpRequestHeaders> identify, CancellationToken cancel)
    {
        identify(request.Headers);
        try { return await web.SendAsync(request, Limit, cancel); }
        catch (Refusal e) when (request.Method == HttpMethod.Post)
        {
            var neverWent = e.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError };
            throw new ModelUnavailable(e.Message, Short, e) { MayHaveCost = !neverWent };
        }
    }

    static ModelUnavailable Failure(Uri url, WebAnswer answer)
    {
        var said = Message(answer.Body);
        var why = $"{url.Host} answers with {answer.Status}{(said.Length > 0 ? ": " + said : "")}";
        return new(why, answer.Status switch
        {
            // Too many requests, overloaded (529 is Anthropic's), any failure of the server's own.
            408 or 429 or >= 500 => answer.RetryAfter ?? Short,
            // About this one request: too long, not allowed.
            400 or 413 or 422 => null,
            // A wrong key, no money left, no such model, a redirect: the next letter would fare no better.
            _ => Long,
        });
    }

    /// <summary>Both dialects: <c>{"error": {"message": "…"}}</c>. Some servers repeat the key that they refuse.</summary>
    static string Message(byte[] body)
    {
        try { return JsonSerializer.Deserialize(body, ModelJson.Default.ModelError)?.Error?.Message is { } message ? Line(message) : ""; }
        catch (JsonException) { return ""; } // a page for people; the status says enough
    }

    internal static string Line(string text) => Text.Shorten(Unseen.OneLine(Leaks.Mask(text, [])), MaxMessage);
}

sealed record ModelError(ModelErrorText? Error);

sealed record ModelErrorText(string? Message);
