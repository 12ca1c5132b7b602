namespace VaultKit.Drafting;

/// <summary>The owner's words from <c>Company_Handbook.md</c>, as far as programs follow them.</summary>
/// <param name="Company">Empty where the handbook does not say.</param>
/// <param name="Signature">Lines to close a mail with; empty where the handbook has none.</param>
/// <param name="ResponseTime">In words of the owner, such as "one working day", by language (en, de, fr, es); empty where none is promised.</param>
public sealed record Handbook(string Company, string Signature, IReadOnlyDictionary<string, string> ResponseTime)
{
    /// <summary>What every answer may say about when the door is open; one line; empty where the handbook does not say.</summary>
    public string OpeningHours { get; init; } = "";

    /// <summary>Where the business is; one line; empty where the handbook does not say.</summary>
    public string Place { get; init; } = "";

    /// <summary>The owner's rules for mail, in their order: the first that fits decides.</summary>
    public IReadOnlyList<MailRule> Rules { get; init; } = [];

    /// <summary>Lines among the rules that no program can follow, for the owner to word anew.</summary>
    public IReadOnlyList<string> RulesNotUnderstood { get; init; } = [];

    /// <summary>What is answered once for all, word for word.</summary>
    public KnownAnswers Answers { get; init; } = KnownAnswers.None;

    /// <summary>What a draft says otherwise than it would.</summary>
    public Wording Wording { get; init; } = Wording.None;

    /// <summary>All that it says, without notes and comments; for a drafter that reads.</summary>
    public string Text { get; init; } = "";

    /// <summary>What of it is between the owner and the agent: everything but company, signature, response time, hours, address, wording and answers, which any answer may repeat.</summary>
    public string Internal { get; init; } = "";

    /// <summary>No handbook, or an empty one.</summary>
    public static Handbook None { get; } = new("", "", new Dictionary<string, string>());

    /// <summary>The line that begins a section, as a handbook has it, whatever the language; null where it has none.</summary>
    /// <param name="heading">In English and small letters, such as <c>answers</c>.</param>
    public static string? HeadingLike(string markdown, string heading) => HandbookReader.HeadingLike(markdown, heading);

    /// <summary>Reads what owners write. What it does not know it leaves aside; it never throws. At most 64 KiB are read.</summary>
    public static Handbook Read(string markdown) => HandbookReader.Read(markdown);
}
