using System.Net.Http.Headers;
using System.Text.Json.Serialization;
using VaultKit.Http;

namespace VaultKit.Drafting;

/// <summary>Anthropic's Messages API.</summary>
/// <param name="url">Without the version, such as <c>https://api.anthropic.com</c>.</param>
public sealed class AnthropicModel(Web web, Uri url, string name, string key, int maxTokens) : IModel
{
    const string Version = "2023-06-01";

    readonly ModelHttp http = new(web);

    public string Name => "anthropic/" + name;

    public async Task<ModelAnswer> AskAsync(ModelPrompt prompt, CancellationToken cancel)
    {
        var answer = await http.PostAsync(At("v1/messages"), new MessagesRequest(name, maxTokens, [new("user", prompt.User)]) { System = prompt.System.Length > 0 ? prompt.System : null },
            ModelJson.Default.MessagesRequest, ModelJson.Default.MessagesAnswer, Identify, cancel);
        var text = string.Concat((answer.Content ?? []).Where(c => c.Type == "text").Select(c => c.Text));
        return new(text, answer.StopReason switch
        {
            "end_turn" or "stop_sequence" => ModelStop.End,
            "max_tokens" or "model_context_window_exceeded" => ModelStop.Length,
            "refusal" => ModelStop.Refused,
            _ => ModelStop.Other,
        }, answer.Usage?.InputTokens, answer.Usage?.OutputTokens);
    }

    public async Task<string> ProbeAsync(CancellationToken cancel)
    {
        await http.ProbeAsync(At("v1/models"), Identify, cancel);
        return $"{url.Host} answers";
    }

    Uri At(string path) => new(url.AbsoluteUri.TrimEnd('/') + "/" + path);

    void Identify(HttpRequestHeaders headers)
    {
        headers.Add("x-api-key", key);
        headers.Add("anthropic-version", Version);
    }
}

sealed record MessagesRequest(string Model, int MaxTokens, ChatMessage[] Messages)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? System { get; init; }
}

sealed record MessagesAnswer(MessagesContent[]? Content, string? StopReason, MessagesUsage? Usage);

sealed record MessagesContent(string? Type, string? Text);

sealed record MessagesUsage(int? InputTokens, int? OutputTokens);
