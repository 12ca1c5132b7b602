using System.Text;

namespace VaultKit.Mail;

/// <summary>Lays out words as lines: white space as a browser collapses it, blank lines between paragraphs, marks of quotes before each line.</summary>
sealed class HtmlLines
{
    const int Limit = 256 * 1024, DepthLimit = 8;

    readonly StringBuilder text = new();
    int breaks, lastDepth;
    bool space, blank, rowHasWords, cell;
    string mark = "";

    /// <summary>Of quotes, at the words to come.</summary>
    public int Depth { get; set; }

    /// <summary>Nothing more is taken.</summary>
    public bool Full => text.Length >= Limit;

    /// <summary>A place to come back to with <see cref="Since"/>.</summary>
    public int Written => text.Length;

    /// <summary>The first 1,000 characters that were written behind a place, without blanks around them.</summary>
    public string Since(int place) => text.ToString(place, Math.Min(text.Length - place, 1000)).Trim(' ', '\n', '>');

    /// <param name="count">Line ends at least, before what comes next: 1 a new line, 2 a blank line between.</param>
    /// <param name="forced">In addition to those already asked for.</param>
    public void Break(int count, bool forced = false)
    {
        if (count == 0) return;
        // A no-break space alone in its line is how mailers write an empty one.
        if (blank) count = 2;
        blank = false;
        breaks = Math.Min(forced ? breaks + count : Math.Max(breaks, count), 3);
        space = false;
    }

    /// <summary>Before the next words: an item's bullet or number.</summary>
    public void Mark(int level, string sign) => mark = new string(' ', 2 * level) + sign;

    public void Row()
    {
        rowHasWords = false;
        cell = false;
    }

    public void Cell()
    {
        if (rowHasWords && breaks == 0) cell = true;
        else if (rowHasWords) Break(1);
        space = false;
    }

    public void Say(string words, bool preformatted)
    {
        foreach (var c in words)
        {
            if (Full) return;
            if (preformatted && c == '\n') Break(1, forced: true);
            else if (c is '\r' or '\n' or '\t' or ' ' or '\f' && !preformatted) space |= text.Length > 0 && breaks == 0;
            else if (c == '\u00A0' && (breaks > 0 || text.Length == 0)) blank = true;
            else if (c != '\r') Put(c);
        }
    }

    void Put(char c)
    {
        if (text.Length == 0) breaks = 0;
        if (breaks > 0 || text.Length == 0) BeginLine();
        else if (cell) text.Append(" | ");
        else if (space) text.Append(' ');
        space = cell = blank = false;
        text.Append(c);
        rowHasWords = true;
    }

    void BeginLine()
    {
        for (; breaks > 1; breaks--)
        {
            text.Append('\n');
            Quote(Math.Min(lastDepth, Depth));
        }
        if (breaks == 1) text.Append('\n');
        breaks = 0;
        Quote(Depth);
        text.Append(mark);
        mark = "";
        cell = space = false;
        lastDepth = Depth;
    }

    void Quote(int depth)
    {
        for (var i = 0; i < Math.Min(depth, DepthLimit); i++) text.Append("> ");
    }

    public override string ToString() => text.ToString();
}
