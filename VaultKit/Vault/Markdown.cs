using System.Text;

namespace VaultKit.Vault;

/// <summary>A stranger's text inside a Markdown file: whatever a viewer would hide, fetch or run is escaped, so that the owner reads what was written. Reversible.</summary>
public static class Markdown
{
    // Comments %%, HTML and Templater <, links, embeds and references [ !, code that plugins run `, maths that can hide $,
    // block ids ^, entities &, and the escape itself.
    const string Special = "\\<%[]!`$^&";

    /// <summary>One line of plain text as a line of Markdown that shows it literally.</summary>
    public static string Escape(string line)
    {
        if (line.AsSpan().IndexOfAny(Special) < 0) return line;
        var escaped = new StringBuilder(line.Length + 8);
        foreach (var c in line)
        {
            if (Special.Contains(c)) escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }

    public static string Unescape(string line)
    {
        if (!line.Contains('\\')) return line;
        var plain = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length && Special.Contains(line[i + 1])) i++;
            plain.Append(line[i]);
        }
        return plain.ToString();
    }

    /// <summary>Each line escaped and behind <c>&gt; </c>: nothing in it can be taken for a heading of the file.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 64);
        foreach (var line in text.Split('\n')) quoted.Append(line.Length == 0 ? ">" : "> ").Append(Escape(line)).Append('\n');
        return quoted.ToString();
    }

    /// <summary>Undoes <see cref="Quote"/>; lines that are not quoted are left out.</summary>
    public static string Unquote(string quoted)
    {
        var lines = new List<string>();
        foreach (var line in quoted.Split('\n'))
        {
            if (line.StartsWith("> ", StringComparison.Ordinal)) lines.Add(Unescape(line[2..].TrimEnd('\r')));
            else if (line.TrimEnd() == ">") lines.Add("");
        }
        return string.Join('\n', lines);
    }
}
