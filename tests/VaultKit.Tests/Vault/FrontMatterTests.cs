using CsCheck;
using VaultKit.Vault;

namespace VaultKit.Tests.Vault;

public class FrontMatterTests
{
    // As Obsidian's Properties view writes a file after somebody clicked around in it, with comments that an editor added.
    const string Obsidian = """
        ---
        tags:
          - customer
          - "2026"
        mood: '🙂 fine'
        # the owner's remark
        from: "Anna <anna@example.com>" # seen
        done: false
        count: 3
        due: 2026-11-30
        notes: |
          first line
          # not a comment
        nested:
          a: {b: [1, 2]}
        aliases: []
        subject: Re: nothing is quoted here
        empty:
        ---

        # Heading

        Body
        """;

    static TaskFile Parse(string text) => TaskFile.Parse(System.Text.Encoding.UTF8.GetBytes(text));

    [Test]
    public async Task What_a_change_does_not_touch_stays_byte_for_byte()
    {
        var text = Obsidian.Replace("subject: Re: nothing is quoted here", "subject: nothing");
        var changed = Parse(text).With("from", "Bob <bob@example.com>").With("claim", "5be1").Without("claim").With("done", "later").With("done", "x");
        await Assert.That(changed.ToString()).IsEqualTo(text.Replace("\"Anna <anna@example.com>\"", "\"Bob <bob@example.com>\"").Replace("done: false", "done: x"));
    }

    [Test]
    public async Task Lists_are_replaced_whole_and_comments_after_them_stay()
    {
        var text = "---\nto:\n  - a@example.com\n  - b@example.com\n# mine\nx: 1\n---\n";
        var changed = Parse(text).With("to", ["c@example.com"]);
        await Assert.That(changed.ToString()).IsEqualTo("---\nto:\n  - c@example.com\n# mine\nx: 1\n---\n");
        await Assert.That(changed.With("to", []).ToString()).IsEqualTo("---\nto: []\n# mine\nx: 1\n---\n");
    }

    [Test]
    public async Task Windows_line_ends_and_a_byte_order_mark_survive()
    {
        var text = "\ufeff---\r\na: 1\r\nb: 2\r\n---\r\n\r\n# H\r\n";
        var changed = Parse(text).With("a", "x").With("c", "new");
        await Assert.That(changed.ToString()).IsEqualTo("\ufeff---\r\na: x\r\nb: 2\r\nc: new\r\n---\r\n\r\n# H\r\n");
    }

    [Test]
    public async Task Characters_outside_the_basic_plane_do_not_shift_what_follows()
    {
        var changed = Parse("---\nmood: \"🙂🙂 ok\" # keep\nx: old # this too\n---\n").With("x", "new");
        await Assert.That(changed.ToString()).IsEqualTo("---\nmood: \"🙂🙂 ok\" # keep\nx: new # this too\n---\n");
    }

    [Test]
    [Arguments("---\na: 1\na: 2\n---\n", "twice")]
    [Arguments("---\na: &x 1\nb: *x\n---\n", "aliases")]
    [Arguments("---\na: [b, &x c]\n---\n", "aliases")]
    [Arguments("---\na: [[[[[[[[[1]]]]]]]]]\n---\n", "deep")]
    [Arguments("---\na: 1\n...\nb: 2\n---\n", "YAML")]
    [Arguments("---\n- a\n---\n", "key: value")]
    [Arguments("---\n{a: 1}\n---\n", "key: value")]
    [Arguments("---\na: [1\n---\n", "YAML")]
    [Arguments("---\na: \"unclosed\n---\n", "YAML")]
    [Arguments("---\n\ta: 1\n---\n", "YAML")]
    [Arguments("no front matter", "front matter")]
    [Arguments("---\na: 1\n", "no end")]
    public async Task What_is_not_flat_yaml_is_refused_in_words(string text, string word)
    {
        await Assert.That(() => Parse(text)).Throws<BadTaskException>().WithMessageContaining(word);
    }

    [Test]
    public async Task Any_string_can_be_written_and_is_read_back()
    {
        Gen.String.Sample(value =>
        {
            if (value.Any(char.IsSurrogate)) return true; // lone surrogates are not text; pairs are covered above
            var task = TaskFile.New("h").With("before", "1").With("key", value).With("after", "2");
            var back = TaskFile.Parse(task.ToBytes());
            return (back.Get("key") ?? "") == value && back.Get("before") == "1" && back.Get("after") == "2";
        });
        await Assert.That(TaskFile.New("h").With("key", "yes").ToString()).Contains("\"yes\"");
    }

    [Test]
    public async Task Any_list_can_be_written_and_is_read_back()
    {
        var items = Gen.String[Gen.Char.AlphaNumeric, 0, 20].List[0, 5];
        items.Sample(list => TaskFile.Parse(TaskFile.New("h").With("to", list).ToBytes()).GetList("to").SequenceEqual(list));
        await Assert.That(TaskFile.New("h").With("to", ["a"]).GetList("to").Count).IsEqualTo(1);
    }

    [Test]
    public async Task Any_octets_either_parse_or_are_refused()
    {
        var pieces = Gen.OneOf("---\n", "a: ", "- ", "\n", "  ", "&x ", "*x", "\"", "'", "{", "[", "|", ">", "#", ": ", "\t", "\r\n", "? ", "!t ", "%Y", "...\n", "é");
        pieces.List[0, 30].Sample(parts =>
        {
            try { _ = Parse("---\n" + string.Concat(parts) + "\n---\n"); }
            catch (BadTaskException) { return true; }
            return true;
        });
        await Assert.That(() => TaskFile.Parse([0xff, 0xfe])).Throws<BadTaskException>();
    }

    [Test]
    public async Task Front_matter_without_measure_is_refused() =>
        await Assert.That(() => Parse($"---\na: {new string('x', 70_000)}\n---\n")).Throws<BadTaskException>().WithMessageContaining("64 KiB");

    // Found by tests/Fuzz: each of these was read, and what was put below it was lost, refused, or part of something else.
    [Test]
    [Arguments(">\n", "not a list")]
    [Arguments("''\n", "not a list")]
    [Arguments("#\r>\n", "line ends")]
    [Arguments("a: b\rc: d\n", "line ends")]
    [Arguments("::\u2028key: \n", "line ends")]
    [Arguments("  a: b\n", "behind spaces")]
    [Arguments("a: e\n \t\n-:\n", "a tab")]
    [Arguments("&x\nphase: \n", "anchors")]
    [Arguments("&x a: b\n", "anchors")]
    [Arguments("!x\nphase: \n", "anchors")]
    [Arguments("key: a\fcc: eve\n", "a control character")]
    [Arguments("a: b\n...\n", "more than one YAML document")]
    public async Task What_no_key_can_be_put_below_is_no_front_matter(string front, string why)
    {
        var refused = Assert.Throws<BadTaskException>(() => Parse($"---\n{front}---\n"));
        await Assert.That(refused.Message).Contains(why);
    }

    [Test]
    public async Task Whatever_a_value_holds_is_read_back_as_it_was()
    {
        for (var c = '\0'; c < '\u0100'; c++)
        {
            var front = FrontMatter.Parse("").With("key", $"a{c}b");
            await Assert.That(FrontMatter.Parse(front.ToString()).Get("key")).IsEqualTo($"a{c}b");
        }
    }
}
