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
        return Screen.Hidden();
    }
}
