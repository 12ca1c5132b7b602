using System.Security.Cryptography;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>A reference that somebody wants to push, as git tells its hooks (githooks(5), pre-receive).</summary>
/// <param name="Old">Forty zeros where it is new.</param>
/// <param name="New">Forty zeros where it is to go.</param>
public readonly record struct PushedReference(string Old, string New, string Name)
{
    public static bool TryParse(string line, out PushedReference pushed)
    {
        var parts = line.Split(' ', 3);
        pushed = parts.Length == 3 ? new(parts[0], parts[1], parts[2]) : default;
        return parts.Length == 3 && IsId(parts[0]) && IsId(parts[1]);

        static bool IsId(string text) => text.Length == 40 && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");
    }
}

/// <summary>
/// The judge of what arrives (<see cref="Arrival"/>), at the remote's own door: a push that brings anything which the owner's machine would refuse is refused whole. Who pushes is told by the
/// key that let them in, so that nothing in a commit has to be believed.
/// </summary>
public static class Gate
{
    /// <summary>In the repository, where no push reaches: the keys whose word may begin history anew, a line for each as 'localagent key' prints it.</summary>
    public const string OwnersFile = "platinum-owners";

    /// <param name="repository">The bare repository that is pushed to.</param>
    /// <param name="quarantine">The folder of the objects that came and are not part of it yet (<c>GIT_QUARANTINE_PATH</c>); null where there is none.</param>
    /// <returns>Why it must not come in, a reason each; empty where it may.</returns>
    public static IReadOnlyList<string> Judge(string repository, string? quarantine, Zone pusher, IReadOnlyList<PushedReference> pushed)
    {
        NativeGit.Load();
        // libgit2 knows nothing of git's quarantine: it looks into a repository without objects of its own that borrows those of both.
        var folder = Directory.CreateTempSubdirectory("platinum-gate-").FullName;
        try
        {
            Repository.Init(folder, isBare: true);
            File.WriteAllLines(Path.Combine(folder, "objects", "info", "alternates"), new[] { Path.Combine(Path.GetFullPath(repository), "objects"), quarantine }.OfType<string>());
            using var git = GitDirectory.OpenAt(folder);
            var owners = Path.Combine(repository, OwnersFile);
            var key = File.Exists(owners) ? OwnersKeys.From(File.ReadLines(owners), owners) : null;
            return [.. pushed.SelectMany(p => Judge(git, pusher, p, key))];
        }
        catch (Refusal e) { return [$"it can't be judged, so it does not come in: {e.Message}"]; }
        catch (Exception e) when (e is LibGit2SharpException or SyncException or IOException or UnauthorizedAccessException) { return [$"it can't be judged, so it does not come in: {e.Message}"]; }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static IEnumerable<string> Judge(GitDirectory git, Zone pusher, PushedReference pushed, Func<string, ECDsa?>? key)
    {
        if (pushed.Name != GitDirectory.Main) return [$"{pushed.Name}: the vault is {GitDirectory.Main} alone"];
        if (git.Find(pushed.New) is not { } now) return [$"{pushed.Name} can't be removed"];
        var before = git.Find(pushed.Old);
        if (before is null && pusher == Zone.Cloud) return ["only the owner's machine begins a vault"];
        if (before is not null && !git.IsAncestor(before, now))
        {
            if (pusher != Zone.Local || !Epochs.IsNext(git, before, now, key)) return ["history is not rewritten"];
            before = null; // what was there is no measure: something of it is to be in it no more
        }

        var changes = git.Diff(before?.Tree, now.Tree);
        var standing = git.View(before?.Tree);
        var findings = new List<Finding>();
        // The owner's machine may do what it likes with tasks; what no vault can hold comes from nobody.
        var judge = AgentId.New(pusher == Zone.Cloud ? Zone.Local : Zone.Cloud);
        new Arrival(judge, new() { IsForged = (_, _) => true }, git.SizeOf, git.Read).Run(new(changes, standing, standing, []), findings);
        var reasons = findings.Where(f => f.Refused).Select(f => $"{f.Path}: {f.Why}");
        if (pusher == Zone.Local) return reasons;
        // On the owner's machine the merge puts back what is nowhere; here there is nothing to put it back from.
        var after = git.View(now.Tree);
        return reasons
            .Concat(changes.Keys.Where(p => SyncPath.Writer(p) is { Zone: Zone.Local }).Select(p => $"{p}: only the owner's machine writes it"))
            .Concat(changes.Where(c => c.Value.New is null && Place.FromPath(c.Key) is { } task && after.Find(task.Name).Count == 0).Select(c => $"{c.Key}: nobody may remove it"));
    }
}
