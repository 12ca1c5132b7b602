namespace VaultKit.Agent;

/// <summary>A turn takes a moment, the wait for the next one hours: what only the turn needed is given back to the system.</summary>
public static class Frugality
{
    /// <summary>The same turn; its garbage is collected when it is over, however it ended.</summary>
    public static Func<Hint, CancellationToken, Task<TurnReport>> GivingBack(Func<Hint, CancellationToken, Task<TurnReport>> turn) => async (hint, cancel) =>
    {
        try { return await turn(hint, cancel); }
        finally
        {
            // Twice, with the finalizers between: libgit2's objects are freed by theirs.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    };
}
