using MimeKit.Text;

namespace VaultKit.Mail;

/// <summary>
/// A mail's HTML as text to read: paragraphs, lists, table cells, links with their address, quotes as <c>&gt; </c> lines. What the page hides is
/// left out and said so. Runs no script, loads nothing. Linear in the page's length; depth and output are bounded.
/// </summary>
sealed class HtmlText
{
    const int InputLimit = 1024 * 1024, DepthLimit = 200, AddressLimit = 300;

    readonly record struct Element(HtmlTagId Id, bool Hidden, bool NoSize, bool Quote, string? Address, int TextAt);

    readonly HtmlLines lines = new();
    readonly List<Element> open = [];
    readonly Stack<int> numbers = []; // of the lists that are open: the next number, -1 for bullets
    bool somethingHidden;

    /// <param name="hidden">The page holds text that a reader of the mail would not see.</param>
    /// <returns>LF line ends; its characters are still the sender's own (<see cref="CleanText"/>).</returns>
    public static string From(string html, out bool hidden)
    {
        var page = new HtmlText();
        using var reader = new StringReader(html.Length <= InputLimit ? html : html[..InputLimit]);
        var tokens = new HtmlTokenizer(reader);
        while (!page.lines.Full && tokens.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
            {
                if (tag.IsEndTag) page.Close(tag.Id);
                else page.Open(tag);
            }
            else if (token is HtmlDataToken { Kind: HtmlTokenKind.Data or HtmlTokenKind.CData } data) page.Say(data.Data);
        }
        hidden = page.somethingHidden;
        return page.lines.ToString();
    }

    Element Top => open.Count > 0 ? open[^1] : default;

    void Say(string text)
    {
        if (Top.Hidden || Top.NoSize)
        {
            somethingHidden |= !IsDropped() && text.AsSpan().ContainsAnyExcept(" \t\r\n\u00A0\u200B\u200C\u200D\u034F\u00AD\u2007\uFEFF");
            return;
        }
        lines.Say(text, Has(HtmlTagId.Pre));
    }

    void Open(HtmlTagToken tag)
    {
        var style = tag.Attributes.Count > 0 ? Attribute(tag, HtmlAttributeId.Style) : "";
        CloseImplied(tag.Id);
        var top = Top;
        var visible = !top.Hidden;
        switch (tag.Id)
        {
            case HtmlTagId.Br:
                if (visible) lines.Break(1, forced: true);
                return;
            case HtmlTagId.HR:
                if (!visible) return;
                lines.Break(1);
                lines.Say("---", false);
                lines.Break(1);
                return;
            case HtmlTagId.Image:
                if (visible && !HtmlStyle.Hides(style) && Attribute(tag, HtmlAttributeId.Alt) is { Length: > 0 and <= 200 } alt) lines.Say(alt.Length <= 4 ? alt : $"[{alt.Trim()}]", false);
                return;
            case HtmlTagId.Meta or HtmlTagId.Link or HtmlTagId.Input or HtmlTagId.Base or HtmlTagId.Area or HtmlTagId.Col or HtmlTagId.Embed or HtmlTagId.Param or HtmlTagId.Wbr:
                return;
        }
        if (tag.IsEmptyElement && tag.Id is HtmlTagId.Unknown) return;
        if (visible) Begin(tag, style);
        if (open.Count >= DepthLimit) return;
        open.Add(new(
            tag.Id,
            top.Hidden || Drops(tag.Id) || HtmlStyle.Hides(style) || HasAttribute(tag, "hidden"),
            HtmlStyle.FontSizeIsZero(style) ?? top.NoSize,
            tag.Id == HtmlTagId.BlockQuote && !HtmlStyle.IsIndent(style),
            tag.Id == HtmlTagId.A ? Attribute(tag, HtmlAttributeId.Href).Trim() : null,
            lines.Written));
        if (open[^1].Quote && visible) lines.Depth++;
    }

    void Begin(HtmlTagToken tag, string style)
    {
        switch (tag.Id)
        {
            case HtmlTagId.P:
                // Outlook's paragraphs are lines; an empty line is a paragraph of its own.
                lines.Break(Attribute(tag, HtmlAttributeId.Class).Contains("Mso", StringComparison.Ordinal) ? 1 : 2);
                break;
            case HtmlTagId.UL or HtmlTagId.OL:
                lines.Break(numbers.Count == 0 ? 2 : 1);
                numbers.Push(tag.Id == HtmlTagId.OL ? 1 : -1);
                break;
            case HtmlTagId.LI:
                lines.Break(1);
                var number = numbers.Count > 0 ? numbers.Pop() : -1;
                lines.Mark(Math.Min(Math.Max(0, numbers.Count), 5), number > 0 ? $"{number}. " : "- ");
                numbers.Push(number > 0 ? number + 1 : number);
                break;
            case HtmlTagId.TD or HtmlTagId.TH:
                lines.Cell();
                break;
            default:
                lines.Break(BreaksAround(tag.Id));
                if (tag.Id == HtmlTagId.TR) lines.Row();
                break;
        }
    }

    static int BreaksAround(HtmlTagId id) => id switch
    {
        HtmlTagId.P or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 or HtmlTagId.H4 or HtmlTagId.H5 or HtmlTagId.H6
            or HtmlTagId.BlockQuote or HtmlTagId.Pre or HtmlTagId.DL => 2,
        HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.Table or HtmlTagId.Section or HtmlTagId.Article or HtmlTagId.Header or HtmlTagId.Footer or HtmlTagId.Address
            or HtmlTagId.DT or HtmlTagId.DD or HtmlTagId.FieldSet or HtmlTagId.Form or HtmlTagId.Center or HtmlTagId.LI or HtmlTagId.UL or HtmlTagId.OL => 1,
        _ => 0,
    };

    /// <summary>Pages leave out the ends of paragraphs, items, cells and rows.</summary>
    void CloseImplied(HtmlTagId next)
    {
        switch (next)
        {
            case HtmlTagId.LI:
                CloseWithin(HtmlTagId.LI, HtmlTagId.UL, HtmlTagId.OL);
                break;
            case HtmlTagId.TD or HtmlTagId.TH:
                CloseWithin(HtmlTagId.TD, HtmlTagId.TR, HtmlTagId.Table);
                CloseWithin(HtmlTagId.TH, HtmlTagId.TR, HtmlTagId.Table);
                break;
            case HtmlTagId.TR:
                CloseWithin(HtmlTagId.TR, HtmlTagId.Table, HtmlTagId.Table);
                break;
            default:
                if (BreaksAround(next) > 0 && Top.Id == HtmlTagId.P) Close(HtmlTagId.P);
                break;
        }
    }

    void CloseWithin(HtmlTagId id, HtmlTagId border, HtmlTagId otherBorder)
    {
        for (var i = open.Count - 1; i >= 0 && open[i].Id != border && open[i].Id != otherBorder; i--)
            if (open[i].Id == id)
            {
                Close(id);
                return;
            }
    }

    void Close(HtmlTagId id)
    {
        var at = open.Count - 1;
        while (at >= 0 && open[at].Id != id) at--;
        if (at < 0)
        {
            // Browsers take a lone </p> for an empty paragraph.
            if (id == HtmlTagId.P && !Top.Hidden) lines.Break(1);
            return;
        }
        for (var i = open.Count - 1; i >= at; i--)
        {
            var element = open[i];
            open.RemoveAt(i);
            if (Top.Hidden) continue;
            if (element.Id is HtmlTagId.UL or HtmlTagId.OL && numbers.Count > 0) numbers.Pop();
            if (element.Address is { } address && !element.Hidden && !element.NoSize) SayAddress(address, element.TextAt);
            if (element.Quote) lines.Depth--;
            var breaks = element.Id is HtmlTagId.UL or HtmlTagId.OL ? (numbers.Count == 0 ? 2 : 1) : element.Id == HtmlTagId.P ? 1 : BreaksAround(element.Id);
            lines.Break(breaks);
        }
    }

    /// <summary>Behind a link's text, unless the text is the address. A very long address is a tracker's: its host says enough.</summary>
    void SayAddress(string address, int textAt)
    {
        var text = lines.Since(textAt);
        if (text.Length == 0) return;
        string shown;
        if (address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) shown = address["mailto:".Length..].Split('?')[0];
        else if (address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) shown = address;
        else return;
        if (shown.Length == 0 || Same(text, shown)) return;
        if (shown.Length > AddressLimit) shown = Uri.TryCreate(shown, UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.IdnHost}/…" : shown[..AddressLimit] + "…";
        lines.Say($" ({shown.Replace("\n", "").Replace("\r", "")})", false);
    }

    static bool Same(ReadOnlySpan<char> text, ReadOnlySpan<char> address) => Bare(text).Equals(Bare(address), StringComparison.OrdinalIgnoreCase);

    static ReadOnlySpan<char> Bare(ReadOnlySpan<char> address)
    {
        address = address.Trim();
        if (address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) address = address[8..];
        else if (address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) address = address[7..];
        else if (address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)) address = address[7..];
        if (address.StartsWith("www.", StringComparison.OrdinalIgnoreCase)) address = address[4..];
        return address.TrimEnd('/');
    }

    /// <summary>No one misses what stands in these: it was never text to read.</summary>
    static bool Drops(HtmlTagId id) => id is HtmlTagId.Head or HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title or HtmlTagId.Object
        or HtmlTagId.IFrame or HtmlTagId.Select or HtmlTagId.TextArea or HtmlTagId.Applet or HtmlTagId.Audio or HtmlTagId.Video or HtmlTagId.Canvas;

    bool IsDropped()
    {
        foreach (var element in open)
            if (Drops(element.Id)) return true;
        return false;
    }

    bool Has(HtmlTagId id)
    {
        foreach (var element in open)
            if (element.Id == id) return true;
        return false;
    }

    static string Attribute(HtmlTagToken tag, HtmlAttributeId id)
    {
        foreach (var attribute in tag.Attributes)
            if (attribute.Id == id) return attribute.Value ?? "";
        return "";
    }

    static bool HasAttribute(HtmlTagToken tag, string name)
    {
        foreach (var attribute in tag.Attributes)
            if (attribute.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
