using System.Net.Http.Headers;
using System.Text.Json.Serialization;
using VaultKit.Http;

namespace VaultKit.Drafting;

/// <summary>The dialect of OpenAI's chat completions, which llama.cpp, Ollama, vLLM, OpenRouter and many others speak.</summary>
/// <param name="url">Up to and with the version, such as <c>http://127.0.0.1:11434/v1</c>.</param>
/// <param name="key">Null where the server asks for none.</param>
public sealed class OpenAiModel(Web web, Uri url, string name, string? key, int maxTokens) : IModel
{
    readonly ModelHttp http = new(web);

    public string Name => "openai/" + name;

    public async Task<ModelAnswer> AskAsync(ModelPrompt prompt, CancellationToken cancel)
    {
        ChatMessage[] messages = prompt.System.Length == 0 ? [new("user", prompt.User)] : [new("system", prompt.System), new("user", prompt.User)];
        // OpenAI's newer models refuse the name that everybody else knows.
        var isOpenAi = url.Host == "api.openai.com";
        var answer = await http.PostAsync(At("chat/completions"), new ChatRequest(name, messages) { MaxTokens = isOpenAi ? null : maxTokens, MaxCompletionTokens = isOpenAi ? maxTokens : null },
            ModelJson.Default.ChatRequest, ModelJson.Default.ChatAnswer, Identify, cancel);
        if (answer.Choices is not [{ } choice, ..]) throw new ModelUnavailable($"{url.Host} answers without a choice", null);
        var stop = choice.Message?.Refusal is { Length: > 0 } ? ModelStop.Refused : choice.FinishReason switch
        {
            "stop" or null or "" => ModelStop.End,
            "length" => ModelStop.Length,
            "content_filter" or "refusal" => ModelStop.Refused,
            _ => ModelStop.Other,
        };
        return new(choice.Message?.Content ?? "", stop, answer.Usage?.PromptTokens, answer.Usage?.CompletionTokens);
    }

    public async Task<string> ProbeAsync(CancellationToken cancel)
    {
        await http.ProbeAsync(At("models"), Identify, cancel);
        return $"{url.Host} answers";
    }

    Uri At(string path) => new(url.AbsoluteUri.TrimEnd('/') + "/" + path);

    void Identify(HttpRequestHeaders headers)
    {
        if (key is not null) headers.Authorization = new("Bearer", key);
    }
}

sealed record ChatMessage(string Role, string? Content)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Refusal { get; init; }
}

sealed record ChatRequest(string Model, ChatMessage[] Messages)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxTokens { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxCompletionTokens { get; init; }
}

sealed record ChatAnswer(ChatChoice[]? Choices, ChatUsage? Usage);

sealed record ChatChoice(ChatMessage? Message, string? FinishReason);

sealed record ChatUsage(int? PromptTokens, int? CompletionTokens);
