using System.Text;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>What became of one path between two trees.</summary>
/// <param name="Old">Null where it is new.</param>
/// <param name="New">Null where it is gone.</param>
/// <param name="Plain">False where the new entry is no ordinary file: a link or another repository.</param>
readonly record struct Change(ObjectId? Old, ObjectId? New, bool Plain = true);

/// <summary>
/// The engine's own git directory, <c>state/git</c>: bare, without an index, used under <see cref="Lock"/> only. Open it for one cycle and dispose it:
/// libgit2's objects are not thread-safe and its caches grow.
/// </summary>
sealed class GitDirectory : IDisposable
{
    public const string Main = "refs/heads/main";

    /// <summary>The remote's tip as last accepted.</summary>
    public const string Seen = "refs/remotes/origin/main";

    /// <summary>The remote's tip as last fetched, before it was looked at.</summary>
    public const string Incoming = "refs/platinum/incoming";

    /// <summary>The commit that the vault's files were last fully brought to. Behind <see cref="Main"/> while a checkout is under way.</summary>
    public const string Vault = "refs/platinum/vault";

    readonly IDisposable? held;
    readonly FolderNames names = new();
    public Repository Repository { get; }
    public string Path { get; }

    readonly SyncOptions options;

    GitDirectory(IDisposable? held, Repository repository, string path, SyncOptions options) => (this.held, Repository, Path, this.options) = (held, repository, path, options);

    /// <summary>Whoever holds it is the only one who works in the directory and writes the sync's memory.</summary>
    /// <exception cref="Refusal">Another process keeps it.</exception>
    public static IDisposable Lock(StateDirectory state, SyncOptions options) => state.Lock("sync", options.LockPatience);

    /// <summary>Takes the lock and keeps it until it is disposed.</summary>
    public static GitDirectory Open(StateDirectory state, SyncOptions options)
    {
        var held = Lock(state, options);
        try { return Open(held, state, options, "git"); }
        catch { held.Dispose(); throw; }
    }

    /// <summary>For one who holds the lock.</summary>
    /// <param name="name">Of the folder in the state directory.</param>
    public static GitDirectory OpenHeld(StateDirectory state, SyncOptions options, string name = "git") => Open(null, state, options, name);

    /// <summary>A repository that is nobody's state, to look into.</summary>
    public static GitDirectory OpenAt(string path) => new(null, new Repository(path), path, new());

    static GitDirectory Open(IDisposable? held, StateDirectory state, SyncOptions options, string name)
    {
        NativeGit.Load();
        var path = state.PathOf(name);
        if (!File.Exists(System.IO.Path.Combine(path, "HEAD")) || !Directory.Exists(System.IO.Path.Combine(path, "refs")))
            Repository.Init(path, isBare: true);
        Leftovers.RemoveOurs(path);
        var moved = Configure(path, options);
        var git = new GitDirectory(held, new Repository(path), path, options);
        // Another remote has another history: what was seen of the old one says nothing about it.
        if (moved) git.Delete(Seen, Incoming);
        return git;
    }

    /// <returns>True where the remote is another than before.</returns>
    static bool Configure(string path, SyncOptions options)
    {
        var text = new StringBuilder("[core]\n\trepositoryformatversion = 0\n\tfilemode = false\n\tbare = true\n\tignorecase = false\n\tprecomposeunicode = false\n\tlogallrefupdates = false\n[pack]\n\twindowMemory = 4m\n\tdeltaCacheSize = 2m\n");
        var remote = options.Remote.Length == 0 ? "" : $"[remote \"origin\"]\n\turl = {Quoted(Ssh.ForLibGit2(options.Remote))}\n";
        text.Append(remote);

        var head = System.IO.Path.Combine(path, "HEAD");
        if (File.ReadAllText(head) != $"ref: {Main}\n") Durable.Write(head, Encoding.ASCII.GetBytes($"ref: {Main}\n"));
        var file = System.IO.Path.Combine(path, "config");
        var before = File.Exists(file) ? File.ReadAllText(file) : "";
        if (before == text.ToString()) return false;
        Durable.Write(file, Encoding.UTF8.GetBytes(text.ToString()));
        return remote.Length > 0 && before.Contains("[remote ", StringComparison.Ordinal) && !before.EndsWith(remote, StringComparison.Ordinal);
    }

    static string Quoted(string value) =>
        value.AsSpan().ContainsAny('\n', '\r', '\0')
            ? throw new Refusal(ExitCode.BadConfiguration, "the remote's address has a line break in it", "correct remote = in vault.toml")
            : "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    /// <returns>Null where there is no such reference.</returns>
    /// <exception cref="SyncException">There is, and its commit is missing: taken for an empty history, the whole vault would be committed as new.</exception>
    public Commit? Commit(string reference) =>
        Repository.Refs[reference] is not DirectReference { TargetIdentifier: var id } ? null
        : Find(id) ?? throw new SyncException(new(SyncFailureKind.Corrupt, $"the commit {id} of {reference} is missing in {Path}"));

    public Commit? Find(string id) => Repository.Lookup<Commit>(id);

    /// <summary>Durable when it returns: libgit2 syncs references and objects (NativeGit).</summary>
    public void Point(string reference, Commit commit)
    {
        if (Repository.Refs[reference] is DirectReference { TargetIdentifier: var id } && id == commit.Sha) return;
        Repository.Refs.Add(reference, commit.Id, allowOverwrite: true);
    }

    public void Delete(params ReadOnlySpan<string> references)
    {
        foreach (var reference in references)
            if (Repository.Refs[reference] is { } old) Repository.Refs.Remove(old);
    }

    /// <summary>What differs between two trees, by path; cost follows the difference. Null stands for an empty tree.</summary>
    public Dictionary<string, Change> Diff(Tree? from, Tree? to)
    {
        var changes = new Dictionary<string, Change>(StringComparer.Ordinal);
        if (from?.Id == to?.Id) return changes;
        using var diff = Repository.Diff.Compare<TreeChanges>(from, to, new CompareOptions { Similarity = SimilarityOptions.None });
        foreach (var entry in diff)
        {
            var old = entry.OldExists ? entry.OldOid : null;
            var @new = entry.Exists ? entry.Oid : null;
            var plain = @new is null || IsPlain(entry.Mode);
            if (old != @new || !plain) changes[entry.Path] = new(old, @new, plain);
        }
        return changes;
    }

    public TreeView View(Tree? tree) => new(tree, names);

    /// <summary>All that is in a tree, as if it were new, in parts of so many paths; a folder's own files come after its folders, and what lies too deep is a folder that is no plain file. One part is there at a time.</summary>
    public static IEnumerable<Dictionary<string, Change>> Parts(Tree tree, int size)
    {
        var part = new Dictionary<string, Change>(StringComparer.Ordinal);
        foreach (var (path, change) in All(tree, "", SyncPath.Depth))
        {
            part[path] = change;
            if (part.Count < size) continue;
            yield return part;
            part = new(StringComparer.Ordinal);
        }
        yield return part;
    }

    // Deeper than any path of the vault nobody looks: a hostile tree may have no end.
    static IEnumerable<KeyValuePair<string, Change>> All(Tree tree, string folder, int depth)
    {
        bool IsBelow(TreeEntry entry) => entry.Mode is Mode.Directory && depth > 1;
        foreach (var entry in tree.Where(IsBelow))
            foreach (var below in All((Tree)entry.Target, folder + entry.Name + "/", depth - 1)) yield return below;
        foreach (var entry in tree)
            if (!IsBelow(entry)) yield return new(folder + entry.Name, new(null, entry.Target.Id, IsPlain(entry.Mode)));
    }

    static bool IsPlain(Mode mode) => mode is Mode.NonExecutableFile or Mode.ExecutableFile or Mode.NonExecutableGroupWritableFile;

    /// <summary>A tree that differs from another in these paths; only what lies on the way to them is written.</summary>
    public Tree Build(Tree? from, IEnumerable<KeyValuePair<string, ObjectId?>> changes) =>
        Repository.Lookup<Tree>(new TreeWriter(Repository.ObjectDatabase).Write(from, changes));

    /// <summary>Signed, where this machine is the owner's.</summary>
    public Commit Write(Tree tree, string message, AgentId agent, DateTimeOffset now, params IReadOnlyList<Commit> parents)
    {
        now = now.ToUniversalTime();
        if (options.Sign is { } sign) message = OwnersWord.Give(message, tree, agent, now, parents, sign);
        var author = new Signature(agent.Value, agent.Value + "@platinum.invalid", now);
        return Repository.ObjectDatabase.CreateCommit(author, author, message, tree, parents, prettifyMessage: false);
    }

    public ObjectId WriteBlob(byte[] content)
    {
        using var stream = new MemoryStream(content, writable: false);
        return Repository.ObjectDatabase.CreateBlob(stream).Id;
    }

    public long SizeOf(ObjectId blob) => Repository.ObjectDatabase.RetrieveObjectMetadata(blob).Size;

    /// <exception cref="SyncException">The object is missing or damaged.</exception>
    public byte[] Read(ObjectId blob)
    {
        if (Repository.Lookup<Blob>(blob) is not { } found)
            throw new SyncException(new(SyncFailureKind.Corrupt, $"the object {blob.Sha} is missing in {Path}"));
        using var stream = found.GetContentStream();
        var bytes = new byte[found.Size];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Whether <paramref name="older"/> is in the history of <paramref name="newer"/>, or the same.</summary>
    public bool IsAncestor(Commit older, Commit newer) =>
        older.Id == newer.Id || Repository.ObjectDatabase.FindMergeBase(older, newer)?.Id == older.Id;

    public void Dispose()
    {
        Repository.Dispose();
        held?.Dispose();
    }
}
