using System.Diagnostics;
using VaultKit.Mail;

namespace VaultKit.Tests.Mail;

public class HtmlTextTests
{
    [Test]
    [Arguments("<p>one</p><p>two</p>", "one\n\ntwo")]
    [Arguments("<div>one</div><div>two<br>three</div>", "one\ntwo\nthree")]
    [Arguments("<p class=MsoNormal>one</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>two</p><p class=MsoNormal>three</p>", "one\n\ntwo\nthree")]
    [Arguments("a<br><br>b", "a\n\nb")]
    [Arguments("  a \n  b\t c ", "a b c")]
    [Arguments("<ul><li>a<li>b<ol><li>x</li><li>y</li></ol></ul>c", "- a\n- b\n  1. x\n  2. y\n\nc")]
    [Arguments("<table><tr><td>a<td>b<tr><td>c</td><td>d</td></tr></table>", "a | b\nc | d")]
    [Arguments("<blockquote>a<br><br>b<blockquote>c</blockquote></blockquote>d", "> a\n> \n> b\n> \n> > c\n\nd")]
    [Arguments("<blockquote style='margin: 0 0 0 40px; border: none'>moved</blockquote>", "moved")]
    [Arguments("<a href='https://example.com/x'>here</a>.", "here (https://example.com/x).")]
    [Arguments("<a href='https://www.example.com/'>example.com</a>", "example.com")]
    [Arguments("<a href='mailto:a@example.com?subject=x'>a@example.com</a>", "a@example.com")]
    [Arguments("<a href='https://evil.example'>https://bank.example</a>", "https://bank.example (https://evil.example)")]
    [Arguments("<a href='javascript:x()'>here</a>", "here")]
    [Arguments("<pre>a\n  b</pre>", "a\n  b")]
    [Arguments("&lt;b&gt; &amp; &euro;", "<b> & €")]
    [Arguments("<td style='font-size:0'><div style='font-size:14px'>seen</div></td>", "seen")]
    [Arguments("x<p style='font-size:0.9em'>seen</p>", "x\n\nseen")]
    [Arguments("<img alt='☺' src=x> <img alt='Our logo' src=x>", "☺ [Our logo]")]
    public async Task Pages_read_as_people_see_them(string html, string text)
    {
        await Assert.That(HtmlText.From(html, out var hidden)).IsEqualTo(text);
        await Assert.That(hidden).IsFalse();
    }

    [Test]
    [Arguments("<div style='display: none'>x</div>")]
    [Arguments("<div style='DISPLAY:NONE !important'>x<p>y</p></div>")]
    [Arguments("<span style='font-size: 0px'>x</span>")]
    [Arguments("<span style='font-size:0'><b>x</b></span>")]
    [Arguments("<p hidden>x</p>")]
    [Arguments("<span style='visibility:hidden'>x</span>")]
    [Arguments("<span style='opacity:0.0'>x</span>")]
    [Arguments("<span style='mso-hide:all'>x</span>")]
    public async Task What_a_page_hides_is_left_out_and_noticed(string html)
    {
        await Assert.That(HtmlText.From($"a {html} b", out var hidden).Replace("\n", " ").Replace("  ", " ")).IsEqualTo("a b");
        await Assert.That(hidden).IsTrue();
    }

    [Test]
    public async Task Scripts_styles_and_comments_are_no_text_and_not_hidden_text()
    {
        var text = HtmlText.From("<head><title>t</title><style>p{}</style></head><script>alert('<p>')</script><!-- c -->seen<style>x</style>", out var hidden);
        await Assert.That(text).IsEqualTo("seen");
        await Assert.That(hidden).IsFalse();
    }

    [Test]
    public async Task Pages_made_to_hurt_cost_little()
    {
        var watch = Stopwatch.StartNew();
        foreach (var piece in (string[])["<div>", "<blockquote>a", "<a href=x>", "</p>", "<table><tr><td>", "<ul><li>", "<p hidden>", "<", "&", "<b a=1 ", "<!--", "&nbsp;<br>", "<li>", "<a href='http://e.example'>a</a>"])
            await Assert.That(HtmlText.From(string.Concat(Enumerable.Repeat(piece, 400_000 / piece.Length)), out _).Length).IsLessThan(400 * 1024);
        await Assert.That(watch.Elapsed).IsLessThan(TimeSpan.FromSeconds(30));
    }
}
