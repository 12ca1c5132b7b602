using System.Text.Json;
using VaultKit.Drafting;
using VaultKit.Http;
using VaultKit.Tests.Http;

namespace VaultKit.Tests.Drafting.Models;

public class ModelDialectTests
{
    static readonly ModelPrompt Prompt = new("be brief", "> what does it cost?");

    static async Task<(ModelAnswer Answer, string Asked)> OpenAiAsync(string body, string? key = "k-1")
    {
        using var server = new PlayedWeb(_ => PlayedWeb.Answer(200, body));
        using var web = new Web(TimeSpan.FromSeconds(20));
        return (await new OpenAiModel(web, server.Url, "llama3", key, 500).AskAsync(Prompt, default), server.Asked[0]);
    }

    static async Task<(ModelAnswer Answer, string Asked)> AnthropicAsync(string body)
    {
        using var server = new PlayedWeb(_ => PlayedWeb.Answer(200, body));
        using var web = new Web(TimeSpan.FromSeconds(20));
        return (await new AnthropicModel(web, new(server.Url, "/"), "claude-x", "k-2", 500).AskAsync(Prompt, default), server.Asked[0]);
    }

    static async Task<ModelUnavailable> FailureAsync(int status, string body, string headers = "")
    {
        using var server = new PlayedWeb(_ => PlayedWeb.Answer(status, body, headers));
        using var web = new Web(TimeSpan.FromSeconds(20));
        return (await Assert.That(async () => { await new OpenAiModel(web, server.Url, "llama3", null, 500).AskAsync(Prompt, default); }).Throws<ModelUnavailable>())!;
    }

    static JsonElement Body(string asked) => JsonDocument.Parse(asked[(asked.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;

    [Test]
    public async Task A_chat_completion_is_asked_and_read()
    {
        var (answer, asked) = await OpenAiAsync("""{"id": "1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 11, "completion_tokens": 7}}""");
        await Assert.That(answer).IsEqualTo(new ModelAnswer("hello", ModelStop.End, 11, 7));
        await Assert.That(asked).Contains("POST /v1/chat/completions HTTP/1.1").And.Contains("Authorization: Bearer k-1").And.Contains("Content-Type: application/json");
        var body = Body(asked);
        await Assert.That((body.GetProperty("model").GetString(), body.GetProperty("max_tokens").GetInt32(), body.GetProperty("messages").GetArrayLength())).IsEqualTo(("llama3", 500, 2));
        await Assert.That((body.GetProperty("messages")[0].GetProperty("role").GetString(), body.GetProperty("messages")[1].GetProperty("content").GetString())).IsEqualTo(("system", Prompt.User));
        await Assert.That(body.TryGetProperty("tools", out _)).IsFalse();
    }

    [Test]
    public async Task Without_a_key_none_is_shown() =>
        await Assert.That((await OpenAiAsync("""{"choices": [{"message": {"content": "x"}}]}""", key: null)).Asked).DoesNotContain("Authorization");

    [Test]
    [Arguments("length", "x", ModelStop.Length)]
    [Arguments("content_filter", "", ModelStop.Refused)]
    [Arguments("tool_calls", "", ModelStop.Other)]
    public async Task Why_a_chat_completion_ended_is_told(string reason, string text, ModelStop stop) =>
        await Assert.That((await OpenAiAsync($$"""{"choices": [{"message": {"content": "{{text}}"}, "finish_reason": "{{reason}}"}]}""")).Answer).IsEqualTo(new ModelAnswer(text, stop, null, null));

    [Test]
    public async Task A_refusal_beside_the_text_is_one() =>
        await Assert.That((await OpenAiAsync("""{"choices": [{"message": {"content": null, "refusal": "no"}, "finish_reason": "stop"}]}""")).Answer.Stop).IsEqualTo(ModelStop.Refused);

    [Test]
    public async Task A_message_is_asked_and_read()
    {
        var (answer, asked) = await AnthropicAsync("""{"type": "message", "content": [{"type": "thinking", "thinking": "…"}, {"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}], "stop_reason": "end_turn", "usage": {"input_tokens": 9, "output_tokens": 3}}""");
        await Assert.That(answer).IsEqualTo(new ModelAnswer("hello", ModelStop.End, 9, 3));
        await Assert.That(asked).Contains("POST /v1/messages HTTP/1.1").And.Contains("x-api-key: k-2").And.Contains("anthropic-version: 2023-06-01");
        var body = Body(asked);
        await Assert.That((body.GetProperty("system").GetString(), body.GetProperty("max_tokens").GetInt32(), body.GetProperty("messages").GetArrayLength())).IsEqualTo((Prompt.System, 500, 1));
    }

    [Test]
    [Arguments("max_tokens", ModelStop.Length)]
    [Arguments("refusal", ModelStop.Refused)]
    [Arguments("tool_use", ModelStop.Other)]
    public async Task Why_a_message_ended_is_told(string reason, ModelStop stop) =>
        await Assert.That((await AnthropicAsync($$"""{"content": [{"type": "text", "text": "x"}], "stop_reason": "{{reason}}"}""")).Answer.Stop).IsEqualTo(stop);

    [Test]
    [Arguments(429, 60)]
    [Arguments(500, 60)]
    [Arguments(529, 60)]
    [Arguments(401, 600)]
    [Arguments(404, 600)]
    [Arguments(302, 600)]
    public async Task A_server_that_fails_is_left_alone_for_a_while(int status, int seconds)
    {
        var failure = await FailureAsync(status, """{"error": {"message": "because\nof this"}}""");
        await Assert.That((failure.Pause, failure.Message)).IsEqualTo((TimeSpan.FromSeconds(seconds), $"127.0.0.1 answers with {status}: because of this"));
    }

    [Test]
    public async Task As_long_as_it_says() => await Assert.That((await FailureAsync(429, "", "Retry-After: 1800\r\n")).Pause).IsEqualTo(TimeSpan.FromMinutes(30));

    [Test]
    public async Task What_is_wrong_with_one_request_holds_up_no_other() => await Assert.That((await FailureAsync(400, """{"error": {"message": "too long"}}""")).Pause).IsNull();

    [Test]
    [Arguments("")]
    [Arguments("<html>hello</html>")]
    [Arguments("null")]
    [Arguments("{\"choices\": 7}")]
    [Arguments("{\"choices\": []}")]
    [Arguments("{}")]
    public async Task What_is_no_completion_is_no_answer(string body) => await Assert.That((await FailureAsync(200, body)).Message).Contains("127.0.0.1 answers with");

    [Test]
    public async Task A_key_that_the_server_repeats_is_not_said() =>
        await Assert.That((await FailureAsync(401, "{\"error\": {\"message\": \"Incorrect API key provided: sk-ant-0123456789abcdefghijklmnop\"}}")).Message).DoesNotContain("0123456789");

    [Test]
    public async Task Whether_somebody_may_have_worked_on_it_is_told()
    {
        await Assert.That((await FailureAsync(500, "")).MayHaveCost).IsFalse();
        var gone = new PlayedWeb(_ => null);
        gone.Dispose();
        await Assert.That(await MayHaveCostAsync(gone)).IsFalse();
        using var silent = new PlayedWeb(_ => null);
        await Assert.That(await MayHaveCostAsync(silent)).IsTrue();
    }

    static async Task<bool> MayHaveCostAsync(PlayedWeb server)
    {
        using var web = new Web(TimeSpan.FromMilliseconds(300));
        return (await Assert.That(async () => { await new OpenAiModel(web, server.Url, "llama3", null, 500).AskAsync(Prompt, default); }).Throws<ModelUnavailable>())!.MayHaveCost;
    }
}
