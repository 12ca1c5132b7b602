using System.Text;

namespace VaultKit.Drafting;

/// <summary>Headings and the lines below them. Comments, quotes and callouts are the owner's notes to people; placeholders are nobody's words.</summary>
static class HandbookReader
{
    const int MaxText = 64 * 1024;
    const int MaxLine = 200;
    const int MaxRule = 500;
    const int MaxSignatureLines = 12;

    enum Section { Other, Company, Signature, ResponseTime, Hours, Place, Rules, Answers, Wording }

    static readonly (Section Section, string[] Headings)[] Known =
    [
        (Section.Company, Phrases.Split("company, the company, about us, business, our business, firma, unternehmen, betrieb, uber uns, entreprise, societe, l'entreprise, la societe, empresa, la empresa, negocio, company name, firmenname")),
        (Section.Signature, Phrases.Split("signature, email signature, mail signature, e-mail signature, signatur, unterschrift, grussformel, signature des e-mails, firma de correo, firma del correo, sign-off")),
        (Section.ResponseTime, Phrases.Split("response time, response times, reply time, reply times, antwortzeit, antwortzeiten, reaktionszeit, reaktionszeiten, delai de reponse, delais de reponse, temps de reponse, tiempo de respuesta, tiempos de respuesta, plazo de respuesta")),
        (Section.Hours, Phrases.Split("opening hours, hours, business hours, offnungszeiten, geschaftszeiten, horaires, horaires d'ouverture, heures d'ouverture, horario, horarios")),
        (Section.Place, Phrases.Split("address, our address, adresse, anschrift, direccion, where we are, wo wir sind, standort, ou nous trouver")),
        (Section.Rules, Phrases.Split("mail rules, email rules, e-mail rules, rules for mail, rules for email, mailregeln, e-mail-regeln, regeln fur mails, regeln fur e-mails, regles de courrier, regles e-mail, regles pour les e-mails, reglas de correo, reglas para el correo")),
        (Section.Wording, Phrases.Split("wording, our wording, formulierungen, wortwahl, formulations, redaccion, formulaciones")),
        (Section.Answers, Phrases.Split("answers, our answers, questions and answers, frequently asked questions, faq, antworten, unsere antworten, fragen und antworten, haufige fragen, reponses, nos reponses, questions et reponses, questions frequentes, respuestas, nuestras respuestas, preguntas y respuestas, preguntas frecuentes")),
    ];

    static readonly (string Language, string[] Names)[] LanguageNames =
    [
        (Language.English, ["en", "english", "englisch", "anglais", "ingles"]),
        (Language.German, ["de", "german", "deutsch", "allemand", "aleman"]),
        (Language.French, ["fr", "french", "franzosisch", "francais", "frances"]),
        (Language.Spanish, ["es", "spanish", "spanisch", "espagnol", "espanol"]),
    ];

    public static Handbook Read(string markdown)
    {
        var lines = Uncommented(Text.Shown(Text.Cut(markdown, MaxText).ReplaceLineEndings("\n"))).Split('\n');
        var sections = Split(lines);
        var rules = MailRules.Read(sections.GetValueOrDefault(Section.Rules) ?? [], out var notUnderstood);
        return new Handbook(First(sections, Section.Company, 100), Signature(sections), Times(sections))
        {
            OpeningHours = Joined(sections, Section.Hours),
            Place = Joined(sections, Section.Place),
            Rules = rules,
            RulesNotUnderstood = notUnderstood,
            Answers = KnownAnswers.Read(sections.GetValueOrDefault(Section.Answers) ?? []),
            Wording = Wording.Read(sections.GetValueOrDefault(Section.Wording) ?? []),
            Text = string.Join('\n', Body(lines).Where(l => !IsNote(l))).Trim('\n'),
            Internal = string.Join('\n', (sections.GetValueOrDefault(Section.Other) ?? []).Concat(sections.GetValueOrDefault(Section.Rules) ?? [])),
        };
    }

    /// <summary>The line with which a handbook begins the section that a heading means, in whatever language it is; null where it has none.</summary>
    public static string? HeadingLike(string markdown, string heading)
    {
        var section = Array.Find(Known, k => k.Headings.Contains(heading)).Section;
        return Body(Uncommented(markdown.ReplaceLineEndings("\n")).Split('\n')).FirstOrDefault(l => Heading(l) is { } words && Array.Find(Known, k => k.Headings.Contains(words)).Section == section)?.TrimEnd();
    }

    static Dictionary<Section, List<string>> Split(string[] lines)
    {
        var sections = new Dictionary<Section, List<string>>();
        var spanish = lines.Any(l => Heading(l) is "empresa" or "la empresa" or "tiempo de respuesta" or "plazo de respuesta");
        var (current, depth) = (Section.Other, 0);
        foreach (var written in Body(lines))
        {
            // Below the answers a deeper heading is a question.
            if (Heading(written) is { } heading && !(current == Section.Answers && Depth(written) > depth))
            {
                // In German the company, in Spanish the signature.
                current = heading == "firma" && spanish ? Section.Signature : Array.Find(Known, k => k.Headings.Contains(heading)).Section;
                depth = Depth(written);
                continue;
            }
            if (IsNote(written)) continue;
            if (!sections.TryGetValue(current, out var list)) sections[current] = list = [];
            // Addresses and marks stay as they are written: nothing of a rule goes into an answer.
            var line = current switch
            {
                Section.Rules or Section.Wording or Section.Other => Text.Cut(written, MaxRule),
                Section.Answers => Line(written, KnownAnswers.MaxText, isAnswer: true),
                _ => Line(written, MaxLine),
            };
            if (list.Count < (current switch { Section.Rules or Section.Wording => 200, Section.Answers => 2000, Section.Other => MaxText, _ => 100 }) && !IsNote(line)) list.Add(line);
        }
        return sections;
    }

    /// <summary>Front matter is for other readers.</summary>
    static IEnumerable<string> Body(string[] lines) => lines[0].Trim() == "---" ? lines.Skip(Array.FindIndex(lines, 1, l => l.Trim() is "---" or "...") + 1) : lines;

    /// <summary>A heading's words, folded, without marks around them; null where the line is none.</summary>
    static string? Heading(string line)
    {
        var bare = line.TrimStart();
        var level = bare.Length - bare.TrimStart('#').Length;
        if (level is 0 or > 6 || bare.Length == level || bare[level] is not (' ' or '\t')) return null;
        var fold = Folding.Fold(Folding.Compose(bare[level..]));
        var built = new StringBuilder();
        foreach (var c in fold)
            if (char.IsLetterOrDigit(c) || c is ' ' or '\'' or '-') built.Append(c);
        return built.ToString().Trim();
    }

    static int Depth(string heading) => heading.TrimStart() is var bare ? bare.Length - bare.TrimStart('#').Length : 0;

    static bool IsNote(string line)
    {
        var bare = line.AsSpan().Trim();
        return bare.StartsWith(">") || bare.StartsWith("```") || bare.StartsWith("![") || bare is "---" or "***" or "___" || bare.Contains("{{", StringComparison.Ordinal) || bare.Contains("<%", StringComparison.Ordinal)
            || bare.StartsWith("<<<<<<<") || bare.StartsWith("=======") || bare.StartsWith("|||||||")
            || bare.Length > 2 && (bare[0] == '[' && bare.IndexOf(']') == bare.Length - 1 || bare[0] == '<' && bare.IndexOf('>') == bare.Length - 1);
    }

    /// <summary>What the line says: without list marks, emphasis and links' brackets.</summary>
    /// <param name="isAnswer">The marks of a list stay.</param>
    static string Line(string line, int most, bool isAnswer = false)
    {
        line = line.Trim().TrimEnd('\\').TrimEnd();
        if (!isAnswer && (line.StartsWith("- ", StringComparison.Ordinal) || line.StartsWith("* ", StringComparison.Ordinal) || line.StartsWith("+ ", StringComparison.Ordinal))) line = line[2..].TrimStart();
        line = line.Replace("**", "").Replace("__", "").Replace("[[", "").Replace("]]", "").Replace("<br>", "").Replace("`", "");
        if (line.Length > 2 && line[0] == line[^1] && line[0] is '*' or '_') line = line[1..^1];
        return Text.Cut(Markup.Neutralise(line), most).TrimEnd();
    }

    /// <summary>Without <c>%% … %%</c> and <c>&lt;!-- … --&gt;</c>; one that is never closed hides the rest, as it does in Obsidian.</summary>
    static string Uncommented(string text)
    {
        foreach (var (open, close) in (ReadOnlySpan<(string, string)>)[("%%", "%%"), ("<!--", "-->")])
        {
            var built = new StringBuilder(text.Length);
            var at = 0;
            while (text.IndexOf(open, at, StringComparison.Ordinal) is >= 0 and var from)
            {
                built.Append(text, at, from - at);
                var to = text.IndexOf(close, from + open.Length, StringComparison.Ordinal);
                at = to < 0 ? text.Length : to + close.Length;
            }
            text = built.Append(text, at, text.Length - at).ToString();
        }
        return text;
    }

    static string First(Dictionary<Section, List<string>> sections, Section section, int length) =>
        sections.TryGetValue(section, out var lines) && lines.Find(l => l.Length > 0) is { } first ? Text.Shorten(Value(first), length) : "";

    /// <summary>"Name: Muster GmbH" says the same as "Muster GmbH".</summary>
    static string Value(string line)
    {
        var colon = line.IndexOf(':');
        return colon > 0 && Folding.Fold(line[..colon].Trim()) is "name" or "nom" or "nombre" or "company" or "firma" ? line[(colon + 1)..].Trim() : line;
    }

    static string Joined(Dictionary<Section, List<string>> sections, Section section) =>
        sections.TryGetValue(section, out var lines) ? Text.Shorten(string.Join("; ", lines.Where(l => l.Length > 0)), 300) : "";

    static string Signature(Dictionary<Section, List<string>> sections) =>
        sections.TryGetValue(Section.Signature, out var lines) ? string.Join('\n', lines.SkipWhile(l => l.Length == 0).Take(MaxSignatureLines)).TrimEnd('\n') : "";

    static Dictionary<string, string> Times(Dictionary<Section, List<string>> sections)
    {
        var times = new Dictionary<string, string>();
        if (!sections.TryGetValue(Section.ResponseTime, out var lines)) return times;
        foreach (var line in lines)
        {
            if (line.Length == 0) continue;
            var colon = line.IndexOf(':');
            var name = colon is > 0 and < 20 ? Folding.Fold(line[..colon]).Trim() : "";
            var (language, value) = (Array.Find(LanguageNames, l => l.Names.Contains(name)).Language, line);
            // A time without a language is in the language in which it is written.
            if (language is null) language = Language.Detect(line, "");
            else value = line[(colon + 1)..].Trim();
            value = value.TrimEnd('.', ' ');
            if (value.Length > 0) times.TryAdd(language, Text.Shorten(value, 100));
        }
        return times;
    }
}
