using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>Whether the sender says that it is urgent. A word of a stranger's: it orders the owner's list and does nothing else.</summary>
public static class Urgency
{
    static readonly string[] Words =
    [
        "urgent", "asap", "as soon as possible", "immediately", "by tomorrow", "today", "deadline",
        "dringend", "eilig", "sofort", "so bald wie möglich", "bis morgen", "heute noch",
        "urgence", "au plus vite", "dès que possible", "d'ici demain", "aujourd'hui",
        "urgente", "cuanto antes", "lo antes posible", "hoy mismo", "para mañana",
    ];

    /// <returns><c>high</c> or <c>normal</c>.</returns>
    public static string Of(Letter letter)
    {
        var text = " " + letter.Subject + "\n" + LetterText.Split(letter.Text).Fresh;
        return Words.Any(word => HoldsWord(text, word)) ? "high" : "normal";
    }

    static bool HoldsWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + word.Length;
            if (!char.IsLetterOrDigit(text[at - 1]) && (end == text.Length || !char.IsLetterOrDigit(text[end]))) return true;
        }
        return false;
    }
}
