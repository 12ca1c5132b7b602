using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>What has become of an action, in words for its owner.</summary>
static class Difference
{
    const string Text = "body";
    const int MaxLines = 12, MaxCompared = 600, MaxShown = 200;

    /// <summary>Field by field, then the lines of the text that are gone (<c>-</c>) and those that are new (<c>+</c>), in their order; empty where nothing differs.</summary>
    public static IReadOnlyList<string> Of(TypedAction before, TypedAction now)
    {
        var (was, isNow) = (Named(before), Named(now));
        List<string> said = [];
        foreach (var name in was.Select(f => f.Key).Union(isNow.Select(f => f.Key)).Where(n => n != Text))
        {
            List<string> gone = [.. was[name].Except(isNow[name])], added = [.. isNow[name].Except(was[name])];
            if (gone.Count + added.Count > 0) said.Add($"{name} was {Values(was[name])} and is {Values(isNow[name])}");
            else if (!was[name].SequenceEqual(isNow[name])) said.Add($"{name} is in another order");
        }
        var lines = Lines(was[Text].FirstOrDefault("").Split('\n'), isNow[Text].FirstOrDefault("").Split('\n'));
        said.AddRange(lines.Take(MaxLines));
        if (lines.Count > MaxLines) said.Add($"and {lines.Count - MaxLines} more lines of the text");
        return said;
    }

    static ILookup<string, string> Named(TypedAction action) =>
        action.Fields().Prepend(("account", action.Account)).Prepend(("action", action.Kind)).ToLookup(f => f.Item1, f => f.Item2);

    static string Values(IEnumerable<string> values) => string.Join(", ", values.Where(v => v.Length > 0)) is { Length: > 0 } text ? $"'{Short(text)}'" : "empty";

    /// <summary>By the longest common subsequence; a text that is too long for it counts as another one between its common beginning and end.</summary>
    static List<string> Lines(ReadOnlySpan<string> was, ReadOnlySpan<string> now)
    {
        var same = was.CommonPrefixLength(now);
        was = was[same..];
        now = now[same..];
        for (; was.Length > 0 && now.Length > 0 && was[^1] == now[^1]; now = now[..^1]) was = was[..^1];

        var common = new int[was.Length + 1, was.Length > MaxCompared || now.Length > MaxCompared ? 0 : now.Length + 1];
        if (common.Length > 0)
            for (var i = was.Length - 1; i >= 0; i--)
                for (var j = now.Length - 1; j >= 0; j--)
                    common[i, j] = was[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);

        List<string> said = [];
        var (a, b) = (0, 0);
        while (a < was.Length || b < now.Length)
        {
            if (common.Length > 0 && a < was.Length && b < now.Length && was[a] == now[b]) (a, b) = (a + 1, b + 1);
            else if (a < was.Length && (b == now.Length || common.Length == 0 || common[a + 1, b] >= common[a, b + 1])) said.Add("- " + Short(was[a++]));
            else said.Add("+ " + Short(now[b++]));
        }
        return said;
    }

    static string Short(string text) => text.Length > MaxShown ? text[..MaxShown] + "…" : text;
}
