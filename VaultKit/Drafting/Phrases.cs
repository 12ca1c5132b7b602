using System.Collections.Frozen;
using System.Globalization;

namespace VaultKit.Drafting;

/// <summary>
/// A way of asking, and the owner's way of taking it up. In <paramref name="Pattern"/> (folded words) <c>*</c> stands for what is asked about,
/// <c>#</c> for one word with a digit in it; in <paramref name="Say"/> <c>{x}</c> for the same, seen from the owner.
/// </summary>
sealed record Frame(string Pattern, Topic Topic, string Say)
{
    public PhrasePart[] Parts { get; } = PhrasePart.Of(Pattern);

    /// <summary>Where among them what is asked about stands.</summary>
    public int Star { get; } = Array.FindIndex(Pattern.Split(' '), p => p is "*" or "#");
}

/// <summary>
/// One language's words: how people ask in it and how an owner answers. Everything to compare with is folded (<see cref="Folding"/>).
/// <c>[Sie|du]</c> in what is said is the formal and the familiar form; <c>{{…}}</c> is a blank for the owner.
/// </summary>
sealed record Phrases
{
    public required string Language { get; init; }

    /// <summary>What makes a sentence a request without a question mark.</summary>
    public required PhraseIndex Requests { get; init; }

    /// <summary>What makes a sentence a courtesy, whatever its mark.</summary>
    public required PhraseIndex Courtesies { get; init; }

    /// <summary>First words of a greeting, and of the line that closes a mail.</summary>
    public required PhraseIndex Hellos { get; init; }

    public required PhraseIndex Closers { get; init; }

    /// <summary>In the order of precedence where a sentence speaks of several.</summary>
    public required (Topic Topic, PhraseIndex Words)[] Topics { get; init; }

    public PhraseIndex Complaint => field ??= Array.Find(Topics, t => t.Topic == Topic.Complaint).Words;

    public required Frame[] Frames { get; init; }

    /// <summary>With <c>{q}</c>, the sender's own sentence, where no frame fits.</summary>
    public required FrozenDictionary<Topic, string> Quoted { get; init; }

    /// <summary>With <c>{x}</c>, a date that the sender proposes.</summary>
    public required string Proposed { get; init; }

    /// <summary>With <c>{q}</c>: what was said rather than asked, and wants an answer all the same.</summary>
    public required string Said { get; init; }

    /// <summary>With <c>{h}</c>, what the handbook says.</summary>
    public required string HoursAre { get; init; }

    public required string PlaceIs { get; init; }

    /// <summary>With <c>{d}</c>, <see cref="OfDate"/> or nothing.</summary>
    public required FrozenDictionary<Topic, string> Thanks { get; init; }

    public required string OfDate { get; init; }

    /// <summary>With <c>{n}</c>, a name.</summary>
    public required string FormalHello { get; init; }

    public required string FormalHelloNoName { get; init; }
    public required string FamiliarHello { get; init; }
    public required string FamiliarHelloNoName { get; init; }

    /// <summary>With <c>{r}</c>, the response time with its preposition, or in brackets.</summary>
    public required string Further { get; init; }

    public required string FurtherOther { get; init; }
    public required string FurtherPlain { get; init; }

    /// <summary>First words of a response time that can stand in a sentence as it is.</summary>
    public required PhraseIndex TimeOpeners { get; init; }

    public required string FormalClosing { get; init; }
    public required string FamiliarClosing { get; init; }

    /// <summary>With <c>{n}</c>, how many questions the draft leaves to the owner.</summary>
    public required string More { get; init; }

    public required string[] Months { get; init; }
    public required string DateForm { get; init; }
    public required string WroteOn { get; init; }
    public required string Wrote { get; init; }
    public required string Sender { get; init; }

    /// <summary>With <c>{n}</c>, the number of lines left out; the first for one.</summary>
    public required (string One, string Many) CutLines { get; init; }

    /// <summary>From the sender's point of view to the owner's, as written (case counts in German).</summary>
    public required FrozenDictionary<string, string> Turned { get; init; }

    /// <summary>Words whose point of view can't be turned: what holds one is quoted instead.</summary>
    public required PhraseIndex Persons { get; init; }

    /// <summary>Where the thing asked about ends.</summary>
    public required PhraseIndex Ends { get; init; }

    public required PhraseIndex Joiners { get; init; }

    /// <summary>Words of a date: weekdays, months, times; those that may stand in it; and those that begin one.</summary>
    public required PhraseIndex Days { get; init; }

    public required PhraseIndex DayParts { get; init; }

    /// <summary>Who addresses the owner as a friend, and who formally.</summary>
    public required PhraseIndex Familiar { get; init; }

    public required PhraseIndex Formal { get; init; }

    /// <summary>Words that say nothing about a question's matter.</summary>
    public required PhraseIndex Empty { get; init; }

    public static Phrases For(string language) => language switch
    {
        Drafting.Language.German => PhrasesDe.All,
        Drafting.Language.French => PhrasesFr.All,
        Drafting.Language.Spanish => PhrasesEs.All,
        _ => PhrasesEn.All,
    };

    /// <summary>Words parted by spaces.</summary>
    public static PhraseIndex Set(string words) => new(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Phrases parted by commas.</summary>
    public static PhraseIndex List(string phrases) => new(Split(phrases));

    /// <summary>What commas part.</summary>
    public static string[] Split(string phrases) => phrases.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A day, in words, as the clock of <paramref name="date"/>'s own offset has it.</summary>
    public string Date(DateTimeOffset date) => DateForm
        .Replace("{d}", Language == Drafting.Language.French && date.Day == 1 ? "1er" : date.Day.ToString(CultureInfo.InvariantCulture))
        .Replace("{m}", Months[date.Month - 1])
        .Replace("{y}", date.Year.ToString(CultureInfo.InvariantCulture));

    /// <summary>The line above quoted history; ends with a colon.</summary>
    /// <param name="name">Empty where the sender has none.</param>
    public string Attribution(DateTimeOffset? date, string name) =>
        (date is { } d ? WroteOn.Replace("{d}", Date(d)) : Wrote).Replace("{n}", name.Length == 0 ? Sender : name);

    public string Cut(int lines) => lines == 1 ? CutLines.One : CutLines.Many.Replace("{n}", lines.ToString(CultureInfo.InvariantCulture));

    /// <summary>The formal or the familiar form of what is said.</summary>
    public static string Address(string say, bool familiar)
    {
        if (!say.Contains('[')) return say;
        var built = new System.Text.StringBuilder(say.Length);
        for (var i = 0; i < say.Length; i++)
        {
            int bar, end;
            if (say[i] != '[' || (end = say.IndexOf(']', i)) < 0 || (bar = say.IndexOf('|', i, end - i)) < 0) { built.Append(say[i]); continue; }
            built.Append(familiar ? say.AsSpan(bar + 1, end - bar - 1) : say.AsSpan(i + 1, bar - i - 1));
            i = end;
        }
        return built.ToString();
    }
}
