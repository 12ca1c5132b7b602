using System.Text.Json;
using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting.Models;

/// <summary>A model that says what a test wants, and keeps what it was asked.</summary>
sealed class ScriptedModel(Func<ModelPrompt, ModelAnswer> says) : IModel
{
    public const string Good = "Dear Anna,\n\nthank you for your mail. The chairs cost {{price}}, and we can have them ready for you by the end of the month.\n\nKind regards\nJo Berger";

    public List<ModelPrompt> Asked { get; } = [];

    public string Name => "scripted/one";

    public ScriptedModel(string answer, string language = "en") : this(_ => Saying(answer, language)) { }

    public static ModelAnswer Saying(string answer, string language = "en") =>
        new("{\"category\": \"order\", \"needs_answer\": true, \"language\": \"" + language + "\", \"answer\": " + JsonSerializer.Serialize(answer, Words.Default.String) + "}", ModelStop.End, 300, 80);

    public Task<ModelAnswer> AskAsync(ModelPrompt prompt, CancellationToken cancel)
    {
        Asked.Add(prompt);
        return Task.FromResult(says(prompt));
    }

    public Task<string> ProbeAsync(CancellationToken cancel) => Task.FromResult("there");
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
sealed partial class Words : System.Text.Json.Serialization.JsonSerializerContext;
