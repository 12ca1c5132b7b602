using System.Text;

namespace VaultKit.Mail;

/// <summary>
/// Tells what the sender newly wrote from the history below or around it and from the signature. Every line that is not blank ends up in
/// exactly one part, unchanged and in its order. Linear in the text's length; never throws.
/// </summary>
public static class LetterText
{
    enum Part { Fresh, Quoted, Signature }

    /// <summary>Longer runs of "--" alone are taken for a rule across the text, not for a signature.</summary>
    const int SignatureLines = 12;

    /// <param name="text">LF line ends.</param>
    /// <returns>
    /// Fresh: answers between quotes are in it. Quoted: with its marks and its introductions ("On … wrote:"). Signature: with its separator.
    /// None begins or ends with a blank line; each may be empty.
    /// </returns>
    public static (string Fresh, string Quoted, string Signature) Split(string text)
    {
        var lines = text.Split('\n');
        Lines fresh = new(text), quoted = new(text), signature = new(text);
        var (part, at) = (Part.Fresh, 0);
        for (var i = 0; i < lines.Length; i++)
        {
            var upTo = i + 1;
            if (Quotations.IsQuote(lines[i])) part = Part.Quoted;
            else if (Quotations.Introduction(lines, i) is { Lines: > 0 } intro)
            {
                part = Part.Quoted;
                upTo = intro.RestIsQuoted ? lines.Length : i + intro.Lines;
            }
            else if (IsDashes(lines, i)) part = Part.Signature;
            else if (IsMobileSignature(lines, i))
            {
                at = signature.Add(at, lines[i]);
                part = Part.Fresh;
                continue;
            }
            else if (part == Part.Quoted && !string.IsNullOrWhiteSpace(lines[i])) part = Part.Fresh;

            var into = part switch { Part.Fresh => fresh, Part.Quoted => quoted, _ => signature };
            for (; i < upTo; i++) at = into.Add(at, lines[i]);
            i--;
        }
        return (fresh.Trimmed(), quoted.Trimmed(), signature.Trimmed());
    }

    static bool IsDashes(string[] lines, int at)
    {
        if (lines[at] == "-- ") return true;
        if (lines[at] != "--") return false;
        var written = 0;
        for (var i = at + 1; i < lines.Length && written <= SignatureLines; i++)
        {
            if (i > at + 3 * SignatureLines) return false;
            if (Quotations.IsQuote(lines[i]) || Quotations.Introduction(lines, i).Lines > 0) break;
            if (!string.IsNullOrWhiteSpace(lines[i])) written++;
        }
        return written is > 0 and <= SignatureLines;
    }

    static readonly string[] Devices =
    [
        "Sent from my ", "Sent from Mail for ", "Sent from Outlook", "Sent from Yahoo Mail", "Sent with ", "Sent via ", "Get Outlook for ",
        "Von meinem ", "Von meiner ", "Gesendet von ", "Gesendet mit ", "Outlook für ", "Holen Sie sich Outlook ", "Diese Nachricht wurde von mein",
        "Envoyé de mon ", "Envoyé depuis ", "Envoyé à partir de ", "Télécharger Outlook ", "Obtenir Outlook ",
        "Enviado desde ", "Enviado de mi ", "Obtener Outlook ", "Descargar Outlook ",
    ];

    /// <summary>A line that a telephone adds, alone in its paragraph and too short to be a sentence of the sender's.</summary>
    static bool IsMobileSignature(string[] lines, int at)
    {
        var line = lines[at].AsSpan().Trim();
        if (line.Length is < 8 or > 90 || line[^1] is '?' or ':') return false;
        if (at > 0 && !string.IsNullOrWhiteSpace(lines[at - 1])) return false;
        if (at + 1 < lines.Length && !string.IsNullOrWhiteSpace(lines[at + 1])
            && !Quotations.IsQuote(lines[at + 1]) && Quotations.Introduction(lines, at + 1).Lines == 0) return false;
        foreach (var device in Devices)
            if (line.StartsWith(device, StringComparison.OrdinalIgnoreCase)) return line.Count(' ') <= 9 && !line.Contains(',');
        return false;
    }

    /// <summary>Some of a text's lines. As long as each follows the one before they are one piece of the text, and nothing is copied: that is how most mails are.</summary>
    sealed class Lines(string text)
    {
        StringBuilder? before;
        int start, end;

        /// <param name="at">Where the line begins.</param>
        /// <returns>Where the next one does.</returns>
        public int Add(int at, string line)
        {
            if (at != end)
            {
                if (end > start) (before ??= new()).Append(text, start, end - start);
                start = at;
            }
            end = at + line.Length + 1;
            return end;
        }

        /// <summary>Without blank lines at either end; the first line keeps its indent.</summary>
        public string Trimmed()
        {
            // Behind the last line there is no line end.
            var last = text.AsSpan(start, Math.Min(end, text.Length) - start);
            var all = (before is null ? last : before.Append(last).ToString()).TrimEnd();
            var first = 0;
            for (var i = 0; i < all.Length && char.IsWhiteSpace(all[i]); i++)
                if (all[i] == '\n') first = i + 1;
            return all[first..].ToString();
        }
    }
}
