using System.Text;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>How the vault differs from a tree.</summary>
/// <param name="Changes">By path; <see cref="Change.New"/> is null where a file that the tree has is not on disk.</param>
sealed record Difference(Dictionary<string, Change> Changes, List<Finding> Findings);

/// <summary>
/// Looks at the vault: what is new, changed or gone since the commit that it was last brought to. Reads only; what is changed becomes a blob.
/// The months of Done before this one are looked at by name only (a task that was received then may be finished now), and in full when asked.
/// </summary>
sealed class Snapshot(VaultFiles vault, GitDirectory git, StatCache cache, TimeProvider clock)
{
    static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    readonly string month = Place.Done(clock.GetUtcNow()).Below;
    Dictionary<string, Change> changes = [];
    List<Finding> findings = [];

    public Difference Compare(TreeView tree, bool full)
    {
        changes = new(StringComparer.Ordinal);
        findings = [];
        Folder("", tree, full, onDisk: true);
        return new(changes, findings);
    }

    void Folder(string folder, TreeView tree, bool full, bool onDisk)
    {
        var committed = tree.Folder(folder);
        var namesOnly = !full && IsPastMonth(folder);
        if (onDisk && cache.Settled(vault, folder, committed?.Id) is { } settled && (namesOnly || settled.Files is not null))
        {
            if (namesOnly) return;
            using (var inside = new Disk.OpenFolder(vault.FullPath(folder)))
                foreach (var (path, blob) in settled.Files!)
                    if (!cache.IsStill(inside, path, blob)) Look(path, blob);
            foreach (var below in settled.Folders) Folder(below, tree, full, onDisk: true);
            return;
        }
        if (onDisk && namesOnly && committed is not null && IsSettled(folder, committed)) return;
        // In a folder of 10,000 what grows by doubling leaves as much behind as it has.
        var many = committed?.Count ?? 0;
        var seen = new HashSet<string>(many, StringComparer.Ordinal);
        var (files, folders) = (new List<(string, ObjectName)>(namesOnly ? 0 : many), new List<string>());
        var (stamp, taken, isAsCommitted) = (onDisk ? Disk.Stamp(vault.FullPath(folder)) : default, FileStamp.Now(), onDisk);
        if (onDisk)
        {
            var twins = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            // A name that the tree has goes before its twin that the tree has not.
            var names = Names(folder, out var hasLeftovers);
            isAsCommitted &= !hasLeftovers;
            names.Sort(StringComparer.Ordinal);
            foreach (var name in names.Where(n => committed?[n] is not null).Concat(names.Where(n => committed?[n] is null)))
            {
                var path = Join(folder, name);
                if (SyncPath.Accepts(path))
                {
                    seen.Add(name);
                    ObjectName? blob = committed?[name] is { IsFile: true } item ? item.Name : default(ObjectName?);
                    isAsCommitted &= blob is not null;
                    if (!twins.Add(name)) findings.Add(new(path, "another file differs from it in case only: it stays on this machine"));
                    else if (!namesOnly || committed?[name] is null) Look(path, blob);
                    if (!namesOnly && blob is { } known) files.Add((cache.Same(path), known));
                }
                else if (SyncPath.MayHold(path))
                {
                    var kind = Disk.Stamp(vault.FullPath(path)).Kind;
                    if (kind is FileKind.Directory)
                    {
                        seen.Add(name);
                        folders.Add(path);
                        Folder(path, tree, full, onDisk: true);
                    }
                    else if (kind is not FileKind.Missing) findings.Add(new(path, "it is not a folder: nothing below it is synced"));
                    isAsCommitted &= kind is FileKind.Directory;
                }
            }
        }
        foreach (var (name, item) in committed ?? Enumerable.Empty<KeyValuePair<string, TreeItem>>())
        {
            if (seen.Contains(name)) continue;
            isAsCommitted = false;
            var path = Join(folder, name);
            if (item.IsFolder && SyncPath.MayHold(path)) Folder(path, tree, full, onDisk: false);
            else if (SyncPath.Accepts(path) && item.IsFile) Gone(path, item.Name);
        }
        if (isAsCommitted) cache.Settle(folder, new(stamp, committed?.Id, namesOnly ? null : files, folders, taken));
    }

    /// <summary>A past month that has the names which it had: that is nearly always so, and there are many of them.</summary>
    bool IsSettled(string folder, TreeFolder committed)
    {
        var (stamp, taken) = (Disk.Stamp(vault.FullPath(folder)), FileStamp.Now());
        var names = Names(folder, out var hasLeftovers);
        if (hasLeftovers || !names.TrueForAll(n => SyncPath.Accepts(Join(folder, n))) || !committed.IsJust(names)) return false;
        cache.Settle(folder, new(stamp, committed.Id, null, [], taken));
        return true;
    }

    List<string> Names(string folder, out bool hasLeftovers)
    {
        var names = new List<string>();
        hasLeftovers = false;
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder.Length == 0 ? vault.Root : vault.FullPath(folder)))
        {
            var name = Path.GetFileName(entry);
            if (name[0] != '.') names.Add(name);
            hasLeftovers |= name.StartsWith(Durable.TemporaryPrefix, StringComparison.Ordinal);
        }
        return names;
    }

    void Look(string path, ObjectName? committed)
    {
        var state = cache.Look(vault, path, out var content);
        if (state.Kind == FileKind.Missing) { if (committed is { } was) Gone(path, was); return; }
        // What does not travel is neither changed nor gone: the last committed version stays what the others have.
        if (state.Blob is null) { findings.Add(new(path, state.Why + ": it stays on this machine")); return; }
        if (state.Blob == committed) return;
        content ??= Disk.ReadRegular(vault.FullPath(path), SyncPath.Limit(path));
        if (!IsText(content)) { findings.Add(new(path, "it is not UTF-8 text: it stays on this machine")); return; }
        // What has once been pushed can't be taken back: the file waits here, and the rest goes on.
        if (Leaked(content) is { } leak) { findings.Add(new(path, leak)); return; }
        changes[path] = new(committed?.ToId(), git.WriteBlob(content));
    }

    void Gone(string path, ObjectName committed)
    {
        changes[path] = new(committed.ToId(), null);
        cache.Forget(path);
    }

    static string? Leaked(byte[] content)
    {
        var text = Utf8.GetString(content);
        return Leaks.Find(text) is [var first, ..] ? $"line {Leaks.Line(text, first)} looks like a {first.Kind}: it stays on this machine until that is taken out" : null;
    }

    public static bool IsText(ReadOnlySpan<byte> content)
    {
        if (content.Contains((byte)0)) return false;
        try { _ = Utf8.GetCharCount(content); return true; }
        catch (DecoderFallbackException) { return false; }
    }

    bool IsPastMonth(string folder) => Place.FromFolder(folder) is { Stage: Stage.Done } place && place.Below != month;

    static string Join(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;
}
