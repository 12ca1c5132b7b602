using System.CommandLine;
using System.Text;
using LocalAgent.Approving;
using LocalAgent.Starter;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class InitCommand
{
    static readonly string[] PublicHosts = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org"];

    static readonly Argument<string> Folder = new("dir") { Description = "the vault's folder; it may exist, and what is in it stays" };
    static readonly Option<string?> Remote = new("--remote") { Description = "a git remote of your own: ssh://you@your-vm/~/vault.git, https://..., or a path", HelpName = "URL" };

    public static Command Create() => new Command("init", "Make a vault, this machine's key and its vault.toml") { Folder, Remote }.Does((parsed, cancel) =>
    {
        var vault = Settings.FullPath(parsed.GetValue(Folder)!);
        var remote = parsed.GetValue(Remote);
        var file = Configure(parsed.GetValue(CommandLine.Config), vault, remote);
        var settings = new Settings(file, Zone.Local);
        if (settings.Vault != vault)
            throw new Refusal(ExitCode.BadConfiguration, $"{file} is for the vault {settings.Vault}", "give this one a configuration of its own: --config FILE");
        if (remote is not null && settings.Remote != remote)
            throw new Refusal(ExitCode.BadConfiguration, $"{file} has another remote: {settings.Remote ?? "none"}", "change remote = in it");
        if (PublicHosts.FirstOrDefault(h => settings.Remote?.Contains(h, StringComparison.OrdinalIgnoreCase) == true) is { } host)
            Say.Warn($"every commit will hold your customers' mail, and {host} is somebody else's computer; a bare repository on a machine of your own is safer");

        // A vault that other machines have already is taken over before anything new is put into it.
        var state = StateDirectory.Open(settings.State, Zone.Local);
        var joined = settings.Remote is not null && SyncCycle.TryJoin(vault, state, Machine.SyncOptionsOf(settings), TimeProvider.System, cancel);
        var isNew = Disk.Stamp(Path.Combine(vault, VaultFolder.ProtocolFile)).Kind == FileKind.Missing;
        StarterVault.Create(vault);
        Say.Info($"vault      {vault}" + (joined ? ", with what the remote holds" : ""));
        Say.Info($"configured {file}");
        using (var key = ApproverKey.Open(state)) Say.Info($"key        {key.Fingerprint}, on this machine only");

        var machine = Machine.Open(settings, Zone.Local, TimeProvider.System);
        new Dashboard(machine).Write();
        if (isNew) machine.Audit.Append("vault.made");
        machine.Audit.Seal(machine.Vault);
        var report = new TurnReport();
        using var office = Office.Open(settings);
        report.Add(office.Sync().Run(cancel));
        foreach (var problem in report.Problems) Say.Warn(problem);
        Say.Info($"next: put an [[account]] into {file}, then 'localagent doctor', then 'localagent run'");
        return Task.FromResult(report.Code == ExitCode.Done ? ExitCode.Done : ExitCode.DoneInPart);
    });

    /// <summary>The named or usual file; written where there is none.</summary>
    static string Configure(string? named, string vault, string? remote)
    {
        var file = Path.GetFullPath(named ?? (Environment.GetEnvironmentVariable("PLATINUM_CONFIG") is { Length: > 0 } asked ? asked : Configuration.Places().First()));
        if (file.StartsWith(vault + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new Refusal(ExitCode.BadConfiguration, $"{file} lies in the vault, where whatever the remote sends could change it", "keep the configuration elsewhere");
        if (File.Exists(file)) return file;
        Durable.CreateDirectory(Path.GetDirectoryName(file)!);
        Durable.WriteNew(file, Encoding.UTF8.GetBytes(StarterVault.Configuration(vault, remote)));
        return file;
    }
}
