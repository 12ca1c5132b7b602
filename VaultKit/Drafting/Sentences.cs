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
        var found = new List<string>();
        foreach (var unit in Units(Folding.Compose(Text.Cut(text, MaxText)), phrases))
        {
            Cut(unit, found);
            if (found.Count >= MaxSentences) break;
        }
        return found;
    }

    /// <summary>The first words greet; short enough to be a line of its own.</summary>
    public static bool Greets(string line, Phrases phrases) => BeginsWith(line, phrases.Hellos, 8);

    /// <summary>A line that closes a mail.</summary>
    public static bool Closes(string line, Phrases phrases) => BeginsWith(line, phrases.Closers, 7);

    static bool BeginsWith(string line, PhraseIndex openers, int atMost) =>
        line.Length <= 90 && !line.Contains('?') && Folding.First(line) is { } first && openers.MayOpen(first)
        && Folding.Words(line, atMost + 1) is var words && words.Count <= atMost && openers.Opens(words) is not null;

    static IEnumerable<string> Units(string text, Phrases phrases)
    {
        var unit = "";
        foreach (var next in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            var line = next;
            var item = line.Length > 1 && (line[0] is '-' or '*' or '•' or '–' or '·' || char.IsDigit(line[0]) && line[1] is '.' or ')' && line.Length > 2 && line[2] == ' ');
            var own = line.Length == 0 || item || Greets(line, phrases) || Closes(line, phrases);
            if (own || unit.EndsWith(':'))
            {
                if (unit.Length > 0) yield return unit;
                unit = "";
            }
            if (item) line = line.TrimStart('-', '*', '•', '–', '·', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', ')', ' ');
            if (own && !item) { if (line.Length > 0) yield return line; continue; }
            unit = unit.Length == 0 ? line : unit + " " + line;
            if (unit.Length > 4000) { yield return unit; unit = ""; }
        }
        if (unit.Length > 0) yield return unit;
    }

    static void Cut(string unit, List<string> into)
    {
        var start = 0;
        for (var i = 0; i < unit.Length && into.Count < MaxSentences; i++)
        {
            var end = unit.AsSpan(i).IndexOfAny(".?!…");
            if (end < 0) break;
            i += end;
            while (i + 1 < unit.Length && unit[i + 1] is '.' or '?' or '!') i++;
            var rest = unit.AsSpan(i + 1).TrimStart("\"'”“»)");
            if (!rest.IsEmpty && !char.IsWhiteSpace(rest[0])) continue;
            if (unit[i] == '.' && !EndsHere(unit, start, i, rest.TrimStart())) continue;
            Add(unit.AsSpan(start, i + 1 - start), into);
            start = i + 1;
        }
        if (start < unit.Length) Add(unit.AsSpan(start), into);
    }

    static bool EndsHere(string unit, int start, int dot, ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty) return true;
        if (char.IsLower(rest[0])) return false;
        var word = unit[start..dot];
        word = word[(word.LastIndexOf(' ') + 1)..].ToLowerInvariant();
        // "am 3. März", "Nr. 5": an ordinal or an abbreviation.
        return !Short.Contains(word.TrimStart('(')) && !(word.Length is 1 or 2 && word.All(char.IsDigit));
    }

    static void Add(ReadOnlySpan<char> sentence, List<string> into)
    {
        sentence = sentence.Trim();
        if (sentence.Length > 1) into.Add(sentence.ToString());
    }
}
