using System.Globalization;
using VaultKit.Vault;

namespace LocalAgent.Counting;

/// <summary>The time that is counted over: whole days of the owner's time zone.</summary>
/// <param name="Name">Such as <c>2026-W48</c> (ISO 8601); null where it is no week of the calendar.</param>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day.</param>
/// <param name="From">The first instant of its first day.</param>
/// <param name="End">The first instant after its last day.</param>
/// <param name="Until">The same, or now where it is not over.</param>
sealed record Period(string? Name, DateOnly First, DateOnly Last, DateTimeOffset From, DateTimeOffset End, DateTimeOffset Until)
{
    /// <summary>Days of a week, and of what is counted where nobody says otherwise.</summary>
    const int Week = 7;

    /// <summary>Hours that it has, begun ones too; a week in which the clock is changed has 167 or 169.</summary>
    public int Hours => (int)Math.Ceiling((Until - From).TotalHours);

    public bool IsOver => Until == End;

    /// <summary>Up to its end, not to now: another machine's clock may be ahead of this one's.</summary>
    public bool Holds(DateTimeOffset at) => at >= From && at < End;

    /// <param name="week">Such as <c>2026-W48</c>; null where none was named.</param>
    /// <param name="since">A day, such as <c>2026-11-20</c>; null where none was named.</param>
    /// <returns>The week, the days from that one on, or the last seven days, today among them.</returns>
    /// <exception cref="Refusal">There is no such week or day, it has not begun, or both were named.</exception>
    public static Period Of(string? week, string? since, TimeProvider clock)
    {
        var today = DateOnly.FromDateTime(clock.GetLocalNow().DateTime);
        if (week is not null && since is not null) throw new Refusal(ExitCode.Usage, "--week and --since are two answers to one question", "give one of them");
        if (week is not null) return Make(week.ToUpperInvariant(), Monday(week, today), null, today, clock);
        if (since is null) return Make(null, today.AddDays(1 - Week), today, today, clock);
        return DateOnly.TryParseExact(since, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Make(null, day, today, today, clock)
            : throw new Refusal(ExitCode.Usage, $"'{since}' is no day", $"write it as {today:yyyy-MM-dd}");
    }

    static Period Make(string? name, DateOnly first, DateOnly? last, DateOnly today, TimeProvider clock)
    {
        if (first > today) throw new Refusal(ExitCode.Usage, $"{name ?? $"{first:yyyy-MM-dd}"} has not begun", $"this week is {NameOf(today)}");
        last ??= first.AddDays(Week - 1);
        var (now, end) = (clock.GetUtcNow(), Begin(last.Value.AddDays(1), clock.LocalTimeZone));
        return new(name, first, last.Value, Begin(first, clock.LocalTimeZone), end, end < now ? end : now);
    }

    static DateOnly Monday(string week, DateOnly today)
    {
        if (week.Length == 8 && char.ToUpperInvariant(week[5]) == 'W' && week[4] == '-'
            && int.TryParse(week.AsSpan(0, 4), NumberStyles.None, null, out var year) && int.TryParse(week.AsSpan(6), NumberStyles.None, null, out var number)
            && year is > 0 and < 9999 && number >= 1 && number <= ISOWeek.GetWeeksInYear(year))
            return DateOnly.FromDateTime(ISOWeek.ToDateTime(year, number, DayOfWeek.Monday));
        throw new Refusal(ExitCode.Usage, $"'{week}' is no week", $"write it as {NameOf(today)}, which is this one");
    }

    /// <summary>The ISO 8601 week of a day.</summary>
    public static string NameOf(DateOnly day)
    {
        var date = day.ToDateTime(TimeOnly.MinValue);
        return $"{ISOWeek.GetYear(date):0000}-W{ISOWeek.GetWeekOfYear(date):00}";
    }

    /// <summary>The first instant of a day. Where the clock is changed at midnight, that is not always 0:00, or the earlier of two.</summary>
    public static DateTimeOffset Begin(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Of a time that is left out the zone gives the offset before the change, which is the instant of the change itself.
        return new(midnight, zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight));
    }
}
