using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VaultKit.Vault;

namespace LocalAgent.Social;

/// <summary>A network and how long a post may be there, counted as the network counts.</summary>
/// <param name="Limit">In <paramref name="Unit"/>.</param>
sealed partial record Network(string Name, int Limit, string Unit, Func<string, int> Count)
{
    /// <summary>Octets of UTF-8; 0 where only the limit counts.</summary>
    public int Octets { get; private init; }

    /// <summary>Both count a link as so many characters, however long it is.</summary>
    const int LinkLength = 23;

    /// <summary>
    /// x: docs.x.com/resources/fundamentals/counting-characters. mastodon: docs.joinmastodon.org/user/posting, where a server may allow more. bluesky: the lexicon app.bsky.feed.post (maxGraphemes, maxLength).
    /// linkedin: the Posts API's commentary. instagram, facebook, threads: Meta's limits of caption, message and text. Where a network does not say what a character is, the strictest reading counts, UTF-16 units.
    /// </summary>
    public static IReadOnlyList<Network> All { get; } =
    [
        new("x", 280, "characters as X counts", Weighted),
        new("mastodon", 500, "characters as Mastodon counts", text => Graphemes(Mention().Replace(Link().Replace(text, new string('x', LinkLength)), "$1"))),
        new("bluesky", 300, "graphemes", Graphemes) { Octets = 3000 },
        new("threads", 500, "characters", text => text.Length),
        new("linkedin", 3000, "characters", text => text.Length),
        new("instagram", 2200, "characters", text => text.Length),
        new("facebook", 63_206, "characters", text => text.Length),
    ];

    public static Network? Find(string name) => All.FirstOrDefault(n => n.Name == name);

    public bool Fits(string text) => Count(text) <= Limit && (Octets == 0 || Encoding.UTF8.GetByteCount(text) <= Octets);

    /// <summary>Why a post can't be posted there as it is, in words; empty where it can.</summary>
    public static IReadOnlyList<string> Against(SocialPost post) =>
        Find(post.Network) is not { } network ? [$"there is no network '{Unseen.OneLine(post.Network)}'; one of: {string.Join(", ", All.Select(n => n.Name))}"]
        : network.Fits(post.Body) ? []
        : network.Count(post.Body) > network.Limit ? [$"it is too long for {network.Name}: {network.Count(post.Body)} {network.Unit}, and {network.Limit} are allowed"]
        : [$"it is too long for {network.Name}: {Encoding.UTF8.GetByteCount(post.Body)} octets, and {network.Octets} are allowed"];

    /// <summary>The longest beginning that fits and ends with a sentence or paragraph, and what is left.</summary>
    /// <returns>An empty beginning where not even the first sentence fits.</returns>
    public (string Fits, string Left) Cut(string text)
    {
        var best = 0;
        for (var i = 0; i < text.Length; i++)
            if (Ends(text, i) && Fits(text[..(i + 1)].TrimEnd())) best = i + 1;
        return (text[..best].TrimEnd(), text[best..].Trim());
    }

    static bool Ends(string text, int at)
    {
        if (at == text.Length - 1) return true;
        if (text[at] == '\n') return text[at + 1] == '\n';
        if (text[at] is not ('.' or '!' or '?' or '…') || !char.IsWhiteSpace(text[at + 1])) return false;
        // "am 3. März", "z. B.", "Dr. Bell": a number or an abbreviation, and no end.
        var word = text[..at];
        word = word[(word.LastIndexOfAny([' ', '\n', '.']) + 1)..];
        return text[at] != '.' || word.Length > 2 && !word.All(char.IsDigit);
    }

    static int Graphemes(string text)
    {
        var count = 0;
        for (var all = StringInfo.GetTextElementEnumerator(text); all.MoveNext();) count++;
        return count;
    }

    /// <summary>An emoji is two, in however many code points; so is what lies outside four ranges.</summary>
    static int Weighted(string text)
    {
        var count = 0;
        for (var all = StringInfo.GetTextElementEnumerator(Link().Replace(text, new string('x', LinkLength))); all.MoveNext();)
        {
            var runes = all.GetTextElement().EnumerateRunes().ToList();
            count += Weight(runes[0]) == 2 || runes.Exists(r => r.Value is 0xFE0F or 0x20E3) ? 2 : runes.Sum(Weight);
        }
        return count;
    }

    static int Weight(Rune rune) => rune.Value is <= 0x10FF or (>= 0x2000 and <= 0x200D) or (>= 0x2010 and <= 0x201F) or (>= 0x2032 and <= 0x2037) ? 1 : 2;

    // What has no scheme may be taken for a link there or not: as it stands is the longer of both, save for very short ones.
    [GeneratedRegex(@"https?://[^\s<>""]+", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex(@"(@\w+)@[\w.-]+\w")]
    private static partial Regex Mention();
}
