using CsCheck;
using LocalAgent.Learning;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Learning;

/// <summary>An addition stands where its section ends, once, and what was there stays octet for octet.</summary>
public class HandbookTextTests
{
    const string Rule = "## Mail rules\n\n- Never answer mail from a@b.example";

    [Test]
    [Arguments("", "## Mail rules\n\n- Never answer mail from a@b.example\n")]
    [Arguments("# Book\n\n## Mail rules\n\n> note\n\n## Hours\n\n8 to 5\n", "# Book\n\n## Mail rules\n\n> note\n\n- Never answer mail from a@b.example\n\n## Hours\n\n8 to 5\n")]
    [Arguments("## Mail rules\n- Archive x@y.example\n## Hours\n", "## Mail rules\n- Archive x@y.example\n- Never answer mail from a@b.example\n\n## Hours\n")]
    [Arguments("## Mail rules", "## Mail rules\n\n- Never answer mail from a@b.example\n")]
    [Arguments("## Hours\r\n\r\n8 to 5\r\n", "## Hours\r\n\r\n8 to 5\r\n\r\n## Mail rules\r\n\r\n- Never answer mail from a@b.example\r\n")]
    public async Task It_is_added_to_the_end_of_its_section(string before, string after)
    {
        await Assert.That(HandbookText.Apply(before, Rule)).IsEqualTo(after);
        await Assert.That(HandbookText.Apply(after, Rule)).IsEqualTo(after).Because("it is there already");
        await Assert.That(Handbook.Read(after).Rules.Select(r => string.Join(',', r.Senders))).Contains("a@b.example");
    }

    /// <summary>Whatever the handbook holds: all of it is still there in its order, the addition is there, once, and doing it again does nothing.</summary>
    [Test]
    public void Nothing_that_was_there_is_changed()
    {
        string[] all = ["# Book", "## Mail rules", "## Answers", "### Do you deliver?", "- Archive x@y.example", "Yes.", "", "", "> note", "| a | b |"];
        var line = Gen.Int[0, all.Length - 1].Select(i => all[i]);
        Gen.Select(line.Array[0, 12], Gen.Bool.Select(b => b ? "\n" : "\r\n"), Gen.Bool).Sample((lines, end, last) =>
        {
            var before = string.Join(end, lines) + (last ? end : "");
            const string addition = "## Answers\n\n### Do you pick up?\n\nNo.\nNever.\n\n## Mail rules\n\n- Never answer mail from a@b.example";
            var after = HandbookText.Apply(before, addition);
            var (was, now) = (before.Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0).ToList(), after.Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0).ToList());
            var at = 0;
            foreach (var one in now)
                if (at < was.Count && was[at] == one) at++;
            return at == was.Count && HandbookText.Holds(after, addition) && HandbookText.Apply(after, addition) == after && now.Count(l => l == "Never.") == 1 && (end == "\n" || !System.Text.RegularExpressions.Regex.IsMatch(after, "[^\r]\n") || before.IndexOf("\r\n", StringComparison.Ordinal) < 0);
        });
    }

    [Test]
    [Arguments("- a rule without a heading", "heading")]
    [Arguments("## Answers", "nothing stands below")]
    [Arguments("## Answers\n\na\n\n## Answers\n\nb", "twice")]
    [Arguments("## Answers\n\n> a note that nobody reads", "no program reads")]
    public async Task What_can_t_be_added_is_said(string addition, string why) =>
        await Assert.That(string.Join('|', HandbookText.Against("", addition))).Contains(why);

    [Test]
    public async Task What_would_stand_in_a_comment_is_not_added() =>
        await Assert.That(string.Join('|', HandbookText.Against("# Book\n\n%% an old one\n\n## Mail rules\n", Rule))).Contains("no program reads");

    [Test]
    public async Task The_sections_that_are_added_to_count_and_no_others()
    {
        var book = "## Hours\n\n8 to 5\n\n## Mail rules\n\n- Archive x@y.example\n";
        var now = HandbookText.Sections(book, Rule);
        await Assert.That(HandbookText.Sections(book.Replace("8 to 5", "9 to 5"), Rule)).IsEqualTo(now);
        await Assert.That(HandbookText.Sections(book.Replace("x@y", "z@y"), Rule)).IsNotEqualTo(now);
        await Assert.That(HandbookText.Sections(book.Replace("## Mail rules", "## Old rules"), Rule)).IsNotEqualTo(now);
    }
}
