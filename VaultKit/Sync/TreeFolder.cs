using System.Collections;
using System.Text;
using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>
/// One folder of a tree, its entries by name. Read once: libgit2 reads the whole folder again for every name that it is asked for. And not before it is asked for one: of most past
/// months the id is enough. Of what LibGit2Sharp gives for an entry little is kept: half a kilobyte each, which in a folder of 10,000 is what the program has at all. The names lie one behind
/// the other, as octets.
/// </summary>
sealed class TreeFolder(Tree tree) : IEnumerable<KeyValuePair<string, TreeItem>>
{
    readonly record struct Entry(int Start, int Length, TreeItem Item);

    byte[] names = [];
    Entry[]? read;
    int[]? hashes;

    public ObjectId Id => tree.Id;
    public int Count => read?.Length ?? tree.Count;

    /// <summary>Null where there is no such name.</summary>
    public TreeItem? this[string name]
    {
        get
        {
            var entries = read ?? Read();
            var octets = name.Length <= 100 ? stackalloc byte[300] : new byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
            octets = octets[..Encoding.UTF8.GetBytes(name, octets)];
            for (int low = 0, high = entries.Length - 1; low <= high;)
            {
                var middle = (low + high) / 2;
                var order = Octets(entries[middle]).SequenceCompareTo(octets);
                if (order == 0) return entries[middle].Item;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }
            return null;
        }
    }

    /// <summary>The same, for a name that is hardly there: a folder that does not know it is not kept, only four octets for each of its names.</summary>
    public TreeItem? Seldom(string name)
    {
        if (read is null)
        {
            hashes ??= Hashes();
            if (Array.BinarySearch(hashes, name.GetHashCode()) < 0) return null;
        }
        return this[name];
    }

    /// <summary>A folder in this one; null where there is none.</summary>
    public TreeFolder? Below(string name) => this[name] is { IsFolder: true } ? new((Tree)tree[name].Target) : null;

    Entry[] Read()
    {
        var (entries, count, length) = (new Entry[tree.Count], 0, 0);
        names = new byte[entries.Length * 64];
        foreach (var entry in tree)
        {
            var size = Encoding.UTF8.GetByteCount(entry.Name);
            if (length + size > names.Length) Array.Resize(ref names, names.Length + names.Length / 2 + size);
            entries[count++] = new(length, Encoding.UTF8.GetBytes(entry.Name, names.AsSpan(length)), new(entry.Mode, entry.Target.Id));
            length += size;
        }
        // Git's own order but for folders, which it takes for names that end in a slash.
        Array.Sort(entries, (a, b) => Octets(a).SequenceCompareTo(Octets(b)));
        return read = entries;
    }

    int[] Hashes()
    {
        var (hashes, count) = (new int[tree.Count], 0);
        foreach (var entry in tree) hashes[count++] = entry.Name.GetHashCode();
        Array.Sort(hashes);
        return hashes;
    }

    ReadOnlySpan<byte> Octets(Entry entry) => names.AsSpan(entry.Start, entry.Length);

    public IEnumerator<KeyValuePair<string, TreeItem>> GetEnumerator()
    {
        foreach (var entry in read ?? Read()) yield return new(Encoding.UTF8.GetString(Octets(entry)), entry.Item);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
