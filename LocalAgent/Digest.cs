using System.Text;
using VaultKit.Audit;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent;

/// <summary>Each day's mail that became no task, in <c>Briefings/2026-11-25-mail.md</c>: written once, when the day is over, from what the agents' logs say.</summary>
sealed class Digest(VaultFolder vault, StateDirectory state, TimeProvider clock)
{
    const int MostDays = 7, Shown = 300;

    static readonly (string Category, string Title)[] Titles =
    [
        (Category.Note, "From people, nothing asked"), (Category.AutoReply, "Automatic answers"), (Category.Bounce, "Not delivered"), (Category.Receipt, "Receipts"), (Category.Notification, "Notices of programs"),
        (Category.List, "Mailing lists"), (Category.Newsletter, "Newsletters"), (Category.Spam, "Advertising"), (Category.Own, "Your own"),
    ];

    /// <returns>Whether one was written.</returns>
    public bool Write()
    {
        var yesterday = DateOnly.FromDateTime(clock.GetLocalNow().DateTime).AddDays(-1);
        var last = Last();
        if (last >= yesterday) return false;
        // The first turn of a machine looks at yesterday; one that slept for months does not make up for all of them.
        var from = last?.AddDays(1) is { } next && next > yesterday.AddDays(-MostDays) ? next : last is null ? yesterday : yesterday.AddDays(1 - MostDays);
        var days = Story.Since("mail.sifted", from, vault, state).ToLookup(l => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(l.At, clock.LocalTimeZone).DateTime));
        var written = false;
        for (var day = from; day <= yesterday; day = day.AddDays(1))
        {
            if (!days.Contains(day)) continue;
            Durable.CreateDirectory(vault.FullPath("Briefings"));
            written |= Durable.WriteNew(vault.FullPath($"Briefings/{day:yyyy-MM-dd}-mail.md"), Encoding.UTF8.GetBytes(Render(day, [.. days[day].OrderBy(l => l.At)])));
        }
        Durable.Write(state.PathOf("digest"), Encoding.ASCII.GetBytes($"{yesterday:yyyy-MM-dd}\n"));
        return written;
    }

    DateOnly? Last()
    {
        var file = state.PathOf("digest");
        return File.Exists(file) && DateOnly.TryParseExact(File.ReadAllText(file).Trim(), "yyyy-MM-dd", out var day) ? day : null;
    }

    static string Render(DateOnly day, List<LogLine> lines)
    {
        var page = new StringBuilder($"# Mail of {day:yyyy-MM-dd} that needed no answer ({lines.Count})\n\nEach is still in your mailbox, and `localagent triage` says more of one. What should have been a task, tell the handbook (\"Always ask …\").\n");
        string CategoryOf(LogLine line) => line.Detail?.GetValueOrDefault("category") ?? "";
        foreach (var (title, these) in Titles.Select(t => (t.Title, lines.Where(l => CategoryOf(l) == t.Category).ToList())).Append(("Other", [.. lines.Where(l => !Array.Exists(Titles, t => t.Category == CategoryOf(l)))])))
        {
            if (these.Count == 0) continue;
            page.Append($"\n## {title} ({these.Count})\n\n");
            foreach (var line in these.Take(Shown))
                page.Append($"- {Markdown.Escape(Of(line, "from"))}: {Markdown.Escape(Of(line, "subject"))} ({Markdown.Escape(Of(line, "why"))})\n");
            if (these.Count > Shown) page.Append($"- and {these.Count - Shown} more\n");
        }
        return page.ToString();
    }

    static string Of(LogLine line, string key) => Unseen.OneLine(line.Detail?.GetValueOrDefault(key) ?? "");
}
