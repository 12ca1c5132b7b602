namespace VaultKit.Mail;

/// <summary>
/// A maildir's <c>new/</c> and <c>cur/</c>, read and left alone: nothing is moved from new to cur, no flag is set, no access leaves a mark in
/// a name. A mail is the part of its name before <c>:2,</c>, which stays when flags and directory change; the flag R means answered.
/// </summary>
sealed class MaildirInbox(Account account, string path, long maxBytes, TimeSpan poll, TimeProvider time) : DirectoryInbox(account, maxBytes, poll, time)
{
    protected override IReadOnlyList<string> Folders { get; } = [Path.Combine(path, "new"), Path.Combine(path, "cur")];

    protected override bool KnowsArrival => true;

    // new/ first: what moves meanwhile moves to cur/, so it is seen at least once.
    protected override IEnumerable<Found> List()
    {
        foreach (var folder in Folders)
        {
            if (!Directory.Exists(folder)) continue;
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                var name = Path.GetFileName(file);
                if (name.StartsWith('.')) continue;
                yield return new(file, Key(name), IsAnswered(name));
            }
        }
    }

    protected override string? Find(Found file) => List().Where(f => f.Key == file.Key).Select(f => f.Path).FirstOrDefault();

    // Systems that can't have a colon in a name write ";2," or "!2,".
    static int Info(string name) => Math.Max(name.LastIndexOf(":2,", StringComparison.Ordinal), Math.Max(name.LastIndexOf(";2,", StringComparison.Ordinal), name.LastIndexOf("!2,", StringComparison.Ordinal)));

    static string Key(string name) => Info(name) is >= 0 and var info ? name[..info] : name;

    static bool IsAnswered(string name) => Info(name) is >= 0 and var info && name.AsSpan(info + 3).Contains('R');
}
