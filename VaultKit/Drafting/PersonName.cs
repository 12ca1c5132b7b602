namespace VaultKit.Drafting;

/// <summary>A person's name to greet with, out of what stands in a header or under a mail. Nothing is guessed of a gender.</summary>
/// <param name="Full">As in "Dr. Anna Muster".</param>
/// <param name="First">As in "Anna"; the whole name where it has one word.</param>
public sealed record PersonName(string Full, string First)
{
    static readonly HashSet<string> NoPerson =
    [
        "gmbh", "ag", "kg", "ug", "ohg", "gbr", "ev", "ek", "ltd", "llc", "llp", "inc", "corp", "co", "plc", "sarl", "sas", "sasu", "eurl", "sa", "sl", "slu", "srl", "spa", "bv", "nv", "oy", "ab", "as", "company",
        "team", "info", "infos", "service", "services", "support", "sales", "vertrieb", "verkauf", "einkauf", "buchhaltung", "kundenservice", "kundendienst", "office", "buero", "buro", "kontakt", "contact",
        "contacto", "shop", "store", "noreply", "reply", "newsletter", "admin", "webmaster", "postmaster", "hotel", "restaurant", "garage", "praxis", "kanzlei", "studio", "group", "gruppe", "groupe", "grupo",
        "holding", "verlag", "verein", "bank", "accounting", "accounts", "facturacion", "ventas", "comercial", "compras", "comptabilite", "compta", "secretariat", "sekretariat", "atencion", "cliente", "clientes",
        "client", "bestellung", "bestellungen", "order", "orders", "rechnung", "billing", "invoice", "mail", "email", "post", "bewerbung", "jobs", "hr", "marketing", "presse", "press", "system", "server",
        "notification", "notifications", "customer", "desk", "helpdesk", "empfang", "reception", "rezeption", "anfrage", "hello", "hallo", "bonjour", "hola", "society", "association", "asociacion", "stiftung",
        "foundation", "university", "universitat", "schule", "school", "gemeinde", "stadt", "amt", "consulting", "solutions", "software", "digital", "media", "online", "web", "the", "und", "and", "et",
        "entreprise", "empresa", "firma", "societe", "boutique", "cabinet", "mairie", "department", "abteilung", "kunde", "user", "unknown", "undisclosed", "me", "via", "werkstatt", "tischlerei", "schreinerei",
        "vorstand", "vorsitz", "obmann", "kulturverein", "sportverein", "musikverein", "velero", "barco", "gasthof", "gasthaus", "pension", "cafe", "backerei", "metzgerei", "holzbau", "bau", "bauhof", "architektur", "architekten", "pedidos", "mensajes", "mensajeria", "messages", "messagerie", "nachricht", "nachrichten", "formular", "formulario", "formulaire", "form", "escuela",
        "colegio", "instituto", "ampa", "ecole", "college", "creche", "bureau", "comite", "ayuntamiento", "museo", "musee", "museum", "kindergarten", "kita", "verwaltung", "hausverwaltung", "immobilien", "sparkasse", "versicherung", "agence", "agentur", "agency", "agencia", "tienda",
        "almacen", "taller", "atelier", "club", "redaktion", "kasse", "technik", "buyer", "acheteur", "acheteuse", "comprador", "compradora", "kaufer", "kauferin", "commandes", "commande", "bestellformular", "kontaktformular", "contactform", "website", "webseite",
    ];

    static readonly HashSet<string> Titles = ["dr", "prof", "ing"];
    static readonly HashSet<string> Courtesy = ["herr", "frau", "mr", "mrs", "ms", "miss", "m", "mme", "mlle", "sr", "sra", "srta", "d", "dona", "don", "dipl", "mag", "med", "familie", "monsieur", "madame", "senor", "senora", "senorita", "fam"];
    // A calling before a form of address: "Comptable M. Roussel".
    static readonly HashSet<string> Callings = ["comptable", "directeur", "directrice", "gerant", "gerante", "president", "presidente", "maitre", "buchhalter", "buchhalterin", "geschaftsfuhrer", "geschaftsfuhrerin", "director", "directora", "contable", "manager", "accountant"];
    static readonly HashSet<string> Degrees = ["phd", "mba", "msc", "bsc", "ma", "ba", "md", "esq", "jr", "ll.m", "llm", "cpa", "pmp", "dds"];
    static readonly HashSet<string> Particles = ["von", "van", "der", "den", "de", "del", "la", "las", "los", "le", "du", "di", "da", "zu", "zur", "vom", "ten", "ter", "dos", "e", "y", "bin", "al"];

    /// <summary>Null where no person can be read from it: empty, an address, a company, a role, something with digits.</summary>
    /// <param name="written">As a stranger wrote it.</param>
    public static PersonName? Read(string written)
    {
        var name = Folding.Compose(Text.Cut(written.Trim(), 200)).Trim('"', '\'', ' ', ',', ';', '.');
        if (name.Contains('@') || name.Contains("://", StringComparison.Ordinal) || name.Contains("www.", StringComparison.OrdinalIgnoreCase)) return null;
        foreach (var border in (string[])["(", "[", "<", " via ", " c/o "])
            if (name.IndexOf(border, StringComparison.OrdinalIgnoreCase) is > 0 and var at) name = name[..at].Trim();
        foreach (var border in (string[])["|", " - ", " – ", " — ", "/", " @ ", "·", ":"])
        {
            if (!name.Contains(border, StringComparison.Ordinal)) continue;
            // The person stands on either side of the company.
            foreach (var part in name.Split(border, 4))
                if (part.Trim().Contains(' ') && Read(part) is { } person) return person;
            return null;
        }
        if (name.IndexOf(',') is > 0 and var comma)
        {
            var (left, right) = (name[..comma].Trim(), name[(comma + 1)..].Trim());
            var bare = right.Replace(".", "").ToLowerInvariant();
            name = Degrees.Contains(bare) ? left : right.Contains(',') || left.Split(' ').Length > 3 || right.Split(' ').Length > 3 ? "" : $"{right} {left}";
        }
        // "i. A. Frau Blum": signed for somebody else.
        foreach (var by in (string[])["i. A.", "i.A.", "i. V.", "i.V.", "p.p.", "p. p.", "p.o.", "P.O.", "ppa."])
            if (name.StartsWith(by + " ", StringComparison.OrdinalIgnoreCase)) name = name[by.Length..].TrimStart();
        // "anna.muster", as mailers show who has no name.
        if (!name.Contains(' ') && name.AsSpan().IndexOfAny('.', '_') > 0) name = name.Replace('.', ' ').Replace('_', ' ').Trim();
        return Person(name);
    }

    static PersonName? Person(string name)
    {
        var shouted = !name.Any(char.IsLower);
        var words = new List<string>();
        var title = "";
        var surname = false;
        foreach (var raw in name.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var word = raw.Trim('.', ',', '-', '\'');
            var fold = Folding.Fold(word);
            if (word.Length == 0) continue;
            if (NoPerson.Contains(fold.Replace(".", "").Replace("-", "")) || NoPerson.Contains(fold)) return null;
            if (words.Count == 0 && Titles.Contains(fold)) { if (fold != "ing") title += Capital(fold) + ". "; continue; }
            if (words.Count == 0 && Callings.Contains(fold)) continue;
            if (words.Count == 0 && Courtesy.Contains(fold.TrimEnd('.'))) continue;
            if (words.Count > 0 && Degrees.Contains(fold)) continue;
            foreach (var c in word)
                if (!char.IsLetter(c) && c is not ('-' or '\'' or '’' or '.')) return null;
            var whole = raw.EndsWith('.') && word.Length == 1 ? word.ToUpperInvariant() + "." : word;
            if (!shouted && words.Count == 0 && Shouts(word)) surname = true;
            words.Add(shouted && word.Length > 1 || Shouts(word) || !word.Any(char.IsUpper) ? Cased(whole, words.Count > 0) : whole);
        }
        if (words.Count is 0 or > 5) return null;
        // "LEFÈVRE Julie": the one in capitals is the family's.
        if (surname && words.Count > 1) words = [.. words.Skip(1), words[0]];
        // An initial alone, or one word in capitals of two letters, is no name.
        if (words.Count == 1 && words[0].Length < 3) return null;
        var full = title + string.Join(' ', words);
        if (full.Length > 60) return null;
        return new PersonName(full, words[0].Length > 2 || words.Count == 1 ? words[0] : words[0].EndsWith('.') ? full : words[0]);
    }

    static bool Shouts(string word) => word.Length > 2 && !word.Any(char.IsLower) && word.Any(char.IsUpper) && !word.Contains('.');

    static string Cased(string word, bool inside)
    {
        var lower = word.ToLowerInvariant();
        if (inside && Particles.Contains(lower)) return lower;
        return string.Join('-', lower.Split('-').Select(Capital));
    }

    static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
