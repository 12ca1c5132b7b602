using System.Text;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent;

/// <summary>Writes <c>Dashboard.md</c>; nobody else does. It holds no clock, so that an hour without news changes nothing.</summary>
sealed class Dashboard(Machine machine)
{
    const int Shown = 100;

    /// <returns>Whether it says something else than before.</returns>
    public bool Write()
    {
        var text = Encoding.UTF8.GetBytes(Render(Overview.Open(machine.Vault, machine.Clock)));
        var file = machine.Vault.FullPath(VaultFolder.DashboardFile);
        if (Disk.Stamp(file) is { Kind: FileKind.Regular } stamp && stamp.Size == text.Length && Disk.ReadRegular(file, text.Length).AsSpan().SequenceEqual(text)) return false;
        Durable.Write(file, text);
        return true;
    }

    static string Render(IReadOnlyList<TaskRow> rows)
    {
        var page = new StringBuilder("# Dashboard\n\nWritten by LocalAgent; what you write here is replaced.\n");
        foreach (var (standing, title) in new[]
        {
            (Standing.Unknown, "Sent or not? Look in Sent, then `localagent resolve`"),
            (Standing.Ready, "Ready for your yes"),
            (Standing.Blank, "Needs a word from you"),
            (Standing.Yours, "Yours to answer"),
            (Standing.Approved, "Approved, about to go out"),
            (Standing.Working, "Somebody works on it"),
            (Standing.New, "New"),
            (Standing.Bad, "Can't be understood"),
        })
        {
            var these = rows.Where(r => r.Standing == standing).ToList();
            if (these.Count == 0) continue;
            page.Append($"\n## {title} ({these.Count})\n\n");
            foreach (var row in these.Take(Shown))
            {
                page.Append($"- [[{row.Path[..^3]}|{Title(row)}]]");
                if (row.From.Length > 0) page.Append(" from ").Append(Markdown.Escape(row.From));
                if (row.Note.Length > 0) page.Append(": ").Append(Markdown.Escape(row.Note));
                page.Append('\n');
            }
            if (these.Count > Shown) page.Append($"- and {these.Count - Shown} more\n");
        }
        if (rows.Count == 0) page.Append("\nNothing waits for you.\n");
        return page.ToString();
    }

    // Inside a link a bar or bracket would end it; a backslash does not help there.
    static string Title(TaskRow row)
    {
        var title = string.Concat((row.Subject.Length == 0 ? row.Id : row.Subject).Select(c => c is '|' or '[' or ']' or '<' or '>' or '`' or '%' or '$' ? ' ' : c));
        return title.Trim().Length == 0 ? row.Id : title;
    }
}
