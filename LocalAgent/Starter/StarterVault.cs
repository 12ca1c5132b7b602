using System.Text;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Starter;

/// <summary>What a new vault begins with, and a new configuration. What is there already stays as it is.</summary>
static class StarterVault
{
    /// <summary>Makes folders, handbook, goals and the Obsidian view. Durable when it returns.</summary>
    public static void Create(string vault)
    {
        VaultFolder.Create(vault);
        Put(vault, VaultFolder.HandbookFile, HandbookStarter.CompanyHandbook);
        Put(vault, VaultFolder.GoalsFile, HandbookStarter.BusinessGoals);
        Put(vault, "Inbox.base", Resource("Inbox.base"));
    }

    /// <summary>The commented vault.toml with this vault and remote in it.</summary>
    public static string Configuration(string vault, string? remote) =>
        Resource("vault.toml")
            .Replace("vault = \"~/Platinum\"", $"vault = {Quote(vault)}", StringComparison.Ordinal)
            .Replace("remote = \"\"", $"remote = {Quote(remote ?? "")}", StringComparison.Ordinal);

    /// <summary>The configuration of this machine, whether it is there yet or not: the named one, <c>$PLATINUM_CONFIG</c>, the user's own.</summary>
    public static string ConfigurationFile(string? named) =>
        Path.GetFullPath(named ?? (Environment.GetEnvironmentVariable("PLATINUM_CONFIG") is { Length: > 0 } asked ? asked : VaultKit.Agent.Configuration.Places().First()));

    /// <exception cref="Refusal">The configuration would lie in the vault.</exception>
    public static void KeepApart(string file, string vault)
    {
        if (file.StartsWith(vault + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new Refusal(ExitCode.BadConfiguration, $"{file} lies in the vault, where whatever the remote sends could change it", "keep the configuration elsewhere");
    }

    static void Put(string vault, string name, string text)
    {
        var file = Path.Combine(vault, name);
        if (Disk.Stamp(file).Kind == FileKind.Missing) Durable.WriteNew(file, Encoding.UTF8.GetBytes(text));
    }

    // TOML's basic string (toml.io, 1.0): backslashes and quotes escaped; a path has no control characters that a shell let through.
    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    internal static string Resource(string name, Encoding? encoding = null)
    {
        using var stream = typeof(StarterVault).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the resource {name} is missing");
        using var reader = new StreamReader(stream, encoding ?? Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
