using LocalAgent.Counting;
using VaultKit.Vault;

namespace LocalAgent.Tests.Counting;

/// <summary>Which instants a week is.</summary>
public class PeriodTests
{
    static readonly TimeZoneInfo.TransitionTime
        March = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
        October = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday);

    static TimeZoneInfo Zone(TimeZoneInfo.TransitionTime forward, TimeZoneInfo.TransitionTime back) =>
        TimeZoneInfo.CreateCustomTimeZone("there", TimeSpan.FromHours(1), "there", "there", "there in summer",
            [TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1), forward, back)]);

    sealed class Clock(string now, TimeZoneInfo zone) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse(now);
        public override TimeZoneInfo LocalTimeZone => zone;
    }

    static string Text(Period p) => $"{p.Name} {p.From.UtcDateTime:yyyy-MM-ddTHH:mm} {p.Until.UtcDateTime:yyyy-MM-ddTHH:mm} {p.Hours} {p.IsOver}";

    static readonly Clock Now = new("2026-11-26T11:00:30Z", Zone(March, October));

    [Test]
    [Arguments("2026-W47", "2026-W47 2026-11-15T23:00 2026-11-22T23:00 168 True")]
    [Arguments("2026-w48", "2026-W48 2026-11-22T23:00 2026-11-26T11:00 85 False")]
    [Arguments("2026-W13", "2026-W13 2026-03-22T23:00 2026-03-29T22:00 167 True")] // the clock goes forward
    [Arguments("2025-W43", "2025-W43 2025-10-19T22:00 2025-10-26T23:00 169 True")] // and back
    [Arguments("2026-W01", "2026-W01 2025-12-28T23:00 2026-01-04T23:00 168 True")] // begins in the year before
    [Arguments("2020-W53", "2020-W53 2020-12-27T23:00 2021-01-03T23:00 168 True")]
    public async Task A_week_goes_from_monday_to_monday_of_the_owners_time(string week, string want) =>
        await Assert.That(Text(Period.Of(week, null, Now))).IsEqualTo(want);

    [Test]
    public async Task Else_it_is_the_last_seven_days_or_since_a_day()
    {
        await Assert.That(Text(Period.Of(null, null, Now))).IsEqualTo(" 2026-11-19T23:00 2026-11-26T11:00 157 False");
        await Assert.That(Text(Period.Of(null, "2026-11-26", Now))).IsEqualTo(" 2026-11-25T23:00 2026-11-26T11:00 13 False");
        var late = new Clock("2026-11-26T23:30:00Z", Zone(March, October)); // the next day there
        await Assert.That(Text(Period.Of(null, "2026-11-27", late))).IsEqualTo(" 2026-11-26T23:00 2026-11-26T23:30 1 False");
    }

    [Test]
    [Arguments("2026-W54", null)]
    [Arguments("2025-W53", null)]
    [Arguments("2026-W00", null)]
    [Arguments("2026-W 1", null)]
    [Arguments("0000-W01", null)]
    [Arguments("9999-W52", null)]
    [Arguments("2026-48", null)]
    [Arguments("", null)]
    [Arguments("2026-W49", null)]
    [Arguments(null, "2026-11-27")]
    [Arguments(null, "26.11.2026")]
    [Arguments("2026-W48", "2026-11-26")]
    public async Task What_is_no_week_or_day_or_has_not_begun_is_refused(string? week, string? since)
    {
        var refusal = Assert.Throws<Refusal>(() => Period.Of(week, since, Now));
        await Assert.That(refusal.Code).IsEqualTo(ExitCode.Usage);
        await Assert.That(refusal.Hint).IsNotNull();
    }

    [Test]
    public async Task A_border_belongs_to_the_week_that_it_begins()
    {
        var (week, next) = (Period.Of("2026-W46", null, Now), Period.Of("2026-W47", null, Now));
        await Assert.That(week.Until).IsEqualTo(next.From);
        await Assert.That(week.Holds(next.From)).IsFalse();
        await Assert.That(next.Holds(next.From)).IsTrue();
        await Assert.That(week.Holds(next.From.AddTicks(-1))).IsTrue();
    }

    [Test]
    public async Task A_day_without_a_midnight_or_with_two_begins_at_its_first_instant()
    {
        var zone = Zone(TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 0, 0, 0), 4, 10), TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 1, 0, 0), 10, 10));
        await Assert.That(Period.Begin(new(2026, 4, 10), zone).UtcDateTime).IsEqualTo(new DateTime(2026, 4, 9, 23, 0, 0));
        await Assert.That(Period.Begin(new(2026, 10, 10), zone).UtcDateTime).IsEqualTo(new DateTime(2026, 10, 9, 22, 0, 0));
        await Assert.That(Period.Begin(new(2026, 10, 11), zone).UtcDateTime).IsEqualTo(new DateTime(2026, 10, 10, 23, 0, 0));
    }
}
