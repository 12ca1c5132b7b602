using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Learning;

/// <summary>
/// Answers that the owner gave word for word to the same question of different people. The answer is the owner's own; the question, which no mail of ours ever repeats, is put in words of one of them only as far as others of them
/// use the same words: nothing that one stranger alone has written gets into the handbook.
/// </summary>
static class AnswerLearner
{
    const int People = 2, PeopleForNumbers = 3, Shortest = 12, LongestQuestion = 120, Telling = 4;

    /// <param name="worded">Lines that are in every mail by the handbook's wording, or may be soon.</param>
    public static IEnumerable<Proposal> Propose(IReadOnlyList<Lesson> lessons, Handbook handbook, IReadOnlyCollection<string> worded)
    {
        var given = from lesson in lessons
                    from paragraph in lesson.SentParagraphs
                    where paragraph.Length is >= Shortest and <= KnownAnswers.MaxText && IsOwn(paragraph, lesson, worded)
                    group lesson by paragraph into same
                    where Particular.People(same) >= People && !Particular.Is(same.Key, [.. same], PeopleForNumbers)
                    select (Answer: same.Key, From: same.Distinct().ToList());
        var found = given.Select(g => (g.Answer, g.From, Question: Question(g.Answer, g.From, lessons))).Where(g => g.Question is not null && handbook.Answers.Find(g.Question, g.From[0].Language) is null).ToList();
        // Two answers to one question: which of them it was can't be told.
        return found.Where(g => found.Count(o => Same(g.Question!, o.Question!, g.Answer, g.From[0].Language)) == 1)
            .Select(g => new Proposal(Proposal.Answers, [g.Question!, .. g.Answer.Split('\n')], $"you gave this answer to {Particular.People(g.From)} people who asked that", [.. g.From.Select(l => l.Task)]));
    }

    /// <summary>Written by the owner for this mail: no line of the draft's, and not the sign-off.</summary>
    static bool IsOwn(string paragraph, Lesson lesson, IReadOnlyCollection<string> worded) =>
        !paragraph.Split('\n').Any(l => lesson.DraftedLines.Contains(l.Trim()) || worded.Contains(l.Trim())) && !(paragraph == lesson.SentParagraphs[^1] && paragraph.TrimEnd()[^1] is not ('.' or '!' or '?'));

    /// <returns>Null where they have no question in common, or more than one.</returns>
    static string? Question(string answer, List<Lesson> from, IReadOnlyList<Lesson> all)
    {
        var language = from[0].Language;
        var common = from.SelectMany(l => l.Questions.Select(q => (Lesson: l, Words: q))).Where(q => from.TrueForAll(l => l.Questions.Any(o => Same(q.Words, o, answer, language)))).ToList();
        // The same question in the words of each; more of them in one mail are several questions.
        if (common.Count == 0 || common.GroupBy(q => q.Lesson).Any(g => g.Count() > 1)) return null;
        // What was answered otherwise since is not answered so any more.
        var last = all.Where(l => l.Questions.Any(o => Same(common[0].Words, o, answer, language))).MaxBy(l => l.Letter.Date);
        if (last is null || !from.Contains(last)) return null;
        return common.Where(q => IsPlain(q.Words) && !Particular.NamesAnyOf(q.Words, from) && IsShared(q.Words, q.Lesson, common))
            .Select(q => q.Words).Order(StringComparer.Ordinal).MinBy(q => q.Length);
    }

    static bool Same(string question, string other, string answer, string language) => new KnownAnswers([new([question], answer)]).Find(other, language) is not null;

    /// <summary>Each word that tells something stands in the question of somebody else too.</summary>
    static bool IsShared(string question, Lesson lesson, List<(Lesson Lesson, string Words)> common)
    {
        var others = common.Where(q => q.Lesson.Person != lesson.Person).SelectMany(q => Particular.Words(q.Words)).ToHashSet(StringComparer.Ordinal);
        return Particular.Words(question).Where(w => w.Length >= Telling).All(others.Contains);
    }

    /// <summary>One question in letters and nothing else: no number, no mark that a viewer or a reader of handbooks would take for something.</summary>
    static bool IsPlain(string question) =>
        question.Length <= LongestQuestion && question.EndsWith('?') && question[..^1].All(c => char.IsLetter(c) || c is ' ' or ',' or '\'' or '’' or '-' or '¿')
        && !Unseen.AnyIn(question) && Questions.Find(question, Language.Detect(question, "")).Count == 1;
}
