using LocalAgent.Approving;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Starter;

/// <summary>Begins a vault as a configuration says, or joins the one that its remote holds. What is there already stays; called again it changes nothing.</summary>
static class Founding
{
    static readonly string[] PublicHosts = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

    /// <param name="mayBegin">A remote that can't be reached is taken for one that holds no vault yet.</param>
    /// <exception cref="Refusal">No vault can be made there, or the remote can't be reached and may hold one.</exception>
    public static TurnReport Make(Settings settings, bool mayBegin, Action<Machine> fill, CancellationToken cancel)
    {
        if (PublicHosts.FirstOrDefault(h => settings.Remote?.Contains(h, StringComparison.OrdinalIgnoreCase) == true) is { } host)
            Say.Warn($"every commit will hold your customers' mail, and {host} is somebody else's computer; a bare repository on a machine of your own is safer");

        // A vault that other machines have already is taken over before anything new is put into it.
        var state = StateDirectory.Open(settings.State, Zone.Local);
        var joined = settings.Remote is not null && Join(settings, state, mayBegin, cancel);
        var isNew = Disk.Stamp(Path.Combine(settings.Vault, VaultFolder.ProtocolFile)).Kind == FileKind.Missing;
        StarterVault.Create(settings.Vault);
        Say.Info($"vault      {settings.Vault}" + (joined ? ", with what the remote holds" : ""));
        Say.Info($"configured {settings.File}");
        using (var key = ApproverKey.Open(state)) Say.Info($"key        {key.Fingerprint}, on this machine only");

        var machine = Machine.Open(settings, Zone.Local, TimeProvider.System);
        fill(machine);
        new Dashboard(machine).Write();
        if (isNew) machine.Audit.Append("vault.made");
        machine.Audit.Seal(machine.Vault);
        var report = new TurnReport();
        using var office = Office.Open(settings);
        report.Add(office.Sync().Run(cancel));
        return report;
    }

    static bool Join(Settings settings, StateDirectory state, bool mayBegin, CancellationToken cancel)
    {
        try { return SyncCycle.TryJoin(settings.Vault, state, Machine.SyncOptionsOf(settings), TimeProvider.System, cancel); }
        catch (Refusal e) when (mayBegin && e.Code is ExitCode.TryAgain or ExitCode.Failed)
        {
            Say.Info($"the remote can't be reached yet ({e.Message}): the vault is begun here, and goes there with the first sync that can");
            return false;
        }
    }
}
