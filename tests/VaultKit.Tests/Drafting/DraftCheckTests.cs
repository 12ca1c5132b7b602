using CsCheck;
using VaultKit.Drafting;

namespace VaultKit.Tests.Drafting;

public class DraftCheckTests
{
    [Test]
    [Arguments("Hello,\n\nyes, gladly. See <https://holz.example/prices> or <jo@holz.example>.\n")]
    [Arguments("It costs $5 to $6, 20 % off & more; a < b, c > d, [1] and (2).\n")]
    [Arguments("It is in C:\\Users\\jo, at $5 a piece.")]
    [Arguments("Yes! 👩‍💻 ✔️\n")]
    [Arguments("yes\n\nOn 1 May, A wrote:\n> {{a blank of theirs}}\n> ======= \n")]
    [Arguments("1. one\n2. two\n- three\n# four\n")]
    public async Task May_go_out(string body) => await Assert.That(DraftCheck.Reasons(body)).IsEmpty();

    [Test]
    [Arguments("It costs {{price}}.", "blank")]
    [Arguments("It costs {{price\nand terms}}.", "blank")]
    [Arguments("It costs {{price", "blank")]
    [Arguments("", "no text")]
    [Arguments(" \n\n", "no text")]
    [Arguments("\n\nOn 1 May, A wrote:\n> text\n", "no text")]
    [Arguments("a %%b%%", "%%")]
    [Arguments("a <!-- b -->", "HTML")]
    [Arguments("<span hidden>b</span>", "HTML")]
    [Arguments("<details\nopen>", "HTML")]
    [Arguments("![[note]]", "embed")]
    [Arguments("![](http://t.example/p.png)", "embed")]
    [Arguments("[[note|shown]]", "wiki")]
    [Arguments("[bank](https://evil.example)", "link")]
    [Arguments("[//]: # (hidden)", "definition")]
    [Arguments("> [x]: hidden", "definition")]
    [Arguments("a[^1]\n\n[^1]: far away", "definition")]
    [Arguments("a^[moved]", "footnote")]
    [Arguments("x\n> [!note]- folded", "callout")]
    [Arguments("```dataviewjs\nrun()\n```", "fence")]
    [Arguments("~~~", "fence")]
    [Arguments("`= this.x`", "inline code")]
    [Arguments("`$= run()`", "inline code")]
    [Arguments("<% tp.run() %>", "template")]
    [Arguments("$\\phantom{not}$ paid", "formula")]
    [Arguments("$$x$$", "formula")]
    [Arguments("a&#8203;b", "entity")]
    [Arguments("text ^block-1", "block name")]
    [Arguments("a\u0007b", "control")]
    [Arguments("a\rb", "control")]
    [Arguments("a\u202eb", "direction")]
    [Arguments("a\u200bb", "invisible")]
    [Arguments("a\u00adb", "invisible")]
    [Arguments("a\u200db", "invisible")]
    [Arguments("a\ud800b", "broken")]
    [Arguments("<<<<<<< HEAD\na\n=======\nb", "merge")]
    [Arguments("a\n=======\nb", "merge")]
    public async Task Must_not_go_out(string body, string reason) => await Assert.That(string.Join("; ", DraftCheck.Reasons(body))).Contains(reason);

    [Test]
    public async Task Has_a_limit()
    {
        await Assert.That(DraftCheck.Reasons(new string('x', DraftCheck.MaxBytes))).IsEmpty();
        await Assert.That(DraftCheck.Reasons(new string('x', DraftCheck.MaxBytes + 1))[0]).Contains("256 KiB");
        await Assert.That(DraftCheck.Reasons(new string('ä', DraftCheck.MaxBytes / 2 + 1))[0]).Contains("256 KiB");
    }

    [Test]
    public async Task A_line_of_any_length_may_go_out() => await Assert.That(DraftCheck.Reasons("Yes, " + new string('x', 5000))).IsEmpty();

    [Test]
    public void Never_throws() => Gens.MailText.Sample(text => DraftCheck.Reasons(text).Count < 30, iter: 2000);
}
