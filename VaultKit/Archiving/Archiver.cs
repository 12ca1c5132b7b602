using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Archiving;

/// <summary>One month that was archived.</summary>
/// <param name="File">The zip archive, with its path.</param>
/// <param name="Kept">Files that changed meanwhile: the archive has what was read, and they are still in the vault.</param>
public sealed record Archived(string Month, string File, int Tasks, int Logs, long Octets, int Kept);

/// <param name="Written">When it was last changed, UTC.</param>
public readonly record struct ArchivedFile(string Path, byte[] Content, DateTime Written);

/// <summary>
/// Takes finished and rejected tasks and logs of past months out of the vault, into one zip archive a month in a folder of the owner's. In this order, each step durable before the next: the archive,
/// its index in the vault (<see cref="ArchiveIndex"/>), the removal of each file that still holds what was archived. A crash leaves files in both places, and the next run goes on.
/// Git's history holds them all as well.
/// </summary>
/// <param name="folder">Where archives lie, outside the vault.</param>
public sealed class Archiver(VaultFolder vault, StateDirectory state, string folder)
{
    // What an index can name; a month with more has several archives.
    const int FilesForEachArchive = 20_000;

    /// <summary>Where archives lie if nobody says otherwise: beside the vault.</summary>
    public static string DefaultFolder(VaultFolder vault) => vault.Root + "-archive";

    /// <param name="before">A month, yyyy-MM: only what is of earlier ones.</param>
    /// <exception cref="Refusal">The folder lies in the vault, the vault is of a later protocol, or another archiving is under way.</exception>
    /// <exception cref="IOException">The disk; what was not archived is still in the vault.</exception>
    public IReadOnlyList<Archived> Run(string before, CancellationToken cancel)
    {
        if ((Path.GetFullPath(folder) + Path.DirectorySeparatorChar).StartsWith(vault.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new Refusal(ExitCode.Usage, $"{folder} lies in the vault", "archives are kept outside of it: choose another folder with --to");
        if (vault.ReadOnly) throw new Refusal(ExitCode.BadConfiguration, "the vault speaks a later protocol", "update this program");
        using var alone = state.TryLock("archive") ?? throw new Refusal(ExitCode.Locked, "another archiving is under way", "let it finish");
        Durable.CreateDirectory(Path.GetFullPath(folder));
        foreach (var left in Directory.EnumerateFiles(folder, Durable.TemporaryPrefix + "*")) File.Delete(left);

        var done = new List<Archived>();
        foreach (var month in Over(before).GroupBy(f => f.Month).OrderBy(m => m.Key, StringComparer.Ordinal))
            foreach (var part in month.Select(f => f.Path).Order(StringComparer.Ordinal).Chunk(FilesForEachArchive))
            {
                cancel.ThrowIfCancellationRequested();
                done.Add(Archive(month.Key, part));
            }
        return done;
    }

    /// <summary>What is over: finished tasks of the months before, those that were rejected in them, and logs of days in them.</summary>
    IEnumerable<(string Month, string Path)> Over(string before)
    {
        foreach (var place in vault.Places(Stage.Done).Where(p => string.CompareOrdinal(p.Below, before) < 0))
            foreach (var entry in vault.List(place)) yield return (place.Below, entry.Path);
        foreach (var entry in vault.List(Stage.Rejected))
            if (Rejected(entry) is { } at && $"{at.UtcDateTime:yyyy-MM}" is var month && string.CompareOrdinal(month, before) < 0) yield return (month, entry.Path);
        var logs = vault.FullPath("Logs");
        if (!Directory.Exists(logs)) yield break;
        foreach (var file in Directory.EnumerateDirectories(logs).Where(d => AgentId.TryParse(Path.GetFileName(d), out _)).SelectMany(d => Directory.EnumerateFiles(d, "*.jsonl")))
        {
            // A dead agent's last segments were never put together.
            var day = LogFiles.DayOf(file) ?? (LogFiles.IsSegment(file) ? DayLog.Last(Disk.ReadRegular(file, SyncPath.LogLimit)) : null);
            if (day is { } known && string.CompareOrdinal($"{known:yyyy-MM}", before) < 0) yield return ($"{known:yyyy-MM}", PathOf(file));
        }
    }

    /// <summary>When a task was rejected; one that was moved there by hand does not tell, and counts from when it was received. Null: it stays.</summary>
    DateTimeOffset? Rejected(TaskEntry entry)
    {
        try { return vault.Read(entry) is var task ? task.GetTime("rejected_at") ?? task.GetTime("received") : null; }
        catch (BadTaskException) { return null; }
    }

    string PathOf(string file) => Path.GetRelativePath(vault.Root, file).Replace(Path.DirectorySeparatorChar, '/');

    Archived Archive(string month, string[] paths)
    {
        var (zip, lines) = Write(folder, month, paths.Select(p => new ArchivedFile(p, Disk.ReadRegular(vault.FullPath(p), SyncPath.Limit(p)), File.GetLastWriteTimeUtc(vault.FullPath(p)))));
        var (index, text) = Index(month, zip, lines);
        Durable.CreateDirectory(vault.FullPath(ArchiveIndex.Folder));
        Durable.Write(vault.FullPath(index), text);
        var files = new VaultFiles(vault.Root);
        var kept = lines.Skip(1).Count(l => !files.Remove(l.Path, p => HashOf(vault.FullPath(p)) == l.Hash));
        var left = vault.FullPath(new Place(Stage.Done, month).Folder);
        if (Directory.Exists(left) && !Directory.EnumerateFileSystemEntries(left).Any()) Directory.Delete(left);
        var logs = paths.Count(p => p.StartsWith("Logs/", StringComparison.Ordinal));
        return new(month, zip, paths.Length - logs, logs, new FileInfo(zip).Length, kept);
    }

    /// <summary>The index of an archive: where it lies in the vault, and what it says.</summary>
    public static (string Path, byte[] Text) Index(string month, string zip, IEnumerable<(string Hash, string Path)> lines)
    {
        var name = Path.GetFileNameWithoutExtension(zip);
        return ($"{ArchiveIndex.Folder}/{name}.md", Encoding.UTF8.GetBytes(
            $"# Archived: {month}\n\nThese files are in `{name}.zip`. To look at them, unzip it; `sha256sum -c` on this file tells whether they are unchanged.\n\n```\n{string.Join('\n', lines.Select(l => ArchiveIndex.Line(l.Hash, l.Path)))}\n```\n"));
    }

    /// <summary>Writes an archive and reads it again. Durable when it returns; named by what it holds, so that a run after a crash finds the same.</summary>
    /// <param name="files">In the order in which they are to stand; read one at a time.</param>
    /// <returns>Its file, and the lines of its index, its own first.</returns>
    public static (string File, List<(string Hash, string Path)> Lines) Write(string folder, string month, IEnumerable<ArchivedFile> files)
    {
        var temporary = Path.Combine(folder, Durable.TemporaryPrefix + month);
        var lines = new List<(string Hash, string Path)>();
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var (path, content, written) in files)
                {
                    var entry = zip.CreateEntry(path);
                    // A zip archive knows no earlier years, and its clock has steps of two seconds: the same file gives the same archive.
                    entry.LastWriteTime = written is { Year: >= 1980 and < 2100 } ? new DateTimeOffset(written, TimeSpan.Zero) : new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                    using var to = entry.Open();
                    to.Write(content);
                    lines.Add((Convert.ToHexStringLower(SHA256.HashData(content)), path));
                }
            }
            Disk.Sync(file);
        }
        var hash = HashOf(temporary);
        var name = Path.Combine(folder, $"{month}-{hash[..8]}.zip");
        lines.Insert(0, (hash, Path.GetFileName(name)));
        if (ArchiveCheck.Problem(temporary, lines) is { } problem) throw new IOException($"{temporary} does not hold what was written: {problem}");
        File.Move(temporary, name, overwrite: true); // the name says what is in it
        Disk.SyncDirectory(Path.GetFullPath(folder));
        return (name, lines);
    }

    internal static string HashOf(string file)
    {
        using var stream = Disk.OpenRegular(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
