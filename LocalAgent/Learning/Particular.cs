using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Learning;

/// <summary>
/// Whether words can stand for all customers: nothing in them may be one customer's (a name, an address, a number, an amount), a stranger's (said in the mail), or something that a viewer would hide. What is
/// particular is left out, whole: a sentence with a hole in it says something else.
/// </summary>
static class Particular
{
    const int ShortestName = 3;

    /// <param name="of">The mails that it was learned from.</param>
    /// <param name="digits">How many different people must have got the same words, where there are digits in them.</param>
    public static bool Is(string text, IReadOnlyCollection<Lesson> of, int digits)
    {
        if (text.AsSpan().IndexOfAny("@{}<>[]`|\\") >= 0 || text.Contains("://", StringComparison.Ordinal) || text.Contains("www.", StringComparison.OrdinalIgnoreCase)) return true;
        if (Unseen.AnyIn(text.Replace('\n', ' ')) || Leaks.Find(text).Count > 0 || DraftCheck.Reasons(text).Count > 0 || text.Split('\n').Any(l => l.StartsWith('#') || l.StartsWith('>'))) return true;
        if (text.Any(char.IsDigit) && (People(of) < digits || Numbers(text).Intersect(of.SelectMany(l => Numbers($"{l.Letter.Subject}\n{l.Letter.Text}"))).Any())) return true;
        return NamesAnyOf(text, of) || of.Any(l => DraftLeaks.IsEcho(text, l.Letter));
    }

    /// <summary>Whether a part of the name of one of the senders is in it.</summary>
    public static bool NamesAnyOf(string text, IReadOnlyCollection<Lesson> of)
    {
        var words = Words(text).ToHashSet(StringComparer.Ordinal);
        return of.Any(l => Words(l.Letter.From!.Name).Any(w => w.Length >= ShortestName && words.Contains(w)));
    }

    public static int People(IEnumerable<Lesson> of) => of.Select(l => l.Person).Distinct().Count();

    public static IEnumerable<string> Words(string text) => Folding.Words(Folding.Compose(text)).Select(w => w.Fold.TrimEnd('\'').ToString());

    static IEnumerable<string> Numbers(string text) => Words(text).Where(w => w.Any(char.IsDigit));
}
