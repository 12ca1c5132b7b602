using CsCheck;
using LocalAgent.Importing;

namespace LocalAgent.Tests.Importing;

public class LooseTaskTests
{
    [Test]
    public async Task Front_matter_need_be_no_yaml()
    {
        var task = LooseTask.Read("---\nsubject: Re: A: b\nfrom: \"Bob\" <b@x.example>\ncc:\n  - c@x.example\n  - 'd@x.example'\nbody: |\n  Hello,\n\n    there.\nReply To: y\n---\nText\n", "file");
        await Assert.That(task["subject"]).IsEqualTo("Re: A: b");
        await Assert.That(task["from"]).IsEqualTo("\"Bob\" <b@x.example>");
        await Assert.That(task["cc"]).IsEqualTo("c@x.example, d@x.example");
        await Assert.That(task["body"]).IsEqualTo("Hello,\n\n  there.");
        await Assert.That(task["reply_to"]).IsEqualTo("y");
        await Assert.That(task.Text).IsEqualTo("Text");
    }

    [Test]
    [Arguments("**To:** b@x.example", "b@x.example")]
    [Arguments("- **To**: b@x.example", "b@x.example")]
    [Arguments("To: b@x.example", "b@x.example")]
    [Arguments("| To | b@x.example |", "b@x.example")]
    public async Task Lines_that_say_to_whom_are_found(string line, string to) => await Assert.That(LooseTask.Read($"# X\n\n{line}\n\nHello\n", "f")["to"]).IsEqualTo(to);

    [Test]
    [Arguments("# A\n## Original Email Content\nTheirs\n## Suggested Reply\n**To:** b@x.example\n\nOurs\n\n---\n## To Approve\nMove it", "Ours")]
    [Arguments("# A\n## Email Content\n```\nOurs\n```\n## To Approve\nMove it", "Ours")]
    [Arguments("# A\n\nOurs\n\n## To Reject\nMove it", "Ours")]
    [Arguments("Ours, and nothing else", "Ours, and nothing else")]
    [Arguments("---\ntype: x\nbody: Ours\n---\n# A\n## Risk Assessment\nlow", "Ours")]
    [Arguments("# A\n## One\nx\n## Two\ny", "")]
    public async Task The_text_that_would_go_out_is_told_from_what_stands_around_it(string text, string outgoing) => await Assert.That(LooseTask.Read(text, "f").Outgoing()).IsEqualTo(outgoing);

    [Test]
    public async Task A_mail_s_text_ends_where_the_old_program_s_begins() =>
        await Assert.That(LooseTask.Read("---\ntype: email\n---\n## Email Content\n\nDear Anna,\n\nhow much?\n\n## Suggested Actions\n- [ ] x", "f").Incoming()).IsEqualTo("Dear Anna,\n\nhow much?");

    [Test]
    public void Whatever_is_in_a_file_it_is_read()
    {
        string[] pieces = ["---\n", "a: b\n", "a: |\n", "  x\n", "- y\n", "# T\n", "## Reply\n", "```\n", "\n", "> q\n", "| To | x |\n", "\u0000", ":\n"];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).List[0, 12].Sample(parts =>
        {
            var task = LooseTask.Read(string.Concat(parts), "f");
            _ = task.Outgoing() + task.Incoming();
            return task.Title is not null;
        });
    }
}
