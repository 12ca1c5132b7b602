using System.Runtime.InteropServices;

namespace VaultKit.Drafting;

/// <summary>A list of phrases (<see cref="Folding"/>), found in a text that is gone through once, however many they are. Its table is made at its first use: few mails are in all languages.</summary>
sealed class PhraseIndex(string[] phrases)
{
    const int Rows = 256;

    /// <summary>A way in which a phrase begins.</summary>
    /// <param name="More">The word goes on behind it ("gruss~").</param>
    readonly record struct Opening(string Begin, bool More, int Phrase, string[] Parts);

    /// <param name="Lengths">By the first two letters of a word a bit for each length that it may have: says no to nearly all words of a text, each of which is asked of some hundred lists.</param>
    /// <param name="Openings">By the same.</param>
    sealed record Table(uint[] Lengths, Opening[]?[] Openings);

    static readonly List<PhraseIndex> Used = [];

    Table? table;

    /// <summary>The tables, half a megabyte, are made anew when they are next used.</summary>
    public static void GiveBack()
    {
        lock (Used)
        {
            foreach (var index in Used) index.table = null;
            Used.Clear();
        }
    }

    Table Made()
    {
        var made = new Table(new uint[Rows], new Opening[Rows][]);
        for (var i = 0; i < phrases.Length; i++)
        {
            var parts = phrases[i].Split(' ');
            foreach (var first in parts[0].Split('|'))
            {
                var (begin, more) = (first.TrimEnd('~'), first.EndsWith('~'));
                if (begin.Length == 0) continue;
                // One letter that goes on may be followed by any other.
                var any = more && begin.Length == 1;
                for (var row = any ? 0 : RowOf(begin); row < (any ? Rows : RowOf(begin) + 1); row++)
                {
                    made.Lengths[row] |= (more ? uint.MaxValue : 1) << BitOf(begin);
                    made.Openings[row] = [.. made.Openings[row] ?? [], new(begin, more, i, parts)];
                }
            }
        }
        lock (Used) Used.Add(this);
        return table = made;
    }

    /// <summary>By its first two letters.</summary>
    public static byte RowOf(string word) => (byte)(word.Length < 2 ? word[0] : word[0] * 31 + word[1]);

    public static byte BitOf(string word) => (byte)Math.Min(word.Length, 31);

    /// <summary>Which phrases stand in the text, in the list's order.</summary>
    public IEnumerable<string> In(List<Word> words) => Hits(words).Select(h => phrases[h]);

    public int Count(List<Word> words) => Hits(words).Count;

    /// <summary>The first of the list that stands in the text; null where none does.</summary>
    public string? First(List<Word> words) => Hits(words) is [var first, ..] ? phrases[first] : null;

    public bool Any(List<Word> words) => Find(CollectionsMarshal.AsSpan(words), words.Count, one: true) is not null;

    /// <summary>The first of the list that the text begins with; null where it begins with none.</summary>
    public string? Opens(List<Word> words) => Find(CollectionsMarshal.AsSpan(words), Math.Min(1, words.Count), one: false) is { } hits ? phrases[hits.Min()] : null;

    /// <summary>Whether there is one that begins with this word, whatever follows.</summary>
    public bool MayOpen(Word word) => ((table ?? Made()).Lengths[word.Row] >> word.Bit & 1) != 0;

    List<int> Hits(List<Word> words)
    {
        if (Find(CollectionsMarshal.AsSpan(words), words.Count, one: false) is not { } hits) return [];
        hits.Sort();
        return hits;
    }

    /// <param name="starts">So many words are looked at as a phrase's first.</param>
    /// <param name="one">One is enough.</param>
    /// <returns>Null: none.</returns>
    List<int>? Find(ReadOnlySpan<Word> words, int starts, bool one)
    {
        List<int>? hits = null;
        var (lengths, openings) = table ?? Made();
        for (var at = 0; at < starts; at++)
        {
            ref readonly var word = ref words[at];
            if ((lengths[word.Row] >> word.Bit & 1) == 0) continue;
            foreach (var opening in openings[word.Row]!)
            {
                if (!(opening.More ? word.Fold.StartsWith(opening.Begin, StringComparison.Ordinal) : word.Fold == opening.Begin) || !Follows(words, at, opening.Parts)) continue;
                hits ??= [];
                if (!hits.Contains(opening.Phrase)) hits.Add(opening.Phrase);
                if (one) return hits;
            }
        }
        return hits;
    }

    static bool Follows(ReadOnlySpan<Word> words, int at, string[] parts)
    {
        if (at + parts.Length > words.Length) return false;
        for (var k = 1; k < parts.Length; k++)
            if (!Folding.Same(words[at + k].Fold, parts[k])) return false;
        return true;
    }
}
