using System.Globalization;
using System.Text;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>A terminal that is cleared and written to, and whose keys are read one by one: no more than any terminal can do.</summary>
static class Screen
{
    /// <summary>Faster than anybody reads a card: typed ahead of it, pasted, or a key that is held down and repeats.</summary>
    const int Hasty = 200;

    static readonly bool Plain = !OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable("TERM") is (null or "" or "dumb");
    static readonly string ClearAll = Plain ? "\n" : "\e[H\e[2J", ClearLine = Plain ? "\r" : "\r\e[K";

    static long lastKey;

    public static bool IsThere => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    public static int Width => Console.WindowWidth is > 20 and var width ? Math.Min(width - 1, 120) : 79;
    public static int Height => Console.WindowHeight is > 4 and var height ? height : 24;

    /// <summary>Clears the screen and shows the lines. They must be clean already; the cursor stays behind the last one.</summary>
    public static void Show(IEnumerable<string> lines)
    {
        Console.Out.Write(ClearAll + string.Join('\n', lines));
        Console.Out.Flush();
        lastKey = Environment.TickCount64;
    }

    /// <summary>Waits for a key.</summary>
    /// <returns>The key, and whether it came too soon after the last one, or after what is shown, to be a decision about it.</returns>
    public static (ConsoleKeyInfo Key, bool TooSoon) Key()
    {
        var key = Console.ReadKey(intercept: true);
        var before = lastKey;
        lastKey = Environment.TickCount64;
        return (key, lastKey - before < Hasty);
    }

    /// <summary>Asks for a line of text.</summary>
    /// <returns>Null where Esc was pressed.</returns>
    public static string? Ask(string label)
    {
        var typed = new StringBuilder();
        Console.Out.Write('\n');
        for (; ; )
        {
            var room = Math.Max(10, Width - label.Length);
            var shown = Unseen.OneLine(typed.ToString()) is var line && line.Length > room ? "…" + line[^(room - 1)..] : line;
            Console.Out.Write(ClearLine + label + Say.Clean(shown));
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Escape) return null;
            if (key.Key == ConsoleKey.Enter) return typed.ToString().Trim();
            if (key.Key == ConsoleKey.Backspace)
            {
                if (typed.Length > 0) typed.Length -= typed.Length > 1 && char.IsLowSurrogate(typed[^1]) ? 2 : 1;
            }
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }
    }

    /// <summary>A line that is typed without being shown.</summary>
    /// <exception cref="Refusal">Ctrl-D on an empty line; exit code 130.</exception>
    public static string Hidden()
    {
        var typed = new StringBuilder();
        for (ConsoleKeyInfo key; (key = Console.ReadKey(intercept: true)).Key != ConsoleKey.Enter;)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (key.KeyChar == '\u0004' && typed.Length == 0) throw new Refusal(ExitCode.Interrupted, "no password was given");
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }

    /// <summary>Shows lines page by page, until the last one or q.</summary>
    public static void Page(IReadOnlyList<string> lines)
    {
        for (var at = 0; at < lines.Count; at += Height - 2)
        {
            var last = at + Height - 2 >= lines.Count;
            Show([.. lines.Skip(at).Take(Height - 2), "", last ? "any key: back to the card" : $"any key: on (line {at + 1} of {lines.Count}), q: back to the card"]);
            if (Key().Key.KeyChar is 'q' or (char)27) return;
        }
    }

    /// <summary>A line as lines that fit, cut between words where there are any. Each begins with the margin, so that no text of a stranger's stands where the program's own does.</summary>
    public static IEnumerable<string> Wrap(string line, string margin = "", string? first = null)
    {
        var room = Math.Max(10, Width - margin.Length);
        var rest = line.Replace("\t", "    ").TrimEnd();
        do
        {
            var (fits, space, taken) = (0, -1, 0);
            foreach (var rune in rest.EnumerateRunes())
            {
                taken += Columns(rune);
                if (taken > room) break;
                if (rune.Value == ' ' && fits > 0) space = fits;
                fits += rune.Utf16SequenceLength;
            }
            var cut = fits >= rest.Length ? rest.Length : space > fits / 2 ? space : Math.Max(1, fits);
            yield return (first ?? margin) + rest[..cut];
            first = null;
            rest = rest[cut..].TrimStart(' ');
        }
        while (rest.Length > 0);
    }

    static int Columns(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => 0,
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F)
            or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) => 2,
        _ => 1,
    };
}
