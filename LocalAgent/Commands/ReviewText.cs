using LocalAgent.Approving;

namespace LocalAgent.Commands;

/// <summary>What <c>review</c> puts on the screen, as lines that fit. A draft's and a mail's text stand behind margins of their own, so that none of it is taken for the program's words.</summary>
static class ReviewText
{
    const string DraftMargin = "│ ", OriginalMargin = "> ", FieldMargin = "          ";
    const string Keys = "[e]dit [r]eject [d]o again [l]ater [b]ack [o]riginal [q]uit [?]", UnknownKeys = "[u] what became of it [l]ater [b]ack [o]riginal [q]uit [?]";

    public static readonly string[] Help =
    [
        "a  approve exactly what is on the screen; the next card comes",
        "e  edit the text in $VISUAL or $EDITOR; the card comes again",
        "r  reject; asks for a reason",
        "d  do it again: back to be drafted anew, with a remark of yours that stays with it",
        "l  later, or space: leave it and go on",
        "b  back to the card before",
        "u  of one that may have been sent or not: say which",
        "o  the whole mail that it answers",
        "m  mark what is on the screen, or not any more; go on",
        "A  approve all that are marked",
        "q  quit; what was not decided waits",
    ];

    public static IEnumerable<string> Notice(string notice) => notice.Length == 0 ? [] : notice.Split('\n').SelectMany(l => Screen.Wrap(l, "! "));

    public static IReadOnlyList<string> Original(ShownCard shown) =>
        shown.Card is { } card ? [.. CardText.Original(card).SelectMany(l => Screen.Wrap(l, OriginalMargin))] : [.. Screen.Wrap(shown.Bad)];

    /// <summary>The card, so that what matters for a decision is on the screen: of the original there is as much as finds room, and where even the draft finds none, the fields stand below it.</summary>
    public static IReadOnlyList<string> Card(ShownCard shown, string position, string notice, DateTimeOffset now)
    {
        List<string> head = [position];
        List<string> foot = [.. Notice(notice)];
        if (shown.Card is not { } card)
            return [.. head, .. Field("file", shown.Entry.Path), "", .. Field("not read", shown.Bad), .. Field("", "mend the file; edit, reject or approve it then"), "", .. foot, UnknownKeys];

        // Which task it is and where it lies stand in one line: on a small screen the draft needs the others.
        head = [.. Screen.Wrap($"{position}  {card.Id}  {card.Digest?[..12]}")];
        List<string> fields = [.. CardText.Fields(card, now).Where(f => f.Name is not ("task" or "in")).SelectMany(f => Field(f.Name, f.Value))];
        foreach (var objection in CardText.NotYet(card)) fields.AddRange(Field("not yet", objection));
        if (shown.IsUnknown)
        {
            fields.AddRange(Field("unknown", "it may have been sent or not. Look into the Sent folder, or ask the recipient, then u, or:"));
            fields.AddRange(Field("", $"localagent resolve {card.Id[^16..]} --sent"));
            fields.AddRange(Field("", $"localagent resolve {card.Id[^16..]} --send-again"));
        }
        foot.Add(shown.IsUnknown ? UnknownKeys : shown.CanBeApproved ? "[a]pprove " + Keys : Keys);

        List<string> draft = [.. CardText.FoldedDraft(card).SelectMany(l => Screen.Wrap(l, DraftMargin))];
        var original = Original(shown);
        // Blank lines around the draft, and the line that says how much of the original is missing.
        var room = Screen.Height - head.Count - fields.Count - draft.Count - foot.Count - 4;
        if (room < 0) return [.. head, "", .. draft, "", .. fields, .. Notice($"the beginning of the draft is {-room} lines or more above the screen; o shows {CardText.OriginalTitle(card)}"), .. foot];
        return room >= original.Count
            ? [.. head, .. fields, "", .. draft, "", .. original, "", .. foot]
            : [.. head, .. fields, "", .. draft, "", .. original.Take(room), $"… {original.Count - room} more lines of {CardText.OriginalTitle(card)}: o", "", .. foot];
    }

    public static IReadOnlyList<string> End(int left, int marked, string notice) =>
        [$"That was the last one; {left} left" + (marked > 0 ? $", {marked} marked (A approves them)" : ""), "", .. Notice(notice), "[b]ack [q]uit" + (marked > 0 ? " [A]pprove marked" : "")];

    static IEnumerable<string> Field(string name, string value) => Screen.Wrap(value, FieldMargin, $"{name,-9} ");
}
