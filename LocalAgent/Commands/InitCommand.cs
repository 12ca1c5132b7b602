using System.CommandLine;
using System.Text;
using LocalAgent.Starter;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class InitCommand
{
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
        var report = Founding.Make(settings, mayBegin: false, _ => { }, cancel);
        foreach (var problem in report.Problems) Say.Warn(problem);
        Say.Info($"next: put an [[account]] into {file}, then 'localagent doctor', then 'localagent run'");
        return Task.FromResult(report.Code == ExitCode.Done ? ExitCode.Done : ExitCode.DoneInPart);
    });

    /// <summary>The named or usual file; written where there is none.</summary>
    static string Configure(string? named, string vault, string? remote)
    {
        var file = StarterVault.ConfigurationFile(named);
        StarterVault.KeepApart(file, vault);
        if (File.Exists(file)) return file;
        Durable.CreateDirectory(Path.GetDirectoryName(file)!);
        Durable.WriteNew(file, Encoding.UTF8.GetBytes(StarterVault.Configuration(vault, remote)));
        return file;
    }
}
