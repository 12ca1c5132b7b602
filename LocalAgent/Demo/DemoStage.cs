using VaultKit.Agent;

namespace LocalAgent.Demo;

/// <summary>How the demo looks on a screen.</summary>
static class DemoStage
{
    static readonly bool Colour = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    public static void Step(int number, string what, string seen)
    {
        Say.Data("");
        Say.Data($"{Bold($"{number,2}  {what}")}");
        Say.Data($"    {Say.Clean(seen)}");
    }

    public static void Title(string text)
    {
        Say.Data("");
        Say.Data(Bold(text));
    }

    public static void Line(string text) => Say.Data("    " + Say.Clean(text));

    /// <summary>A text as on paper, behind a bar.</summary>
    public static void Paper(string text, int lines = 40)
    {
        var all = text.ReplaceLineEndings("\n").Split('\n');
        Say.Data("");
        foreach (var line in all.Take(lines)) Say.Data("    │ " + Say.Clean(line));
        if (all.Length > lines) Say.Data($"    │ … {all.Length - lines} more lines");
    }

    static string Bold(string text) => Colour ? $"\e[1m{text}\e[0m" : text;
}
