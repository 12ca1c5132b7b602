using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <param name="Kept">Paths where the vault holds something else than the old tree: they were left as they are.</param>
sealed record CheckoutResult(int Written, HashSet<string> Kept);

/// <summary>
/// Brings the vault's files from one tree to another. Each path is changed only while it still holds what the old tree says; what an owner changed meanwhile stays and is
/// the next snapshot's local work. Arrivals are durable before departures, so that a crash leaves two copies and never none, and doing it all again heals.
/// </summary>
sealed class Checkout(VaultFiles vault, GitDirectory git)
{
    readonly HashSet<string> unsure = new(StringComparer.Ordinal);

    public CheckoutResult Run(Dictionary<string, Change> changes, List<Finding> findings, CancellationToken cancel)
    {
        var result = new CheckoutResult(0, new(StringComparer.Ordinal));
        var todo = changes.Where(c => SyncPath.Accepts(c.Key)).ToDictionary(StringComparer.Ordinal);
        var written = Rename(todo);
        var held = new HashSet<TaskName>();

        // PROTOCOL comes last: where it is, the vault is whole (SyncCycle.TryJoin).
        foreach (var (path, change) in todo.Where(c => c.Value.New is not null).OrderBy(c => c.Key == VaultFolder.ProtocolFile).ThenBy(c => c.Key, StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            if (Write(path, change, findings)) { written++; continue; }
            result.Kept.Add(path);
            if (Place.FromPath(path) is { } task) held.Add(task.Name);
        }
        foreach (var (path, change) in todo.Where(c => c.Value.New is null))
        {
            cancel.ThrowIfCancellationRequested();
            // A task whose new place is taken does not leave its old one.
            if (Disk.Stamp(vault.FullPath(path)).Kind == FileKind.Missing) unsure.Add(path);
            if (Place.FromPath(path) is { } task && held.Contains(task.Name) || !vault.Remove(path, change.Old!)) result.Kept.Add(path);
            else written++;
        }
        SyncUnsure();
        return result with { Written = written };
    }

    /// <summary>Moves that change nothing in the file are renames, as on one disk: an editor that has it open stays on it.</summary>
    int Rename(Dictionary<string, Change> todo)
    {
        var left = new Dictionary<TaskName, string>();
        foreach (var (path, change) in todo)
            if (change.New is null && Place.FromPath(path) is { } task) left[task.Name] = path;
        var renamed = 0;
        foreach (var (to, change) in todo.ToList())
        {
            if (change.Old is not null || change.New is not { } blob || Place.FromPath(to) is not { } task) continue;
            if (!left.TryGetValue(task.Name, out var from) || todo[from].Old != blob || vault.Hash(from) != blob) continue;
            if (!vault.EnsureFolder(to) || !Durable.Move(vault.FullPath(from), vault.FullPath(to))) continue;
            todo.Remove(from);
            todo.Remove(to);
            renamed += 2;
        }
        return renamed;
    }

    bool Write(string path, Change change, List<Finding> findings)
    {
        var full = vault.FullPath(path);
        var content = git.Read(change.New!);
        if (!vault.EnsureFolder(path))
        {
            findings.Add(new(path, "something on the way to it is not a folder: not written"));
            return false;
        }
        var now = vault.Hash(path);
        if (now == change.New)
        {
            unsure.Add(path);
            return true;
        }
        if (now is null) return Disk.Stamp(full).Kind == FileKind.Missing && change.Old is null && (Durable.WriteNew(full, content) || vault.Hash(path) == change.New);
        return now == change.Old && Durable.Replace(full, git.Read(change.Old), content);
    }

    // What is found done may be the work of one that died before it synced the folder: a power cut would undo it, and that would look like the owner's doing.
    void SyncUnsure()
    {
        if (unsure.Count == 0) return;
        var folders = new HashSet<string>(StringComparer.Ordinal) { "" };
        foreach (var path in unsure)
            for (var slash = path.LastIndexOf('/'); slash > 0 && folders.Add(path[..slash]); slash = path.LastIndexOf('/', slash - 1)) { }
        foreach (var folder in folders.Select(vault.FullPath).Where(Directory.Exists)) Disk.SyncDirectory(folder);
    }
}
