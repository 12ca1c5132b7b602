using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>Asks for what nobody else is to read.</summary>
static class Hidden
{
    /// <summary>Typed without being shown; from a pipe, its first line.</summary>
    public static string Ask(string question)
    {
        if (Console.IsInputRedirected) return Console.In.ReadLine() ?? throw new Refusal(ExitCode.Credential, "nothing was given on standard input", "it is read from there, or typed");
        Console.Error.Write(question);
        var typed = new StringBuilder();
        for (ConsoleKeyInfo key; (key = Console.ReadKey(intercept: true)).Key != ConsoleKey.Enter;)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return typed.ToString();
    }
}
