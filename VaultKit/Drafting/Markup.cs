using System.Buffers;
using System.Globalization;
using System.Text;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>
/// What a Markdown viewer (Obsidian and its usual plugins) would hide, fetch or run in a text that goes out as plain text.
/// The owner must see what goes out: in a draft it is a reason not to send, in quoted history it is taken apart.
/// </summary>
static class Markup
{
    /// <summary>Why a viewer would show something else than what goes out, each reason once; empty where it shows the same.</summary>
    public static IReadOnlyList<string> Reasons(string text)
    {
        var reasons = new List<string>();
        void When(bool found, string reason) { if (found) reasons.Add(reason); }

        When(text.Contains("%%", StringComparison.Ordinal), "%% begins a comment that Obsidian hides");
        When(text.Contains("<%", StringComparison.Ordinal), "<% begins a template that a plugin would run");
        When(HasHtml(text), "an HTML tag or comment that a viewer would hide or interpret");
        When(text.Contains("![", StringComparison.Ordinal), "an embed or image (![) that a viewer would fetch");
        When(text.Contains("[[", StringComparison.Ordinal), "a wiki link ([[) that shows something else than it says");
        When(text.Contains("](", StringComparison.Ordinal), "a link [text](address) that hides its address");
        When(text.Contains("]:", StringComparison.Ordinal) && HasDefinition(text), "a link or footnote definition ([x]:) that a viewer hides");
        When(text.Contains("^[", StringComparison.Ordinal), "a footnote (^[) that a viewer moves away");
        When(text.Contains("[!", StringComparison.Ordinal), "a callout ([!) that a viewer can fold away");
        When(text.Contains("```", StringComparison.Ordinal) || text.Contains("~~~", StringComparison.Ordinal), "a code fence, which plugins may run");
        When(text.Contains("`=", StringComparison.Ordinal) || text.Contains("`$", StringComparison.Ordinal), "inline code that a plugin would run");
        When(text.Contains("$$", StringComparison.Ordinal) || HasFormula(text), "a formula ($) that a viewer would set");
        When(HasEntity(text), "an HTML entity (&…;) that a viewer shows as another character");
        When(HasBlockName(text), "a block name (^name) at a line's end that a viewer hides");
        return reasons;
    }

    /// <summary>The same words with nothing left that <see cref="Reasons"/> would name; links show their address.</summary>
    public static string Neutralise(string text)
    {
        if (!text.AsSpan().ContainsAny(Meaning)) return text;
        var built = new StringBuilder(text.Length + 64);
        var close = -1;
        for (var i = 0; i < text.Length; i++)
        {
            // What means nothing to a viewer, behind something that does not either.
            if (built.Length == 0 || !Meaning.Contains(built[^1]))
            {
                var plain = text.AsSpan(i).IndexOfAny(Meaning) is >= 0 and var next ? next : text.Length - i;
                built.Append(text, i, plain);
                i += plain;
                if (i == text.Length) break;
            }
            var c = text[i];
            // Judged by what is already written, so that taking something away can bring nothing new together.
            var last = built.Length > 0 ? built[^1] : '\n';
            switch (c)
            {
                case '<' when close < i && AutolinkEnd(text, i) is > 0 and var end:
                    close = end;
                    if (EndsInEntity(built)) built.Append(' ');
                    break;
                case '>' when i == close:
                    if (EndsInEntity(built)) built.Append(' ');
                    break;
                case '`': built.Append('\''); break;
                case '(' when last == ']': Unlink(built); built.Append(" ("); break;
                case '&' when EntityEnd(text, i) > 0: built.Append("& "); break;
                default:
                    if (Combines(last, c)) built.Append(' ');
                    built.Append(c);
                    break;
            }
        }
        return built.ToString();
    }

    static readonly SearchValues<char> Meaning = SearchValues.Create("<>`(&%${~[!^]\\");

    /// <summary>Two characters that mean something to a viewer when they stand side by side.</summary>
    static bool Combines(char last, char c) => last switch
    {
        '%' or '$' or '{' or '~' when c == last => true,
        '<' => c is '<' or '/' or '!' or '?' or '%' || char.IsAsciiLetter(c),
        '[' => c is '[' or '!' or '^',
        '!' => c == '[',
        '^' => c is '[' or '-' || char.IsAsciiLetterOrDigit(c),
        ']' => c == ':',
        '\\' => char.IsAsciiLetter(c),
        _ => false,
    };

    /// <summary><c>[text](url)</c> becomes <c>text (url)</c>: the brackets around the text go.</summary>
    static void Unlink(StringBuilder built)
    {
        for (var i = built.Length - 2; i >= 0 && built[i] != '\n' && built.Length - i < 500; i--)
        {
            if (built[i] == ']') return;
            if (built[i] != '[') continue;
            // Taking a bracket away must not bring its neighbours together to something new.
            built[^1] = ' ';
            built[i] = ' ';
            if (i == 0 || char.IsWhiteSpace(built[i - 1])) built.Remove(i, 1);
            built.Length--;
            return;
        }
    }

    /// <summary>Control characters, reversed text and characters that nobody sees.</summary>
    public static IReadOnlyList<string> CharacterReasons(string text)
    {
        bool control = false, bidi = false, invisible = false;
        var last = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is 0x2028 or 0x2029 || Rune.IsControl(rune) && rune.Value is not ('\n' or '\t')) control = true;
            else if (rune.Value is 0x61C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)) bidi = true;
            else if (rune.Value is 0x200D && (last.Value is 0xFE0F || Rune.GetUnicodeCategory(last) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol)) { }
            else if (rune == Rune.ReplacementChar || Unseen.Is(rune)) invisible = true;
            last = rune;
        }
        var reasons = new List<string>();
        if (control) reasons.Add("a control character");
        if (bidi) reasons.Add("a character that turns the direction of text");
        if (invisible) reasons.Add("an invisible or broken character");
        return reasons;
    }

    static bool HasHtml(string text)
    {
        for (var i = text.IndexOf('<'); i >= 0 && i + 1 < text.Length; i = text.IndexOf('<', i + 1))
            if ((text[i + 1] is '/' or '!' or '?' || char.IsAsciiLetter(text[i + 1])) && AutolinkEnd(text, i) < 0) return true;
        return false;
    }

    /// <summary>Where the <c>&gt;</c> of <c>&lt;https://…&gt;</c> or <c>&lt;a@b.c&gt;</c> stands; -1 where that is no plain address.</summary>
    static int AutolinkEnd(string text, int open)
    {
        var end = -1;
        for (var i = open + 1; i < text.Length && i - open < 2000; i++)
        {
            if (text[i] == '>') { end = i; break; }
            if (text[i] is '<' or '"' or '\'' or '`' or '\\' || char.IsWhiteSpace(text[i]) || char.IsControl(text[i])) return -1;
        }
        if (end < 0) return -1;
        var inner = text.AsSpan(open + 1, end - open - 1);
        if (inner.StartsWith("https://") || inner.StartsWith("http://") || inner.StartsWith("mailto:")) return end;
        var at = inner.IndexOf('@');
        return at > 0 && at < inner.Length - 1 && !inner.ContainsAny("/:=!?") && inner[(at + 1)..].IndexOf('@') < 0 ? end : -1;
    }

    static bool HasDefinition(string text)
    {
        foreach (var line in text.AsSpan().Split('\n'))
        {
            var bare = text.AsSpan(line).TrimStart(" \t>-*+0123456789.)");
            if (bare.StartsWith("[") && bare.IndexOf("]:", StringComparison.Ordinal) > 0) return true;
        }
        return false;
    }

    /// <summary>A command such as <c>\phantom</c> in a paragraph with two dollar signs; prices and Windows paths alone are none.</summary>
    static bool HasFormula(string text)
    {
        var dollars = 0;
        var command = false;
        foreach (var line in text.AsSpan().Split('\n'))
        {
            var bare = text.AsSpan(line).TrimStart("> \t");
            if (bare.IsEmpty) { dollars = 0; command = false; continue; }
            dollars += bare.Count('$');
            for (var i = 0; i + 1 < bare.Length; i++) command |= bare[i] == '\\' && char.IsAsciiLetter(bare[i + 1]);
            if (command && dollars > 1) return true;
        }
        return false;
    }

    static bool HasEntity(string text)
    {
        for (var i = text.IndexOf('&'); i >= 0; i = text.IndexOf('&', i + 1))
            if (EntityEnd(text, i) > 0) return true;
        return false;
    }

    /// <summary>Where the semicolon of <c>&amp;name;</c> or <c>&amp;#8203;</c> stands; -1 where that is none.</summary>
    static int EntityEnd(string text, int at)
    {
        for (var i = at + 1; i < text.Length && i - at < 40; i++)
        {
            if (text[i] == ';') return i > at + 1 ? i : -1;
            if (!(char.IsAsciiLetterOrDigit(text[i]) || text[i] == '#' && i == at + 1)) return -1;
        }
        return -1;
    }

    /// <summary>Whether more letters or a semicolon would make an entity of what is written.</summary>
    static bool EndsInEntity(StringBuilder built)
    {
        for (var i = built.Length - 1; i >= 0 && built.Length - i < 40; i--)
        {
            if (built[i] == '&') return true;
            if (!(char.IsAsciiLetterOrDigit(built[i]) || built[i] == '#')) return false;
        }
        return false;
    }

    static bool HasBlockName(string text)
    {
        foreach (var line in text.AsSpan().Split('\n'))
        {
            var bare = text.AsSpan(line).TrimEnd();
            var at = bare.LastIndexOf('^');
            if (at < 0 || at == bare.Length - 1 || at > 0 && bare[at - 1] is not (' ' or '>')) continue;
            var name = true;
            foreach (var c in bare[(at + 1)..]) name &= char.IsAsciiLetterOrDigit(c) || c == '-';
            if (name) return true;
        }
        return false;
    }
}
