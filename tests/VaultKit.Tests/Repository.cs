namespace VaultKit.Tests;

/// <summary>The repository that these tests belong to, found from the program or from the working directory (a published program lies elsewhere).</summary>
static class Repository
{
    public static string Root { get; } = Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory)
        ?? throw new InvalidOperationException("no Platinum.sln above the program or the working directory: run the tests inside the repository");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>Every file that is written by hand below a folder, as (path below the root, text).</summary>
    public static IEnumerable<(string Path, string Text)> Files(string folder, params string[] endings) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Any(part => part is "bin" or "obj" or "__pycache__" || part.StartsWith('.')) && endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal).Select(f => (f, Read(f)));

    static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Platinum.sln"))) return at.FullName;
        return null;
    }
}
