using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>Why an approved action must wait.</summary>
/// <param name="Until">Null where only the owner ends it.</param>
public sealed record Hold(string Why, DateTimeOffset? Until);

/// <summary>
/// Why an approved action must wait, and until when: asked by the <see cref="Fence"/> before it claims, and again when it is about to offer. What waits
/// stays where it lies. All of it is the owner's own setting or word, so none of it gives anything back or says no.
/// </summary>
public sealed class Holds(SendRules rules, Pause pause, SpentApprovals spent, TimeProvider clock)
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1), Day = TimeSpan.FromDays(1);

    public SendRules Rules => rules;
    public Pause Pause => pause;

    /// <returns>Null where it may go now; of several reasons the one that ends last.</returns>
    public Hold? On(Approval approval)
    {
        if (approval.Action == SocialPost.KindName) return new("nothing posts it: post it yourself, then 'localagent posted ID'", null);
        if (pause.Look() is { } paused) return new(paused.Reason.Length > 0 ? $"sending is paused: {paused.Reason}" : "sending is paused", null);
        var now = clock.GetUtcNow();
        Hold? last = null;
        var offers = rules.PerHour + rules.PerDay > 0 ? spent.Offers(now, approval) : [];
        foreach (var hold in new[] { Undo(approval, now), Quiet(now), Limit(offers, now, rules.PerHour, Hour, "hour"), Limit(offers, now, rules.PerDay, Day, "day") })
            if (hold is not null && !(last?.Until >= hold.Until)) last = hold;
        return last;
    }

    Hold? Undo(Approval approval, DateTimeOffset now) =>
        approval.At + rules.Undo is var end && now < end ? new("it can still be taken back", end) : null;

    Hold? Quiet(DateTimeOffset now)
    {
        if (rules.Quiet is not { } quiet) return null;
        var here = TimeZoneInfo.ConvertTime(now, clock.LocalTimeZone).DateTime;
        var time = TimeOnly.FromDateTime(here);
        if (!time.IsBetween(quiet.From, quiet.To)) return null;
        var end = here.Date.Add(quiet.To.ToTimeSpan()).AddDays(quiet.To <= time ? 1 : 0);
        var until = new DateTimeOffset(end, clock.LocalTimeZone.GetUtcOffset(end));
        // Where the clocks are put forward the end may be an hour that does not exist, and lie behind us.
        return new($"quiet hours, {quiet.From:HH:mm} to {quiet.To:HH:mm}", until > now ? until : now + TimeSpan.FromMinutes(1));
    }

    static Hold? Limit(IReadOnlyList<Offer> offers, DateTimeOffset now, int most, TimeSpan window, string name)
    {
        if (most == 0) return null;
        var recent = offers.Select(o => o.At).Where(at => at > now - window).Order().ToList();
        // Room is when so many of them have become old that one less than the limit is left.
        return recent.Count < most ? null : new($"{recent.Count} mails went out within one {name}, and {most} are allowed", recent[recent.Count - most] + window);
    }
}
