using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>Whether a git directory holds all that its references go back to. Each object is read, and libgit2 compares it with its name (SHA-1).</summary>
public static class HistoryCheck
{
    static readonly string[] References = [GitDirectory.Main, GitDirectory.Seen, GitDirectory.Vault];

    /// <returns>The commit of main; null where there is no history yet.</returns>
    public static string? Tip(string path)
    {
        NativeGit.Load();
        if (!Repository.IsValid(path)) return null;
        using var repository = new Repository(path);
        return (repository.Refs[GitDirectory.Main] as DirectReference)?.TargetIdentifier;
    }

    /// <returns>How many commits and objects there are.</returns>
    /// <exception cref="Refusal">One is missing or damaged.</exception>
    public static (int Commits, int Objects) Run(string path, CancellationToken cancel)
    {
        NativeGit.Load();
        try
        {
            using var repository = new Repository(path);
            var seen = new HashSet<ObjectName>();
            var tips = References.Select(r => (repository.Refs[r] as DirectReference)?.TargetIdentifier).OfType<string>().Distinct()
                .Select(t => repository.Lookup<Commit>(t) ?? throw new Refusal(ExitCode.Failed, $"the commit {t} is missing in {path}")).ToList();
            var commits = 0;
            if (tips.Count == 0) return (0, 0);
            foreach (var commit in repository.Commits.QueryBy(new CommitFilter { IncludeReachableFrom = tips, SortBy = CommitSortStrategies.Topological }))
            {
                cancel.ThrowIfCancellationRequested();
                commits++;
                Walk(repository, commit.Tree, seen, path);
            }
            return (commits, seen.Count + commits);
        }
        catch (LibGit2SharpException e) { throw new Refusal(ExitCode.Failed, $"the history in {path} is damaged: {e.Message}", null, e); }
    }

    static void Walk(Repository repository, Tree tree, HashSet<ObjectName> seen, string path)
    {
        if (!seen.Add(tree.Id)) return;
        foreach (var entry in tree)
        {
            if (entry.TargetType == TreeEntryTargetType.Tree) Walk(repository, (Tree)entry.Target, seen, path);
            else if (entry.TargetType == TreeEntryTargetType.Blob && seen.Add(entry.Target.Id))
                _ = repository.Lookup<Blob>(entry.Target.Id)?.Size ?? throw new Refusal(ExitCode.Failed, $"{entry.Path} ({entry.Target.Id.Sha}) is missing in {path}");
        }
    }
}
