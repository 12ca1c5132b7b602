using System.Text;

namespace VaultKit.Mail;

/// <summary>The few things in a style attribute that decide whether and how text is seen.</summary>
static class HtmlStyle
{
    const int Limit = 4096;

    public static bool Hides(string style)
    {
        if (style.Length == 0) return false;
        var plain = Plain(style);
        return plain.Contains(";display:none", StringComparison.Ordinal) || plain.Contains(";visibility:hidden", StringComparison.Ordinal)
            || plain.Contains(";mso-hide:all", StringComparison.Ordinal) || Zero(plain, ";opacity:") == true;
    }

    /// <summary>Null where the style does not say; a size of its own makes text seen again inside a container of size zero, as mail builders use it.</summary>
    public static bool? FontSizeIsZero(string style) => style.Length == 0 ? null : Zero(Plain(style), ";font-size:") ?? Zero(Plain(style), ";font:");

    /// <summary>A blockquote that mailers use to move text to the right.</summary>
    public static bool IsIndent(string style) =>
        style.Length > 0 && (Plain(style).Contains(";border:none", StringComparison.Ordinal) || Plain(style).Contains(";border:mediumnone", StringComparison.Ordinal));

    /// <summary>Null where the property is missing or its value is a word.</summary>
    static bool? Zero(string style, string property)
    {
        var at = style.LastIndexOf(property, StringComparison.Ordinal);
        if (at < 0) return null;
        bool? zero = null;
        foreach (var c in style.AsSpan(at + property.Length))
        {
            if (!char.IsAsciiDigit(c) && c != '.') break;
            zero = zero != false && (c is '0' or '.');
        }
        return zero;
    }

    /// <summary>Lower case, without blanks; begins with a semicolon so that every property has one before it.</summary>
    static string Plain(string style)
    {
        var plain = new StringBuilder(";");
        foreach (var c in style.AsSpan(0, Math.Min(style.Length, Limit)))
            if (!char.IsWhiteSpace(c)) plain.Append(char.ToLowerInvariant(c));
        return plain.ToString();
    }
}
