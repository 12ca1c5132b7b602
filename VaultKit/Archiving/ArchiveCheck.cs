using System.IO.Compression;
using System.Security.Cryptography;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Archiving;

/// <summary>An archive that an index in the vault names.</summary>
/// <param name="Zip">Its file, with its path.</param>
/// <param name="Paths">What it holds, by its index.</param>
/// <param name="Problem">Why it is not what its index says; null where it is.</param>
public sealed record ArchiveState(string Zip, IReadOnlyList<string> Paths, string? Problem);

/// <summary>Whether archives hold what the vault's indexes say, and whether the agents' logs are unbroken through archives and vault.</summary>
public static class ArchiveCheck
{
    /// <param name="folder">Where archives lie.</param>
    /// <param name="problems">What is wrong, in words; empty where all is well.</param>
    /// <param name="stoodFor">See <see cref="LogChain"/>.</param>
    /// <returns>How many archives there are, and the segments of logs that were followed.</returns>
    public static (int Archives, int Segments) Run(VaultFolder vault, string folder, List<string> problems, Func<string, int, string, string?>? stoodFor = null)
    {
        var chain = new LogChain(stoodFor);
        var archives = 0;
        foreach (var archive in Archives(vault, folder, (path, content) => { if (IsLog(path, out var agent)) chain.Add(agent, content, LogFiles.NumberOf(path)); }))
        {
            archives++;
            if (archive.Problem is { } problem) problems.Add($"{archive.Zip}: {problem}");
        }
        foreach (var (path, agent) in Logs(vault)) chain.Add(agent, Disk.ReadRegular(vault.FullPath(path), SyncPath.LogLimit), LogFiles.NumberOf(path));
        problems.AddRange(chain.Problems());
        return (archives, chain.Count);
    }

    /// <summary>Every archive that the vault's indexes name, read through.</summary>
    /// <param name="each">Is given each file in it that is as its index says: its path in the vault, its content.</param>
    public static IEnumerable<ArchiveState> Archives(VaultFolder vault, string folder, Action<string, byte[]> each)
    {
        foreach (var index in ArchiveIndex.Files(vault))
        {
            var lines = ArchiveIndex.Read(Disk.ReadRegular(index, ArchiveIndex.Limit)).ToList();
            if (lines.Count == 0 || lines[0].Path.Contains('/')) { yield return new(index, [], "it names no archive"); continue; }
            var zip = Path.Combine(folder, lines[0].Path);
            yield return new(zip, [.. lines.Skip(1).Select(l => l.Path)], Problem(zip, lines, each));
        }
    }

    /// <summary>The files of all agents' logs in the vault, by their paths in it.</summary>
    public static IEnumerable<(string Path, string Agent)> Logs(VaultFolder vault)
    {
        var logs = vault.FullPath("Logs");
        if (Disk.Stamp(logs).Kind != FileKind.Directory) yield break;
        foreach (var file in Directory.EnumerateDirectories(logs).Where(d => Disk.Stamp(d).Kind == FileKind.Directory).SelectMany(d => Directory.EnumerateFiles(d, "*.jsonl")))
            if ("Logs/" + Path.GetRelativePath(logs, file).Replace(Path.DirectorySeparatorChar, '/') is var path && IsLog(path, out var agent)) yield return (path, agent);
    }

    /// <summary>Why an archive is not what its index says; null where it is.</summary>
    /// <param name="lines">The index: the archive's own hash first.</param>
    /// <param name="each">Is given each file that is as it should be.</param>
    internal static string? Problem(string zip, IReadOnlyList<(string Hash, string Path)> lines, Action<string, byte[]>? each = null)
    {
        if (Disk.Stamp(zip).Kind != FileKind.Regular) return "it is not there";
        if (Archiver.HashOf(zip) != lines[0].Hash) return "it is not the archive that was written (its SHA-256 is another)";
        using var archive = ZipFile.OpenRead(zip);
        if (archive.Entries.Count != lines.Count - 1) return $"it holds {archive.Entries.Count} files, not {lines.Count - 1}";
        foreach (var (hash, path) in lines.Skip(1))
        {
            if (archive.GetEntry(path) is not { } entry || entry.Length > SyncPath.LogLimit) return $"{path} is not in it";
            var content = new byte[entry.Length];
            using (var from = entry.Open()) from.ReadExactly(content);
            if (Convert.ToHexStringLower(SHA256.HashData(content)) != hash) return $"{path} in it is another (its SHA-256)";
            each?.Invoke(path, content);
        }
        return null;
    }

    /// <summary>Whether a path is a file of an agent's log.</summary>
    public static bool IsLog(string path, out string agent)
    {
        var parts = path.Split('/');
        agent = parts is ["Logs", var who, _] && AgentId.TryParse(who, out _) ? who : "";
        return agent.Length > 0;
    }
}
