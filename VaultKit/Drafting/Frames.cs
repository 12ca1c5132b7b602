namespace VaultKit.Drafting;

/// <summary>Takes what is asked about out of a sentence, and turns it to the owner's point of view.</summary>
static class Frames
{
    const int MaxAbout = 90;
    const int MaxAboutWords = 14;

    internal sealed record Taken(Frame Frame, string About, bool StartsWithDay);

    /// <summary>The first frame of this topic that fits and whose matter can be said by the owner; null where none does.</summary>
    public static Taken? Take(string text, List<Word> words, Topic topic, Phrases phrases)
    {
        foreach (var frame in phrases.Frames)
        {
            if (frame.Topic != topic || Matter(text, words, frame.Parts, frame.Star) is not { } span) continue;
            if (frame.Pattern.EndsWith('#')) return new Taken(frame, text[words[span.From].Start..words[span.To - 1].End], false);
            if (About(text, words, span.From, span.To, phrases) is not { } about) continue;
            return new Taken(frame, about, phrases.Days.Has(words[span.From]) || phrases.DayParts.Has(words[span.From]) && Day(text, words[span.From..span.To], phrases) is not null
                && phrases.Days.Has(words[Math.Min(span.From + 1, span.To - 1)]));
        }
        return null;
    }

    /// <summary>The words that stand for <c>*</c> or <c>#</c>.</summary>
    static (int From, int To)? Matter(string text, List<Word> words, PhrasePart[] parts, int star)
    {
        for (var i = 0; i + star < words.Count; i++)
        {
            var k = 0;
            while (k < star && parts[k].Is(words[i + k])) k++;
            // A border inside the pattern: "quote. For …" is no "quote for".
            if (k < star || !Together(text, words, i, i + star + 1)) continue;
            var from = i + star;
            if (parts[star].Pattern == "#") return Number(text, words, from);
            var tail = parts.Length - star - 1;
            if (tail == 0) return (from, Border(text, words, from));
            for (var end = from + 1; end + tail <= words.Count; end++)
            {
                k = 0;
                while (k < tail && parts[star + 1 + k].Is(words[end + k])) k++;
                if (k == tail && Border(text, words, from) >= end) return (from, end);
            }
        }
        return null;
    }

    static bool Together(string text, List<Word> words, int from, int to)
    {
        for (var i = from + 1; i < to; i++)
            if (text.AsSpan(words[i - 1].End, words[i].Start - words[i - 1].End).ContainsAny(",;:?!()“”")) return false;
        return true;
    }

    /// <summary>Where the clause ends. A comma between two numbers is a decimal one.</summary>
    static int Border(string text, List<Word> words, int from)
    {
        for (var i = from + 1; i < words.Count; i++)
        {
            var gap = text.AsSpan(words[i - 1].End, words[i].Start - words[i - 1].End);
            if (gap.ContainsAny(";:?!()…") || gap.Contains(',') && gap.Length > 1 || gap.Contains(" - ", StringComparison.Ordinal) || gap.Contains(" – ", StringComparison.Ordinal)) return i;
        }
        return words.Count;
    }

    static (int From, int To)? Number(string text, List<Word> words, int from)
    {
        var to = from + 1;
        // "2024-118" and "RE-4711" are two words each and one number.
        while (to < words.Count && words[to].Start - words[to - 1].End == 1 && text[words[to - 1].End] is '-' or '/' or '.' or '_') to++;
        return text[words[from].Start..words[to - 1].End].Any(char.IsDigit) ? (from, to) : null;
    }

    static string? About(string text, List<Word> words, int from, int to, Phrases phrases)
    {
        for (var i = from; i < to; i++)
        {
            if (i > from && phrases.Ends.Has(words[i])) { to = i; break; }
            if (!Speaks(text, words[i], phrases)) continue;
            // "20 chairs and could you …": up to the word that joins the two.
            var join = i - 1;
            while (join > from && !phrases.Joiners.Has(words[join])) join--;
            if (join <= from) return null;
            to = join;
            break;
        }
        while (to > from && (phrases.Joiners.Has(words[to - 1]) || phrases.Ends.Has(words[to - 1]))) to--;
        if (phrases.Language == Language.German) to = UpToNoun(text, words, from, to);
        if (to <= from || to - from > MaxAboutWords || phrases.Ends.Has(words[from])) return null;
        if (!words[from..to].Exists(w => !phrases.Empty.Has(w))) return null;

        var built = new System.Text.StringBuilder();
        for (var i = from; i < to; i++)
        {
            if (i > from) built.Append(text, words[i - 1].End, words[i].Start - words[i - 1].End);
            var word = text[words[i].Start..words[i].End];
            built.Append(phrases.Turned.TryGetValue(word, out var turned) ? turned : word);
        }
        return built.Length <= MaxAbout ? built.ToString() : null;
    }

    /// <summary>A person that the owner's answer would mistake. In German "Ihr" may be "your" and "ihr" is somebody else.</summary>
    static bool Speaks(string text, Word word, Phrases phrases) =>
        phrases.Persons.Has(word) && !phrases.Turned.ContainsKey(text[word.Start..word.End]);

    /// <summary>A German thing ends with a noun or a number; the verbs behind it are the question's.</summary>
    static int UpToNoun(string text, List<Word> words, int from, int to)
    {
        while (to > from && !char.IsUpper(text[words[to - 1].Start]) && !char.IsDigit(text[words[to - 1].Start])) to--;
        return to;
    }

    /// <summary>A date in a sentence as its sender wrote it ("on Tuesday at 10 am"); null where there is none.</summary>
    public static string? Day(string text, List<Word> words, Phrases phrases)
    {
        var at = words.FindIndex(w => phrases.Days.Has(w) && Capital(text, w, phrases));
        if (at < 0) return null;
        bool Part(Word w) => phrases.DayParts.Has(w) || phrases.Days.Has(w) || char.IsDigit(w.Fold[0]) && w.Fold.Length <= 5;
        int from = at, to = at + 1;
        while (from > 0 && Part(words[from - 1])) from--;
        while (to < words.Count && Part(words[to]) && !text.AsSpan(words[to - 1].End, words[to].Start - words[to - 1].End).ContainsAny("?!;")) to++;
        // What stays at either end must be of the date.
        while (to - 1 > at && phrases.DayParts.Has(words[to - 1]) && Dangling(words[to - 1].Fold, phrases)) to--;
        while (from < at && (phrases.Joiners.Has(words[from]) || text.AsSpan(words[from].Start, 2) is "là" or "Là")) from++;
        var day = text[words[from].Start..words[to - 1].End];
        return day.Length <= MaxAbout ? day : null;
    }

    // In German "morgen" is tomorrow and "Morgen" mostly a greeting; in English "may" and "march" are verbs in lower case, and so is "sat".
    static bool Capital(string text, Word word, Phrases phrases) => phrases.Language switch
    {
        Language.English => word.Fold is "tomorrow" or "weekend" || word.Fold.EndsWith("day") || char.IsUpper(text[word.Start]),
        Language.German => word.Fold is not "morgen" || char.IsLower(text[word.Start]),
        Language.French => word.Fold is not "mai" || char.IsLower(text[word.Start]),
        _ => true,
    };

    static bool Dangling(ReadOnlySpan<char> word, Phrases phrases) => word is "am" ? phrases.Language == Language.German : word is "on" or "at" or "or" or "of" or "the" or "this" or "to" or "from" or "about" or "between" or "an" or "um" or "gegen" or "ab" or "oder"
        or "der" or "dem" or "den" or "von" or "vor" or "nach" or "zwischen" or "diese" or "diesen" or "le" or "la" or "du" or "de" or "au" or "a" or "et" or "vers" or "entre" or "des" or "l'"
        or "el" or "las" or "los" or "por" or "y" or "o" or "del" or "que" or "partir" or "cette" or "ca" or "around" or "any" or "either" or "este";
}
