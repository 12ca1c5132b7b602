namespace LocalAgent.Trying;

/// <summary>Work on one thing after another, on all processors.</summary>
static class Parallel
{
    /// <returns>In the order of what came in; never more is held than there are processors, and one.</returns>
    public static IEnumerable<TResult> InOrder<T, TResult>(IEnumerable<T> items, Func<T, TResult> work)
    {
        var under = new Queue<Task<TResult>>();
        foreach (var item in items)
        {
            under.Enqueue(Task.Run(() => work(item)));
            if (under.Count > Environment.ProcessorCount) yield return under.Dequeue().GetAwaiter().GetResult();
        }
        while (under.TryDequeue(out var next)) yield return next.GetAwaiter().GetResult();
    }
}
