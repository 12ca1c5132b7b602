using CsCheck;
using VaultKit.Mail;

namespace VaultKit.Tests.Mail;

/// <summary>Pages put together out of what mail builders use, of which it is known what a reader sees.</summary>
public class HtmlPagesTests
{
    /// <summary>A page, the words that are seen in their order, and the words that are not.</summary>
    sealed record Page(string Html, string[] Seen, string[] Hidden);

    static readonly Page Nothing = new("", [], []);

    static Page Join(params IEnumerable<Page> pages) => pages.Aggregate(Nothing, (a, b) => new(a.Html + b.Html, [.. a.Seen, .. b.Seen], [.. a.Hidden, .. b.Hidden]));

    static Gen<T> One<T>(params T[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    // Words that nothing else in a page spells.
    static readonly Gen<string> Word = Gen.Int[0, int.MaxValue].Select(n => $"w{n}w");

    static readonly Gen<Page> Plain = Gen.Select(Word, One(" {0} ", "<b>{0}</b> ", "<span style='color:#333; font-size:14px'>{0}</span> ", "{0}<br>", "<a href='https://x.example/?q=1'>{0}</a> ", "<!-- a > b -->{0} ", "&nbsp;{0}&nbsp;"))
        .Select((word, form) => new Page(string.Format(form, word), [word], []));

    static readonly Gen<Page> Unseen = Gen.Select(Word, One(
            "<div style='display:none'>{0}</div>", "<span style=\"Display : None !important;color:red\">{0}</span>", "<p hidden>{0}</p>", "<span style='font-size:0px'><b>{0}</b></span>",
            "<div style='max-height:0;visibility:hidden'><table><tr><td>{0}</td></tr></table></div>", "<span style='opacity:0'>{0}</span>", "<div style='mso-hide:all'><p>{0}<p>{0}</div>"))
        .Select((word, form) => new Page(string.Format(form, word), [], [word]));

    static readonly Gen<Page> NoText = Gen.Select(Word, One("<style>.a{{content:'{0}'}}</style>", "<script>say('{0}')</script>", "<!-- {0} -->", "<img src='{0}.png'>", "<title>{0}</title>"))
        .Select((word, form) => new Page(string.Format(form, word), [], []));

    static Gen<Page> Any(int depth) => depth == 0 ? Gen.Frequency((6, Plain), (1, Unseen), (1, NoText)) : Gen.Frequency((4, Plain), (1, Unseen), (1, NoText), (5, Around(Any(depth - 1))));

    static Gen<Page> Around(Gen<Page> inner) => Gen.OneOf(
        Gen.Select(inner.Array[1, 4], One(("<p>", "</p>"), ("<p>", ""), ("<div>", "</div>"), ("<h2>", "</h2>"), ("<blockquote>", "</blockquote>"), ("<center>", "</center>"), ("<section><div>", "</div></section>")))
            .Select((pages, tag) => Wrapped(Join(pages), tag.Item1, tag.Item2)),
        Gen.Select(inner.Array[1, 4], Gen.Bool, One("ul", "ol")).Select((pages, ends, list) => Wrapped(Join(pages.Select(p => Wrapped(p, "<li>", ends ? "</li>" : ""))), $"<{list}>", $"</{list}>")),
        Gen.Select(Gen.Select(inner, Gen.Int[0, 4]).Array[1, 3].Array[1, 3], Gen.Bool).Select((rows, ends) => Wrapped(
            Join(rows.Select(r => Wrapped(Join(r.Select(c => Cell(c.Item1, c.Item2 == 0, ends ? "</td>" : ""))), "<tr>", ends ? "</tr>" : ""))), "<table cellpadding=0>", "</table>")));

    static Page Cell(Page page, bool hidden, string end) =>
        hidden ? new($"<td style='display:none'>{page.Html}{end}", [], [.. page.Seen, .. page.Hidden]) : Wrapped(page, "<td>", end);

    static Page Wrapped(Page page, string open, string close) => page with { Html = open + page.Html + close };

    static readonly Gen<Page> Pages = Any(4).Array[1, 6].Select(p => Join(p));

    [Test]
    public async Task What_a_reader_sees_is_read_once_and_in_its_order_and_nothing_else_is()
    {
        Pages.Sample(page =>
        {
            var text = HtmlText.From(page.Html, out var hidden);
            return Words(text).SequenceEqual(page.Seen) && hidden == page.Hidden.Length > 0;
        }, iter: 5000, threads: 1, print: p => p.Html);
        await Assert.That(HtmlText.From("<p>w1w</p>", out _)).IsEqualTo("w1w");
    }

    static IEnumerable<string> Words(string text) => text.Split([' ', '\n', '\t', '(', ')', '|', '>', '\u00a0']).Where(w => w.Length > 2 && w[0] == 'w' && w[^1] == 'w');

    [Test]
    public async Task Any_characters_give_a_text_and_never_an_exception()
    {
        string[] pieces = ["<", ">", "</", "/>", "<p", "<td>", "</table>", "<a href=", "'", "\"", "=", "style=", "display:none", "font-size:0", "<!--", "-->", "<![CDATA[", "]]>", "&#x", "&#0;", "&amp", ";", "<script>", "</p>", "\0", "\ud800", "\u202e", "x", " ", "\n", "<blockquote>", "<li>", "<br/>"];
        One(pieces).Array[0, 200].Select(string.Concat).Sample(html => HtmlText.From(html, out _) == HtmlText.From(html, out _) && HtmlText.From(html, out _).Length <= 20 * html.Length + 100, iter: 20_000, threads: 1);
        await Assert.That(HtmlText.From("", out _)).IsEqualTo("");
    }
}
