using System.Text.Json;
using System.Text.RegularExpressions;

namespace VaultKit.Drafting;

/// <summary>What a model was asked for, as it answers: <c>{"category": …, "needs_answer": …, "language": …, "answer": …}</c>. Which language it is, the answer shows better than the model says.</summary>
public sealed partial record ModelReply(string? Category, bool? NeedsAnswer, string? Answer)
{
    [GeneratedRegex(@"```[^\n`]*\n(?<inside>.*?)\n?```", RegexOptions.Singleline)]
    private static partial Regex CodeFence();

    /// <summary>Reads it out of what models put around it: their thoughts, a code fence, a sentence before and after.</summary>
    /// <returns>Null where there is neither such an object nor a plain answer in a code fence.</returns>
    public static ModelReply? Read(string said)
    {
        var text = WithoutThoughts(said);
        if (CodeFence().Match(text) is { Success: true } fence)
        {
            var inside = fence.Groups["inside"].Value;
            return Object(inside) ?? (inside.TrimStart().StartsWith('{') ? null : new ModelReply(null, null, inside));
        }
        return Object(text);
    }

    static string WithoutThoughts(string text) =>
        text.TrimStart().StartsWith("<think>", StringComparison.Ordinal) && text.IndexOf("</think>", StringComparison.Ordinal) is >= 0 and var end ? text[(end + "</think>".Length)..] : text;

    static ModelReply? Object(string text)
    {
        var (from, to) = (text.IndexOf('{'), text.LastIndexOf('}'));
        if (from < 0 || to < from) return null;
        try { return JsonSerializer.Deserialize(text[from..(to + 1)], ModelJson.Default.ModelReply); }
        catch (JsonException) { return null; } // said by whoever asked
    }

    static readonly PhraseIndex Refusals = Phrases.List(
        "i can' t help with, i cannot help with, i can' t assist, i cannot assist, i can' t comply, i cannot comply, i can' t fulfill, i cannot fulfill, as an ai, as a language model, "
        + "ich kann dabei nicht helfen, ich kann ihnen dabei nicht helfen, als ki, als sprachmodell, en tant qu' ia, en tant que modele de langage, je ne peux pas vous aider avec, "
        + "como ia, como modelo de lenguaje, no puedo ayudar con");

    /// <summary>It speaks of itself where the owner's answer should be.</summary>
    public static bool Refuses(string text) => Folding.Any(Folding.Words(Folding.Compose(Text.Cut(text, 400))), Refusals);
}
