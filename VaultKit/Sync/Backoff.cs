namespace VaultKit.Sync;

/// <summary>
/// How long a failing remote is left alone. What passes by itself is tried again soon, then at the pace of the ordinary timer; where a person is needed
/// (a wrong key, another history) the knocking stops being frequent at once: servers lock out who knocks with the wrong key. Half of each step is chance, so that machines
/// that lost the remote at the same moment do not come back at the same moment.
/// </summary>
static class Backoff
{
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    static readonly TimeSpan Passing = TimeSpan.FromMinutes(5), Racing = TimeSpan.FromMinutes(1);

    /// <param name="failures">In a row, this one counted.</param>
    public static TimeSpan After(SyncFailure failure, int failures)
    {
        var (first, longest) = failure switch
        {
            { Kind: SyncFailureKind.Race } => (TimeSpan.FromSeconds(2), Racing),
            // Every try to build the directory anew fetches the whole history.
            { NeedsPerson: true } or { Kind: SyncFailureKind.Corrupt } => (TimeSpan.FromMinutes(2), Longest),
            _ => (TimeSpan.FromSeconds(5), Passing),
        };
        var step = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 20)), longest.TotalSeconds);
        return TimeSpan.FromSeconds(step * (0.5 + 0.5 * Random.Shared.NextDouble()));
    }
}
