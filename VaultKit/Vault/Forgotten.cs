using System.Security.Cryptography;
using System.Text;

namespace VaultKit.Vault;

/// <summary>
/// <c>Archive/forgotten.md</c>: what the owner had forgotten, told by hashes alone: a line <c>task SHA-256</c> for each task, over the 16 characters at the end of its name. What stands there never becomes a task
/// again, whoever still has the mail. The other lines are the owner's machines' to read (PROTOCOL, "Forgetting").
/// </summary>
public static class Forgotten
{
    public const string ListPath = ArchiveIndex.Folder + "/forgotten.md";

    /// <summary>What stands for a word: its SHA-256 in lower-case hexadecimal.</summary>
    public static string Mark(string word) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(word)));

    /// <summary>The list; empty where nothing was forgotten.</summary>
    public static byte[] Read(VaultFolder vault) =>
        Disk.Stamp(vault.FullPath(ListPath)).Kind == FileKind.Regular ? Disk.ReadRegular(vault.FullPath(ListPath), ArchiveIndex.Limit) : [];

    public static bool Holds(ReadOnlySpan<byte> list, TaskName name) => list.Length > 0 && list.IndexOf(Encoding.ASCII.GetBytes($"\ntask {Mark(name.Hash)}\n")) >= 0;

    /// <summary>Removes from the state directory the copies of tasks that are forgotten or changed, and what is made again when it is missed and may speak of one. Safe to repeat.</summary>
    public static void Clear(StateDirectory state, Func<TaskName, bool> isAnother)
    {
        foreach (var cache in (string[])["stat-cache", "alarms", "problems.json", Path.Combine("verify", "tasks"), Path.Combine("model", "answers")]) Remove(state.PathOf(cache));
        foreach (var folder in Directory.EnumerateDirectories(state.Root))
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
                if (TaskName.TryParse(Path.GetFileNameWithoutExtension(entry), out var name) && isAnother(name)) Remove(entry);
    }

    static void Remove(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        else if (File.Exists(path)) File.Delete(path);
    }
}
