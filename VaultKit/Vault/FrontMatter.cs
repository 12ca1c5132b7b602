using System.Text;
using SharpYaml;
using SharpYaml.Events;

namespace VaultKit.Vault;

/// <summary>
/// The YAML between the two <c>---</c> lines: flat keys with a scalar or a list of scalars. Changes are spliced in by position,
/// so that keys that the program does not know, their order, comments and quoting survive byte for byte.
/// </summary>
public sealed class FrontMatter
{
    const int Limit = 64 * 1024;

    /// <param name="Start">Of the key's line. <paramref name="End"/>: behind the value's last line, comments and blank lines after it left out.</param>
    /// <param name="ValueStart">-1 unless the value is one scalar on the key's line; such a value is replaced alone.</param>
    /// <summary>Where a key stands.</summary>
    sealed record Entry(int Start, int End, int ValueStart, int ValueEnd, string? Scalar, IReadOnlyList<string>? List);

    readonly string text;
    readonly string lineEnd;
    readonly Dictionary<string, Entry> entries;

    FrontMatter(string text, string lineEnd, Dictionary<string, Entry> entries) =>
        (this.text, this.lineEnd, this.entries) = (text, lineEnd, entries);

    /// <param name="text">What stands between the fences, with its last line end.</param>
    /// <exception cref="BadTaskException">Not YAML, not flat, aliases, a key twice, or over 64 KiB.</exception>
    public static FrontMatter Parse(string text)
    {
        if (text.Length > Limit) throw new BadTaskException($"the front matter is longer than {Limit / 1024} KiB");
        // This YAML ends a line there, and others and we do not: what is put behind a line would land within it.
        if (text.Replace("\r\n", "\n").AsSpan().IndexOfAny("\r\u0085\u2028\u2029") >= 0) throw new BadTaskException("the front matter has line ends that not every reader takes for such");
        // YAML 1.2, 5.1: they are none of its characters. Its reader takes a NUL for the end, and what is put behind it would be gone.
        if (text.Any(c => char.IsControl(c) && c is not ('\t' or '\n' or '\r'))) throw new BadTaskException("the front matter has a control character");
        foreach (var line in text.AsSpan().EnumerateLines())
            if (line[..^line.TrimStart(" \t").Length].Contains('\t')) throw new BadTaskException("the front matter has a tab where YAML allows spaces alone");
        var lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        try { return new(text, lineEnd, ReadEntries(text)); }
        catch (YamlException e) { throw new BadTaskException($"the front matter is not YAML: {OneLine(e.Message)}"); }
        // The parser meets some malformed input with an exception of its own making rather than a YamlException.
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            throw new BadTaskException($"the front matter is not YAML: {OneLine(e.Message)}");
        }
    }

    public override string ToString() => text;

    public bool Has(string key) => entries.ContainsKey(key);

    /// <returns>Null where the key is missing, empty, or not a scalar.</returns>
    public string? Get(string key) => entries.TryGetValue(key, out var entry) && entry.Scalar is { Length: > 0 } value ? value : null;

    /// <returns>A list's items; one item for a scalar; empty where the key is missing or empty.</returns>
    public IReadOnlyList<string> GetList(string key) =>
        !entries.TryGetValue(key, out var entry) ? [] : entry.List ?? (entry.Scalar is { Length: > 0 } one ? [one] : []);

    internal IEnumerable<string> Keys => entries.Keys;

    /// <summary>Comment lines, in their order.</summary>
    internal string Comments => string.Join('\n', text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith('#')));

    /// <summary>A value in a form that is the same for all ways to write it; null where the key is missing. Nested values are compared as they are written.</summary>
    internal string? Comparable(string key) =>
        !entries.TryGetValue(key, out var entry) ? null
        : entry.Scalar ?? (entry.List is { } list ? string.Join('\n', list) + "\n" : text[entry.Start..entry.End].ReplaceLineEndings("\n"));

    /// <summary>The same with one key as <paramref name="from"/> has it, as it is written there; without it where it is missing there.</summary>
    internal FrontMatter Take(string key, FrontMatter from)
    {
        if (!from.entries.TryGetValue(key, out var taken)) return Without(key);
        var lines = from.text[taken.Start..taken.End].ReplaceLineEndings(lineEnd);
        return entries.TryGetValue(key, out var entry) ? Splice(entry.Start, entry.End, lines) : Insert(lines);
    }

    public FrontMatter With(string key, string value)
    {
        var scalar = Scalar(value);
        if (!entries.TryGetValue(key, out var entry)) return Insert($"{key}: {scalar}{lineEnd}");
        return entry.ValueStart >= 0
            ? Splice(entry.ValueStart, entry.ValueEnd, scalar)
            : Splice(entry.Start, entry.End, $"{key}: {scalar}{lineEnd}");
    }

    public FrontMatter With(string key, IReadOnlyList<string> values)
    {
        var lines = new StringBuilder();
        if (values.Count == 0) lines.Append($"{key}: []{lineEnd}");
        else
        {
            lines.Append($"{key}:{lineEnd}");
            foreach (var value in values) lines.Append($"  - {Scalar(value)}{lineEnd}");
        }
        return entries.TryGetValue(key, out var entry) ? Splice(entry.Start, entry.End, lines.ToString()) : Insert(lines.ToString());
    }

    public FrontMatter Without(string key) =>
        entries.TryGetValue(key, out var entry) ? Splice(entry.Start, entry.End, "") : this;

    FrontMatter Insert(string lines) =>
        Parse(text.Length == 0 || text[^1] == '\n' ? text + lines : text + lineEnd + lines);

    FrontMatter Splice(int start, int end, string replacement) =>
        Parse(string.Concat(text.AsSpan(0, start), replacement, text.AsSpan(end)));

    static Dictionary<string, Entry> ReadEntries(string text)
    {
        var found = new List<(string Key, int Start, ParsingEvent First, ParsingEvent Last, List<string>? List)>();
        var parser = Parser.CreateParser(new StringReader(text));
        while (parser.MoveNext() && parser.Current is StreamStart or DocumentStart) { }
        if (parser.Current is StreamEnd) return [];
        // Nothing but comments. An empty word, written as such, would swallow or refuse what is put below it.
        if (parser.Current is Scalar { Value: "" } && text.Split('\n').All(l => l.Trim() is "" or ['#', ..])) return [];
        PlainNode(parser.Current);
        if (parser.Current is not MappingStart { Style: not YamlStyle.Flow }) throw new BadTaskException("the front matter is not a list of 'key: value' lines");
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            if (parser.Current is not Scalar key) throw new BadTaskException("the front matter has a key that is not a word");
            PlainNode(key);
            if (!parser.MoveNext()) break;
            var first = parser.Current!;
            var list = ReadValue(parser, first);
            found.Add((key.Value, key.Start.Index, first, parser.Current!, list));
        }
        // Behind an end that is written (...) nothing could be added.
        if (!parser.MoveNext() || parser.Current is not DocumentEnd { IsImplicit: true } || !parser.MoveNext() || parser.Current is not StreamEnd)
            throw new BadTaskException("the front matter holds more than one YAML document");

        var entries = new Dictionary<string, Entry>(found.Count, StringComparer.Ordinal);
        for (var i = 0; i < found.Count; i++)
        {
            var (key, keyStart, first, last, list) = found[i];
            var start = LineStart(text, keyStart);
            // Behind spaces, a key of ours would belong to another list than theirs.
            if (text[start] == ' ') throw new BadTaskException($"the front matter has the key '{key}' behind spaces");
            var end = TrimComments(text, start, i + 1 < found.Count ? LineStart(text, found[i + 1].Start) : text.Length);
            var scalar = first as Scalar;
            var alone = scalar is { Style: ScalarStyle.Plain or ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted }
                && scalar.End.Index > scalar.Start.Index && text.AsSpan(start, scalar.End.Index - start).IndexOf('\n') < 0;
            var entry = new Entry(start, end, alone ? scalar!.Start.Index : -1, alone ? scalar!.End.Index : -1, scalar?.Value, list);
            if (!entries.TryAdd(key, entry)) throw new BadTaskException($"the front matter has the key '{key}' twice");
        }
        return entries;
    }

    /// <summary>The name of an anchor or a tag would swallow the colon of a key.</summary>
    static void PlainNode(ParsingEvent? node)
    {
        if (node is NodeEvent { Anchor.Length: > 0 } or NodeEvent { Tag.Length: > 0 }) throw new BadTaskException("the front matter uses anchors or tags where a key belongs");
    }

    /// <summary>Reads over one value, leaving the parser on its last event. Nested values are the owner's: passed over, kept, not understood.</summary>
    static List<string>? ReadValue(IParser parser, ParsingEvent first)
    {
        if (first is AnchorAlias || first is NodeEvent { Anchor.Length: > 0 }) throw new BadTaskException("the front matter uses anchors or aliases");
        if (first is Scalar) return null;
        var list = first is SequenceStart ? new List<string>() : null;
        for (var depth = 1; depth > 0;)
        {
            if (!parser.MoveNext()) throw new BadTaskException("the front matter ends in the middle of a value");
            switch (parser.Current)
            {
                case AnchorAlias or NodeEvent { Anchor.Length: > 0 }: throw new BadTaskException("the front matter uses anchors or aliases");
                case SequenceStart or MappingStart:
                    if (++depth > 8) throw new BadTaskException("the front matter is nested too deeply");
                    list = null;
                    break;
                case SequenceEnd or MappingEnd: depth--; break;
                case Scalar item: list?.Add(item.Value); break;
            }
        }
        return list;
    }

    static int LineStart(string text, int index) => text.LastIndexOf('\n', Math.Max(index - 1, 0)) is var at && index > 0 ? at + 1 : 0;

    /// <summary>Where the last line between the two positions ends that is neither blank nor a comment.</summary>
    static int TrimComments(string text, int start, int end)
    {
        while (end > start)
        {
            var line = LineStart(text, end - 1 > start && text[end - 1] == '\n' ? end - 1 : end);
            if (line <= start) return end;
            var content = text.AsSpan(line, end - line).Trim();
            if (content.Length > 0 && content[0] != '#') return end;
            end = line;
        }
        return end;
    }

    /// <summary>A scalar that every YAML reader reads as this very string; quoted where a plain one might be read as a number, a date or markup.</summary>
    static string Scalar(string value)
    {
        if (IsPlain(value)) return value;
        var quoted = new StringBuilder(value.Length + 8).Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': quoted.Append("\\\""); break;
                case '\\': quoted.Append("\\\\"); break;
                case '\n': quoted.Append("\\n"); break;
                case '\r': quoted.Append("\\r"); break;
                case '\t': quoted.Append("\\t"); break;
                case < ' ' or (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or '\ufeff': quoted.Append($"\\u{(int)c:x4}"); break;
                default: quoted.Append(c); break;
            }
        }
        return quoted.Append('"').ToString();
    }

    static bool IsPlain(string value)
    {
        if (value.Length == 0 || !char.IsAsciiLetterOrDigit(value[0]) || value[^1] == ' ') return false;
        foreach (var c in value)
            if (!char.IsAsciiLetterOrDigit(c) && c is not (' ' or '.' or '_' or '/' or '@' or '+' or '-' or ':')) return false;
        if (value.Contains(": ", StringComparison.Ordinal) || value[^1] == ':') return false;
        if (char.IsAsciiDigit(value[0])) return IsTimestamp(value);
        return value.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n");
    }

    // Numbers stay quoted strings; a timestamp is what Obsidian shows as a date.
    static bool IsTimestamp(string value) =>
        value.Length == 20 && value[4] == '-' && value[10] == 'T' && value[^1] == 'Z';

    static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
