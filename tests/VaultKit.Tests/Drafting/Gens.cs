using CsCheck;

namespace VaultKit.Tests.Drafting;

/// <summary>Text as nobody honest writes it: pieces of mail, of Markdown, of HTML and any characters, in any order.</summary>
static class Gens
{
    static readonly string[] Pieces =
    [
        "Could you send me a quote for ", "Könnten Sie mir ", "Pourriez-vous ", "¿Podría enviarme ", "20 chairs", "?", ".", "\n", "\n\n", "> ", "- ", " ", ", ", "%%", "%", "<b>", "<!--", "-->", "<script ", "<", ">",
        "![[", "![", "[[", "[", "]", "](", "(", ")", "http://x.example", "<https://x.example>", "<a@b.example>", "```", "~~~", "`", "`=", "{{", "}}", "{", "}", "$", "$$", "\\phantom", "\\", "&nbsp;", "&", ";", "&#8203;",
        "^", "^a", "^[", "[!note]-", "!", "[x]: y", "[^1]: z", ":", "<%", "\u202e", "\u200b", "\u200d", "\ufe0f", "👩‍💻", "\ud800", "\udc00", "\0", "\u0007", "\r", "\t", "\u2028", "e\u0301", "ß", "Hallo Anna,\n", "Mit freundlichen Grüßen\n",
        "was kostet ", "on Tuesday at 10", "invoice 2026-1", "-- \n", "On 1 May 2026, A wrote:\n", "=======", "<<<<<<< ", "please ", "do you ", "my ", "we ",
    ];

    public static Gen<string> MailText { get; } = Gen.OneOf(Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]), Gen.String[0, 8]).Array[0, 40].Select(string.Concat);
}
