using System.Text;
using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>
/// Writes trees as git stores them: for each entry its mode in octal, a space, the name, a zero octet and the id, in the order of the names' octets, a folder's as if it ended in a
/// slash (gitformat-object(5), tree objects). An entry is taken over as it is read, one at a time: a builder that holds the whole folder needs half a kilobyte for each.
/// </summary>
sealed class TreeWriter(ObjectDatabase objects)
{
    readonly record struct Entry(string Name, Mode Mode, ObjectId Id);

    /// <param name="from">Null stands for an empty tree.</param>
    /// <param name="changes">By path below it; null where the file is gone. What is left without a file is no folder any more.</param>
    /// <returns>The id of a tree that is durable when this returns.</returns>
    public ObjectId Write(Tree? from, IEnumerable<KeyValuePair<string, ObjectId?>> changes)
    {
        var (news, changed) = (new List<Entry>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var inside in changes.GroupBy(c => c.Key.Split('/', 2)[0], StringComparer.Ordinal))
        {
            changed.Add(inside.Key);
            if (Changed(from, inside.Key, inside) is { } entry) news.Add(entry);
        }
        news.Sort(Order);

        using var tree = new MemoryStream();
        var next = 0;
        foreach (var old in from ?? Enumerable.Empty<TreeEntry>())
        {
            if (changed.Contains(old.Name)) continue;
            var entry = new Entry(old.Name, old.Mode, old.Target.Id);
            for (; next < news.Count && Order(news[next], entry) < 0; next++) Add(tree, news[next]);
            Add(tree, entry);
        }
        for (; next < news.Count; next++) Add(tree, news[next]);
        tree.Position = 0;
        return objects.Write<Tree>(tree, tree.Length);
    }

    /// <summary>What a name stands for afterwards; null for nothing.</summary>
    Entry? Changed(Tree? from, string name, IEnumerable<KeyValuePair<string, ObjectId?>> changes)
    {
        Entry? file = null;
        var below = new List<KeyValuePair<string, ObjectId?>>();
        foreach (var (path, blob) in changes)
        {
            if (path.Length > name.Length) below.Add(new(path[(name.Length + 1)..], blob));
            else if (blob is not null) file = new(name, Mode.NonExecutableFile, blob);
        }
        if (file is not null || below.Count == 0) return file;
        var folder = Write(from?[name] is { TargetType: TreeEntryTargetType.Tree } there ? (Tree)there.Target : null, below);
        return folder == Empty ? null : new(name, Mode.Directory, folder);
    }

    static readonly ObjectId Empty = StatCache.Hash("tree", []);

    static int Order(Entry a, Entry b) => string.CompareOrdinal(a.Name, b.Name) is 0 ? 0 : Octets(a).AsSpan().SequenceCompareTo(Octets(b));

    static byte[] Octets(Entry entry) => Encoding.UTF8.GetBytes(entry.Mode is Mode.Directory ? entry.Name + "/" : entry.Name);

    static void Add(MemoryStream tree, Entry entry)
    {
        tree.Write(Encoding.ASCII.GetBytes(Convert.ToString((int)entry.Mode, 8)));
        tree.WriteByte((byte)' ');
        tree.Write(Encoding.UTF8.GetBytes(entry.Name));
        tree.WriteByte(0);
        tree.Write(entry.Id.RawId);
    }
}
