namespace LocalAgent.Counting;

/// <summary>How long something took, in minutes.</summary>
/// <param name="Count">Of how many that is told.</param>
/// <param name="Median">The middle one; of an even number the mean of the two in the middle.</param>
/// <param name="P90">The 90th percentile by the nearest rank: nine in ten took no longer.</param>
sealed record Spread(int Count, double Median, double P90)
{
    /// <returns>Null of none.</returns>
    public static Spread? Of(IEnumerable<TimeSpan> times)
    {
        var minutes = times.Select(t => t.TotalMinutes).Order().ToList();
        if (minutes.Count == 0) return null;
        var median = (minutes[(minutes.Count - 1) / 2] + minutes[minutes.Count / 2]) / 2;
        return new(minutes.Count, Math.Round(median, 1), Math.Round(minutes[(minutes.Count * 9 + 9) / 10 - 1], 1));
    }
}
