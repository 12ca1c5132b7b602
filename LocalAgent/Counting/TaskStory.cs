using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Counting;

/// <summary>What became of a letter that an answer went out to.</summary>
enum Answer { AsDrafted, Edited, WrittenByYou, Order, CannotTell, NoMail }

/// <summary>What the logs say of one task, in the order of time. Of what only the owner's machines may do, only they are believed.</summary>
sealed class TaskStory
{
    /// <param name="Word">What the line says: a digest, who drafted, when the mail arrived, how it was offered.</param>
    readonly record struct Line(DateTimeOffset At, string Event, string Word, string By);

    List<Line> lines = [];
    bool sorted = true;

    /// <summary>Whether it is told where it comes from: else older logs have to be asked.</summary>
    public bool HasBegin { get; private set; }

    /// <summary>Takes a line that matters here.</summary>
    public void Add(LogLine line, Zone zone)
    {
        string Of(string key) => line.Detail?.GetValueOrDefault(key) ?? "";
        Line? kept = line.Event switch
        {
            "mail.filed" => new(line.At, "begun", Of("arrived"), ""),
            "dropped" => new(line.At, "begun", "", ""),
            "order.filed" or "ordered" or "imported" => new(line.At, "order", "", ""),
            "draft.filed" => new(line.At, "drafted", Of("digest"), Of("by")),
            "draft.yours" => new(line.At, "yours", "", ""),
            _ when zone != Zone.Local => null,
            "learned" or "post.asked" or "post.drafted" or "posted by you" => new(line.At, "no mail", "", ""),
            "approved" or "claimed" => new(line.At, "approved", Of("digest"), ""),
            "offered" => new(line.At, "offered", Of("mode"), ""),
            "accepted" => new(line.At, "sent", "", ""),
            "resolved" when Of("sent") == "yes" => new(line.At, "sent", "", ""),
            "rejected" or "sent back" or "superseded" or "answered by you" => new(line.At, line.Event, "", ""),
            _ => null,
        };
        if (kept is not { } one) return;
        HasBegin |= one.Event is "begun" or "order" or "no mail";
        lines.Add(one);
        sorted = false;
    }

    List<Line> Lines()
    {
        // Of two at one instant the one that was read first.
        if (!sorted) lines = [.. lines.OrderBy(l => l.At)];
        sorted = true;
        return lines;
    }

    public bool Has(string what, Period period) => lines.Exists(l => l.Event == what && period.Holds(l.At));

    public bool IsMail => !lines.Exists(l => l.Event == "no mail");

    /// <summary>Who wrote the last draft of the period, as <c>drafted_by</c> has it.</summary>
    public string DraftedBy(Period period) => Lines().FindLast(l => l.Event == "drafted" && period.Holds(l.At)).By ?? "";

    /// <summary>When its first draft was there, if that is within the period, and how long it took from the mail's arrival.</summary>
    /// <returns>Null where that is another time; a time of null where the log does not say when the mail arrived, or says a time after the draft.</returns>
    public (DateTimeOffset At, TimeSpan? Took)? FirstDraft(Period period)
    {
        var first = Lines().Find(l => l.Event == "drafted");
        if (first.Event is null || !period.Holds(first.At)) return null;
        var arrived = lines.Find(l => l.Event == "begun").Word;
        return (first.At, DateTimeOffset.TryParse(arrived, out var at) && at <= first.At ? first.At - at : null);
    }

    /// <summary>What went out within the period. What went to the owner alone (shadow) did not.</summary>
    /// <returns>Null where nothing did.</returns>
    public Answer? Sent(Period period)
    {
        var before = Lines().FindIndex(l => l.Event == "sent" && period.Holds(l.At));
        if (before < 0 || Last(before, "offered").Word == "shadow") return null;
        var origin = lines.FindLastIndex(before, l => l.Event is "drafted" or "yours" or "order" or "no mail");
        switch (origin < 0 ? null : lines[origin].Event)
        {
            case "no mail": return Answer.NoMail;
            case "order": return Answer.Order;
            case "yours": return Answer.WrittenByYou;
            case "drafted":
                var (drafted, approved) = (lines[origin].Word, Last(before, "approved").Word ?? "");
                if (drafted.Length == 0 || approved.Length == 0) return Answer.CannotTell;
                return approved == drafted ? Answer.AsDrafted : Answer.Edited;
            default: return Answer.CannotTell;
        }
    }

    Line Last(int before, string what) => lines.FindLastIndex(before, l => l.Event == what) is var i and >= 0 ? lines[i] : default;
}
