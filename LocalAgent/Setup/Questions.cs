using LocalAgent.Commands;
using VaultKit.Vault;

namespace LocalAgent.Setup;

/// <summary>
/// Questions with defaults, on a terminal or, where standard input is none, with a line for each answer. An empty line takes the default; what is no answer is said, and asked again
/// on a terminal. They stand on standard error: standard output is for what was asked for.
/// </summary>
/// <param name="defaults">Nothing is asked: each question has its default for an answer.</param>
sealed class Questions(bool defaults)
{
    /// <summary>An answer as it will be used, or why it is none, in words.</summary>
    public delegate string? Check(string answer, out string why);

    static bool IsTerminal => !Console.IsInputRedirected;

    /// <param name="given">By an option: it is checked and not asked for. Null: none was.</param>
    /// <param name="check">Null where any line does.</param>
    /// <exception cref="Refusal">The answers came to their end, or one that nobody can correct is none; exit code 2. Interrupted; exit code 130.</exception>
    public string Ask(string question, string fallback, string? given = null, Check? check = null)
    {
        if (given is not null || defaults) return Checked(question, given ?? fallback, check, out var bad) ?? throw new Refusal(ExitCode.Usage, $"{question}: {bad}", "correct it, and begin again; nothing was changed");
        for (; ; )
        {
            Console.Error.Write(fallback.Length == 0 ? $"{question}: " : $"{question} [{fallback}]: ");
            var line = Line(question).Trim();
            if (Checked(question, line.Length == 0 ? fallback : line, check, out var why) is { } answer) return answer;
            Console.Error.WriteLine($"  {Unseen.Show(why)}");
        }
    }

    public bool Ask(string question, bool fallback, bool? given = null) =>
        Ask(question + " (yes/no)", fallback ? "yes" : "no", given is { } known ? known ? "yes" : "no" : null, YesOrNo) == "yes";

    /// <summary>A password, which no terminal shows; an empty line takes the one that is known, if any.</summary>
    /// <param name="known">Whether there is one, and from where; empty: none.</param>
    /// <returns>Empty where none was given.</returns>
    public string Secret(string question, string known)
    {
        if (defaults) return "";
        Console.Error.Write(known.Length == 0 ? $"{question} (not shown; empty: later): " : $"{question} (not shown) [{known}]: ");
        var typed = IsTerminal ? Screen.Hidden() : Line(question);
        return typed.TrimEnd('\r', '\n');
    }

    static string? Checked(string question, string answer, Check? check, out string why)
    {
        why = "";
        if (answer.Any(char.IsControl)) why = "it has a control character";
        else if (check is null) return answer;
        else if (check(answer, out why) is { } taken) return taken;
        if (why.Length == 0) why = $"'{answer}' is no answer to {question}";
        return null;
    }

    static string? YesOrNo(string answer, out string why)
    {
        why = "answer yes or no";
        return answer.ToLowerInvariant() switch { "y" or "yes" => "yes", "n" or "no" => "no", _ => null };
    }

    static string Line(string question)
    {
        if (Console.In.ReadLine() is { } line)
        {
            if (!IsTerminal) Console.Error.WriteLine();
            return line;
        }
        Console.Error.WriteLine();
        throw IsTerminal ? new Refusal(ExitCode.Interrupted, "nothing was changed")
            : new Refusal(ExitCode.Usage, $"the answers came to their end before: {question}", "a line for each question; nothing was changed");
    }
}
