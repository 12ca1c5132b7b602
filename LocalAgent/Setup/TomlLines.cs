using LocalAgent.Starter;

namespace LocalAgent.Setup;

/// <summary>
/// A vault.toml as its owner wrote it, of which single values are changed: comments, order and everything else stay byte for byte. It knows keys of one line under plain headers, which is how
/// that file is written (toml.io, 1.0); whoever uses it reads the result back.
/// </summary>
sealed class TomlLines
{
    readonly List<string> lines;
    readonly string lineEnd;

    public TomlLines(string text)
    {
        lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        lines = [.. text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')];
    }

    public override string ToString() => string.Join(lineEnd, lines) + lineEnd;

    /// <summary>Sets a text value.</summary>
    /// <param name="table">Empty for what stands before the first header.</param>
    public void Set(string table, string key, string value) => SetLiteral(table, key, StarterVault.Quote(value));

    /// <summary>Sets a value as TOML writes it. The table is added at the end where there is none.</summary>
    public void SetLiteral(string table, string key, string literal)
    {
        var header = table.Length == 0 ? -1 : lines.FindIndex(l => Header(l) == $"[{table}]");
        if (table.Length > 0 && header < 0)
        {
            lines.Add("");
            lines.Add($"[{table}]");
            header = lines.Count - 1;
        }
        Put(header, EndOf(header), key, literal);
    }

    /// <summary>Sets a value of the account of that name, in its block or in a table below it (<c>imap</c>); empty for the block itself. The account is added at the end where there is none.</summary>
    public void SetAccount(string name, string below, string key, string literal)
    {
        var (start, end) = Account(name);
        if (start < 0)
        {
            lines.AddRange(["", "[[account]]", $"name = {StarterVault.Quote(name)}"]);
            (start, end) = Account(name);
        }
        if (below.Length == 0)
        {
            Put(start, EndOf(start), key, literal);
            return;
        }
        var header = lines.FindIndex(start, end - start, l => Header(l) == $"[account.{below}]");
        if (header < 0)
        {
            header = Behind(start, end);
            lines.InsertRange(header, ["", $"[account.{below}]"]);
            header++;
        }
        Put(header, EndOf(header), key, literal);
    }

    /// <summary>From its <c>[[account]]</c> to the next header that is none of its own.</summary>
    (int Start, int End) Account(string name)
    {
        for (var start = 0; (start = lines.FindIndex(start, l => Header(l) == "[[account]]")) >= 0; start++)
        {
            var end = lines.FindIndex(start + 1, l => Header(l) is { } h && !h.StartsWith("[account.", StringComparison.Ordinal));
            if (end < 0) end = lines.Count;
            if (lines.FindIndex(start + 1, EndOf(start) - start - 1, l => KeyOf(l) == "name" && ValueOf(l) == StarterVault.Quote(name)) >= 0) return (start, end);
        }
        return (-1, -1);
    }

    void Put(int header, int end, string key, string literal)
    {
        var at = lines.FindIndex(header + 1, end - header - 1, l => KeyOf(l) == key);
        if (at < 0)
        {
            lines.Insert(Behind(header, end), $"{key} = {literal}");
            return;
        }
        var line = lines[at];
        if (ValueOf(line) == literal) return;
        var (value, comment) = (line.IndexOf('=') + 1, CommentOf(line));
        // The remark stays where it stood, as far as the new value leaves room.
        var rest = comment < 0 ? "" : line[comment..];
        var changed = $"{line[..value].TrimEnd()} {literal}";
        lines[at] = rest.Length == 0 ? changed : changed.PadRight(comment - 1) + " " + rest;
    }

    /// <summary>Behind the last line of a range that says something.</summary>
    int Behind(int header, int end)
    {
        var at = end;
        while (at > header + 1 && lines[at - 1].Trim() is "" or ['#', ..]) at--;
        return at;
    }

    int EndOf(int header) => lines.FindIndex(header + 1, l => Header(l) is not null) is >= 0 and var next ? next : lines.Count;

    static string? Header(string line) => line.TrimStart() is ['[', ..] text ? (CommentOf(text) is >= 0 and var at ? text[..at] : text).Replace(" ", "", StringComparison.Ordinal).TrimEnd() : null;

    static string? KeyOf(string line) => line.IndexOf('=') is > 0 and var sign && line.TrimStart() is not ['#', ..] ? line[..sign].Trim() : null;

    static string ValueOf(string line) => (CommentOf(line) is >= 0 and var at ? line[..at] : line)[(line.IndexOf('=') + 1)..].Trim();

    /// <summary>Where a remark begins outside of strings; -1 where there is none.</summary>
    static int CommentOf(string line)
    {
        var quote = '\0';
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (quote == '"' && c == '\\') at++;
            else if (quote != '\0') { if (c == quote) quote = '\0'; }
            else if (c is '"' or '\'') quote = c;
            else if (c == '#') return at;
        }
        return -1;
    }
}
