using System.Security.Cryptography;
using System.Text;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Which commits are the owner's machines'. Each of them signs what it commits: a state of the vault that one of them committed is the owner's doing, whoever pushed it on.
/// A word counts for the one commit that it was given to, to the octet; of several that are new the newest count, so that nobody brings back a state that the owner has left.
/// </summary>
static class OwnersWord
{
    const string Trailer = "Owner: ";

    /// <summary>The message with the owner's word on the commit that it belongs to.</summary>
    /// <param name="sign">Gives the word on a digest.</param>
    public static string Give(string message, Tree tree, AgentId agent, DateTimeOffset now, IEnumerable<Commit> parents, Func<string, string> sign) =>
        $"{message}{Trailer}{sign(Digest(Octets(message, tree.Sha, agent.Value, now, parents.Select(p => p.Sha))))}\n";

    /// <param name="isOwners">Whether a word on a digest is one of the owner's.</param>
    public static bool IsOn(Commit commit, Func<string, string, bool> isOwners)
    {
        var message = commit.Message;
        var start = message.LastIndexOf("\n" + Trailer, StringComparison.Ordinal) + 1;
        if (start == 0 || !message.EndsWith('\n') || message.IndexOf('\n', start) != message.Length - 1) return false;
        var (name, now, parents) = (commit.Author.Name, commit.Author.When, commit.Parents.Select(p => p.Sha).ToList());
        // Nothing in it that was not signed, such as another header: it would be another commit, with a word that was given to this one.
        if (StatCache.Hash("commit", Octets(message, commit.Tree.Sha, name, now, parents)) != commit.Id) return false;
        return isOwners(message[(start + Trailer.Length)..^1], Digest(Octets(message[..start], commit.Tree.Sha, name, now, parents)));
    }

    /// <summary>Of these commits those that are signed, and not in the history of another that is.</summary>
    /// <param name="newestFirst">Each before its parents.</param>
    public static List<T> Newest<T>(IEnumerable<T> newestFirst, Func<T, IEnumerable<T>> parents, Func<T, bool> isSigned) where T : class
    {
        var (newest, older) = (new List<T>(), new HashSet<T>());
        foreach (var commit in newestFirst)
        {
            if (!older.Contains(commit))
            {
                if (!isSigned(commit)) continue;
                newest.Add(commit);
            }
            older.UnionWith(parents(commit));
        }
        return newest;
    }

    // A commit as git writes it, in the one form in which this program commits (gitformat: commit object).
    static byte[] Octets(string message, string tree, string agent, DateTimeOffset now, IEnumerable<string> parents)
    {
        var who = $"{agent} <{agent}@platinum.invalid> {now.ToUnixTimeSeconds()} +0000\n";
        return Encoding.UTF8.GetBytes($"tree {tree}\n{string.Concat(parents.Select(p => $"parent {p}\n"))}author {who}committer {who}\n{message}");
    }

    static string Digest(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));
}
