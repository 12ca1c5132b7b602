using LocalAgent.Approving;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Ordering;

/// <summary>A mail that the owner orders by a file: lines of <c>To:</c>, <c>Subject:</c> and the like, an empty line, the text. The same between two lines of <c>---</c>.</summary>
/// <param name="Attach">Names of files beside it.</param>
/// <param name="Forward">A task whose mail is passed on; empty for none.</param>
sealed record Order(string From, IReadOnlyList<string> To, IReadOnlyList<string> Cc, IReadOnlyList<string> Bcc, string Subject, IReadOnlyList<string> Attach, string Forward, string Body)
{
    /// <summary>Octets of a file.</summary>
    public const int Limit = 256 * 1024;

    const int MaxEntries = 100;

    static readonly string[] Keys = ["from", "to", "cc", "bcc", "subject", "attach", "forward"];

    /// <summary>Whether a text is meant for an order: one of its first lines is one of an order's. Anything else is a note.</summary>
    public static bool IsOne(string text) => Lines(text).SkipWhile((l, i) => i == 0 && l.Trim() == "---").TakeWhile(l => l.Trim() is { Length: > 0 } and not "---").Any(l => Keys.Contains(Key(l)));

    /// <exception cref="BadTaskException">Not an order: why, in words.</exception>
    public static Order Parse(string text)
    {
        var lines = Lines(text);
        var fenced = lines[0].Trim() == "---";
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var at = fenced ? 1 : 0;
        for (; at < lines.Length && lines[at].Trim() is var line && line != "---" && (fenced || line.Length > 0); at++)
        {
            if (line.Length == 0 || line.StartsWith('#')) continue;
            var key = Key(line);
            if (!Keys.Contains(key)) throw new BadTaskException($"'{Unseen.OneLine(line.Length > 80 ? line[..80] : line)}' is none of its first lines: {string.Join(", ", Keys.Select(k => k + ":"))}, then an empty line and the text");
            if (!values.TryGetValue(key, out var list)) values[key] = list = [];
            if (line[(line.IndexOf(':') + 1)..].Trim() is { Length: > 0 } value) list.Add(value);
        }
        if (fenced && at == lines.Length) throw new BadTaskException("the second line of --- is missing");
        string One(string key) => values.GetValueOrDefault(key) is [var only, ..] ? only : "";
        var order = new Order(One("from"), Addresses(values, "to"), Addresses(values, "cc"), Addresses(values, "bcc"), One("subject"),
            [.. values.GetValueOrDefault("attach", []).SelectMany(l => l.Split(',')).Select(f => f.Trim()).Where(f => f.Length > 0)], One("forward"), string.Join('\n', lines.Skip(at + 1)).Trim());
        if (order.To.Count == 0) throw new BadTaskException("it says to nobody: write 'To: somebody@example.com' in its first line");
        if (order.Attach.FirstOrDefault(f => f != Path.GetFileName(f) || f.StartsWith('.')) is { } outside) throw new BadTaskException($"'{Unseen.OneLine(outside)}' is no file beside it: put it into the same folder and write its name alone");
        return order;
    }

    static string[] Lines(string text) => text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n');

    static string Key(string line) => line.IndexOf(':') is >= 0 and var colon ? line[..colon].Trim().ToLowerInvariant() : "";

    static List<string> Addresses(Dictionary<string, List<string>> values, string key)
    {
        var found = new List<string>();
        foreach (var line in values.GetValueOrDefault(key, []))
        {
            if (!MimeKit.InternetAddressList.TryParse(line, out var list)) throw new BadTaskException($"'{key}' can't be read as addresses: {Unseen.OneLine(line)}");
            foreach (var mailbox in list.Mailboxes)
            {
                var text = new Address(mailbox.Name ?? "", mailbox.Address).ToString();
                if (MailAddress.Read(text, out var why) is null) throw new BadTaskException($"{key}: {why}");
                found.Add(text);
            }
        }
        return found.Count <= MaxEntries ? found : throw new BadTaskException($"'{key}' has more than {MaxEntries} addresses");
    }
}
