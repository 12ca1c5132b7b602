namespace VaultKit.Drafting;

/// <summary>How the owner wants something said.</summary>
/// <param name="Instead">A line or sentence of a draft; behind its beginning, <c>…</c> stands for the rest of the line. Empty: what is written is added.</param>
/// <param name="Write">Empty: it is left out.</param>
public sealed record WordingRule(string Instead, string Write);

/// <summary>
/// The handbook's section <c>## Wording</c>, a sentence for each: <c>Instead of "Kind regards" write "Cheers"</c>, <c>Never write "…"</c>, <c>Always add "…"</c>. The first two are followed to the letter and only where
/// a whole line or sentence is meant, so that no word of an answer changes by chance. Any other line is for whoever can read.
/// </summary>
public sealed class Wording
{
    const char Rest = '…';

    static readonly PhraseIndex AlwaysAdd = Phrases.List("always add, immer hinzufugen, immer dazu, toujours ajouter, anadir siempre, siempre anadir");
    static readonly PhraseIndex Never = Phrases.List("never write, leave out, nie schreiben, niemals schreiben, schreibe nie, weglassen, ne jamais ecrire, nunca escribir");

    public static Wording None { get; } = new([]);

    public IReadOnlyList<WordingRule> Rules { get; }

    Wording(IReadOnlyList<WordingRule> rules) => Rules = rules;

    internal static Wording Read(IEnumerable<string> lines)
    {
        var rules = new List<WordingRule>();
        foreach (var line in lines)
        {
            var words = Folding.Words(Folding.Compose(line));
            var quoted = Quoted(line);
            if (quoted is [var instead, var write]) rules.Add(new(instead, write));
            else if (quoted is [var only] && Folding.Any(words, Never)) rules.Add(new(only, ""));
            else if (quoted is [var more] && Folding.Any(words, AlwaysAdd)) rules.Add(new("", more));
        }
        return rules.Count == 0 ? None : new(rules);
    }

    static List<string> Quoted(string line)
    {
        var found = new List<string>();
        for (var at = 0; line.AsSpan(at).IndexOfAny("\"“„«") is >= 0 and var next;)
        {
            var open = at + next;
            var length = line.AsSpan(open + 1).IndexOfAny("\"”“»");
            if (length < 0) break;
            if (line.Substring(open + 1, length).Trim() is { Length: > 0 } text) found.Add(Markup.Neutralise(text));
            at = open + length + 2;
        }
        return found;
    }

    /// <summary>What every draft in a language says too.</summary>
    internal IEnumerable<string> Added(string language) => Rules.Where(r => r.Instead.Length == 0 && !Language.IsAnother(r.Write, language)).Select(r => r.Write);

    /// <param name="text">LF line ends.</param>
    internal string Apply(string text)
    {
        if (Rules.All(r => r.Instead.Length == 0)) return text;
        var lines = text.Split('\n').Select(line => Rules.Where(r => r.Instead.Length > 0).Aggregate(line, Apply)).ToList();
        // Where a paragraph was left out its blank line goes with it.
        for (var i = lines.Count - 1; i > 0; i--)
            if (lines[i].Length == 0 && lines[i - 1].Length == 0) lines.RemoveAt(i);
        return string.Join('\n', lines).Trim('\n');
    }

    static string Apply(string line, WordingRule rule)
    {
        if (rule.Instead[^1] == Rest)
        {
            var start = rule.Instead[..^1].TrimEnd() + " ";
            return start.Length > 1 && line.StartsWith(start, StringComparison.Ordinal) ? (rule.Write.TrimEnd(Rest).TrimEnd() + " " + line[start.Length..]).TrimStart() : line;
        }
        if (line == rule.Instead) return rule.Write;
        var at = rule.Instead[^1] is '.' or '!' or '?' ? line.IndexOf(rule.Instead, StringComparison.Ordinal) : -1;
        var end = at + rule.Instead.Length;
        if (at < 0 || at > 0 && line[at - 1] != ' ' || end < line.Length && line[end] != ' ') return line;
        return string.Join(' ', new[] { line[..at].TrimEnd(), rule.Write, line[end..].TrimStart() }.Where(p => p.Length > 0));
    }
}
