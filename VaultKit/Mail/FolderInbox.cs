namespace VaultKit.Mail;

/// <summary>The <c>.eml</c> files of a folder, or one such file. When they arrived is not known: all of them are given.</summary>
sealed class FolderInbox(Account account, string path, long maxBytes, TimeSpan poll, TimeProvider time) : DirectoryInbox(account, maxBytes, poll, time)
{
    readonly string? single = File.Exists(path) ? path : null;

    protected override IReadOnlyList<string> Folders { get; } = [File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path)) ?? path : path];

    protected override bool KnowsArrival => false;

    protected override IEnumerable<Found> List()
    {
        if (single is not null) return [new(single, Path.GetFileName(single), false)];
        return Directory.EnumerateFiles(Folders[0])
            .Where(file => file.EndsWith(".eml", StringComparison.OrdinalIgnoreCase) && !Path.GetFileName(file).StartsWith('.'))
            .Select(file => new Found(file, Path.GetFileName(file), false));
    }
}
