using System.Text;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Forgetting;

/// <summary>
/// What of a person lies on this machine and does not travel: what was taken over from an older vault or taken in from a folder (<c>Imported/</c>, <c>taken/</c>), which goes as whole files; the owner's own notes, which
/// are the owner's; and what is left in the state directory, where nothing should be.
/// </summary>
static class LocalFiles
{
    const long Limit = 64 << 20;

    /// <param name="drop">The folder of orders; null where there is none.</param>
    /// <param name="left">Gets what is not removed, and why.</param>
    /// <returns>The files that are to go, with their paths.</returns>
    public static List<string> Find(VaultFolder vault, string? drop, Person person, List<string> left)
    {
        var found = new List<string>();
        foreach (var file in Below(vault.Root))
        {
            var path = Path.GetRelativePath(vault.Root, file).Replace(Path.DirectorySeparatorChar, '/');
            if (SyncPath.Accepts(path) || !Mentions(file, person)) continue;
            if (path.StartsWith("Imported/", StringComparison.Ordinal) || path.Split('/').SkipLast(1).Contains("taken")) found.Add(file);
            else left.Add($"{path}: a file of yours");
        }
        if (drop is not null && Path.Combine(drop, "taken") is var taken && Directory.Exists(taken)) found.AddRange(Below(taken).Where(f => Mentions(f, person)));
        return found;
    }

    /// <summary>What of the state directory still speaks of somebody: the names of the files.</summary>
    public static List<string> InState(StateDirectory state, Person person) =>
        [.. Directory.EnumerateDirectories(state.Root).Where(d => !Path.GetFileName(d).StartsWith("git", StringComparison.Ordinal)).SelectMany(Below).Concat(Directory.EnumerateFiles(state.Root))
            .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal) && Mentions(f, person)).Select(f => Path.GetRelativePath(state.Root, f))];

    static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false });

    static bool Mentions(string file, Person person) =>
        Disk.Stamp(file) is { Kind: FileKind.Regular, Size: < Limit } stamp && (person.IsIn(Path.GetFileName(file)) || person.IsIn(Encoding.UTF8.GetString(Disk.ReadRegular(file, (int)stamp.Size))));
}
