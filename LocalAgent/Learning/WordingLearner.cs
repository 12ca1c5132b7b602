using VaultKit.Drafting;

namespace LocalAgent.Learning;

/// <summary>
/// Lines of drafts that the owner always takes out, always replaces by the same, or always adds: in at least three mails to at least two people, without an exception. Of a line that names somebody, such as a greeting,
/// its beginning.
/// </summary>
static class WordingLearner
{
    const int Mails = 3, People = 2, Longest = 200;

    /// <param name="Now">What stands there instead; empty: nothing.</param>
    sealed record Swap(Lesson Lesson, string Was, string Now);

    public static IEnumerable<Proposal> Propose(IReadOnlyList<Lesson> lessons, Handbook handbook)
    {
        var drafted = lessons.Where(l => l.Drafted.Length > 0).ToList();
        var (swaps, added) = (new List<Swap>(), new List<(Lesson Lesson, string Line)>());
        foreach (var lesson in drafted) Compare(lesson, swaps, added);
        return Swapped(swaps, drafted, handbook).Concat(Beginnings(swaps, drafted, handbook)).Concat(Added(added, drafted, handbook));
    }

    static IEnumerable<Proposal> Swapped(List<Swap> swaps, List<Lesson> drafted, Handbook handbook) =>
        from swap in swaps
        group swap by swap.Was into same
        let mails = same.Select(s => s.Lesson).Distinct().ToList()
        // In each draft that had it, and nowhere is it left.
        where IsEnough(mails) && drafted.Count(l => l.DraftedLines.Contains(same.Key)) == mails.Count && !mails.Exists(l => l.SentLines.Contains(same.Key))
            && same.Select(s => s.Now).Distinct().Count() == 1 && IsGeneral(same.Key, mails) && (same.First().Now.Length == 0 || IsGeneral(same.First().Now, mails))
            && !handbook.Wording.Rules.Any(r => r.Instead == same.Key)
        select Line(same.First().Now.Length == 0 ? $"Never write \"{same.Key}\"" : $"Instead of \"{same.Key}\" write \"{same.First().Now}\"", same.First().Now.Length == 0 ? "took it out of" : "wrote that instead in", mails);

    /// <summary>“Dear Ann Example,” became “Hello Ann Example,”: the rest of the line is another each time, and stays.</summary>
    static IEnumerable<Proposal> Beginnings(List<Swap> swaps, List<Lesson> drafted, Handbook handbook) =>
        from swap in swaps
        let cut = Cut(swap.Was, swap.Now)
        where cut.End.Length > 0
        group (swap.Lesson, cut.End, cut.Now) by cut.Was into same
        let mails = same.Select(s => s.Lesson).Distinct().ToList()
        where IsEnough(mails) && same.Select(s => s.End).Distinct().Count() >= People && same.Select(s => s.Now).Distinct().Count() == 1
            && drafted.Count(l => l.DraftedLines.Any(d => d.StartsWith(same.Key + " ", StringComparison.Ordinal))) == mails.Count
            && IsGeneral(same.Key, mails) && IsGeneral(same.First().Now, mails) && !handbook.Wording.Rules.Any(r => r.Instead == same.Key + " …")
        select Line($"Instead of \"{same.Key} …\" write \"{same.First().Now} …\"", "wrote that instead in", mails);

    static IEnumerable<Proposal> Added(List<(Lesson Lesson, string Line)> added, List<Lesson> drafted, Handbook handbook) =>
        from one in added
        group one.Lesson by one.Line into same
        let mails = same.Distinct().ToList()
        let language = mails[0].Language
        where IsEnough(mails) && mails.TrueForAll(l => l.Language == language) && drafted.Count(l => l.Language == language) == mails.Count && IsGeneral(same.Key, mails)
            && !handbook.Wording.Rules.Any(r => r.Write == same.Key)
        select Line($"Always add \"{same.Key}\"", "added it to", mails);

    static Proposal Line(string line, string did, List<Lesson> mails) => new(Proposal.Wording, ["- " + line], $"you {did} all {mails.Count} mails that it fits", [.. mails.Select(l => l.Task)]);

    /// <summary>The lines that a proposal speaks of.</summary>
    public static IEnumerable<string> Spoken(Proposal proposal) => proposal.Lines[0].Split('"').Where((_, at) => at % 2 == 1);

    static bool IsEnough(List<Lesson> mails) => mails.Count >= Mails && Particular.People(mails) >= People;

    static bool IsGeneral(string line, List<Lesson> mails) =>
        line.Length is > 1 and <= Longest && line.AsSpan().IndexOfAny("\"“”„«»…") < 0 && !Particular.Is(line, mails, int.MaxValue);

    /// <summary>The words at the end that both lines have, as long as each has others before them.</summary>
    static (string Was, string Now, string End) Cut(string was, string now)
    {
        var (a, b) = (was.Split(' '), now.Split(' '));
        var same = 0;
        while (same + 1 < a.Length && same + 1 < b.Length && a[^(same + 1)] == b[^(same + 1)]) same++;
        return (string.Join(' ', a[..^same]), string.Join(' ', b[..^same]), string.Join(' ', a[^same..]));
    }

    /// <summary>By the longest common subsequence of lines: what is gone and what came in its place, one by one where there are as many.</summary>
    static void Compare(Lesson lesson, List<Swap> swaps, List<(Lesson, string)> added)
    {
        var (was, now) = (lesson.DraftedLines, lesson.SentLines);
        if (was.Count > 400 || now.Count > 400) return;
        var common = new int[was.Count + 1, now.Count + 1];
        for (var i = was.Count - 1; i >= 0; i--)
            for (var j = now.Count - 1; j >= 0; j--)
                common[i, j] = was[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        for (var (a, b) = (0, 0); a < was.Count || b < now.Count;)
        {
            if (a < was.Count && b < now.Count && was[a] == now[b]) { a++; b++; continue; }
            List<string> gone = [], came = [];
            while ((a < was.Count || b < now.Count) && !(a < was.Count && b < now.Count && was[a] == now[b]))
                if (a < was.Count && (b == now.Count || common[a + 1, b] >= common[a, b + 1])) gone.Add(was[a++]);
                else came.Add(now[b++]);
            if (came.Count == 0 || came.Count == gone.Count)
                for (var k = 0; k < gone.Count; k++) swaps.Add(new(lesson, gone[k], came.Count == 0 ? "" : came[k]));
            if (gone.Count == 0) added.AddRange(came.Select(line => (lesson, line)));
        }
    }
}
