using System.Text;

namespace VaultKit.Vault;

/// <summary>
/// A task: front matter, a heading, <c>## Draft</c> (plain text, exactly what would go out) and <c>## Original</c> (quoted line by line).
/// A value: every change gives another one. What a change does not touch stays byte for byte.
/// </summary>
public sealed class TaskFile
{
    /// <summary>The largest task file, in octets.</summary>
    public const int Limit = 512 * 1024;

    const string Fence = "---", DraftHeading = "## Draft", OriginalHeading = "## Original";
    static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    readonly string opening; // the first fence line, with a byte order mark where the file had one
    readonly FrontMatter front;
    readonly string rest;    // from the closing fence on

    TaskFile(string opening, FrontMatter front, string rest) => (this.opening, this.front, this.rest) = (opening, front, rest);

    /// <summary>A task with nothing in it but a heading.</summary>
    public static TaskFile New(string heading) =>
        new(Fence + "\n", FrontMatter.Parse(""), $"{Fence}\n\n# {Markdown.Escape(heading)}\n");

    /// <exception cref="BadTaskException">Not a task file: why, in words.</exception>
    public static TaskFile Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Limit) throw new BadTaskException($"the file has {bytes.Length / 1024} KiB, more than {Limit / 1024}");
        if (bytes.Contains((byte)0)) throw new BadTaskException("the file has NUL characters");
        try { return Parse(Utf8.GetString(bytes)); }
        catch (DecoderFallbackException) { throw new BadTaskException("the file is not UTF-8"); }
    }

    static TaskFile Parse(string text)
    {
        var first = text.IndexOf('\n') + 1;
        if (first == 0 || text[..first].TrimStart('\ufeff').TrimEnd() != Fence) throw new BadTaskException("the file does not begin with front matter (---)");
        for (var at = first; at < text.Length;)
        {
            var next = text.IndexOf('\n', at) is var end && end < 0 ? text.Length : end + 1;
            if (text.AsSpan(at, next - at).TrimEnd().SequenceEqual(Fence))
                return new(text[..first], FrontMatter.Parse(text[first..at]), text[at..]);
            at = next;
        }
        throw new BadTaskException("the front matter has no end (---)");
    }

    public byte[] ToBytes() => Utf8.GetBytes(ToString());

    public override string ToString() => opening + front + rest;

    public string? Get(string key) => front.Get(key);
    public IReadOnlyList<string> GetList(string key) => front.GetList(key);
    public bool Has(string key) => front.Has(key);

    /// <returns>Null where the key is missing or not an instant.</returns>
    public DateTimeOffset? GetTime(string key) =>
        DateTimeOffset.TryParse(front.Get(key), null, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null;

    public TaskFile With(string key, string value) => new(opening, front.With(key, value), rest);
    public TaskFile With(string key, IReadOnlyList<string> values) => new(opening, front.With(key, values), rest);

    /// <summary>To the second, as <c>2026-11-22T08:15:00Z</c>.</summary>
    public TaskFile With(string key, DateTimeOffset time) => With(key, time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"));

    public TaskFile Without(params ReadOnlySpan<string> keys)
    {
        var changed = front;
        foreach (var key in keys) changed = changed.Without(key);
        return new(opening, changed, rest);
    }

    /// <summary>What stands under <c>## Draft</c>: LF line ends, no blank lines around it; null where the task has no such section.</summary>
    public string? Draft
    {
        get
        {
            var (start, end) = Section(DraftHeading);
            return start < 0 ? null : rest[start..end].ReplaceLineEndings("\n").Trim('\n', ' ', '\t');
        }
    }

    /// <summary>What stands under <c>## Original</c>, unquoted: the mail's text as it was taken in.</summary>
    public string Original
    {
        get
        {
            var (start, end) = Section(OriginalHeading);
            return start < 0 ? "" : Markdown.Unquote(rest[start..end]);
        }
    }

    /// <summary>The file in its parts, byte for byte.</summary>
    /// <returns>Null where the original does not stand last, and a section could not be told from another.</returns>
    internal TaskParts? Parts()
    {
        var (draft, original) = (FindLine(DraftHeading, 0), FindLine(OriginalHeading, 0));
        if (original < 0) original = rest.Length;
        if (draft < 0) draft = original;
        return draft > original ? null : new(opening, front, rest[..draft], rest[draft..original], rest[original..]);
    }

    public TaskFile WithDraft(string draft) => WithSection(DraftHeading, draft.Trim('\n') + "\n");

    public TaskFile WithOriginal(string text) => WithSection(OriginalHeading, Markdown.Quote(text));

    TaskFile WithSection(string heading, string content)
    {
        var (start, end) = Section(heading);
        if (start >= 0)
        {
            var after = end < rest.Length ? "\n" : "";
            return new(opening, front, string.Concat(rest.AsSpan(0, start), "\n", content + after, rest.AsSpan(end)));
        }
        var section = $"{heading}\n\n{content}";
        // The draft stands before the original; anything else goes to the end.
        var original = heading == DraftHeading ? FindLine(OriginalHeading, 0) : -1;
        return original >= 0
            ? new(opening, front, string.Concat(rest.AsSpan(0, original), section, "\n", rest.AsSpan(original)))
            : new(opening, front, $"{rest.TrimEnd('\n', '\r')}\n\n{section}");
    }

    /// <summary>Where a section's content lies; (-1, -1) where there is none. A draft ends only at the original, which comes last.</summary>
    (int Start, int End) Section(string heading)
    {
        var line = FindLine(heading, 0);
        if (line < 0) return (-1, -1);
        var start = rest.IndexOf('\n', line) is var lf && lf < 0 ? rest.Length : lf + 1;
        var end = heading == OriginalHeading ? -1 : FindLine(OriginalHeading, start);
        return (start, end < 0 ? rest.Length : end);
    }

    int FindLine(string heading, int from)
    {
        for (var at = from; at < rest.Length;)
        {
            var end = rest.IndexOf('\n', at) is var lf && lf < 0 ? rest.Length : lf;
            if (rest.AsSpan(at, end - at).TrimEnd().SequenceEqual(heading)) return at;
            at = end + 1;
        }
        return -1;
    }
}
