using System.Text.RegularExpressions;

namespace LocalAgent.Importing;

/// <summary>
/// A file of the older layout, as far as it can be understood: front matter that need be no YAML, or lines such as <c>**To:** you@example.com</c>, and sections under headings. It is read for what
/// it says; none of its keys becomes a key of a task.
/// </summary>
sealed partial record LooseTask(IReadOnlyDictionary<string, string> Values, string Title, string Text)
{
    const int LongestFront = 200, HeaderLines = 60;

    static readonly string[] Headers = ["from", "to", "cc", "bcc", "subject", "date", "received"];

    [GeneratedRegex(@"^([A-Za-z][\w .-]{0,40}?)\s*:(?:\s+(.*))?$")]
    private static partial Regex Pair();

    [GeneratedRegex(@"^[\s*+-]*\**\s*(From|To|Cc|Bcc|Subject|Date|Received)\s*\**\s*:\s*\**\s*(.+?)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"^\|\s*\**(From|To|Cc|Bcc|Subject|Date|Received)\**\s*\|\s*(.+?)\s*\|\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex HeaderRow();

    [GeneratedRegex(@"^(#{1,6})\s+(.+?)\s*#*$")]
    private static partial Regex Heading();

    /// <summary>What the old programs wrote around a text, telling the owner where to move the file.</summary>
    [GeneratedRegex(@"\b(approve|approval|reject|instructions?|suggested actions?|actions?|next steps?|notes|context|risk|metadata|comments|audit|attachments?|original|summary|recipient|details)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Around();

    [GeneratedRegex(@"\b(reply|draft|response|answer|antwort|entwurf)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Reply();

    [GeneratedRegex(@"\b(body|content|message|text|e-?mail|preview|caption|post|snippet)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Body();

    public string this[params ReadOnlySpan<string> names]
    {
        get
        {
            foreach (var name in names)
                if (Values.TryGetValue(name, out var value) && value.Length > 0) return value;
            return "";
        }
    }

    public static LooseTask Read(string text, string fileName)
    {
        var lines = text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n');
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var end = lines[0].Trim() == "---" ? Array.FindIndex(lines, 1, Math.Min(lines.Length - 1, LongestFront), l => l.TrimEnd() == "---") : -1;
        for (var at = 1; at < end; at++) at = TakePair(lines, at, end, values);
        var body = lines[(end + 1)..];
        foreach (var line in body.Take(HeaderLines))
            if ((HeaderLine().Match(line) is { Success: true } match ? match : HeaderRow().Match(line)) is { Success: true } header)
                values.TryAdd(header.Groups[1].Value.ToLowerInvariant(), Plain(header.Groups[2].Value));
        var title = body.Select(l => Heading().Match(l)).FirstOrDefault(m => m.Success)?.Groups[2].Value;
        return new(values, values.GetValueOrDefault("subject") is { Length: > 0 } subject ? subject : values.GetValueOrDefault("title") is { Length: > 0 } named ? named : title ?? fileName, string.Join('\n', body).Trim('\n'));
    }

    /// <returns>The last line that belongs to the value.</returns>
    static int TakePair(string[] lines, int at, int end, Dictionary<string, string> values)
    {
        if (Pair().Match(lines[at]) is not { Success: true } pair) return at;
        var (key, value) = (pair.Groups[1].Value.ToLowerInvariant().Replace(' ', '_').Replace('-', '_'), pair.Groups[2].Value.Trim());
        var more = new List<string>();
        if (value.Length == 0 || value is "|" or "|-" or "|+" or ">" or ">-" or ">+")
            while (at + 1 < end && (lines[at + 1].Length == 0 || lines[at + 1][0] is ' ' or '\t' || value.Length == 0 && lines[at + 1].StartsWith("- ", StringComparison.Ordinal))) more.Add(lines[++at]);
        if (more.Count > 0)
        {
            var margin = more.Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
            value = value.Length == 0 ? string.Join(", ", more.Select(l => Plain(l.Trim().TrimStart('-').Trim())).Where(l => l.Length > 0))
                : string.Join(value[0] == '>' ? " " : "\n", more.Select(l => l.Length < margin ? "" : l[margin..])).Trim('\n', ' ');
        }
        else value = Plain(value.StartsWith('[') && value.EndsWith(']') ? value[1..^1].Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal) : value);
        values.TryAdd(key, value);
        return at;
    }

    static string Plain(string value)
    {
        value = value.Trim().Trim('*', '`').Trim();
        return value.Length > 1 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value is "null" or "None" or "~" ? "" : value;
    }

    /// <summary>The text that would go out; empty where none can be told from what stands around it.</summary>
    public string Outgoing() => this["body", "draft", "reply", "message", "draft_reply"] is { Length: > 0 } value ? value : Section(Reply()) ?? Section(Body()) ?? Alone();

    /// <summary>The text of the mail that came.</summary>
    public string Incoming()
    {
        var (lines, first) = (Text.Split('\n'), -1);
        first = Array.FindIndex(lines, l => Heading().Match(l) is { Success: true } m && Body().IsMatch(m.Groups[2].Value) && !Reply().IsMatch(m.Groups[2].Value));
        return first >= 0 ? Cut(lines, first) : this["body", "content", "snippet", "message"] is { Length: > 0 } value ? value : Alone();
    }

    string? Section(Regex named)
    {
        var lines = Text.Split('\n');
        var first = Array.FindIndex(lines, l => Heading().Match(l) is { Success: true } m && named.IsMatch(m.Groups[2].Value) && !Around().IsMatch(m.Groups[2].Value));
        return first >= 0 && Cut(lines, first) is { Length: > 0 } text ? text : null;
    }

    /// <summary>From below a heading to the next one that is not below it, or a rule.</summary>
    static string Cut(string[] lines, int heading)
    {
        var depth = Heading().Match(lines[heading]).Groups[1].Length;
        var end = Array.FindIndex(lines, heading + 1, l => Heading().Match(l) is { Success: true } m && (m.Groups[1].Length <= depth || Around().IsMatch(m.Groups[2].Value)) || l.Trim() is "---" or "***");
        return Clean(lines[(heading + 1)..(end < 0 ? lines.Length : end)]);
    }

    /// <summary>A file without sections: all of it but its title. One with sections of another kind: nothing that could be told.</summary>
    string Alone()
    {
        var lines = Text.Split('\n');
        var end = Array.FindIndex(lines, l => Heading().Match(l) is { Success: true } m && m.Groups[1].Length > 1 && Around().IsMatch(m.Groups[2].Value));
        var own = lines[..(end < 0 ? lines.Length : end)].SkipWhile(l => l.Trim().Length == 0).ToArray();
        if (own is [var title, ..] && Heading().IsMatch(title)) own = own[1..];
        return own.Any(l => Heading().IsMatch(l)) ? "" : Clean(own);
    }

    static string Clean(string[] lines)
    {
        var kept = lines.SkipWhile(l => l.Trim().Length == 0 || HeaderLine().IsMatch(l) || HeaderRow().IsMatch(l)).ToList();
        while (kept is [.., var last] && last.Trim() is "" or "---" or "***") kept.RemoveAt(kept.Count - 1);
        if (kept is [var open, .. var inner, var close] && open.StartsWith("```", StringComparison.Ordinal) && close.Trim() == "```") kept = [.. inner];
        else if (kept.Count > 0 && kept.All(l => l.StartsWith('>') || l.Trim().Length == 0)) kept = [.. kept.Select(l => l.TrimStart('>').StartsWith(' ') ? l.TrimStart('>')[1..] : l.TrimStart('>'))];
        return string.Join('\n', kept.Select(l => l.TrimEnd())).Trim('\n');
    }
}
