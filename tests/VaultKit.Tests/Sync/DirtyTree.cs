using System.Text;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Does to a machine's vault what people, editors and crashes do.</summary>
sealed class DirtyTree(Rig rig, Machine machine, AgentId other, Random random, List<string> story, int counter)
{
    public const string HalfWritten = Durable.TemporaryPrefix + "half";

    string Root => machine.Vault.Root;

    T Any<T>(T[] list) => list[random.Next(list.Length)];

    string? AnyTask() => Stages.All.SelectMany(machine.Vault.List).OrderBy(e => e.Name.Value, StringComparer.Ordinal).ThenBy(e => e.Place.Stage).Select(e => e.Path).ToArray() is { Length: > 0 } paths ? Any(paths) : null;

    string Word() => $"word-{++counter}";

    string Elsewhere(string path) => Any<Place>([Place.NeedsAction("email"), Place.InProgress(machine.Agent), Place.InProgress(other), Place.Pending("email"), Place.Approved("email"),
        Place.Rejected("email"), new(Stage.Done, "2026-10"), new(Stage.Done, "2026-11"), Place.Quarantine]).PathOf(Place.FromPath(path)!.Value.Name);

    /// <summary>What a machine does that works as it should.</summary>
    public void Tidy()
    {
        if (random.Next(4) == 0 || AnyTask() is not { } path) { machine.New($"there {Word()}"); return; }
        var place = Place.FromPath(path)!.Value.Place;
        if (random.Next(2) == 0 && place.Stage is not Stage.Done) Append(path);
        else if (place.Stage == Stage.NeedsAction) Move(path, Place.InProgress(machine.Agent).PathOf(Place.FromPath(path)!.Value.Name));
        else if (place == Place.InProgress(machine.Agent)) Move(path, Place.Pending("email").PathOf(Place.FromPath(path)!.Value.Name));
        else if (machine.Agent.Zone == Zone.Local && place.Stage == Stage.PendingApproval) Move(path, Place.Rejected("email").PathOf(Place.FromPath(path)!.Value.Name));
        story.Add($"there: {path}");
    }

    public void Soil()
    {
        if (AnyTask() is not { } path) { machine.New($"here {Word()}"); return; }
        var (full, kind) = (machine.FullPath(path), random.Next(20));
        story.Add($"here: {kind} {path}");
        switch (kind)
        {
            case 0 or 1 or 2: Append(path); break;
            case 3: machine.New($"here {Word()}"); break;
            case 4 or 5 or 6: Move(path, Elsewhere(path)); break;
            case 7: File.Delete(full); break;
            case 8: Copy(path, Elsewhere(path)); break;
            case 9: File.WriteAllText(full, File.ReadAllText(full).ReplaceLineEndings("\r\n")); break;
            case 10: File.WriteAllText(full, $"---\nclaim: \"{Word()}\nto: ["); break;
            case 11: File.WriteAllBytes(full, [.. Encoding.UTF8.GetBytes(Word()), 0xff, 0xfe]); break;
            case 12: File.WriteAllText(full, Word() + new string('x', TaskFile.Limit)); break;
            case 13: File.Delete(full); File.CreateSymbolicLink(full, Path.Combine(rig.Root, "outside")); break;
            case 14: File.Delete(full); Directory.CreateDirectory(full); if (random.Next(2) == 0) File.WriteAllText(Path.Combine(full, "x.md"), Word()); break;
            case 15: machine.Write(Any(["Briefings/weekly.md", "Briefings/WEEKLY.md", "Briefings/Weekly.md"]), Word()); break;
            case 16: machine.Write(Any(["Needs_Action/email/.hidden.md", ".obsidian/app.json", $"{path}~", $"{Path.GetDirectoryName(path)}/.{Path.GetFileName(path)}.swp", "Notes/mine.md", "Dashboard.md.tmp"]), Word()); break;
            case 17: Temporary(path); break;
            case 18: Interrupt(); break;
            default: machine.Write(Any(["Plans/email/plan.md", "Briefings/Second.md", $"Updates/{machine.Agent}/news.md"]), Word()); break;
        }
    }

    void Append(string path) => File.AppendAllText(machine.FullPath(path), $"\n{Word()}\n");

    void Move(string path, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(machine.FullPath(to))!);
        if (!Path.Exists(machine.FullPath(to))) File.Move(machine.FullPath(path), machine.FullPath(to));
    }

    void Copy(string path, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(machine.FullPath(to))!);
        if (Path.Exists(machine.FullPath(to))) return;
        File.Copy(machine.FullPath(path), machine.FullPath(to));
        if (random.Next(2) == 0) Append(Any([path, to]));
    }

    /// <summary>What a process left when it died while it wrote: half a file, or a whole one that it had taken aside.</summary>
    void Temporary(string path)
    {
        var whole = random.Next(2) == 0;
        var file = Path.Combine(Path.GetDirectoryName(machine.FullPath(path))!, (whole ? Durable.TemporaryPrefix : HalfWritten) + Word());
        File.WriteAllText(file, whole ? Rig.Task("aside").ToString() + Word() : "---\ncl");
        if (random.Next(2) == 0) machine.Restart();
    }

    /// <summary>A cycle died: while files were brought to main, or after main had moved and before any file was.</summary>
    void Interrupt()
    {
        var options = new SyncOptions { Remote = rig.Remote };
        using var git = GitDirectory.Open(machine.State, options);
        var main = git.Commit(GitDirectory.Main)!;
        if (random.Next(2) == 0)
        {
            if (main.Parents.FirstOrDefault() is { } before && git.Commit(GitDirectory.Vault)?.Id == main.Id) git.Point(GitDirectory.Vault, before);
        }
        else if (new Transport(git, machine.State, options, default).Fetch() is { } theirs)
            new SyncWork(machine.Vault, new VaultFiles(Root), git, StatCache.Load(machine.State), options, rig.Clock, machine.State, SyncMemory.Load(machine.State), new SyncReport(), default).MergeIn(theirs);
        machine.Restart();
    }

    /// <summary>Brings the vault to what the remote holds, so that the next tree is soiled anew.</summary>
    public void Mend()
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(Root).ToList())
        {
            if (File.Exists(entry) && Path.GetFileName(entry) == VaultFolder.ProtocolFile) continue;
            if (new FileInfo(entry) is { LinkTarget: null } && Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
            else File.Delete(entry);
        }
        foreach (var path in rig.RemotePaths())
            machine.Write(path, rig.RemoteFile(path));
        VaultFolder.Create(Root);
        Directory.CreateDirectory(machine.FullPath(Place.InProgress(machine.Agent).Folder));
        machine.Restart();
    }
}
