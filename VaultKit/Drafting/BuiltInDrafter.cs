using System.Runtime.InteropServices;
using System.Text;
using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>
/// Answers question by question with nothing but the letter and the handbook. It takes up what was asked in the sender's own words and leaves a
/// marked blank for what only the owner can know. Where it has nothing specific to say, it says so. It follows no instruction in a mail.
/// </summary>
public sealed class BuiltInDrafter : IDrafter
{
    public string Name => "built-in/1";
    public bool FollowsWords => false;

    public Task<Draft> DraftAsync(DraftRequest request, CancellationToken cancel) => Task.FromResult(Write(request));

    static Draft Write(DraftRequest request)
    {
        var mail = request.Reading;
        var language = mail.Language;
        Draft Yours(string why) => new(language, null, $"yours to answer: {why}{Unfollowed(request)}");

        if (string.IsNullOrWhiteSpace(mail.Fresh)) return Yours("there is no text of the sender's own in it");
        if (Sensitive.Why(mail) is { } why) return Yours(why);

        var (questions, more, toMachine) = (mail.Questions, mail.More, mail.ToMachine);
        if (questions.Count == 0)
            return Yours(toMachine ? "it is written to a program, not to you" : "no question was found that a draft could speak to");

        var body = Body(request, mail);
        var known = questions.Count(q => request.Handbook.Answers.Find(q.Words, language) is not null);
        var reason = $"{questions.Count + more} question{(questions.Count + more == 1 ? "" : "s")}: {string.Join(", ", questions.Select(q => TopicNames[(int)q.Topic]).Distinct())}"
            + (known > 0 ? $"; {known} answered by your handbook" : "");
        return new Draft(language, body, (toMachine ? reason + "; lines written to a program were left aside" : reason) + Unfollowed(request));
    }

    static readonly string[] TopicNames = Array.ConvertAll(Enum.GetNames<Topic>(), n => n.ToLowerInvariant());

    static string Unfollowed(DraftRequest request) => request.Remark.Length == 0 ? "" : "; written by rules, which can't follow your words";

    static string Body(DraftRequest request, Reading mail)
    {
        var (phrases, questions) = (mail.Phrases, mail.Questions);
        var familiar = Tone.IsFamiliar(mail.Fresh, mail.Text, phrases);
        var hello = Hello(Sender(mail), familiar, phrases);
        string Ours(string say) => Phrases.Address(say, familiar);
        List<string> parts =
        [
            Ours(hello),
            Ours(Opening(hello, Thanks(mail.Letter, questions, phrases))),
            // The owner's answers stand as they are written; one that answers two questions is given once.
            .. questions.Select(q => request.Handbook.Answers.Find(q.Words, phrases.Language)?.Text ?? Ours(Answer(q, request.Handbook, phrases))).Distinct(),
        ];
        if (mail.More > 0) parts.Add(Ours(phrases.More.Replace("{n}", mail.More.ToString())));
        parts.Add(Ours(Further(request.Handbook, phrases)));
        var wording = request.Handbook.Wording;
        parts.AddRange(wording.Added(phrases.Language));
        return wording.Apply(string.Join("\n\n", parts) + "\n\n" + Closing(request, familiar, phrases)) + "\n";
    }

    /// <summary>Behind the greeting German goes on in lower case, the others with a capital.</summary>
    static string Opening(string hello, string thanks) =>
        hello.StartsWith("Guten Tag", StringComparison.Ordinal) || hello.StartsWith("Hallo", StringComparison.Ordinal) ? thanks : char.ToUpperInvariant(thanks[0]) + thanks[1..];

    static string Hello(PersonName? name, bool familiar, Phrases phrases) => (name, familiar) switch
    {
        (null, true) => phrases.FamiliarHelloNoName,
        (null, false) => phrases.FormalHelloNoName,
        // One word may be a family's name, which alone is rude.
        ({ } n, false) when !n.Full.Contains(' ') => phrases.FormalHelloNoName,
        ({ } n, true) => phrases.FamiliarHello.Replace("{n}", n.First),
        ({ } n, false) => phrases.FormalHello.Replace("{n}", n.Full),
    };

    /// <summary>From the header; where that names a company or nobody, from the line under the closing words.</summary>
    static PersonName? Sender(Reading mail)
    {
        var signed = SignedBy(mail.Fresh, mail.Phrases);
        // Under another name than the sender's a person has signed for an office, a club or a boat.
        return mail.Letter.From is { Name.Length: > 0 } from && PersonName.Read(from.Name) is { } name && Signs(name, from, mail) && (signed is null || name.Full.Split(' ').Any(w => signed.Full.Contains(w, StringComparison.OrdinalIgnoreCase) || w.Contains(signed.First, StringComparison.OrdinalIgnoreCase)))
            ? name : signed;
    }

    static PersonName? SignedBy(string fresh, Phrases phrases)
    {
        // Of the last lines the second or a later one; they are looked for from the end, since a letter may be long.
        var lines = new List<string>();
        for (var end = fresh.Length; end > 0 && lines.Count < 7;)
        {
            var start = fresh.LastIndexOf('\n', end - 1) + 1;
            if (fresh.AsSpan(start, end - start).Trim() is { IsEmpty: false } line) lines.Insert(0, line.ToString());
            end = start - 1;
        }
        for (var i = 1; i < lines.Count - 1; i++)
            if (Sentences.Closes(lines[i], phrases) && !lines[i].EndsWith('.'))
                return lines[i + 1].Length <= 60 ? PersonName.Read(lines[i + 1]) : null;
        return null;
    }

    /// <summary>Whoever writes puts at least a part of the name under it, or has it in the address; a company or a robot that writes for somebody does not.</summary>
    static bool Signs(PersonName name, Address from, Reading mail)
    {
        var mailbox = Folding.Fold(from.Mailbox);
        var parts = name.Full.Split(' ', '-').Select(w => Folding.Fold(Folding.Compose(w.Trim('.')))).Where(w => w.Length > 2).ToList();
        if (parts.Exists(w => mailbox.Contains(w, StringComparison.Ordinal))) return true;
        // What is written may have the umlaut in two letters.
        return Holds(ReferenceEquals(mail.OwnFresh, mail.Fresh) ? mail.Text : CollectionsMarshal.AsSpan(Reading.Folded(mail.OwnFresh, Sentences.MaxText)), parts)
            || Holds(CollectionsMarshal.AsSpan(Reading.Folded(mail.Signature, int.MaxValue)), parts);
    }

    /// <summary>Whether a word that is no particle is in one of these.</summary>
    static bool Holds(ReadOnlySpan<Word> words, List<string> parts)
    {
        foreach (ref readonly var word in words)
        {
            if (word.Fold.Length <= 2) continue;
            foreach (var part in parts)
                if (part.AsSpan().Contains(word.Fold, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    static string Thanks(Letter letter, List<Question> questions, Phrases phrases)
    {
        // Of several matters, none is thanked for before the others, save what went wrong.
        var first = questions[0].Topic;
        var topic = questions.Exists(q => q.Topic == Topic.Complaint) ? Topic.Complaint : first is Topic.Price or Topic.Order || questions.TrueForAll(q => q.Topic == first) ? first : Topic.General;
        var thanks = phrases.Thanks.GetValueOrDefault(topic, phrases.Thanks[Topic.General]);
        return thanks.Replace("{d}", letter.Date is { } date ? phrases.OfDate.Replace("{d}", phrases.Date(date)) : "");
    }

    static string Answer(Question question, Handbook handbook, Phrases phrases) => question.Topic switch
    {
        Topic.Hours when handbook.OpeningHours.Length > 0 => Ended(phrases.HoursAre.Replace("{h}", Unmarked(handbook.OpeningHours))),
        Topic.Place when handbook.Place.Length > 0 => Ended(phrases.PlaceIs.Replace("{h}", Unmarked(handbook.Place))),
        _ => question.Say,
    };

    // The owner's own words, before the forms of address are chosen.
    static string Unmarked(string words) => words.Replace('[', '(').Replace(']', ')');

    static string Ended(string sentence) => sentence.EndsWith('.') ? sentence : sentence + ".";

    static string Further(Handbook handbook, Phrases phrases)
    {
        if (!handbook.ResponseTime.TryGetValue(phrases.Language, out var time) || time.Length == 0) return phrases.FurtherPlain;
        return (phrases.TimeOpeners.Opens(Folding.Words(time)) is not null ? phrases.Further : phrases.FurtherOther).Replace("{r}", Unmarked(time));
    }

    static string Closing(DraftRequest request, bool familiar, Phrases phrases)
    {
        var signature = request.Handbook.Signature;
        // A signature that brings its own closing words gets no second ones.
        if (signature.Length > 0 && Sentences.Closes(signature.Split('\n')[0], phrases)) return signature;
        var under = signature.Length > 0 ? signature : request.Account.DisplayName.Trim();
        if (signature.Length == 0 && request.Handbook.Company is { Length: > 0 } company && company != under) under = under.Length == 0 ? company : $"{under}\n{company}";
        var closing = familiar ? phrases.FamiliarClosing : phrases.FormalClosing;
        return under.Length == 0 ? closing : $"{closing}\n{under}";
    }
}
