namespace VaultKit.Mail;

/// <summary>How mailers mark earlier mail inside a new one: <c>&gt;</c>, a sentence before it, or a block of header lines.</summary>
static class Quotations
{
    /// <summary>Lines that an introduction may be wrapped over, and its greatest length: what bounds the look ahead.</summary>
    const int WrapLimit = 3, LengthLimit = 400, BlankLimit = 3, BlockLimit = 12;

    public static bool IsQuote(string line)
    {
        var start = 0;
        while (start < line.Length && start < 4 && line[start] == ' ') start++;
        return start < line.Length && line[start] == '>';
    }

    /// <summary>What introduces quoted mail at a line: how many lines it takes, and whether everything behind it is quoted too (no marks follow).</summary>
    public static (int Lines, bool RestIsQuoted) Introduction(string[] lines, int at)
    {
        var line = lines[at].AsSpan().Trim();
        if (line.Length is < 3 or > LengthLimit) return default;
        if (IsSeparator(line) || IsHeaderBlock(lines, at)) return BlockEnd(lines, at);
        return Attribution(lines, at);
    }

    static (int Lines, bool RestIsQuoted) BlockEnd(string[] lines, int at)
    {
        var end = at + 1;
        while (end < lines.Length && end < at + BlockLimit && (string.IsNullOrWhiteSpace(lines[end]) || Label(lines[end]) != Header.None)) end++;
        return (end - at, end >= lines.Length || !IsQuote(lines[end]));
    }

    static readonly string[] Separators =
    [
        "Original Message", "Original message", "Ursprüngliche Nachricht", "Originalnachricht", "Original-Nachricht", "Urspr. Nachricht", "Message d'origine",
        "Message d’origine", "Message original", "Mensaje original", "Forwarded message", "Forwarded Message", "Weitergeleitete Nachricht",
        "Message transféré", "Mensaje reenviado", "Reply Message", "Original Email",
    ];

    static readonly string[] AppleForwards =
        ["Begin forwarded message:", "Anfang der weitergeleiteten Nachricht:", "Début du message réexpédié :", "Début du message transféré :", "Inicio del mensaje reenviado:"];

    static bool IsSeparator(ReadOnlySpan<char> line)
    {
        foreach (var forward in AppleForwards)
            if (line.Equals(forward, StringComparison.OrdinalIgnoreCase)) return true;
        if (!line.StartsWith("--") || !line.EndsWith("--")) return false;
        var words = line.Trim('-').Trim();
        foreach (var separator in Separators)
            if (words.Equals(separator, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    enum Header { None, From, Other }

    static readonly string[] FromLabels = ["From", "Von", "De"];
    static readonly string[] OtherLabels =
    [
        "Sent", "Date", "To", "Cc", "Subject", "Reply-To", "Importance", "Gesendet", "Datum", "An", "Betreff", "Kopie", "Priorität", "Antwort an",
        "Envoyé", "Envoyé le", "À", "A", "Objet", "Copie", "Enviado", "Enviado el", "Fecha", "Para", "Asunto", "CC",
    ];

    static Header Label(string line)
    {
        var text = line.AsSpan().Trim().TrimStart('*');
        var colon = text[..Math.Min(text.Length, 24)].IndexOf(':');
        if (colon < 1) return Header.None;
        var label = text[..colon].Trim(" *\u00A0");
        foreach (var from in FromLabels)
            if (label.Equals(from, StringComparison.OrdinalIgnoreCase)) return Header.From;
        foreach (var other in OtherLabels)
            if (label.Equals(other, StringComparison.OrdinalIgnoreCase)) return Header.Other;
        return Header.None;
    }

    /// <summary>Outlook's form: From, and at least two more header lines among the next few.</summary>
    static bool IsHeaderBlock(string[] lines, int at)
    {
        // Outlook on the web draws a rule first.
        if (lines[at].AsSpan().Trim().Length >= 20 && !lines[at].AsSpan().Trim().ContainsAnyExcept('_'))
        {
            var next = at + 1;
            while (next < lines.Length && next < at + BlankLimit && string.IsNullOrWhiteSpace(lines[next])) next++;
            return next < lines.Length && Label(lines[next]) == Header.From && IsHeaderBlock(lines, next);
        }
        var first = Label(lines[at]);
        if (first == Header.None) return false;
        int others = 0, froms = 0, unbroken = 1;
        for (var i = at + 1; i < lines.Length && i < at + 8; i++)
        {
            var label = Label(lines[i]);
            if (label == Header.From) froms++;
            if (label == Header.Other) others++;
            if (label != Header.None && unbroken == i - at) unbroken++;
        }
        // Some mailers put the date first; then nothing else may stand between.
        return first == Header.From ? others >= 2 : froms > 0 && unbroken >= 3;
    }

    static (int Lines, bool RestIsQuoted) Attribution(string[] lines, int at)
    {
        var joined = lines[at].Trim();
        for (var count = 1; ; count++)
        {
            if (joined.EndsWith(':') && IsAttribution(joined, out var opens))
            {
                var next = at + count;
                while (next < lines.Length && next < at + count + BlankLimit && string.IsNullOrWhiteSpace(lines[next])) next++;
                if (next < lines.Length && IsQuote(lines[next])) return (count, false);
                // Without marks behind it only a sentence with a time or an address in it is a mailer's, not a person's.
                if (opens && (joined.Contains('@') || HasTime(joined))) return (count, true);
                return default;
            }
            if (count == WrapLimit || at + count >= lines.Length) return default;
            // Only a sentence that opens as an attribution may go on in the next line.
            if (!Opens(joined)) return default;
            var more = lines[at + count].Trim();
            if (more.Length == 0 || joined.Length + more.Length > LengthLimit || IsQuote(lines[at + count])) return default;
            joined = joined + " " + more;
        }
    }

    static readonly string[] Openers = ["On ", "Am ", "Le ", "El ", "Den ", "Il "];

    static bool Opens(string line)
    {
        foreach (var opener in Openers)
            if (line.StartsWith(opener, StringComparison.Ordinal)) return true;
        return IsJapaneseDate(line);
    }

    static bool IsAttribution(string line, out bool opens)
    {
        opens = Opens(line);
        var said = line.AsSpan()[..^1].TrimEnd(" \u00A0");
        if (said.EndsWith(" wrote") || said.EndsWith(" writes") || said.EndsWith(" a écrit") || said.EndsWith(" escribió")
            || said.EndsWith(" schrieb") || said.EndsWith("ha scritto")) return true;
        if (said.Contains(" schrieb ", StringComparison.Ordinal) || said.Contains(" schrieb: ", StringComparison.Ordinal)) return true;
        return opens && IsJapaneseDate(line);
    }

    static bool IsJapaneseDate(string line)
    {
        var year = line.AsSpan(0, Math.Min(line.Length, 8)).IndexOf('年');
        return year > 0 && line.AsSpan(year, Math.Min(line.Length - year, 8)).Contains('月');
    }

    /// <summary>A time of day such as 15:04, 15.04 or 15h04.</summary>
    static bool HasTime(string line)
    {
        for (var i = 1; i + 2 < line.Length; i++)
            if (line[i] is ':' or '.' or 'h' && char.IsAsciiDigit(line[i - 1]) && char.IsAsciiDigit(line[i + 1]) && char.IsAsciiDigit(line[i + 2])) return true;
        return false;
    }
}
