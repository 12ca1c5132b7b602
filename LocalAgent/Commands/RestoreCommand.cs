using System.CommandLine;
using LocalAgent.Backups;
using VaultKit.Agent;
using VaultKit.Vault;

namespace LocalAgent.Commands;

static class RestoreCommand
{
    const int KeyLimit = 10_000;

    static readonly Argument<string> File = new("backup") { Description = "the file" };
    static readonly Option<string?> To = new("--to") { Description = "a folder for all of it; otherwise to where it lay", HelpName = "DIR" };
    static readonly Option<string?> Key = new("--key") { Description = "a file with the passphrase, or age's private key; otherwise you are asked", HelpName = "FILE" };
    static readonly Option<bool> DryRun = CommandLine.Flag("--dry-run", "read it all, compare, say where it would go, and write nothing");

    public static Command Create() => new Command("restore", "Make an installation of a backup, where there is none") { File, To, Key, DryRun }.Does((parsed, cancel) =>
    {
        var file = Path.GetFullPath(parsed.GetValue(File)!);
        if (Disk.Stamp(file).Kind == FileKind.Missing) throw new Refusal(ExitCode.Usage, $"there is no {file}", "name the backup to restore");
        var to = parsed.GetValue(To) is { } folder ? Path.GetFullPath(folder) : null;
        var key = parsed.GetValue(Key) is { } named ? Path.GetFullPath(named) : null;
        var keys = new BackupKeys(() => Passphrase(key), () => key ?? throw new Refusal(ExitCode.Credential, "it is encrypted by age", "name the file with the private key: --key FILE"));
        if (parsed.GetValue(DryRun))
        {
            var (content, places) = Restore.Try(file, keys, to, cancel);
            Say.Data($"{content.Head.Agent}, made {content.Head.Made.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {content.Files.Count} files, {BackupCommand.Size(content.Octets)}, all as they were");
            Show(places);
            return Task.FromResult(ExitCode.Done);
        }
        var done = Restore.Run(file, keys, to, TimeProvider.System, cancel);
        Show(done.Places);
        Say.Info($"this installation is {done.Agent}, in the place of {done.Content.Head.Agent}, which must not run any more");
        if (done.AskedAgain > 0) Say.Info($"{done.AskedAgain} tasks that were approved wait for you again: they may have gone out since the backup");
        Say.Info($"next: 'localagent run --once --config {done.Places.Config}' brings what the remote has since, then look at 'localagent status'");
        return Task.FromResult(ExitCode.Done);
    });

    static void Show(BackupPlaces places)
    {
        Say.Data($"vault      {places.Vault}");
        Say.Data($"state      {places.State}");
        Say.Data($"archives   {places.Archive}");
        Say.Data($"configured {places.Config}");
        Say.Data($"secrets    {places.Secrets}");
    }

    static string Passphrase(string? file) => file is null ? Hidden.Ask("passphrase of the backup: ")
        : System.Text.Encoding.UTF8.GetString(Disk.ReadRegular(file, KeyLimit)).TrimEnd('\r', '\n');
}
