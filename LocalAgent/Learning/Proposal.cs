using System.Security.Cryptography;
using System.Text;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Learning;

/// <summary>Something that the handbook could say.</summary>
/// <param name="Section">The section's name in English and small letters, such as <c>answers</c>.</param>
/// <param name="Lines">As they would stand there; a question of an answer is the first.</param>
/// <param name="Why">In words, what it was learned from.</param>
/// <param name="From">The tasks that show it.</param>
sealed record Proposal(string Section, IReadOnlyList<string> Lines, string Why, IReadOnlyList<TaskName> From)
{
    public const string Answers = "answers", Rules = "mail rules", Wording = "wording";

    /// <summary>The same for the same words: what was proposed once is known by it.</summary>
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Section + "\n" + string.Join('\n', Lines.Select(l => Folding.Fold(l.Trim()))))))[..16];
}

/// <summary>What can be learned from what the owner changed, rejected and wanted otherwise: only what repeats, holds without exception, and is nobody's in particular. By rules alone, and pure.</summary>
static class Learner
{
    /// <summary>A sender who was rejected so often has written enough.</summary>
    const int Rejections = 2, Remarks = 2;

    static readonly string[] NoAnswer =
    [
        "no answer", "no reply", "needs no", "not needed", "unwanted", "spam", "newsletter", "advertis", "keine antwort", "nicht notig", "werbung", "unerwunscht", "pas de reponse", "sans reponse", "publicite", "indesirable",
        "sin respuesta", "no hace falta", "no necesita", "publicidad", "no deseado",
    ];

    /// <param name="handbook">What it says already is not proposed.</param>
    /// <param name="models">Whether a model drafts, which can follow what rules can't.</param>
    public static IReadOnlyList<Proposal> Propose(Lessons lessons, Handbook handbook, IReadOnlyList<string> own, bool models)
    {
        var wording = WordingLearner.Propose(lessons.Sent, handbook).ToList();
        string[] worded = [.. wording.SelectMany(WordingLearner.Spoken), .. handbook.Wording.Rules.Select(r => r.Write)];
        return [.. wording, .. models ? Wanted(lessons.Sent) : [], .. AnswerLearner.Propose(lessons.Sent, handbook, worded), .. NeverAnswered(lessons, handbook, own)];
    }

    /// <summary>What the owner has said more than once about a draft, in those words.</summary>
    static IEnumerable<Proposal> Wanted(IReadOnlyList<Lesson> sent) =>
        from lesson in sent
        where lesson.Remark.Length is > 0 and <= 100 && lesson.Remark.AsSpan().IndexOfAny("\"“”„«»") < 0
        group lesson by Folding.Fold(lesson.Remark.Trim().TrimEnd('.', '!')) into same
        where same.Count() >= Remarks && Particular.People(same) >= Remarks && !Particular.Is(same.First().Remark, [.. same], int.MaxValue)
        select new Proposal(Proposal.Wording, ["- " + same.First().Remark.Trim()], $"you wanted that of {same.Count()} drafts; a model follows it, rules can't", [.. same.Select(l => l.Task)]);

    /// <summary>Senders of whom every mail was rejected because it needs no answer, and who never got one.</summary>
    static IEnumerable<Proposal> NeverAnswered(Lessons lessons, Handbook handbook, IReadOnlyList<string> own) =>
        from one in lessons.Rejected
        group one by one.Person into sender
        where sender.Count() >= Rejections && sender.All(r => NoAnswer.Any(n => Folding.Fold(r.Reason).Contains(n, StringComparison.Ordinal)))
            && !lessons.Answered.Contains(sender.Key) && !own.Contains(sender.Key, StringComparer.OrdinalIgnoreCase) && IsPlain(sender.Key)
            && !handbook.Rules.Any(r => r.Senders.Any(s => s.Equals(sender.Key, StringComparison.OrdinalIgnoreCase) || s.StartsWith("*@", StringComparison.Ordinal) && sender.Key.EndsWith(s[1..], StringComparison.OrdinalIgnoreCase)))
        select new Proposal(Proposal.Rules, [$"- Never answer mail from {sender.Key}"], $"you rejected all {sender.Count()} of its mails as needing no answer, and never wrote to it", [.. sender.Select(r => r.Task)]);

    // It becomes a line of the handbook: nothing but an address may be in it.
    static bool IsPlain(string address) =>
        address.Length <= 100 && address.Count(c => c == '@') == 1 && address[0] != '@' && address[^1] != '@' && !address.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789.+-_@");
}
