using VaultKit.Agent;

namespace LocalAgent.Approving;

/// <summary>A card in words, for whoever prints one. Everything comes out clean: a stranger's text steers no terminal.</summary>
static class CardText
{
    /// <summary>Fewer quoted lines are not worth a line that says so.</summary>
    const int WorthFolding = 4;

    /// <summary>What stands above the text, names and values.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(Card card, DateTimeOffset now)
    {
        (string, string)[] fields =
        [
            ("task", card.Id), ("in", card.Path[..card.Path.LastIndexOf('/')]), ("answers", Answers(card, now)),
            ("from", card.From), ("to", string.Join(", ", card.To)), ("cc", string.Join(", ", card.Cc)), ("bcc", string.Join(", ", card.Bcc)),
            ("subject", card.Subject), .. card.Attached.Select(f => ("attached", f)), ("drafted", card.DraftedBy), .. card.Notes.Select(n => ("note", n)),
        ];
        return fields.Where(f => f.Item2.Length > 0).Select(f => (f.Item1, Say.Clean(f.Item2)));
    }

    static string Answers(Card card, DateTimeOffset now) => string.Join(", ",
        new[] { card.Sender, card.Received is null ? "" : Age(card.Received, now) + " ago", card.Urgency == "high" ? "says that it is urgent" : "" }.Where(t => t.Length > 0));

    /// <summary>Why it can't go out yet.</summary>
    public static IEnumerable<string> NotYet(Card card) => card.Objections.Select(o => Say.Clean(o));

    public static IEnumerable<string> Draft(Card card) => Lines(card.Draft);

    /// <summary>The mail that it answers, or what it was made of; of an addition to the handbook, what it changes there.</summary>
    public static IEnumerable<string> Original(Card card) => card.Changes.Count > 0 ? card.Changes.Select(c => Say.Clean(c)) : Lines(card.Original.TrimEnd('\n'));

    public static string OriginalTitle(Card card) => card.Changes.Count > 0 ? "what changes in your handbook" : card.Action is null or VaultKit.Vault.MailSend.KindName ? "the mail it answers" : "what it was made of";

    /// <summary>The draft without the history quoted in it, as far as each of its lines stands in the original below.</summary>
    public static IEnumerable<string> FoldedDraft(Card card)
    {
        var original = card.Original.Split('\n').Select(Bare).ToHashSet();
        var quoted = new List<string>();
        foreach (var line in Draft(card).Append(null))
        {
            if (line is ['>', ..] && Bare(line) is var bare && (bare.Length == 0 || original.Contains(bare)))
            {
                quoted.Add(line);
                continue;
            }
            if (quoted.Count < WorthFolding)
                foreach (var kept in quoted) yield return kept;
            else yield return $"> … {quoted.Count} lines, each of which stands in the mail below";
            quoted.Clear();
            if (line is not null) yield return line;
        }
    }

    static string Bare(string line) => line.TrimStart('>', ' ').TrimEnd();

    static string[] Lines(string text) => Say.Clean(text, lines: true).Split('\n');

    /// <summary>How long ago, in its largest unit; empty where that is not known.</summary>
    public static string Age(DateTimeOffset? received, DateTimeOffset now) => received is not { } at ? "" : (now - at) switch
    {
        { TotalDays: >= 1 } age => $"{(int)age.TotalDays} d",
        { TotalHours: >= 1 } age => $"{(int)age.TotalHours} h",
        var age => $"{Math.Max(0, (int)age.TotalMinutes)} m",
    };
}
