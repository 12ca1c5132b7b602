using System.Globalization;
using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <summary>The folder with one machine's backups, <c>platinum-20261126T021500Z.backup</c> by the time of each (UTC). What bears another name is somebody else's.</summary>
sealed class BackupFolder(string path, StateDirectory state)
{
    const string Prefix = "platinum-", Ending = ".backup", Time = "yyyyMMdd'T'HHmmss'Z'";

    static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    public string PathOf(DateTimeOffset made) => Path.Combine(path, Prefix + made.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture) + Ending);

    public static DateTimeOffset? MadeAt(string file) =>
        Path.GetFileName(file) is var name && name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal)
        && DateTimeOffset.TryParseExact(name[Prefix.Length..^Ending.Length], Time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<string> All() =>
        Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, Prefix + "*" + Ending).Where(f => MadeAt(f) is not null && Disk.Stamp(f).Kind == FileKind.Regular).OrderByDescending(f => Path.GetFileName(f), StringComparer.Ordinal)] : [];

    /// <summary>What a backup that was killed has left. Young ones may be another's at work.</summary>
    public void RemoveAbandoned()
    {
        foreach (var file in Directory.EnumerateFiles(path, Durable.TemporaryPrefix + "*"))
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > Abandoned) File.Delete(file);
    }

    string Checked => state.PathOf("backup-checked");

    /// <summary>The last one that was restored and compared stays, whatever comes after it: nobody knows of a younger one that it is good.</summary>
    public void Remember(string good) => Durable.Write(Checked, Encoding.UTF8.GetBytes(Path.GetFileName(good) + "\n"));

    /// <summary>Removes the oldest, so that as many stay as are wanted.</summary>
    /// <param name="just">The one that was written this moment: it stays, whatever the clock said when others were written.</param>
    /// <returns>What was removed.</returns>
    public IReadOnlyList<string> Prune(int keep, string just)
    {
        var good = File.Exists(Checked) ? File.ReadAllText(Checked).Trim() : "";
        var old = All().Where(f => f != just).Skip(keep - 1).Where(f => Path.GetFileName(f) != good).ToList();
        foreach (var file in old) File.Delete(file);
        if (old.Count > 0) Disk.SyncDirectory(path);
        return old;
    }
}
