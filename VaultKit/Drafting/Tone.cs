namespace VaultKit.Drafting;

/// <summary>How a mail addresses its reader.</summary>
static class Tone
{
    /// <summary>Du, tu, tú; in English, a "Hi" and a first name. A mail that says neither is answered formally.</summary>
    /// <param name="words">Of the text.</param>
    public static bool IsFamiliar(string fresh, ReadOnlySpan<Word> words, Phrases phrases)
    {
        fresh = Folding.Compose(Text.Cut(fresh, Sentences.MaxText));
        if (phrases.Language == Language.English) return words.Length > 0 && words[0].Fold is "hi" or "hey" && !Formally(fresh, words, phrases);
        if (Formally(fresh, words, phrases)) return false;
        foreach (ref readonly var word in words)
            if (phrases.Familiar.Has(word)) return true;
        return false;
    }

    static bool Formally(string text, ReadOnlySpan<Word> words, Phrases phrases)
    {
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (phrases.Formal.Has(word)) return true;
            // "Sie" and "Ihr" with a capital that no beginning of a sentence explains.
            if (phrases.Language == Language.German && word.Fold is "sie" or "ihr" or "ihre" or "ihren" or "ihrem" or "ihrer"
                && char.IsUpper(text[word.Start]) && i > 0 && text.AsSpan(words[i - 1].End, word.Start - words[i - 1].End).IndexOfAny(".?!\n,:") < 0) return true;
        }
        return false;
    }
}
