using System.Globalization;
using System.Text;

namespace VaultKit.Vault;

/// <summary>Characters that nobody sees, or that change how others are seen: format characters (zero width, direction, tags), fillers, separators. Controls are not among them.</summary>
public static class Unseen
{
    public static bool Is(Rune rune) =>
        rune.Value is 0x34F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0x180B and <= 0x180F) or (>= 0xE0000 and <= 0xE0FFF)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Whether a text has such a character, or a control character.</summary>
    public static bool AnyIn(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (Rune.IsControl(rune) || Is(rune)) return true;
        return false;
    }

    /// <summary>The text with each such character shown as U+FFFD, so that it steers no terminal and hides nothing.</summary>
    /// <param name="lines">Line ends and tabs stay.</param>
    public static string Show(string text, bool lines = false)
    {
        if (!AnyIn(text)) return text;
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            shown.Append(rune.Value == '\t' || (lines && rune.Value == '\n') || !(Rune.IsControl(rune) || Is(rune)) ? rune.ToString() : "\ufffd");
        return shown.ToString();
    }

    /// <summary>The text on one line: control characters become spaces.</summary>
    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
