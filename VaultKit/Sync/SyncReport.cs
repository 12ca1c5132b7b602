using System.Diagnostics;

namespace VaultKit.Sync;

/// <summary>What one cycle did.</summary>
public sealed class SyncReport
{
    /// <summary>Commits of local work.</summary>
    public int Committed { get; internal set; }

    /// <summary>Paths in the vault that were written, moved or removed because the others changed them.</summary>
    public int FilesIn { get; internal set; }

    /// <summary>Paths of local work that were committed.</summary>
    public int FilesOut { get; internal set; }

    /// <summary>True where the others' work was taken in.</summary>
    public bool Merged { get; internal set; }

    /// <summary>True where the remote accepted something new from here.</summary>
    public bool Pushed { get; internal set; }

    /// <summary>Commits that the remote does not have yet; 0 without a remote.</summary>
    public int Ahead { get; internal set; }

    /// <summary>How often another's push came first.</summary>
    public int Races { get; internal set; }

    public List<Finding> Findings { get; } = [];

    /// <summary>Null where the cycle was whole.</summary>
    public SyncFailure? Failure { get; internal set; }

    /// <summary>The remote was not asked, since it failed a moment ago; <see cref="Failure"/> is that one.</summary>
    public bool LeftAlone { get; internal set; }

    /// <summary>When the remote is worth asking again; null where nothing failed.</summary>
    public DateTimeOffset? NotBefore { get; internal set; }

    /// <summary>Milliseconds by phase: checkout, snapshot, fetch, merge, push.</summary>
    public Dictionary<string, long> Milliseconds { get; } = [];

    internal T Time<T>(string phase, Func<T> work)
    {
        var watch = Stopwatch.StartNew();
        try { return work(); }
        finally { Milliseconds[phase] = Milliseconds.GetValueOrDefault(phase) + watch.ElapsedMilliseconds; }
    }
}
