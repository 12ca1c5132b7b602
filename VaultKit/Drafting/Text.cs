using System.Buffers;
using System.Text;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>A stranger's words made safe to repeat: one line, bounded, without addresses and without what a viewer would interpret.</summary>
static class Text
{
    /// <summary>At most <paramref name="length"/> characters, never half of a surrogate pair.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    /// <summary>At most <paramref name="length"/> characters, cut between words and marked with an ellipsis.</summary>
    public static string Shorten(string text, int length)
    {
        if (text.Length <= length) return text;
        var cut = Cut(text, length - 1);
        var space = cut.LastIndexOf(' ');
        return (space > length / 2 ? cut[..space] : cut).TrimEnd(' ', ',', ';', ':', '-') + "…";
    }

    /// <summary>Without what nobody would see; other than that, as it was written.</summary>
    public static string Shown(string text)
    {
        if (CleanText.FirstUnusual(text) < 0) return text;
        var built = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t') built.Append(rune);
            else if (rune.Value is 0x2028 or 0x2029) built.Append('\n');
            else if (!Rune.IsControl(rune) && !Unseen.Is(rune) && rune != Rune.ReplacementChar) built.Append(rune);
        }
        return built.ToString();
    }

    // A token of nothing else is what it is; of those and these it is too, where it is no address and no long number.
    static readonly SearchValues<char> Kept = SearchValues.Create([.. "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz,;!?'()-.:/+=0123456789", .. Enumerable.Range('À', 'ɏ' - 'À' + 1).Select(c => (char)c)]);

    // A token of nothing else is what it is.
    static readonly SearchValues<char> Harmless = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz,;!?'()-");

    /// <summary>One line that can stand in a draft. Web and mail addresses and long numbers (accounts, telephones) become an ellipsis.</summary>
    public static string Plain(string text, int length)
    {
        var built = new StringBuilder(Math.Min(text.Length, length * 2));
        foreach (var range in text.AsSpan().SplitAny(' ', '\n', '\t', '\u00a0', '\u202f', '\u2028', '\u2029'))
        {
            var token = text.AsSpan(range);
            if (token.IsEmpty) continue;
            if (built.Length > length * 2) break;
            if (!token.ContainsAnyExcept(Harmless))
            {
                if (built.Length > 0) built.Append(' ');
                built.Append(token);
                continue;
            }
            var word = LooksLikeAddress(token) ? "…" : token.ContainsAnyExcept(Kept) ? Letters(token) : token;
            if (word.IsEmpty || word is "…" && built.Length > 0 && built[^1] == '…') continue;
            if (built.Length > 0) built.Append(' ');
            built.Append(word);
        }
        return Shorten(built.ToString(), length);
    }

    static bool LooksLikeAddress(ReadOnlySpan<char> token)
    {
        if (token.Contains('@') || token.Contains("://", StringComparison.Ordinal) || token.Contains("www.", StringComparison.OrdinalIgnoreCase)) return true;
        var digits = 0;
        for (var i = 0; i < token.Length; i++)
        {
            if (char.IsDigit(token[i])) digits++;
            // A dot or slash between letters, as in firma.example/login; "z.B." and "e.g." have single letters.
            if (token[i] is '.' && i >= 2 && i + 2 < token.Length && char.IsLetterOrDigit(token[i - 2]) && char.IsLetter(token[i + 1]) && char.IsLetter(token[i + 2])) return true;
        }
        return digits >= 9;
    }

    static string Letters(ReadOnlySpan<char> token)
    {
        // "&nbsp;" would be shown as something else. Left out on the way, so that nothing new comes together behind it.
        var entity = token.Contains('&') && token.Contains(';');
        var built = new StringBuilder(token.Length);
        foreach (var rune in token.EnumerateRunes())
        {
            if (entity && rune.Value == '&') continue;
            if (rune == Rune.ReplacementChar || rune.Value is '<' or '>' or '[' or ']' or '{' or '}' or '|' or '`' or '*' or '#' or '~' or '\\' or '^' or '"'
                or '“' or '”' or '„' or '«' or '»' or '_') continue;
            if (rune.Value is '%' or '$' or '&' && built.Length > 0 && built[^1] == rune.Value) continue;
            if (Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.PrivateUse or System.Globalization.UnicodeCategory.OtherNotAssigned
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator) continue;
            if (Unseen.Is(rune)) continue;
            built.Append(rune);
        }
        return built.ToString();
    }
}
