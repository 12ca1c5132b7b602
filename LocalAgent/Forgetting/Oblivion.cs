using VaultKit.Agent;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Forgetting;

/// <summary>
/// Has a person forgotten, on this machine and by a history that begins anew on all others (<see cref="NewHistory"/>). In this order: all is synced; archives are written anew; history begins without the person, which is
/// the one step that decides; vault, git directory and state directory follow; old archives and the remote's old objects go. It can be killed anywhere and said again.
/// </summary>
/// <param name="archives">The folder with the archives.</param>
/// <param name="epoch">Signs: number of the history, commit in whose place it stands, tree.</param>
/// <param name="sign">Signs: tasks, segments, hash of the lines of a forgetting.</param>
sealed class Oblivion(Machine machine, SyncCycle sync, SyncOptions options, Func<string, System.Security.Cryptography.ECDsa?> trusted, string archives, Person person,
    Func<int, string, string, string> epoch, Func<int, int, string, string> sign)
{
    const int Tries = 5;

    readonly ArchiveRewriter rewriter = new(machine.Vault, machine.State, archives);

    VaultFolder Vault => machine.Vault;

    /// <summary>Brings everything to the remote and everything from there.</summary>
    /// <exception cref="Refusal">That failed.</exception>
    public void Settle(CancellationToken cancel)
    {
        machine.Audit.Seal(Vault);
        if (sync.Run(cancel, full: true).Failure is { } failure)
            throw new Refusal(failure.IsPassing ? ExitCode.TryAgain : ExitCode.Failed, $"nothing can be forgotten while not all is synced: {failure.Text}", failure.Hint);
    }

    public ForgetPlan Look()
    {
        var files = new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Vault.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            if (Path.GetRelativePath(Vault.Root, file).Replace(Path.DirectorySeparatorChar, '/') is var path && SyncPath.Accepts(path)) files[path] = () => Disk.ReadRegular(file, SyncPath.Limit(path));
        return Look(files);
    }

    ForgetPlan Look(IReadOnlyDictionary<string, Func<byte[]>> files) => new Forgetter(Vault, archives, person, ForgottenList.Of(Vault, trusted)).Look(files);

    /// <summary>Begins history without the person. Durable, and accepted by the remote, when it returns.</summary>
    /// <exception cref="Refusal">It was not: nothing has changed.</exception>
    public void Begin(CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            Settle(cancel);
            try
            {
                NewHistory.Begin(Vault, machine.State, options, machine.Clock, Changes, epoch, cancel);
                return;
            }
            // Another machine was faster.
            catch (Refusal e) when (e.Code == ExitCode.TryAgain && tries < Tries) { Thread.Sleep(Random.Shared.Next(100, 500) * tries); }
        }
    }

    Dictionary<string, byte[]?> Changes(IReadOnlyDictionary<string, Func<byte[]>> files)
    {
        var plan = Look(files);
        // Between what the owner was shown and this moment.
        if (plan.UnderWay.Count > 0) throw new Refusal(ExitCode.Failed, $"{plan.UnderWay[0]} is about to go out", "when that is over, say it again");
        foreach (var (path, text) in rewriter.Write(plan.Archives)) plan.Changes[path] = text;
        plan.Changes[Forgotten.ListPath] = ForgottenList.Append(files.TryGetValue(Forgotten.ListPath, out var list) ? list() : [], plan.Lines, sign);
        return plan.Changes;
    }

    /// <summary>What follows, here and at a remote that is a path. Safe to repeat.</summary>
    /// <returns>What could not be done, and what to do; null where all is done.</returns>
    public string? Finish(CancellationToken cancel)
    {
        Settle(cancel);
        if (SyncCycle.Status(machine.State).HoldsOldHistory) return "the history before it could not be put away on this machine yet: 'localagent run --once' tries again";
        rewriter.RemoveOld();
        return options.Remote.Length == 0 || Forgotten.Read(Vault).Length == 0 ? null : NewHistory.DropOldAtRemote(machine.State, options, cancel) is { } why ? $"the remote still has the old objects ({why}); there, type: {Command()}" : null;
    }

    // The account that keeps the vault can do nothing but push and fetch (systemd/setup-vm): root does it in its name.
    string Command()
    {
        if (!Uri.TryCreate(options.Remote, UriKind.Absolute, out var uri) || uri.Scheme != "ssh") return "git reflog expire --expire=now --all; git gc --prune=now";
        var user = uri.UserInfo.Length > 0 ? uri.UserInfo : "USER";
        var path = Uri.UnescapeDataString(uri.AbsolutePath);
        path = path.StartsWith("/~/", StringComparison.Ordinal) ? $"~{user}/{path[3..]}" : path;
        return $"sudo -u {user} git -C {path} reflog expire --expire=now --all && sudo -u {user} git -C {path} gc --prune=now";
    }
}
