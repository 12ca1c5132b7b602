using System.Runtime.CompilerServices;
using System.Text;

namespace VaultKit.Drafting;

/// <summary>A word of a text, and where it stands.</summary>
public readonly struct Word
{
    // The whole text's: a string for each word would be most of what reading a mail allocates.
    readonly string folded;

    // Its first four letters, and where a PhraseIndex looks for it.
    internal readonly ulong Head;
    internal readonly byte Row, Bit;

    internal Word(string folded, int start, int end)
    {
        (this.folded, Start, End) = (folded, start, end);
        Head = HeadOf(Fold);
        (Row, Bit) = (PhraseIndex.RowOf(Head), PhraseIndex.BitOf(Head));
    }

    /// <summary>The first four letters in one number, so that most words are told apart without a look at either's text; of a shorter word all, and nothing behind them.</summary>
    internal static ulong HeadOf(ReadOnlySpan<char> word)
    {
        var head = 0UL;
        for (var i = 0; i < word.Length && i < 4; i++) head |= (ulong)word[i] << 16 * i;
        return head;
    }

    public int Start { get; }
    public int End { get; }

    /// <summary>As it is compared.</summary>
    public ReadOnlySpan<char> Fold
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => folded.AsSpan(Start, End - Start);
    }
}

/// <summary>
/// Text as it is compared: lower case, without accents, character for character, so that a position in the folded text is one in the original.
/// By a table of our own: under the invariant culture <c>string.Normalize</c> gives its input back.
/// </summary>
public static class Folding
{
    const string From = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿßœæšžčćłńśźżğışőű’‘`´‐‑–—\u00a0\u202f";
    const string Into = "aaaaaaceeeeiiiinoooooouuuuyysoaszccl" + "nszzgisou''''----  ";

    const string Marks = "\u0300\u0301\u0302\u0303\u0308\u0327\u030a";
    static readonly string[] Composed = ["aàáâãä å", "eèéêẽë  ", "iìíîĩï  ", "oòóôõö  ", "uùúûũü ů", "n ń ñ   ", "c ć   ç ", "y ý  ÿ  "];

    /// <summary>A letter and its combining mark as one character where this table knows it; macOS sends them apart.</summary>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u0300', '\u036f')) return text;
        var built = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is < '\u0300' or > '\u036f') { built.Append(c); continue; }
            var mark = Marks.IndexOf(c);
            if (mark < 0 || built.Length == 0) continue;
            var last = built[^1];
            var row = Array.Find(Composed, r => r[0] == char.ToLowerInvariant(last));
            if (row is null || row[mark + 1] == ' ') continue;
            built[^1] = char.IsUpper(last) ? char.ToUpperInvariant(row[mark + 1]) : row[mark + 1];
        }
        return built.ToString();
    }

    /// <summary>As long as <paramref name="text"/>.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, static (into, text) =>
    {
        for (var i = 0; i < into.Length; i++) into[i] = Fold(text[i]);
    });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static char Fold(char c)
    {
        if (c < 128) return char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c == '`' ? '\'' : c;
        return Beyond(char.ToLowerInvariant(c));
    }

    static char Beyond(char lower) => From.IndexOf(lower) is >= 0 and var at ? Into[at] : lower;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsLetter(char c) => c < 128 ? char.IsAsciiLetterOrDigit(c) : char.IsLetterOrDigit(c);

    /// <summary>Runs of letters and digits; an apostrophe closes the word before it and belongs to it: <c>l'|offre</c>, <c>i'|d</c>.</summary>
    /// <param name="most">Those behind are left out.</param>
    public static List<Word> Words(string text, int most = int.MaxValue)
    {
        var words = new List<Word>(Math.Min(most, text.Length / 5));
        Words(text, words, most);
        return words;
    }

    /// <summary>Adds those of one more text.</summary>
    internal static void Words(string text, List<Word> words, int most = int.MaxValue)
    {
        var folded = Fold(text);
        for (var i = 0; i < text.Length && words.Count < most;)
        {
            if (!IsLetter(text[i])) { i++; continue; }
            var start = i;
            while (i < text.Length && IsLetter(text[i])) i++;
            if (i < text.Length && folded[i] == '\'') i++;
            words.Add(new Word(folded, start, i));
        }
    }

    /// <summary>How the first of <see cref="Words"/> begins (<see cref="Word.HeadOf"/>), for whoever may need no other; 0 where there is none.</summary>
    internal static ulong Head(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && !IsLetter(text[start])) start++;
        Span<char> word = stackalloc char[4];
        var length = 0;
        for (var i = start; i < text.Length && length < word.Length; i++)
        {
            word[length] = Fold(text[i]);
            if (IsLetter(text[i]) || word[length] == '\'') length++;
            if (!IsLetter(text[i])) break;
        }
        return Word.HeadOf(word[..length]);
    }

    /// <summary>Where the words of <paramref name="phrase"/> (folded, parted by one space) stand one after the other; -1 where they don't.</summary>
    public static int Find(IReadOnlyList<Word> words, string phrase)
    {
        var parts = phrase.Split(' ');
        for (var i = 0; i + parts.Length <= words.Count; i++)
        {
            var k = 0;
            while (k < parts.Length && Same(words[i + k].Fold, parts[k])) k++;
            if (k == parts.Length) return i;
        }
        return -1;
    }

    /// <summary>Alternatives are parted by <c>|</c>; one that ends with <c>~</c> is a beginning.</summary>
    public static bool Same(ReadOnlySpan<char> word, string pattern)
    {
        if (!pattern.AsSpan().ContainsAny('|', '~')) return word.SequenceEqual(pattern);
        foreach (var one in pattern.AsSpan().Split('|'))
        {
            var p = pattern.AsSpan(one);
            if (p.EndsWith("~") ? word.StartsWith(p[..^1]) : word.SequenceEqual(p)) return true;
        }
        return false;
    }

    internal static bool Any(List<Word> words, PhraseIndex phrases) => phrases.Any(words);

    /// <summary>The first of the list that stands in the text; null where none does.</summary>
    internal static string? First(List<Word> words, PhraseIndex phrases) => phrases.First(words);
}
