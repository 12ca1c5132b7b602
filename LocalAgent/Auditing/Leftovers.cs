namespace LocalAgent.Auditing;

/// <summary>What a part of the work leaves behind in memory goes before the next one begins: the most that is ever held is then what that part takes, and not all of them together.</summary>
static class Leftovers
{
    public static void Sweep() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
