using System.Text;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Tests.Mail;
using VaultKit.Vault;

namespace Fuzz.Targets;

/// <summary>Whatever arrives becomes a task that can be read again, says the same, has no more headings than it should, and stays within bounds.</summary>
sealed class MailTarget : ITarget
{
    static readonly Handbook Handbook = Handbook.None;

    public string Name => "mail";
    public int Limit => 32 * 1024;
    public IReadOnlyList<string> Words { get; } =
    [
        "From: ", "To: ", "Cc: ", "Reply-To: ", "Subject: ", "Message-ID: <a@b.example>\n", "References: ", "Date: Mon, 23 Nov 2026 09:00:00 +0100\n", "Content-Type: text/html; charset=utf-8\n", "Content-Type: text/plain; format=flowed; delsp=yes\n",
        "Content-Type: multipart/mixed; boundary=x\n", "Content-Type: multipart/alternative; boundary=\"y\"\n", "\n--x\n", "\n--x--\n", "\n--y\n", "Content-Type: message/rfc822\n", "Content-Type: text/calendar\n",
        "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: quoted-printable\n", "Content-Disposition: attachment; filename=\"../a.pdf\"\n", "charset=iso-2022-jp", "charset=utf-7", "charset=utf-16", "=?utf-8?q?=0A=23?=", "=?utf-8?b?",
        "<br>", "<p>", "</p>", "<div style=\"display:none\">", "<blockquote>", "<table><tr><td>", "&nbsp;", "&#x202e;", "<!--", "-->", "<style>", "<script>", "<a href=\"http://x.example\">", "<img src=cid:x alt=\"y\">",
        "\n## Draft\n", "\n## Original\n", "\n---\n", "\n> ", "\n-- \n", "\n-----Original Message-----\n", "\nOn Monday Bo wrote:\n", "\u2028", "\u0085", "\u202e", "\v", "\f", "\r", "\r\n", "=\n", "=0D=0A", "%%", "a@b.example", "\"A\" <a@b.example>, ", "\u0000",
    ];

    public IEnumerable<byte[]> Seeds => Corpus.Names.Select(Corpus.Bytes).Where(b => b.Length < 12 * 1024);

    public void Run(byte[] input)
    {
        var (letter, sifted) = Corpus.Read(input);
        var again = Corpus.Read(input);
        BrokenException.Unless(Corpus.Show(letter) == Corpus.Show(again.Letter) && sifted == again.Sifted, "read twice, it is two letters");
        if (!input.Contains((byte)'\r')) BrokenException.UnlessSame(Corpus.Show(Corpus.Read(Corpus.WithCrlf(input)).Letter), Corpus.Show(letter), "with CRLF it is another letter");
        Bounded(letter);

        var task = LetterFile.Write(letter);
        var bytes = task.ToBytes();
        BrokenException.Unless(bytes.Length <= TaskFile.Limit, "its task is larger than a task may be");
        var parsed = TaskFile.Parse(bytes);
        OneOfEach(parsed);
        BrokenException.UnlessSame(Corpus.Show(LetterFile.Read(parsed)), Corpus.Show(letter with { Date = letter.Date?.ToUniversalTime() }), "its task says something else");
        BrokenException.Unless(TaskName.TryParse(LetterFile.Name(letter).Value, out _), "its name is no task's name");
        Drafted(parsed, letter);
    }

    static void Bounded(Letter letter)
    {
        BrokenException.Unless(Encoding.UTF8.GetByteCount(letter.Text) <= 64 * 1024, "more text than 64 KiB");
        BrokenException.Unless(letter.Subject.Length <= 300 && letter.References.Count <= 30, "more than a letter may hold");
        foreach (var line in letter.Notes.Concat(letter.Attachments.Select(a => a.Name)).Append(letter.Subject).Append(letter.From?.ToString() ?? "")) BrokenException.Unless(!line.Any(IsControl), "a control character in a line");
        BrokenException.Unless(!letter.Text.Any(c => c != '\n' && c != '\t' && IsControl(c)), "a control character in the text");
    }

    static bool IsControl(char c) => c is < ' ' or (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\ufeff';

    /// <summary>Line by line as a viewer of Markdown sees it: a heading of ours, the heading of the original, and nothing more.</summary>
    static void OneOfEach(TaskFile task)
    {
        var headings = task.ToString().ReplaceLineEndings("\n").Split('\n').SkipWhile((l, n) => n == 0 || l != "---").Where(l => l.TrimStart().StartsWith('#')).ToList();
        BrokenException.Unless(headings.Count == 2 && headings[0].StartsWith("# ", StringComparison.Ordinal) && headings[1] == "## Original", $"headings: {string.Join(" | ", headings)}");
        BrokenException.Unless(task.Draft is null && task.Parts() is not null && !task.Has(Approval.Key) && !task.Has("action") && !task.Has("phase"), "a draft or an approval out of a mail");
    }

    static void Drafted(TaskFile task, Letter letter)
    {
        var draft = new BuiltInDrafter().DraftAsync(new(letter, Corpus.Owner, Handbook, new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero)), default).GetAwaiter().GetResult();
        if (draft.Body is not { } body) return;
        BrokenException.Unless(!body.Split('\n').Any(l => l.TrimEnd() is "## Draft" or "## Original"), "a heading in a draft");
        BrokenException.UnlessSame(TaskFile.Parse(task.WithDraft(body).ToBytes()).Draft ?? "none", body.Trim('\n', ' ', '\t'), "another draft than was written");
    }
}
