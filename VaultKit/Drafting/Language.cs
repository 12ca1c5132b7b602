using System.Runtime.InteropServices;

namespace VaultKit.Drafting;

/// <summary>The language that a mail is written in: en, de, fr or es.</summary>
public static class Language
{
    public const string English = "en", German = "de", French = "fr", Spanish = "es";

    public static IReadOnlyList<string> All { get; } = [English, German, French, Spanish];

    /// <summary>More of a text says nothing new.</summary>
    const int Enough = 8 * 1024;

    // Short words that nearly every sentence has. One that several languages have counts for each of them.
    static readonly (string Language, string Words)[] Lists =
    [
        (English, "the and to of a is are you your for we i in it that this with on have would could can please do does my our be me from at "
            + "was will not if how what when which there thank thanks dear hello hi regards best know like us any or an let by need has "
            + "i' don' doesn' yours sincerely hey how much where who send still"),
        (German, "der die das und ist sind sie ihr ihre ihnen ihren ihrem ich wir uns mir mich mit fur ein eine einen einer einem nicht auch auf zu zum zur von vom "
            + "den dem des im am an in bei bitte konnen konnten kann haben hatte hatten noch wie was wann ob oder es du dir dein deine danke hallo guten tag sehr "
            + "geehrte grusse gruse grus mochte mochten wurde wurden werden wird mein meine unser unsere uber nach aus als bis dass das nur schon gerne gern wo viel euch"),
        (French, "le la les de des du un une et est sont vous nous je j' il elle votre vos notre nos mon ma mes pour dans sur avec que qui quel quelle quels "
            + "quand combien pas ne plus bonjour merci cordialement bien pourriez pouvez vous est ce en au aux a ce cette s' d' l' c' qu' n' m' tu te ton ta "
            + "tes peux salut madame monsieur serait avez avons suis si ou par votre comment"),
        (Spanish, "el la los las de del un una y es son usted ustedes nos me mi su sus nuestro nuestra para por con que quien cual cuando cuanto cuanta cuesta como donde no "
            + "si hola buenos buenas dias tardes gracias saludos saludo favor podria podrian puede puedes quisiera quiero necesito necesitamos tengo tiene tienen hay en al "
            + "se lo le esta estan muy mas tu te tus estimado estimada seria hace ya cordial"),
    ];

    // All of these words, and for each which of the lists have it: a bit for each list.
    static readonly (PhraseIndex Words, int[] Lists) Having = MakeHaving();

    static (PhraseIndex, int[]) MakeHaving()
    {
        var having = new Dictionary<string, int>();
        for (var i = 0; i < Lists.Length; i++)
            foreach (var word in Lists[i].Words.Split(' ')) having[word] = having.GetValueOrDefault(word) | 1 << i;
        return (new([.. having.Keys]), [.. having.Values]);
    }

    /// <summary>By function words: of what the sender newly wrote, and where that does not decide, of the subject too. English where nothing decides.</summary>
    public static string Detect(string fresh, string subject) => Detect(fresh, [], subject);

    /// <param name="words">Of the text, where they are known.</param>
    internal static string Detect(string fresh, ReadOnlySpan<Word> words, string subject)
    {
        var scores = new int[Lists.Length];
        Count(fresh, scores, words);
        if (Lead(scores) < 3) Count(subject, scores);
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return Lists[best].Language;
    }

    /// <summary>Whether a text is clearly in another of these languages than that. A short text is in any.</summary>
    public static bool IsAnother(string text, string language)
    {
        var scores = new int[Lists.Length];
        Count(text, scores);
        return scores.Max() - scores[Array.FindIndex(Lists, l => l.Language == language)] >= 3;
    }

    static int Lead(int[] scores)
    {
        int most = 0, second = 0;
        foreach (var score in scores) (most, second) = score > most ? (score, most) : (most, Math.Max(second, score));
        return most - second;
    }

    static void Count(string text, int[] scores, ReadOnlySpan<Word> words = default)
    {
        var known = text.Length <= Enough && !words.IsEmpty;
        text = Folding.Compose(Text.Cut(text, Enough));
        foreach (ref readonly var word in known ? words : CollectionsMarshal.AsSpan(Folding.Words(text)))
        {
            if (Having.Words.IndexOf(word) is not (>= 0 and var at)) continue;
            var languages = Having.Lists[at];
            for (var i = 0; i < scores.Length; i++) scores[i] += (languages >> i & 1) * (int.IsPow2(languages) ? 2 : 1);
        }
        for (var rest = text.AsSpan(); rest.IndexOfAnyExceptInRange('\0', '\x7f') is >= 0 and var at; rest = rest[(at + 1)..])
        {
            var c = rest[at];
            if (c is 'ß' or 'ä' or 'ö' or 'Ä' or 'Ö' or 'Ü') scores[1]++;
            else if (c is 'ç' or 'è' or 'ê' or 'œ' or 'à' or 'û' or 'î') scores[2]++;
            else if (c is '¿' or '¡' or 'ñ' or 'ó') scores[3]++;
        }
    }
}
