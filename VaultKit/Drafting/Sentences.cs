using System.Runtime.InteropServices;

namespace VaultKit.Drafting;

/// <summary>A text's sentences, in order. Wrapped lines are joined; a blank line, a list item and a greeting are borders.</summary>
static class Sentences
{
    /// <summary>What comes behind is not looked at; no honest question stands that far down.</summary>
    public const int MaxText = 16 * 1024;

    const int MaxSentences = 300;

    // A dot behind one of these ends no sentence.
    static readonly HashSet<string> Short = ["z.b", "z", "b", "bzw", "ca", "nr", "no", "str", "inkl", "exkl", "evtl", "ggf", "usw", "dr", "prof", "hr", "fr", "mr", "mrs", "ms", "mme", "mlle", "sr", "sra",
        "st", "e.g", "i.e", "e", "g", "i", "approx", "incl", "max", "min", "tel", "art", "núm", "num", "aprox", "av", "d", "h", "u", "a", "m", "p", "vs", "abs", "mind", "zzgl"];

    public static List<string> Of(string text, Phrases phrases)
    {
        text = Folding.Compose(Text.Cut(text, MaxText));
        var found = new List<string>();
        // Lines that belong together, joined: in one buffer for all of them.
        var unit = new List<char>();
        void End()
        {
            if (unit.Count > 0 && found.Count < MaxSentences) Cut(CollectionsMarshal.AsSpan(unit), found);
            unit.Clear();
        }
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            var item = line.Length > 1 && (line[0] is '-' or '*' or '•' or '–' or '·' || char.IsDigit(line[0]) && line[1] is '.' or ')' && line.Length > 2 && line[2] == ' ');
            var own = line.IsEmpty || item || Greets(line, phrases) || Closes(line, phrases);
            if (own || unit is [.., ':']) End();
            if (item) line = line.TrimStart("-*•–·0123456789.) ");
            if (unit.Count > 0) unit.Add(' ');
            unit.AddRange(line);
            if (own && !item || unit.Count > 4000) End();
            if (found.Count >= MaxSentences) break;
        }
        End();
        return found;
    }

    /// <summary>The first words greet; short enough to be a line of its own.</summary>
    public static bool Greets(ReadOnlySpan<char> line, Phrases phrases) => BeginsWith(line, phrases.Hellos, 8);

    /// <summary>A line that closes a mail.</summary>
    public static bool Closes(ReadOnlySpan<char> line, Phrases phrases) => BeginsWith(line, phrases.Closers, 7);

    static bool BeginsWith(ReadOnlySpan<char> line, PhraseIndex openers, int atMost) =>
        line.Length <= 90 && openers.MayOpen(Folding.Head(line)) && !line.Contains('?')
        && Folding.Words(line.ToString(), atMost + 1) is var words && words.Count <= atMost && openers.Opens(words) is not null;

    static void Cut(ReadOnlySpan<char> unit, List<string> into)
    {
        var start = 0;
        for (var i = 0; i < unit.Length && into.Count < MaxSentences; i++)
        {
            var end = unit[i..].IndexOfAny(".?!…");
            if (end < 0) break;
            i += end;
            while (i + 1 < unit.Length && unit[i + 1] is '.' or '?' or '!') i++;
            var rest = unit[(i + 1)..].TrimStart("\"'”“»)");
            if (!rest.IsEmpty && !char.IsWhiteSpace(rest[0])) continue;
            if (unit[i] == '.' && !EndsHere(unit[start..i], rest.TrimStart())) continue;
            Add(unit[start..(i + 1)], into);
            start = i + 1;
        }
        if (start < unit.Length) Add(unit[start..], into);
    }

    /// <param name="said">Up to the dot.</param>
    static bool EndsHere(ReadOnlySpan<char> said, ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty) return true;
        if (char.IsLower(rest[0])) return false;
        var word = said[(said.LastIndexOf(' ') + 1)..].ToString().ToLowerInvariant();
        // "am 3. März", "Nr. 5": an ordinal or an abbreviation.
        return !Short.Contains(word.TrimStart('(')) && !(word.Length is 1 or 2 && word.All(char.IsDigit));
    }

    static void Add(ReadOnlySpan<char> sentence, List<string> into)
    {
        sentence = sentence.Trim();
        if (sentence.Length > 1) into.Add(sentence.ToString());
    }
}
