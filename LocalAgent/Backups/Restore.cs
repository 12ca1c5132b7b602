using LocalAgent.Approving;
using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <param name="Agent">The new installation.</param>
/// <param name="AskedAgain">Tasks that were approved and wait for the owner once more.</param>
sealed record RestoredTo(BackupContent Content, BackupPlaces Places, AgentId Agent, int AskedAgain);

/// <summary>
/// Makes an installation of a backup, where there is none. All of it is unpacked beside its places and compared before anything takes a place; the configuration comes last, so that no program finds half of it.
/// <para>
/// It is a new agent: what its predecessor did after the backup is not known here. So what lay in Approved waits for the owner again, approvals older than this moment count for nothing (<see cref="Restored"/>),
/// and what the predecessor holds is taken over as something of which nobody can tell whether it went out.
/// </para>
/// </summary>
static class Restore
{
    const string Staging = ".platinum-restore";

    /// <param name="to">Null: to where it lay.</param>
    /// <exception cref="Refusal">It can't be opened, is damaged, or there is something in its place.</exception>
    public static RestoredTo Run(string file, BackupKeys keys, string? to, TimeProvider clock, CancellationToken cancel)
    {
        BackupPlaces? places = null;
        try
        {
            var content = BackupReader.Read(file, keys, head =>
            {
                places = to is null ? BackupPlaces.Original(head) : BackupPlaces.Below(to);
                places.RequireEmpty();
                Clear(places);
                return name => Staged(places, name);
            }, cancel);
            var asked = Prepare(places!, content, to is not null, clock);
            Disk.SyncAll();
            Place(places!);
            var state = StateDirectory.Open(places!.State, Zone.Local);
            new AuditLog(state, clock).Append("restored", null, ("backup", Path.GetFileName(file)), ("predecessor", content.Head.Agent));
            return new(content, places, state.Agent, asked);
        }
        finally { if (places is not null) Clear(places); }
    }

    /// <summary>Reads all of it and writes nothing.</summary>
    public static (BackupContent Content, BackupPlaces Places) Try(string file, BackupKeys keys, string? to, CancellationToken cancel)
    {
        var content = BackupReader.Read(file, keys, null, cancel);
        var places = to is null ? BackupPlaces.Original(content.Head) : BackupPlaces.Below(to);
        places.RequireEmpty();
        return (content, places);
    }

    /// <summary>Where a part is put together: beside its place, on the same file system.</summary>
    static string StagedPart(BackupPlaces places, string part) =>
        Path.Combine(Path.GetDirectoryName(part switch { "vault" => places.Vault, "state" => places.State, "archive" => places.Archive, _ => places.Config })!, $"{Staging}-{part}");

    static string Staged(BackupPlaces places, string name)
    {
        var slash = name.IndexOf('/');
        var part = StagedPart(places, name[..slash]);
        if (!Directory.Exists(part)) MakePrivate(part);
        return Path.Combine(part, name[(slash + 1)..].Replace('/', Path.DirectorySeparatorChar));
    }

    static void MakePrivate(string folder)
    {
        Durable.CreateDirectory(Path.GetDirectoryName(folder)!);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    static void Clear(BackupPlaces places)
    {
        foreach (var part in new[] { "vault", "state", "archive", "config" }.Select(p => StagedPart(places, p)))
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
    }

    /// <returns>How many tasks were approved.</returns>
    static int Prepare(BackupPlaces places, BackupContent content, bool isElsewhere, TimeProvider clock)
    {
        _ = AgentId.TryParse(content.Head.Agent, out var predecessor);
        var state = StagedPart(places, "state");
        if (!Directory.Exists(state)) MakePrivate(state);
        using (var restored = new FileStream(Restored.In(state), FileMode.Append, FileAccess.Write)) restored.Write(Restored.Line(clock.GetUtcNow(), predecessor));
        if (isElsewhere)
        {
            var local = Staged(places, "config/vault.local.json");
            Durable.Write(local, places.Override(File.Exists(local) ? File.ReadAllBytes(local) : null));
        }
        return content.Files.Keys.Where(n => n.StartsWith("vault/", StringComparison.Ordinal)).Count(n => Unapprove(places, n["vault/".Length..], content.Head.Made));
    }

    /// <summary>What lay in Approved, signed or moved there by hand, may have gone out since: it waits for the owner again.</summary>
    static bool Unapprove(BackupPlaces places, string path, DateTimeOffset made)
    {
        if (VaultKit.Vault.Place.FromPath(path) is not ({ Stage: Stage.Approved } at, var name)) return false;
        string Full(Place place) => Staged(places, "vault/" + place.PathOf(name));
        var to = Full(VaultKit.Vault.Place.Pending(at.Below));
        if (File.Exists(to)) to = Full(VaultKit.Vault.Place.Quarantine);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Move(Full(at), to);
        try
        {
            var task = TaskFile.Parse(File.ReadAllBytes(to));
            File.WriteAllBytes(to, task.Without(Approval.Key).With(Approver.ReturnedKey, $"restored from the backup of {made.UtcDateTime:yyyy-MM-dd HH:mm} UTC, and it may have gone out since: look in Sent before you approve it again").ToBytes());
        }
        catch (BadTaskException) { return true; } // it can carry no words; that it waits is what counts
        return true;
    }

    /// <summary>Each part takes its place in one step. Durable when it returns.</summary>
    static void Place(BackupPlaces places)
    {
        foreach (var (part, place) in new[] { ("archive", places.Archive), ("vault", places.Vault), ("state", places.State) })
        {
            var staged = StagedPart(places, part);
            if (!Directory.Exists(staged)) continue;
            if (Directory.Exists(place)) Directory.Delete(place); // empty, or this fails
            Directory.Move(staged, place);
            Disk.SyncDirectory(Path.GetDirectoryName(place)!);
        }
        var config = StagedPart(places, "config");
        if (!Directory.Exists(config)) return;
        foreach (var file in Directory.EnumerateFiles(config).OrderBy(f => Path.GetFileName(f) == "vault.toml"))
        {
            var target = Path.GetFileName(file) switch { "vault.toml" => places.Config, "secrets.json" => places.Secrets, var beside => Path.Combine(Path.GetDirectoryName(places.Config)!, beside) };
            Durable.CreateDirectory(Path.GetDirectoryName(target)!);
            // The secrets may lie on another disk than the rest of the configuration.
            if (!Durable.WriteNew(target, File.ReadAllBytes(file), secret: true)) throw new Refusal(ExitCode.Failed, $"{target} is there already", "move it away, and restore again");
        }
    }
}
