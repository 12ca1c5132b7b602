using VaultKit.Drafting;

namespace LocalAgent.Social;

/// <summary>A row of the handbook's table under <c>## Social</c>: on which day of each week, for which networks, about what.</summary>
sealed record Cadence(DayOfWeek Day, IReadOnlyList<string> Networks, string Topic)
{
    const int Most = 50, LongestTopic = 300;

    static readonly string[] Headings = ["social", "social media", "soziale medien", "reseaux sociaux", "redes sociales"];

    static readonly string[][] Days =
    [
        ["sunday", "sonntag", "dimanche", "domingo"], ["monday", "montag", "lundi", "lunes"], ["tuesday", "dienstag", "mardi", "martes"], ["wednesday", "mittwoch", "mercredi", "miercoles"],
        ["thursday", "donnerstag", "jeudi", "jueves"], ["friday", "freitag", "vendredi", "viernes"], ["saturday", "samstag", "samedi", "sabado"],
    ];

    /// <param name="text">A handbook's (<see cref="Handbook.Text"/>).</param>
    /// <param name="notUnderstood">Rows that name no day or nothing to write about.</param>
    public static IReadOnlyList<Cadence> Read(string text, out IReadOnlyList<string> notUnderstood)
    {
        var (found, left) = (new List<Cadence>(), new List<string>());
        foreach (var row in Section(text).Where(l => l.StartsWith('|') && l.AsSpan().IndexOfAnyExcept("|-: ") >= 0).Take(Most))
        {
            string[] cells = [.. row.Trim('|').Split('|').Select(c => c.Trim())];
            var day = Array.FindIndex(Days, d => d.Contains(Folding.Fold(Folding.Compose(cells[0]))));
            if (day >= 0 && cells is [_, var networks, { Length: > 0 and <= LongestTopic } topic])
                found.Add(new((DayOfWeek)day, [.. networks.Split(',').Select(n => n.Trim().ToLowerInvariant()).Where(n => n.Length > 0)], topic));
            else if (found.Count + left.Count > 0) left.Add(row); // the first may be the table's head
        }
        notUnderstood = left;
        return found;
    }

    /// <summary>What the handbook says below the heading.</summary>
    public static IReadOnlyList<string> Section(string text)
    {
        var lines = text.Split('\n').Select(l => l.Trim()).ToList();
        var start = lines.FindIndex(l => l.StartsWith('#') && Headings.Contains(Folding.Fold(Folding.Compose(l.TrimStart('#').Trim()))));
        return start < 0 ? [] : [.. lines.Skip(start + 1).TakeWhile(l => !l.StartsWith('#'))];
    }
}
