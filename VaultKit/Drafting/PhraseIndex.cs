using System.Collections.Concurrent;

namespace VaultKit.Drafting;

/// <summary>A list of phrases (<see cref="Folding"/>), found in a text that is gone through once, however many they are. Made at its first use and kept: the lists are the program's own.</summary>
sealed class PhraseIndex
{
    static readonly ConcurrentDictionary<string[], PhraseIndex> Known = new();

    readonly string[] phrases;
    readonly string[][] parts;
    readonly Dictionary<string, List<int>> byWord = new(StringComparer.Ordinal);
    // Those whose first word is a beginning ("gruss~"), by its first letter.
    readonly Dictionary<char, List<(string Begin, int Phrase)>> byBegin = [];

    // By first letter: a bit for each length that a first word may have.
    readonly ulong[] lengths = new ulong[32];

    PhraseIndex(string[] phrases)
    {
        this.phrases = phrases;
        parts = [.. phrases.Select(p => p.Split(' '))];
        for (var i = 0; i < parts.Length; i++)
            foreach (var first in parts[i][0].Split('|'))
            {
                if (first.EndsWith('~') ? first.Length < 2 : first.Length == 0) continue;
                if (!first.EndsWith('~')) Add(byWord, first, i);
                else Add(byBegin, first[0], (first[..^1], i));
                Note(first.TrimEnd('~'), longer: first.EndsWith('~'));
            }
    }

    public static PhraseIndex Of(string[] phrases) => Known.GetOrAdd(phrases, static p => new(p));

    static void Add<TKey, T>(Dictionary<TKey, List<T>> into, TKey key, T item) where TKey : notnull
    {
        if (!into.TryGetValue(key, out var list)) into[key] = list = [];
        list.Add(item);
    }

    /// <summary>Which phrases stand in the text, in the list's order.</summary>
    public IReadOnlyList<string> In(IReadOnlyList<Word> words)
    {
        SortedSet<int>? hits = null;
        for (var at = 0; at < words.Count; at++) At(words, at, phrase => (hits ??= []).Add(phrase));
        return hits is null ? [] : [.. hits.Select(h => phrases[h])];
    }

    public bool Any(IReadOnlyList<Word> words)
    {
        for (var at = 0; at < words.Count; at++)
            if (At(words, at, null)) return true;
        return false;
    }

    /// <param name="hit">Null: one is enough.</param>
    bool At(IReadOnlyList<Word> words, int at, Action<int>? hit)
    {
        var word = words[at].Fold;
        if (!MayBegin(word)) return false;
        if (byWord.TryGetValue(word, out var exact))
            foreach (var phrase in exact)
            {
                if (!Follows(words, at, parts[phrase])) continue;
                if (hit is null) return true;
                hit(phrase);
            }
        if (byBegin.TryGetValue(word[0], out var begins))
            foreach (var (begin, phrase) in begins)
            {
                if (!word.StartsWith(begin, StringComparison.Ordinal) || !Follows(words, at, parts[phrase])) continue;
                if (hit is null) return true;
                hit(phrase);
            }
        return false;
    }

    /// <summary>Says no to nearly all words of a text, by their first letter and length: each is asked of some hundred lists.</summary>
    bool MayBegin(string word) => word.Length > 0 && (lengths[Row(word[0])] >> Math.Min(word.Length, 63) & 1) != 0;

    void Note(string first, bool longer)
    {
        for (var length = Math.Min(first.Length, 63); length <= (longer ? 63 : Math.Min(first.Length, 63)); length++) lengths[Row(first[0])] |= 1UL << length;
    }

    static int Row(char c) => c & 31;

    static bool Follows(IReadOnlyList<Word> words, int at, string[] parts)
    {
        if (at + parts.Length > words.Count) return false;
        for (var k = 1; k < parts.Length; k++)
            if (!Folding.Same(words[at + k].Fold, parts[k])) return false;
        return true;
    }
}
