using System.IO.Compression;
using System.Security.Cryptography;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Archiving;

/// <summary>Whether archives hold what the vault's indexes say, and whether the agents' logs are unbroken through archives and vault.</summary>
public static class ArchiveCheck
{
    /// <param name="folder">Where archives lie.</param>
    /// <param name="problems">What is wrong, in words; empty where all is well.</param>
    /// <returns>How many archives there are, and the segments of logs that were followed.</returns>
    public static (int Archives, int Segments) Run(VaultFolder vault, string folder, List<string> problems)
    {
        var chain = new LogChain();
        var archives = 0;
        foreach (var index in ArchiveIndex.Files(vault))
        {
            archives++;
            var lines = ArchiveIndex.Read(Disk.ReadRegular(index, ArchiveIndex.Limit)).ToList();
            if (lines.Count == 0 || lines[0].Path.Contains('/')) { problems.Add($"{index} names no archive"); continue; }
            var zip = Path.Combine(folder, lines[0].Path);
            if (Problem(zip, lines, (path, content) => { if (IsLog(path, out var agent)) chain.Add(agent, content); }) is { } problem) problems.Add($"{zip}: {problem}");
        }
        var logs = vault.FullPath("Logs");
        if (Directory.Exists(logs))
            foreach (var file in Directory.EnumerateDirectories(logs).SelectMany(d => Directory.EnumerateFiles(d, "*.jsonl")))
                if (IsLog("Logs/" + Path.GetRelativePath(logs, file).Replace(Path.DirectorySeparatorChar, '/'), out var agent)) chain.Add(agent, Disk.ReadRegular(file, SyncPath.LogLimit));
        problems.AddRange(chain.Problems());
        return (archives, chain.Count);
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

    static bool IsLog(string path, out string agent)
    {
        var parts = path.Split('/');
        agent = parts is ["Logs", var who, _] && AgentId.TryParse(who, out _) ? who : "";
        return agent.Length > 0;
    }
}
