namespace VaultKit.Drafting;

/// <summary>A list of phrases (<see cref="Folding"/>), found in a text that is gone through once, however many they are. Its table is made at its first use: few mails are in all languages.</summary>
sealed class PhraseIndex(string[] phrases)
{
    const int Rows = 256;

    /// <summary>A way in which a phrase begins.</summary>
    /// <param name="More">The word goes on behind it ("gruss~").</param>
    readonly record struct Opening(string Begin, bool More, int Phrase, string[] Parts);

    /// <summary>What begins with the same two letters.</summary>
    /// <param name="Lengths">A bit for each length that a first word may have: says no to nearly all words of a text, each of which is asked of some hundred lists.</param>
    readonly record struct Row(uint Lengths, Opening[] Openings);

    Row[]? table;

    Row[] Table => table ??= Made();

    Row[] Made()
    {
        var rows = new Row[Rows];
        for (var i = 0; i < phrases.Length; i++)
        {
            var parts = phrases[i].Split(' ');
            foreach (var first in parts[0].Split('|'))
            {
                var (begin, more) = (first.TrimEnd('~'), first.EndsWith('~'));
                if (begin.Length == 0) continue;
                // One letter that goes on may be followed by any other.
                for (var row = more && begin.Length == 1 ? 0 : RowOf(begin); row < Rows; row++)
                {
                    var lengths = more ? uint.MaxValue << Bit(begin) : 1u << Bit(begin);
                    rows[row] = new(rows[row].Lengths | lengths, [.. rows[row].Openings ?? [], new(begin, more, i, parts)]);
                    if (!(more && begin.Length == 1)) break;
                }
            }
        }
        return rows;
    }

    /// <summary>By its first two letters.</summary>
    public static byte RowOf(string word) => (byte)(word.Length < 2 ? word[0] : word[0] * 31 + word[1]);

    static int Bit(string word) => Math.Min(word.Length, 31);

    /// <summary>Which phrases stand in the text, in the list's order.</summary>
    public IEnumerable<string> In(List<Word> words) => Hits(words).Select(h => phrases[h]);

    public int Count(List<Word> words) => Hits(words).Count;

    /// <summary>The first of the list that stands in the text; null where none does.</summary>
    public string? First(List<Word> words) => Hits(words) is [var first, ..] ? phrases[first] : null;

    public bool Any(List<Word> words)
    {
        List<int>? hits = null;
        for (var at = 0; at < words.Count; at++)
            if (At(words, at, ref hits)) return true;
        return false;
    }

    /// <summary>The first of the list that the text begins with; null where it begins with none.</summary>
    public string? Opens(List<Word> words)
    {
        List<int>? hits = null;
        return words.Count > 0 && At(words, 0, ref hits) ? phrases[hits!.Min()] : null;
    }

    List<int> Hits(List<Word> words)
    {
        List<int>? hits = null;
        for (var at = 0; at < words.Count; at++) At(words, at, ref hits);
        hits?.Sort();
        return hits ?? [];
    }

    bool At(List<Word> words, int at, ref List<int>? hits)
    {
        var word = words[at];
        ref readonly var row = ref Table[word.Row];
        if ((row.Lengths >> Bit(word.Fold) & 1) == 0) return false;
        var any = false;
        foreach (var opening in row.Openings)
        {
            if (!(opening.More ? word.Fold.StartsWith(opening.Begin, StringComparison.Ordinal) : word.Fold == opening.Begin) || !Follows(words, at, opening.Parts)) continue;
            any = true;
            hits ??= [];
            if (!hits.Contains(opening.Phrase)) hits.Add(opening.Phrase);
        }
        return any;
    }

    static bool Follows(List<Word> words, int at, string[] parts)
    {
        if (at + parts.Length > words.Count) return false;
        for (var k = 1; k < parts.Length; k++)
            if (!Folding.Same(words[at + k].Fold, parts[k])) return false;
        return true;
    }
}
