using VaultKit.Vault;

namespace Fuzz.Targets;

/// <summary>A key of ours is set, changed and taken away; the owner's keys, comments, order and quoting stay as they are.</summary>
sealed class FrontMatterTarget : ITarget
{
    static readonly string[] Ours = ["phase", "claim", "not_before", "mail_subject", "mail_notes", "a", "key"];

    public string Name => "front";
    public int Limit => 4 * 1024;
    public IReadOnlyList<string> Words { get; } =
    [
        "key: value\n", "a: b\n", "phase: claimed\n", "claim: \"5be1\"\n", "mail_subject: 'it''s'\n", "mail_notes:\n  - one\n  - two\n", "[a, b]", "{a: b}", "# mine\n", " # mine", "|\n  text\n", ">-\n  folded\n  more\n",
        "\"\\u0041\"", "\"a\\\n  b\"", "&x ", "*x", "!!str ", "? ", ": ", "- ", "\r\n", "  ", "null", "~", "\n\n", "---\n", "...\n", "%YAML 1.2\n", "\t", "\u2028", "\u0085", "\ud83d\ude00", "\0",
    ];

    public IEnumerable<byte[]> Seeds =>
    [
        "task: email/1\n# mine\nmail_subject: \"A: b\"   # why\ntags:\n  - one\n  # between\n  - two\n\nphase: claimed\n\0phase\0offered\0"u8.ToArray(),
        "a: |\n  one\n  two\nb: [x, 'y']\nc: >-\n  folded\n  text\n\0\u0001two words\0\u0003# no comment\0"u8.ToArray(),
        "a: b\r\nkey: 'it''s'\r\n# end\r\n\0\u0002: \0"u8.ToArray(),
        "\0"u8.ToArray(),
    ];

    public void Run(byte[] input)
    {
        var words = new Words(input);
        FrontMatter front;
        var text = words.Text();
        if (text.Length > 0 && text[^1] != '\n') text += '\n'; // in a task the closing fence has a line of its own
        try { front = FrontMatter.Parse(text); }
        catch (BadTaskException) { return; }
        BrokenException.UnlessSame(front.ToString(), text, "what was parsed is not what is written");
        for (var round = 0; round < 6 && !words.Ended && front.ToString().Length < 32 * 1024; round++)
        {
            var (key, isList) = (Ours[words.Next(Ours.Length)], words.Next(4) == 0);
            var value = words.Text();
            front = isList ? List(front, key, [.. value.Split('\n')]) : One(front, key, value);
        }
    }

    static FrontMatter One(FrontMatter front, string key, string value)
    {
        var changed = front.With(key, value);
        BrokenException.UnlessSame(changed.Get(key) ?? "", value, $"'{key}' is not what it was set to");
        Kept(front, changed, key);
        return changed;
    }

    static FrontMatter List(FrontMatter front, string key, string[] values)
    {
        var changed = front.With(key, values);
        BrokenException.UnlessSame(string.Join('\u0001', changed.GetList(key)), string.Join('\u0001', values), $"'{key}' is not what it was set to");
        Kept(front, changed, key);
        return changed;
    }

    static void Kept(FrontMatter front, FrontMatter changed, string key)
    {
        BrokenException.UnlessSame(FrontMatter.Parse(changed.ToString()).ToString(), changed.ToString(), "it does not survive being written");
        BrokenException.UnlessSame(string.Join('\n', changed.Keys.Where(k => k != key)), string.Join('\n', front.Keys.Where(k => k != key)), "other keys, or their order");
        foreach (var other in front.Keys.Where(k => k != key)) BrokenException.UnlessSame(changed.Comparable(other) ?? "", front.Comparable(other) ?? "", $"'{other}', while '{key}' was set");
        // Without that key both are the same again, octet for octet, but for a line end that the last line did not have.
        BrokenException.UnlessSame(changed.Without(key).ToString().TrimEnd('\r', '\n'), front.Without(key).ToString().TrimEnd('\r', '\n'), $"the owner's octets, while '{key}' was set");
    }
}
