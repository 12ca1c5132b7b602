namespace VaultKit.Drafting;

/// <summary>What a mail asks.</summary>
/// <param name="Questions">At most <see cref="Drafting.Questions.Max"/>.</param>
/// <param name="More">How many there are beside these.</param>
/// <param name="ToMachine">Some of it is written to a program.</param>
sealed record Asked(List<Question> Questions, int More, bool ToMachine);

/// <summary>Finds what a mail asks.</summary>
public static class Questions
{
    /// <summary>Of more, the owner is told the number.</summary>
    public const int Max = 8;

    /// <summary>Characters of a sentence that a draft repeats.</summary>
    public const int MaxWords = 160;

    // Written to a program that reads the mail, not to its owner: neither followed nor repeated.
    static readonly PhraseIndex ToMachines = new(
    [
        "ignore all", "ignore previous", "ignore the previous", "ignore your", "ignore any", "disregard previous", "disregard all", "disregard your", "previous instructions", "prior instructions",
        "system prompt", "language model", "ai assistant", "ai agent", "as an ai", "you are an ai", "you are an assistant", "chatgpt", "gpt", "llm", "prompt", "your instructions", "new instructions",
        "email assistant", "mail assistant", "virtual assistant", "the assistant", "dear assistant", "dear ai", "jailbreak", "sprachmodell", "ki assistent", "ki assistentin", "als ki", "ki agent",
        "ignoriere", "ignorieren sie", "vorherigen anweisungen", "bisherigen anweisungen", "deine anweisungen", "systemprompt", "ignorez", "ignore les", "ignore tes", "instructions precedentes",
        "assistant ia", "modele de langage", "ignora las", "ignora todas", "ignore las", "ignora tus", "instrucciones anteriores", "asistente de ia", "modelo de lenguaje", "asistente virtual",
    ]);

    /// <summary>Each question and request in the order of the mail, none twice; at most <see cref="Max"/> of them.</summary>
    /// <param name="fresh">What the sender newly wrote, without history and signature.</param>
    /// <param name="language">One of <see cref="Language.All"/>.</param>
    public static IReadOnlyList<Question> Find(string fresh, string language) => Scan(fresh, Phrases.For(language)).Questions;

    /// <summary>Also how many more there are, and whether some of the mail is written to a machine.</summary>
    internal static Asked Scan(string fresh, Phrases phrases)
    {
        var questions = new List<Question>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var more = 0;
        var complaints = 0;
        var toMachine = false;
        var words = new List<Word>(32);
        foreach (var sentence in Sentences.Of(fresh, phrases))
        {
            words.Clear();
            Folding.Words(sentence, words);
            if (Folding.Any(words, ToMachines)) { toMachine = true; continue; }
            if (Take(sentence, words, phrases) is not { } question) continue;
            // What went wrong is one matter, in however many sentences it is told.
            if (question.Topic == Topic.Complaint && !sentence.EndsWith('?') && ++complaints > 2) continue;
            if (!seen.Add(Folding.Fold(question.Words)) || question.About is { } about && !seen.Add(question.Topic + about)) continue;
            if (questions.Count < Max) questions.Add(question); else more++;
        }
        return new(questions, more, toMachine);
    }

    static Question? Take(string sentence, List<Word> words, Phrases phrases)
    {
        var asks = sentence.TrimEnd('"', '”', '»', ')', ' ').EndsWith('?') || Folding.Any(words, phrases.Requests);
        if (!asks && !Folding.Any(words, phrases.Complaint)) return null;
        if (words.Count < 2 && !sentence.EndsWith('?') || Folding.Any(words, phrases.Courtesies)) return null;
        if (Sentences.Greets(sentence, phrases) || Sentences.Closes(sentence, phrases)) return null;
        var topic = TopicOf(words, phrases);
        if (!asks && topic != Topic.Complaint) return null;

        var whole = Text.Plain(WithoutHello(sentence, phrases), 4 * MaxWords);
        var text = Capital(Text.Shorten(whole, MaxWords));
        var plain = Folding.Words(whole);
        if (!plain.Exists(w => w.Fold.Length > 2 && !phrases.Empty.Has(w))) return null;
        // Where an address was left out or the sentence goes on and on, no part of it stands for the whole.
        if (whole.Contains('…')) return new Question(topic, text, null, phrases.Quoted[topic].Replace("{q}", text));
        if (topic == Topic.Appointment && Frames.Day(whole, plain, phrases) is { } day && Frames.Take(whole, plain, topic, phrases) is not { StartsWithDay: false })
            return new Question(topic, text, day, phrases.Proposed.Replace("{x}", day));
        if (Frames.Take(whole, plain, topic, phrases) is { } taken)
            return new Question(topic, text, taken.About, taken.Frame.Say.Replace("{x}", taken.About));
        var form = topic == Topic.General && !whole.Contains('?') ? phrases.Said : phrases.Quoted[topic];
        return new Question(topic, text, null, form.Replace("{q}", text));
    }

    static Topic TopicOf(List<Word> words, Phrases phrases)
    {
        var best = Topic.General;
        var most = 0;
        foreach (var (topic, list) in phrases.Topics)
        {
            // A whole phrase says more than a word.
            var score = 0;
            foreach (var one in list.In(words)) score += one.Contains(' ') ? 2 : 1;
            // Whoever wants to be called or has something to complain about wants that first.
            if (score > 0 && topic is Topic.Callback or Topic.Complaint) score += score > 0 ? 2 : 0;
            if (score > most) (best, most) = (topic, score);
        }
        return best;
    }

    static string Capital(string text)
    {
        var at = text.Length > 1 && text[0] is '¿' or '¡' ? 1 : 0;
        return text.Length > at ? text[..at] + char.ToUpperInvariant(text[at]) + text[(at + 1)..] : text;
    }

    static string WithoutHello(string sentence, Phrases phrases)
    {
        var comma = sentence.IndexOfAny([',', ':', '!']);
        return comma is > 0 and < 60 && comma + 2 < sentence.Length && Sentences.Greets(sentence.AsSpan(0, comma), phrases) ? sentence[(comma + 1)..].TrimStart() : sentence;
    }
}
