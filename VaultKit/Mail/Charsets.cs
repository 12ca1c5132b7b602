using System.Text;
using System.Text.Unicode;
using MimeKit;

namespace VaultKit.Mail;

/// <summary>Octets of a text part to characters: what the label says, unless the octets say that the label is wrong.</summary>
static class Charsets
{
    public static readonly Encoding Windows1252 = Register();

    static Encoding Register()
    {
        Encoding.RegisterProvider(new CodePages());
        return Encoding.GetEncoding(1252);
    }

    /// <param name="cut">The octets may end within a character.</param>
    /// <returns>The text, and a note where the label was of no use.</returns>
    public static (string Text, string? Note) Decode(ReadOnlySpan<byte> octets, ContentType type, bool cut)
    {
        if (octets.StartsWith("\uFEFF"u8)) return (Encoding.UTF8.GetString(octets[3..]), null);
        if (octets.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return (Encoding.Unicode.GetString(octets[2..]), null);
        if (octets.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return (Encoding.BigEndianUnicode.GetString(octets[2..]), null);

        var label = type.Charset?.Trim();
        if (string.IsNullOrEmpty(label) && type.IsMimeType("text", "html")) label = MetaCharset(octets);
        var said = Named(label);
        var note = said is null && !string.IsNullOrEmpty(label) ? $"unknown charset \"{CleanText.OneLine(label, 40)}\": its letters may be wrong" : null;

        // Seven bits with escapes are Japanese, whatever the label says; plain seven bits are the same in all that follows.
        if (!octets.ContainsAnyExceptInRange((byte)0, (byte)127))
            return (Escapes(octets) ? Encoding.GetEncoding("iso-2022-jp").GetString(octets) : (said ?? Encoding.UTF8).GetString(octets), note);
        if (said is null or UTF8Encoding or ASCIIEncoding) return (Utf8OrWestern(octets, cut), note);
        // Text that happens to be valid UTF-8 with letters beyond ASCII in it is UTF-8: no other encoding's sentences look like that.
        if (IsUtf8(octets, cut)) return (Encoding.UTF8.GetString(octets), note);
        // What calls itself Latin-1 is windows-1252 wherever the two differ.
        return ((said.CodePage == 28591 ? Windows1252 : said).GetString(octets), note);
    }

    static string Utf8OrWestern(ReadOnlySpan<byte> octets, bool cut) =>
        (IsUtf8(octets, cut) ? Encoding.UTF8 : Windows1252).GetString(octets);

    static bool IsUtf8(ReadOnlySpan<byte> octets, bool cut)
    {
        if (!cut) return Utf8.IsValid(octets);
        for (var i = 0; i < 4 && i < octets.Length; i++)
            if (Utf8.IsValid(octets[..^i])) return true;
        return false;
    }

    static bool Escapes(ReadOnlySpan<byte> octets) =>
        octets.IndexOf("\u001B$B"u8) >= 0 || octets.IndexOf("\u001B$@"u8) >= 0 || octets.IndexOf("\u001B(J"u8) >= 0;

    static Encoding? Named(string? label)
    {
        if (string.IsNullOrEmpty(label) || label.Length > 40) return null;
        // UTF-7 hides text from every reader that does not speak it, and no mailer has written it for twenty years.
        if (label.Contains("utf-7", StringComparison.OrdinalIgnoreCase)) return null;
        var name = label.ToLowerInvariant() switch
        {
            "cp1252" or "ansi" => "windows-1252",
            "utf8" or "unicode-1-1-utf-8" => "utf-8",
            "iso8859-1" or "latin-1" => "iso-8859-1",
            "iso8859-15" or "latin-9" => "iso-8859-15",
            "cp932" or "ms932" or "windows-31j" or "x-sjis" => "shift_jis",
            var other => other,
        };
        try
        {
            // Those of nearly all mails at once; the others are looked for in a table from its start each time.
            return name switch
            {
                "utf-8" => Encoding.UTF8,
                "us-ascii" => Encoding.ASCII,
                "iso-8859-1" => Encoding.Latin1,
                "windows-1252" => Windows1252,
                _ => Encoding.GetEncoding(name),
            };
        }
        catch (ArgumentException)
        {
            // Not a name: the caller says so in a note.
            return null;
        }
    }

    static string? MetaCharset(ReadOnlySpan<byte> html)
    {
        html = html[..Math.Min(html.Length, 2048)];
        var at = html.IndexOf("charset="u8);
        if (at < 0) return null;
        html = html[(at + 8)..].TrimStart("\"' "u8);
        var end = html.IndexOfAny("\"'> ;/"u8);
        return end is > 0 and <= 40 ? Encoding.ASCII.GetString(html[..end]) : null;
    }
}
