using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>What the owner wants done with a mail, whatever else is known about it.</summary>
public enum RuleAction { NeverAnswer, AlwaysAsk, Archive }

/// <summary>One of the owner's rules; a mail must meet both of its conditions.</summary>
/// <param name="Senders">An address, or <c>*@domain</c>; one of them; empty: any.</param>
/// <param name="Subjects">Words that stand in the subject; one of them; empty: any.</param>
/// <param name="Text">As the handbook has it.</param>
public sealed record MailRule(RuleAction Action, IReadOnlyList<string> Senders, IReadOnlyList<string> Subjects, string Text)
{
    public bool Fits(Letter letter) =>
        (Senders.Count == 0 || letter.From is { } from && Senders.Any(s => s.StartsWith("*@", StringComparison.Ordinal) ? from.Mailbox.EndsWith(s[1..], StringComparison.OrdinalIgnoreCase) : from.Mailbox.Equals(s, StringComparison.OrdinalIgnoreCase)))
        && (Subjects.Count == 0 || Subjects.Any(s => Folding.Fold(Folding.Compose(letter.Subject)).Contains(Folding.Fold(s), StringComparison.Ordinal)));
}

/// <summary>
/// The handbook's section of rules for mail, a sentence or a table's row each: "Never answer *@shop.example", "Always ask me about mail with "Rechnung" in the subject",
/// "| from: boss@firm.example | always ask |".
/// </summary>
static class MailRules
{
    const int Max = 200;

    static readonly (RuleAction Action, PhraseIndex Phrases)[] Actions =
    [
        (RuleAction.NeverAnswer, Phrases.List("never answer, never reply, never respond, do not answer, do not reply, don' t answer, don' t reply, no answer, nie antworten, nie beantworten, niemals antworten, niemals beantworten, nicht antworten, nicht beantworten, "
            + "keine antwort, ne jamais repondre, ne pas repondre, ne reponds jamais, ne repondez jamais, pas de reponse, nunca responder, nunca respondas, no responder, no respondas, sin respuesta, never-answer")),
        (RuleAction.AlwaysAsk, Phrases.List("always ask, ask me, always mine, immer fragen, frag mich, fragen sie mich, immer mir, toujours demander, demande moi, demandez moi, toujours me demander, siempre preguntar, preguntame, preguntarme siempre, always-ask")),
        (RuleAction.Archive, Phrases.List("archive, auto archive, file away, archivieren, ablegen, archiver, archivez, archivar, archiva")),
    ];

    static readonly string[] SubjectNames = ["subject", "betreff", "objet", "asunto", "sujet"];

    /// <param name="notUnderstood">The lines in which there is no rule that can be followed.</param>
    public static IReadOnlyList<MailRule> Read(IEnumerable<string> lines, out IReadOnlyList<string> notUnderstood)
    {
        var (rules, left) = (new List<MailRule>(), new List<string>());
        foreach (var line in lines.Select(l => l.Trim().TrimStart('-', '*', '+').Trim()).Where(l => l.Length > 0 && !IsTableFrame(l)).Take(Max))
        {
            if (Rule(line) is { } rule) rules.Add(rule);
            else left.Add(line);
        }
        notUnderstood = left;
        return rules;
    }

    static MailRule? Rule(string line)
    {
        var words = Folding.Words(Folding.Compose(line));
        var action = Array.Find(Actions, a => Folding.Any(words, a.Phrases));
        if (action.Phrases is null) return null;
        List<string> senders = [.. Senders(line)], subjects = [.. Subjects(line)];
        // One that fits every mail was not meant.
        return senders.Count + subjects.Count == 0 ? null : new(action.Action, senders, subjects, line.Trim('|', ' '));
    }

    static bool IsTableFrame(string line) => line[0] == '|' && !line.Contains('@') && (line.AsSpan().IndexOfAnyExcept("|-: ") < 0 || !line.Contains(':') && !line.Contains('"'));

    static IEnumerable<string> Senders(string line)
    {
        foreach (var token in line.Split([' ', ',', ';', '|', '(', ')', '<', '>', '"', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            var address = token.TrimEnd('.', ':', '!').TrimStart('`').TrimEnd('`');
            if (address.IndexOf('@') is var at && at < 0 || at == address.Length - 1) continue;
            yield return at == 0 ? "*" + address : address;
        }
    }

    static IEnumerable<string> Subjects(string line)
    {
        foreach (var cell in line.Split('|'))
        {
            var colon = cell.IndexOf(':');
            if (colon > 0 && SubjectNames.Contains(Folding.Fold(cell[..colon].Trim()))) yield return cell[(colon + 1)..].Trim().Trim('"');
            else
                foreach (var (open, close) in (ReadOnlySpan<(char, char)>)[('"', '"'), ('“', '”'), ('„', '“'), ('«', '»')])
                    if (cell.IndexOf(open) is >= 0 and var from && cell.IndexOf(close, from + 1) is var to && to > from + 1) { yield return cell[(from + 1)..to].Trim(); break; }
        }
    }
}
