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

    PhraseIndex(string[] phrases)
    {
        this.phrases = phrases;
        parts = [.. phrases.Select(p => p.Split(' '))];
        for (var i = 0; i < parts.Length; i++)
            foreach (var first in parts[i][0].Split('|'))
            {
                if (!first.EndsWith('~')) Add(byWord, first, i);
                else if (first.Length > 1) Add(byBegin, first[0], (first[..^1], i));
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
        for (var at = 0; at < words.Count; at++)
            foreach (var phrase in At(words, at)) (hits ??= []).Add(phrase);
        return hits is null ? [] : [.. hits.Select(h => phrases[h])];
    }

    public bool Any(IReadOnlyList<Word> words)
    {
        for (var at = 0; at < words.Count; at++)
            foreach (var _ in At(words, at)) return true;
        return false;
    }

    IEnumerable<int> At(IReadOnlyList<Word> words, int at)
    {
        var word = words[at].Fold;
        if (byWord.TryGetValue(word, out var exact))
            foreach (var phrase in exact)
                if (Follows(words, at, parts[phrase])) yield return phrase;
        if (word.Length > 0 && byBegin.TryGetValue(word[0], out var begins))
            foreach (var (begin, phrase) in begins)
                if (word.StartsWith(begin, StringComparison.Ordinal) && Follows(words, at, parts[phrase])) yield return phrase;
    }

    static bool Follows(IReadOnlyList<Word> words, int at, string[] parts)
    {
        if (at + parts.Length > words.Count) return false;
        for (var k = 1; k < parts.Length; k++)
            if (!Folding.Same(words[at + k].Fold, parts[k])) return false;
        return true;
    }
}
