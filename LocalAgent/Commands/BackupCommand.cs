using System.CommandLine;
using LocalAgent.Backups;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class BackupCommand
{
    static readonly Option<bool> Check = CommandLine.Flag("--check", "restore the newest backup into a temporary folder and compare");
    static readonly Option<bool> DryRun = CommandLine.Flag("--dry-run", "say what would be in it, and write nothing");

    public static Command Create() => new Command("backup", "Write all of it, encrypted, into the folder of [backup] in vault.toml") { Check, DryRun }.Does((parsed, cancel) =>
    {
        var machine = Machine.Open(parsed.Settings(Zone.Local), Zone.Local, TimeProvider.System);
        var settings = BackupSettings.Read(machine.Settings);
        return Task.FromResult(parsed.GetValue(Check) ? Compare(machine, settings, cancel) : Write(machine, settings, parsed.GetValue(DryRun), cancel));
    });

    static ExitCode Write(Machine machine, BackupSettings settings, bool isTry, CancellationToken cancel)
    {
        var backup = new Backup(machine, settings);
        var done = isTry ? backup.Measure(cancel) : backup.Run(cancel);
        if (!isTry) machine.Audit.Append("backup.written", null, ("backup", Path.GetFileName(done.File)), ("files", $"{done.Files}"));
        Say.Data($"{done.File}: {done.Files} files, {Size(done.Octets)}{(isTry ? ", not written" : $" in {Size(new FileInfo(done.File).Length)}")}");
        foreach (var old in done.Removed) Say.Info($"removed {old}");
        foreach (var name in done.LeftOut) Say.Warn($"left out, since its name can't be everywhere: {name}; rename it");
        return done.LeftOut.Count > 0 ? ExitCode.DoneInPart : ExitCode.Done;
    }

    static ExitCode Compare(Machine machine, BackupSettings settings, CancellationToken cancel)
    {
        var keys = new BackupKeys(() => machine.Settings.Secrets.Get(BackupSettings.Secret), () => settings.Identity
            ?? throw new Refusal(ExitCode.Credential, "the newest backup can't be looked into: age's private key is not on this machine", "name its file for the check, [backup] identity in vault.toml, or check it where that is: 'localagent restore FILE --dry-run --key FILE'"));
        var good = BackupCheck.Run(machine, settings, keys, cancel);
        machine.Audit.Append("backup.checked", null, ("backup", Path.GetFileName(good.File)), ("files", $"{good.Files}"));
        Say.Data($"{good.File}, made {good.Made.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {good.Files} files, {Size(good.Octets)}, {good.Commits} commits, {good.Objects} objects, all as they were");
        return ExitCode.Done;
    }

    internal static string Size(long octets) => octets < 1_000_000 ? $"{Math.Max(1, octets / 1024)} KB" : $"{octets / 1024.0 / 1024:0.0} MB";
}
