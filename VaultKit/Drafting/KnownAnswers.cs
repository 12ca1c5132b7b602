using System.Text;

namespace VaultKit.Drafting;

/// <summary>A question that the owner has answered once for all, in the ways in which it is asked.</summary>
/// <param name="Text">The answer word for word; LF, no blank lines around it.</param>
public sealed record KnownAnswer(IReadOnlyList<string> Questions, string Text);

/// <summary>
/// The handbook's <c>## Answers</c>: questions with what the owner answers. A question of a mail gets such an answer only where it asks little else: most of the words that tell something must be
/// in both, and no other answer may fit as well.
/// </summary>
public sealed class KnownAnswers
{
    public const int Most = 200;

    /// <summary>Characters of an answer.</summary>
    public const int MaxText = 2000;

    /// <summary>Of what the owner's question says, by the weight of its words, and of what the mail's asks, by their number.</summary>
    const double CoversOwners = 0.7, CoversMails = 0.5;

    /// <summary>Words are compared by their beginning: deliver, delivery, delivered.</summary>
    const int Stem = 5;

    sealed record Asked(KnownAnswer Answer, string Language, HashSet<string> Stems);

    readonly List<Asked> asked = [];
    readonly Dictionary<(string Language, string Stem), int> frequency = [];

    public static KnownAnswers None { get; } = new([]);

    public IReadOnlyList<KnownAnswer> All { get; }

    public KnownAnswers(IReadOnlyList<KnownAnswer> answers)
    {
        All = [.. answers.Take(Most)];
        foreach (var answer in All)
        {
            foreach (var question in answer.Questions)
            {
                var language = Language.Detect(question, answer.Text);
                if (Stems(question, language) is { Count: > 0 } stems) asked.Add(new(answer, language, stems));
            }
        }
        foreach (var one in asked)
            foreach (var stem in one.Stems) frequency[(one.Language, stem)] = frequency.GetValueOrDefault((one.Language, stem)) + 1;
    }

    /// <summary>The answer to a mail's question, in the mail's language; null where none fits, or two fit alike.</summary>
    public KnownAnswer? Find(string question, string language)
    {
        // "One more thing: do you deliver?" asks what stands behind the colon.
        var colon = question.LastIndexOf(": ", StringComparison.Ordinal);
        return Fitting(question, language) ?? (colon > 0 ? Fitting(question[(colon + 2)..], language) : null);
    }

    KnownAnswer? Fitting(string question, string language)
    {
        if (asked.Count == 0) return null;
        var stems = Stems(question, language);
        var best = new List<(KnownAnswer Answer, double Score)>();
        foreach (var one in asked.Where(a => a.Language == language))
        {
            var common = one.Stems.Where(stems.Contains).ToList();
            var score = common.Sum(s => Weight(language, s));
            if (common.Count < CoversMails * stems.Count || score < CoversOwners * one.Stems.Sum(s => Weight(language, s)) || score == 0) continue;
            if (best.Count > 0 && score > best[0].Score) best.Clear();
            if (best.Count == 0 || score == best[0].Score) best.Add((one.Answer, score));
        }
        return best.Select(b => b.Answer).Distinct().ToList() is [var only] ? only : null;
    }

    /// <summary>What a word tells by how few questions have it: the inverse document frequency of BM25 (Robertson and Zaragoza, 2009). Each word counts once; the questions are all short.</summary>
    double Weight(string language, string stem)
    {
        var (all, with) = (asked.Count(a => a.Language == language), frequency.GetValueOrDefault((language, stem)));
        return Math.Log(1 + (all - with + 0.5) / (with + 0.5));
    }

    static HashSet<string> Stems(string text, string language)
    {
        var empty = Phrases.For(language).Empty;
        return [.. Folding.Words(Folding.Compose(text)).Select(w => w.Fold.TrimEnd('\'').ToString()).Where(f => f.Length > 1 && !empty.Has(f)).Select(f => f.Length > Stem ? f[..Stem] : f)];
    }

    static readonly string[] QuestionMarks = ["q:", "question:", "f:", "frage:", "p:", "pregunta:"], AnswerMarks = ["a:", "answer:", "antwort:", "r:", "reponse:", "respuesta:"];

    /// <summary>
    /// Reads what owners write: a heading with lines below it, <c>Q:</c> and <c>A:</c>, a line that ends with a question mark before its answer, or both in one line.
    /// Several questions one after the other have one answer.
    /// </summary>
    /// <param name="lines">Headings begin with <c>#</c>.</param>
    internal static KnownAnswers Read(IReadOnlyList<string> lines)
    {
        var byHeading = lines.Any(l => l.StartsWith('#'));
        var found = new List<KnownAnswer>();
        var (questions, text) = (new List<string>(), new StringBuilder());
        void Close()
        {
            var answer = Drafting.Text.Cut(text.ToString().Trim('\n', ' '), MaxText);
            if (questions.Count > 0 && answer.Length > 0) found.Add(new([.. questions], answer));
            questions.Clear();
            text.Clear();
        }
        foreach (var line in lines)
        {
            var (question, answer) = Parts(line, byHeading);
            if (question is not null)
            {
                if (text.Length > 0) Close();
                questions.Add(question);
            }
            if (answer is not null && questions.Count > 0 && (answer.Length > 0 || text.Length > 0)) text.Append(answer).Append('\n');
        }
        Close();
        return found.Count == 0 ? None : new(found);
    }

    static (string? Question, string? Answer) Parts(string line, bool byHeading)
    {
        var bare = line.Trim();
        if (bare.StartsWith('#')) return (bare.TrimStart('#').Trim(), null);
        if (byHeading) return (null, line);
        if (After(bare, QuestionMarks) is { } marked) return (marked, null);
        if (After(bare, AnswerMarks) is { } said) return (null, said);
        var item = bare.StartsWith("- ", StringComparison.Ordinal) || bare.StartsWith("* ", StringComparison.Ordinal) ? bare[2..].TrimStart() : bare;
        var mark = item.IndexOf("? ", StringComparison.Ordinal);
        if (item.EndsWith('?')) return (item, null);
        return mark > 0 && item != bare ? (item[..(mark + 1)], item[(mark + 1)..].TrimStart(' ', '-', '–', '—', ':')) : (null, line);
    }

    static string? After(string line, string[] marks)
    {
        var fold = Folding.Fold(line);
        return Array.Find(marks, m => fold.StartsWith(m, StringComparison.Ordinal)) is { } mark ? line[mark.Length..].Trim() : null;
    }
}
