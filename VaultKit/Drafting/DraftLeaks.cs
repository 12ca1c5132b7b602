using System.Text.RegularExpressions;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>
/// What a draft would tell its reader that is not theirs to know, whoever wrote it: credentials, the owner's rules, addresses and numbers that are in neither the mail nor the
/// handbook. By rules alone, so that nothing that a mail says can talk them round.
/// </summary>
public static partial class DraftLeaks
{
    /// <summary>So many words in a row are no chance: of the handbook's inner part, of a model's instructions.</summary>
    const int HandbookWords = 8, InstructionWords = 12;

    const int MaxShown = 60, MaxLinks = 5;

    [GeneratedRegex(@"[^\s<>()\[\],;:""'|]+@[^\s<>()\[\],;:""'|]+\.[^\s<>()\[\],;:""'|]+")]
    private static partial Regex MailAddress();

    [GeneratedRegex(@"[+(]?\d[\d ()/.\u00a0\u202f-]{4,40}\d")]
    private static partial Regex Number();

    [GeneratedRegex(@"^(\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}\.\d{2} ?- ?\d{1,2}\.\d{2}|\d{1,3}(\.\d{3})+)$")]
    private static partial Regex DateOrPrice();

    [GeneratedRegex(@"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2}")]
    private static partial Regex AccountNumber();

    [GeneratedRegex(@"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s<>""]+", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    /// <summary>A draft as it may be filed, whoever wrote it: without its text where that would give something away, and with a mark where it has a link that nobody has named before.</summary>
    public static Draft Checked(Draft draft, DraftRequest request)
    {
        if (draft.Body is not { } body) return draft;
        if (In(body, request) is { Count: > 0 } leaks) return draft with { Body = null, Leaked = leaks, Reason = $"yours to answer: the draft would have given away {leaks[0]}" };
        return NewLinks(body, request) is { Count: > 0 } links
            ? draft with { Marks = ["link"], Reason = $"{draft.Reason}; a link in it is in neither the mail nor your handbook: {string.Join(", ", links)}" } : draft;
    }

    /// <summary>Why the draft must not be shown to the owner as one, in words; empty where nothing is found.</summary>
    /// <param name="instructions">Of the model that wrote it; empty where none did.</param>
    public static IReadOnlyList<string> In(string body, DraftRequest request, string instructions = "")
    {
        // What is known is gathered and searched only for what the draft has, and hardly any draft has any of it.
        string? gathered = null;
        string Known() => gathered ??= KnownOf(request);
        var reasons = new List<string>();
        foreach (var leak in Leaks.Find(body)) reasons.Add($"what looks like a {leak.Kind}");
        if (Repeated(body, request.Handbook.Internal, HandbookWords, Known) is { } inner) reasons.Add($"words of your handbook that are not for others: “{inner}”");
        if (Repeated(body, instructions, InstructionWords, () => "") is { } told) reasons.Add($"the model's own instructions: “{told}”");
        if (body.Contains('@') && MailAddress().Matches(body) is { Count: > 0 } written)
        {
            var addresses = MailAddress().Matches(Known()).Select(Trimmed).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (Match match in written)
                if (!addresses.Contains(Trimmed(match))) reasons.Add($"an address that is in neither the mail nor your handbook: {Shown(match.Value)}");
        }
        if (AccountNumber().IsMatch(body))
        {
            var compact = Known().Replace(" ", "");
            foreach (Match match in AccountNumber().Matches(body))
                if (!compact.Contains(match.Value.Replace(" ", ""), StringComparison.OrdinalIgnoreCase)) reasons.Add($"an account number that is in neither the mail nor your handbook: {Shown(match.Value)}");
        }
        if (Number().IsMatch(body) && Number().Matches(body).Where(m => IsTelling(m.Value)).ToList() is { Count: > 0 } telling)
        {
            var numbers = Number().Matches(Known()).Select(m => Digits(m.Value)).ToList();
            foreach (var match in telling)
                if (!IsAmong(Digits(match.Value), numbers)) reasons.Add($"a number that is in neither the mail nor your handbook: {Shown(match.Value)}");
        }
        return [.. reasons.Distinct()];
    }

    /// <summary>The links in a draft that are in neither the mail nor the handbook: for the owner to look at, since a link of the owner's own is no leak.</summary>
    static IReadOnlyList<string> NewLinks(string body, DraftRequest request)
    {
        if (!body.Contains("://", StringComparison.Ordinal) && !body.Contains("www.", StringComparison.OrdinalIgnoreCase)) return [];
        var known = KnownOf(request);
        return [.. Link().Matches(body).Select(m => Trimmed(m)).Where(l => !known.Contains(l, StringComparison.OrdinalIgnoreCase)).Distinct().Take(MaxLinks).Select(Shown)];
    }

    /// <summary>Whether a text is the mail said again rather than an answer: a long piece of it, or half of the text in the mail's very words.</summary>
    public static bool IsEcho(string body, Letter letter)
    {
        const int Long = 20, Short = 4;
        var (words, said) = (Words(body), Words($"{string.Join('\n', letter.ReplyTo.Append(letter.From).Select(a => a?.Name))}\n{letter.Subject}\n{letter.Text}"));
        if (Repeated(words, Runs(said, Long), Long, []) is not null) return true;
        var runs = Runs(said, Short);
        var (all, same) = (words.Count - Short + 1, 0);
        for (var i = 0; i < all; i++)
            if (runs.Contains(string.Join(' ', words.GetRange(i, Short)))) same++;
        return same > 0 && same * 2 >= all;
    }

    /// <summary>What its reader knows or may know: the mail with all that it quotes, the handbook's open part, who the owner is, the owner's own words about this draft.</summary>
    static string KnownOf(DraftRequest request)
    {
        var (letter, account, handbook) = (request.Letter, request.Account, request.Handbook);
        return string.Join('\n', [.. request.Before.Append(letter).SelectMany(l => new[] { l.Subject, l.Text }), .. letter.ReplyTo.Append(letter.From).Concat(letter.To).Concat(letter.Cc).Select(a => a?.ToString()),
            account.Address, account.DisplayName, .. account.Aliases, handbook.Company, handbook.Signature, handbook.OpeningHours, handbook.Place, .. handbook.ResponseTime.Values, .. handbook.Answers.All.SelectMany(a => a.Questions.Append(a.Text)), .. handbook.Wording.Rules.Select(r => r.Write), request.Remark]);
    }

    static List<string> Words(string text) => [.. Folding.Words(Folding.Compose(text)).Select(w => w.Fold.ToString())];

    static HashSet<string> Runs(List<string> words, int length)
    {
        var runs = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + length <= words.Count; i++) runs.Add(string.Join(' ', words.GetRange(i, length)));
        return runs;
    }

    static string? Repeated(string body, string told, int length, Func<string> open) =>
        told.Length > 0 && Runs(Words(told), length) is { Count: > 0 } runs ? Repeated(Words(body), runs, length, Runs(Words(open()), length)) : null;

    /// <returns>The first run of the draft that is among these and not among those that anybody may know; null where there is none.</returns>
    static string? Repeated(List<string> words, HashSet<string> runs, int length, HashSet<string> open)
    {
        for (var i = 0; runs.Count > 0 && i + length <= words.Count; i++)
            if (string.Join(' ', words.GetRange(i, length)) is var run && runs.Contains(run) && !open.Contains(run)) return Shown(run);
        return null;
    }

    // A long one (account, telephone, customer), or a shorter one that is dialled. Days, hours and prices are none.
    static bool IsTelling(string number)
    {
        var digits = Digits(number).Length;
        return (digits >= 9 || digits >= 7 && number[0] is '+' or '0' or '(') && !DateOrPrice().IsMatch(number.Trim());
    }

    /// <summary>Also where one has the country in front and the other has not.</summary>
    static bool IsAmong(string digits, List<string> known) =>
        known.Exists(k => k.Contains(digits, StringComparison.Ordinal) || k.TrimStart('0') is { Length: >= 7 } bare && digits.EndsWith(bare, StringComparison.Ordinal) || digits.TrimStart('0') is { Length: >= 7 } own && k.EndsWith(own, StringComparison.Ordinal));

    static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    static string Trimmed(Match match) => match.Value.TrimEnd('.', ',', ';', ':', '!', '?', ')', '*', '_', '-');

    static string Shown(string text) => Text.Shorten(text, MaxShown);
}
