namespace VaultKit.Tests;

/// <summary>The repository that these tests belong to, found upwards from the program: a published one must lie inside it, such as in out/.</summary>
static class Repository
{
    public static string Root { get; } = Above(AppContext.BaseDirectory)
        ?? throw new InvalidOperationException($"no Platinum.sln above {AppContext.BaseDirectory}: publish the tests into the repository's out/");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>Every file that is written by hand below a folder, as (path below the root, text).</summary>
    public static IEnumerable<(string Path, string Text)> Files(string folder, params string[] endings) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Any(part => part is "bin" or "obj" or "out" or "TestResults" or "__pycache__" || part.StartsWith('.')) && endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal).Select(f => (f, Read(f)));

    static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Platinum.sln"))) return at.FullName;
        return null;
    }
}
