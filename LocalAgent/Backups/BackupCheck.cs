using System.Security.Cryptography;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <param name="File">The backup.</param>
sealed record CheckedBackup(string File, DateTimeOffset Made, int Files, long Octets, int Commits, int Objects);

/// <summary>Restores the newest backup into a folder of the state directory, looks whether all is there as it was, history included, and removes it again.</summary>
static class BackupCheck
{
    /// <exception cref="Refusal">There is none, or it is not what it should be.</exception>
    public static CheckedBackup Run(Machine machine, BackupSettings settings, BackupKeys keys, CancellationToken cancel)
    {
        using var only = Backup.OnlyOne(machine.State);
        // What a check that was killed has left is the whole installation without encryption.
        foreach (var left in Directory.EnumerateDirectories(machine.State.Root, Backup.CheckFolder + "*")) Directory.Delete(left, recursive: true);
        var folder = new BackupFolder(settings.Folder, machine.State);
        var all = folder.All();
        var newest = all.Count > 0 ? all[0] : throw new Refusal(ExitCode.Failed, $"there is no backup in {settings.Folder}", "'localagent backup' writes one");
        var into = machine.State.PathOf(Backup.CheckFolder + Path.GetRandomFileName());
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(into);
            else Directory.CreateDirectory(into, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            string Place(string name) => Path.Combine(into, name.Replace('/', Path.DirectorySeparatorChar));
            var content = BackupReader.Read(newest, keys, _ => Place, cancel);
            foreach (var (name, sum) in content.Files)
            {
                cancel.ThrowIfCancellationRequested();
                using var file = Disk.OpenRegular(Place(name));
                if (Convert.ToHexStringLower(SHA256.HashData(file)) != sum) throw new Refusal(ExitCode.Failed, $"{newest}: {name} is not restored as it was", "look at the disk of the state directory");
            }
            if (!content.Files.ContainsKey("vault/" + VaultFolder.ProtocolFile)) throw new Refusal(ExitCode.Failed, $"{newest} holds no vault", "'localagent backup' writes another one");
            var (commits, objects) = content.Head.Tip is null ? (0, 0) : HistoryCheck.Run(Place("state/git"), cancel);
            if (content.Head.Tip is { } tip && HistoryCheck.Tip(Place("state/git")) != tip) throw new Refusal(ExitCode.Failed, $"{newest}: its history does not end with {tip}", "'localagent backup' writes another one");
            folder.Remember(newest);
            return new(newest, content.Head.Made, content.Files.Count, content.Octets, commits, objects);
        }
        finally { if (Directory.Exists(into)) Directory.Delete(into, recursive: true); }
    }
}
