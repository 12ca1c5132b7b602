using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// All manners of output. What was asked for goes to standard output, everything else to standard error; under systemd a line carries its
/// priority (sd-daemon(3)), on a terminal its colour. A stranger's text never brings control characters along.
/// </summary>
public static class Say
{
    static readonly bool Journal = Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };
    static readonly bool Colour = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    /// <summary>Only warnings and errors are said.</summary>
    public static bool Quiet { get; set; }

    /// <summary>A line of what the user asked for.</summary>
    public static void Data(string text) => Console.Out.WriteLine(text);

    public static void Info(string text) { if (!Quiet) Line(6, text, ""); }
    public static void Warn(string text) => Line(4, "warning: " + text, "\e[33m");
    public static void Error(string text) => Line(3, "error: " + text, "\e[31m");

    /// <summary>An error and what to do about it; gives back the exit code.</summary>
    public static ExitCode Error(Refusal refusal)
    {
        Error(refusal.Message);
        if (refusal.Hint is { } hint) Line(3, "       " + hint, "");
        return refusal.Code;
    }

    static void Line(int priority, string text, string colour)
    {
        var clean = Clean(text);
        var line = Journal ? $"<{priority}>{clean}" : Colour && colour.Length > 0 ? $"{colour}{clean}\e[0m" : clean;
        // A log on a full disk must not end the program, which has work to finish and an exit code to give.
        try
        {
            if (unsaid > 0) Console.Error.WriteLine($"{unsaid} lines before this one could not be written");
            unsaid = 0;
            Console.Error.WriteLine(line);
        }
        catch (IOException) { unsaid++; }
    }

    static int unsaid;

    /// <summary>The text with what a terminal would obey, or a reader would not see, shown as U+FFFD.</summary>
    public static string Clean(string text, bool lines = false) => Unseen.Show(text, lines);
}
