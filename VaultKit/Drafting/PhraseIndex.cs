using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VaultKit.Drafting;

/// <summary>A word of a phrase (<see cref="Folding.Same"/>), made ready to be compared with many.</summary>
readonly struct PhrasePart(string pattern)
{
    readonly bool plain = !pattern.AsSpan().ContainsAny('|', '~');
    readonly ulong head = Word.HeadOf(pattern);

    public string Pattern => pattern;

    public bool Is(in Word word) => plain ? MayBe(word) && word.Fold.SequenceEqual(pattern) : Folding.Same(word.Fold, pattern);

    /// <summary>False: it is not. Says so without a look at either's text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayBe(in Word word) => !plain || word.Head == head;

    public static PhrasePart[] Of(string phrase) => Array.ConvertAll(phrase.Split(' '), p => new PhrasePart(p));
}

/// <summary>A list of phrases (<see cref="Folding"/>), found in a text that is gone through once, however many they are. Its table is made at its first use: few mails are in all languages.</summary>
sealed class PhraseIndex(string[] phrases)
{
    const int Rows = 256;

    /// <summary>A way in which a phrase begins.</summary>
    readonly struct Opening(string begin, bool more, int phrase, PhrasePart[] parts)
    {
        readonly ulong head = Word.HeadOf(begin), mask = more && begin.Length < 4 ? (1UL << 16 * begin.Length) - 1 : ulong.MaxValue;

        // The word behind it is here once more: it says no to most, before the others have to be fetched from memory.
        readonly PhrasePart next = parts.Length > 1 ? parts[1] : default;

        public int Phrase => phrase;

        /// <summary>Whether the word begins as this does: says no to most that have come so far, before anything is called.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MayBe(in Word word) => (word.Head & mask) == head;

        /// <param name="more">The word goes on behind it ("gruss~").</param>
        public bool Is(in Word word) => MayBe(word) && (more ? word.Fold.StartsWith(begin) : word.Fold.SequenceEqual(begin));

        /// <summary>Whether the whole phrase stands there.</summary>
        public bool Is(ReadOnlySpan<Word> words, int at)
        {
            if (at + 1 < words.Length && !next.MayBe(words[at + 1]) || !Is(words[at]) || at + parts.Length > words.Length) return false;
            for (var k = 1; k < parts.Length; k++)
                if (!parts[k].Is(words[at + k])) return false;
            return true;
        }
    }

    /// <param name="Bits">By the first two letters of a word a bit for each pair that may follow: says no to nearly all words of a text, each of which is asked of some hundred lists.</param>
    /// <param name="Starts">By the same first two letters: where among the openings theirs begin, and those of the next row.</param>
    sealed record Table(uint[] Bits, ushort[] Starts, Opening[] Openings)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ReadOnlySpan<Opening> Of(in Word word) => Openings.AsSpan(Starts[word.Row]..Starts[word.Row + 1]);
    }

    static readonly List<PhraseIndex> Used = [];

    Table? table;

    /// <summary>The tables, half a megabyte, are made anew when they are next used. Between two turns only: nobody may be looking.</summary>
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
        var (bits, rows) = (new uint[Rows], new List<Opening>[Rows]);
        for (var i = 0; i < phrases.Length; i++)
        {
            var parts = PhrasePart.Of(phrases[i]);
            foreach (var first in parts[0].Pattern.Split('|'))
            {
                var (begin, more) = (first.TrimEnd('~'), first.EndsWith('~'));
                if (begin.Length == 0) continue;
                var head = Word.HeadOf(begin);
                // One letter that goes on may be followed by any other; behind two or three nothing is known of the next pair.
                var any = more && begin.Length == 1;
                for (var row = any ? 0 : RowOf(head); row < (any ? Rows : RowOf(head) + 1); row++)
                {
                    bits[row] |= more && begin.Length < 4 ? uint.MaxValue : 1u << BitOf(head);
                    (rows[row] ??= []).Add(new(begin, more, i, parts));
                }
            }
        }
        var (starts, openings) = (new ushort[Rows + 1], new List<Opening>());
        for (var row = 0; row < Rows; row++)
        {
            if (rows[row] is { } here) openings.AddRange(here);
            starts[row + 1] = (ushort)openings.Count;
        }
        lock (Used) Used.Add(this);
        return table = new(bits, starts, [.. openings]);
    }

    /// <summary>By the first two letters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte RowOf(ulong head) => (byte)((ushort)head * 31 + (ushort)(head >> 16));

    /// <summary>By the third and the fourth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte BitOf(ulong head) => (byte)((ushort)(head >> 32) * 7 + (ushort)(head >> 48) & 31);

    /// <summary>Which phrases stand in the text, in the list's order.</summary>
    public IReadOnlyList<string> In(List<Word> words)
    {
        if (Find(words, words.Count, one: false) is not { } hits) return [];
        hits.Sort();
        return hits.ConvertAll(h => phrases[h]);
    }

    public int Count(List<Word> words) => Find(words, words.Count, one: false)?.Count ?? 0;

    /// <summary>The first of the list that stands in the text; null where none does.</summary>
    public string? First(List<Word> words) => Find(words, words.Count, one: false) is { } hits ? phrases[hits.Min()] : null;

    public bool Any(List<Word> words) => Find(words, words.Count, one: true) is not null;

    /// <summary>The first of the list that the text begins with; null where it begins with none.</summary>
    public string? Opens(List<Word> words) => Find(words, Math.Min(1, words.Count), one: false) is { } hits ? phrases[hits.Min()] : null;

    /// <summary>Whether there is one that begins with this word, whatever follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayOpen(in Word word) => ((table ?? Made()).Bits[word.Row] >> word.Bit & 1) != 0;

    /// <summary>The same of a word of which no more is known (<see cref="Folding.Head"/>).</summary>
    public bool MayOpen(ulong head) => ((table ?? Made()).Bits[RowOf(head)] >> BitOf(head) & 1) != 0;

    /// <summary>Whether this word is in a list of words.</summary>
    public bool Has(in Word word) => IndexOf(word) >= 0;

    public bool Has(string word) => Has(new Word(word, 0, word.Length));

    /// <summary>Where in a list of words this one is; -1 where it is not.</summary>
    public int IndexOf(in Word word)
    {
        if (!MayOpen(word)) return -1;
        foreach (ref readonly var opening in table!.Of(word))
            if (opening.MayBe(word) && opening.Is(word)) return opening.Phrase;
        return -1;
    }

    /// <param name="starts">So many words are looked at as a phrase's first.</param>
    /// <param name="one">One is enough.</param>
    /// <returns>Null: none.</returns>
    List<int>? Find(List<Word> text, int starts, bool one)
    {
        List<int>? hits = null;
        var words = CollectionsMarshal.AsSpan(text);
        var made = table ?? Made();
        var bits = made.Bits;
        for (var at = 0; at < starts; at++)
        {
            ref readonly var word = ref words[at];
            if ((bits[word.Row] >> word.Bit & 1) == 0) continue;
            foreach (ref readonly var opening in made.Of(word))
            {
                if (!opening.MayBe(word) || !opening.Is(words, at)) continue;
                hits ??= [];
                if (!hits.Contains(opening.Phrase)) hits.Add(opening.Phrase);
                if (one) return hits;
            }
        }
        return hits;
    }
}
