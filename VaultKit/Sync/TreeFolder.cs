using System.Collections;
using System.Text;
using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>
/// One folder of a tree, its entries by name. Read once: libgit2 reads the whole folder again for every name that it is asked for. And not before it is asked for one: of most past
/// months the id is enough. Of what LibGit2Sharp gives for an entry little is kept: half a kilobyte each, which in a folder of 10,000 is what the program has at all. The names lie one behind
/// the other, as octets.
/// </summary>
sealed class TreeFolder(Tree tree, FolderNames names) : IEnumerable<KeyValuePair<string, TreeItem>>
{
    readonly record struct Entry(int Start, int Length, TreeItem Item);

    byte[] octets = [];
    Entry[]? read;

    public ObjectId Id => tree.Id;
    public int Count => read?.Length ?? tree.Count;

    /// <summary>Null where there is no such name.</summary>
    public TreeItem? this[string name]
    {
        get
        {
            var entries = read ?? Read();
            var asked = name.Length <= 100 ? stackalloc byte[300] : new byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
            asked = asked[..Encoding.UTF8.GetBytes(name, asked)];
            for (int low = 0, high = entries.Length - 1; low <= high;)
            {
                var middle = (low + high) / 2;
                var order = Octets(entries[middle]).SequenceCompareTo(asked);
                if (order == 0) return entries[middle].Item;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }
            return null;
        }
    }

    /// <summary>The same, for a name that is hardly there: a folder that does not know it is not kept.</summary>
    public TreeItem? Seldom(string name) => read is not null || names.MayHold(tree, name) ? this[name] : null;

    /// <summary>Whether it has these very names, each an ordinary file's. It is not kept.</summary>
    public bool IsJust(IReadOnlyCollection<string> files)
    {
        if (files.Count != Count) return false;
        var left = files.ToHashSet(StringComparer.Ordinal);
        return tree.All(entry => new TreeItem(entry.Mode, default).IsFile && left.Remove(entry.Name));
    }

    /// <summary>A folder in this one; null where there is none.</summary>
    public TreeFolder? Below(string name) => this[name] is { IsFolder: true } ? new((Tree)tree[name].Target, names) : null;

    Entry[] Read()
    {
        var (entries, count, length) = (new Entry[tree.Count], 0, 0);
        octets = new byte[entries.Length * 64];
        foreach (var entry in tree)
        {
            var size = Encoding.UTF8.GetByteCount(entry.Name);
            if (length + size > octets.Length) Array.Resize(ref octets, octets.Length + octets.Length / 2 + size);
            entries[count++] = new(length, Encoding.UTF8.GetBytes(entry.Name, octets.AsSpan(length)), new(entry.Mode, entry.Target.Id));
            length += size;
        }
        // Git's own order but for folders, which it takes for names that end in a slash.
        Array.Sort(entries, (a, b) => Octets(a).SequenceCompareTo(Octets(b)));
        return read = entries;
    }

    ReadOnlySpan<byte> Octets(Entry entry) => octets.AsSpan(entry.Start, entry.Length);

    public IEnumerator<KeyValuePair<string, TreeItem>> GetEnumerator()
    {
        foreach (var entry in read ?? Read()) yield return new(Encoding.UTF8.GetString(Octets(entry)), entry.Item);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
