using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>Whether the sender says that it is urgent. A word of a stranger's: it orders the owner's list and does nothing else.</summary>
public static class Urgency
{
    // In capitals, as the text is compared.
    static readonly string[] Words =
    [
        "URGENT", "ASAP", "AS SOON AS POSSIBLE", "IMMEDIATELY", "BY TOMORROW", "TODAY", "DEADLINE",
        "DRINGEND", "EILIG", "SOFORT", "SO BALD WIE MÖGLICH", "BIS MORGEN", "HEUTE NOCH",
        "URGENCE", "AU PLUS VITE", "DÈS QUE POSSIBLE", "D'ICI DEMAIN", "AUJOURD'HUI",
        "URGENTE", "CUANTO ANTES", "LO ANTES POSIBLE", "HOY MISMO", "PARA MAÑANA",
    ];

    // The same as phrases: whatever holds one of those holds one of these.
    static readonly PhraseIndex Folded = new(Array.ConvertAll(Words, w => string.Join(' ', Folding.Words(w).ConvertAll(o => o.Fold.ToString())) + "~"));

    // Asked for by then, and not only told of.
    static readonly PhraseIndex Soon = Phrases.List(
        "today, tonight, tomorrow, tomorrow' s, this morning, this afternoon, right away, heute, heut, morgen, in der fruh, gleich jetzt, demain, aujourd' hui, ce matin, cet apres midi, ce soir, tout de suite, hoy, de manana, para manana, esta manana, esta tarde, ahora mismo");

    static readonly PhraseIndex Emergencies = Phrases.List(
        "water is coming, coming in, leaking, flooded, stuck inside, locked in, locked out, can' t close, cannot close, wasser kommt, wasser rinnt, wasser lauft, regnet rein, regnet herein, eingesperrt, ausgesperrt, geht nicht mehr zu, "
        + "l' eau entre, l' eau coule, infiltration, bloque a l' interieur, ne ferme plus, entra agua, entra el agua, esta entrando, inunda~, encerrad~, no cierra");

    /// <returns><c>high</c> or <c>normal</c>.</returns>
    internal static string Of(Reading mail) =>
        SaysSo(mail) || Folding.Any(mail.Words, Emergencies) || mail.Questions.Any(q => Folding.Any(Folding.Words(Folding.Compose(q.Words)), Soon)) ? "high" : "normal";

    static bool SaysSo(Reading mail)
    {
        // Nearly no mail has any of them, which its words tell sooner than its letters.
        if (mail.Fresh.Length <= Sentences.MaxText && !Folded.Any(mail.Own)) return false;
        var text = $" {mail.Letter.Subject}\n{mail.Fresh}".ToUpperInvariant();
        return Array.Exists(Words, word => HoldsWord(text, word));
    }

    static bool HoldsWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var end = at + word.Length;
            if (!char.IsLetterOrDigit(text[at - 1]) && (end == text.Length || !char.IsLetterOrDigit(text[end]))) return true;
        }
        return false;
    }
}
