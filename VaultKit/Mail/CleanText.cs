using System.Buffers;
using System.Text;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>A stranger's characters made safe to show: what steers a terminal, turns the reading direction or can't be seen is taken out.</summary>
static class CleanText
{
    /// <summary>As it stands in nearly all of a text: printable ASCII, tabs and line ends.</summary>
    static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c), '\t', '\n']);

    /// <summary>Where the first character stands that may have to be looked at: neither plain nor one that European texts are full of. -1: there is none.</summary>
    public static int FirstUnusual(ReadOnlySpan<char> text)
    {
        for (var at = 0; text[at..].IndexOfAnyExcept(Plain) is >= 0 and var plain; at++)
        {
            at += plain;
            // Latin-1's signs (all but the no-break space and the soft hyphen), Latin letters with their accents, and what word processors write.
            if (text[at] is not ((>= '¡' and <= '¬') or (>= '®' and <= 'ɏ') or '–' or '—' or '‘' or '’' or '“' or '”' or '„' or '…' or '€')) return at;
        }
        return -1;
    }

    /// <summary>One line: runs of white space become one space; controls, format characters (bidi, zero width, tags) and other invisible ones go.</summary>
    /// <param name="limit">In UTF-16 units, at least 1; what is longer ends with an ellipsis within the limit.</param>
    public static string OneLine(string? text, int limit)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text.Length <= limit && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && text[0] != ' ' && text[^1] != ' ' && !text.Contains("  ", StringComparison.Ordinal)) return text;
        var line = new StringBuilder(Math.Min(text.Length, limit));
        var space = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                space = line.Length > 0;
                continue;
            }
            if (IsInvisible(rune)) continue;
            if (line.Length + (space ? 1 : 0) + rune.Utf16SequenceLength > limit)
            {
                // Not in the middle of a character of two units.
                if (line.Length == limit) line.Length -= char.IsLowSurrogate(line[^1]) ? 2 : 1;
                return line.Append('…').ToString();
            }
            if (space) line.Append(' ');
            space = false;
            line.Append(rune);
        }
        return line.ToString();
    }

    /// <summary>Text of many lines: LF line ends, tabs kept, no-break spaces as spaces, other controls and what steers or hides text dropped.</summary>
    public static string Lines(string text)
    {
        if (FirstUnusual(text) < 0) return text;
        var clean = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            if (FirstUnusual(rest) is not 0 and var plain)
            {
                clean.Append(plain < 0 ? rest : rest[..plain]);
                at += plain < 0 ? rest.Length : plain;
                continue;
            }
            Rune.DecodeFromUtf16(rest, out var rune, out var taken);
            at += taken;
            switch (rune.Value)
            {
                case '\r' when rest.Length > 1 && rest[1] == '\n':
                    break;
                case '\r' or 0x85 or 0x2028 or 0x2029:
                    clean.Append('\n');
                    break;
                case 0xA0 or 0x202F or 0x2007:
                    clean.Append(' ');
                    break;
                // Joiners shape Persian, Hindi and emoji; marks of direction belong to Arabic and Hebrew. They stay in running text.
                case 0x200C or 0x200D or 0x200E or 0x200F or (>= 0xFE00 and <= 0xFE0F):
                    clean.Append(rune);
                    break;
                default:
                    if (!Rune.IsControl(rune) && !IsInvisible(rune)) clean.Append(rune);
                    break;
            }
        }
        return clean.ToString();
    }

    /// <summary>Cuts to a number of UTF-8 octets, between characters.</summary>
    public static string Cut(string text, int octets, out bool cut)
    {
        cut = false;
        if (text.Length * 3L <= octets) return text;
        int taken = 0, length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            length += rune.Utf8SequenceLength;
            if (length > octets)
            {
                cut = true;
                return text[..taken];
            }
            taken += rune.Utf16SequenceLength;
        }
        return text;
    }

    // Variation selectors change the look of the character before them; in a name or subject nobody needs them.
    static bool IsInvisible(Rune rune) => Unseen.Is(rune) || rune.Value is >= 0xFE00 and <= 0xFE0F;
}
