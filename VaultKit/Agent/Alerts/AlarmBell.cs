using System.Globalization;
using System.Text;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>
/// Tells the owner of alarms: each once when it begins, the urgent ones again each day, and that it is over. One message for all there is to tell, <see cref="MostAnHour"/> an hour at most; what comes on top goes with the next.
/// What was told is kept in the state directory (<c>alarms</c>), so that a restart tells nothing twice.
/// </summary>
/// <param name="channels">None: it keeps silent, and remembers all the same, for <c>alerts</c>.</param>
public sealed class AlarmBell(StateDirectory state, IReadOnlyList<IAlertChannel> channels, TimeProvider clock)
{
    public const int MostAnHour = 6;

    const int Limit = 1 << 20, MostLines = 12, LongestText = 300;

    static readonly TimeSpan Hour = TimeSpan.FromHours(1), Reminder = TimeSpan.FromDays(1), FirstPause = TimeSpan.FromMinutes(1), LongestPause = TimeSpan.FromMinutes(30);

    /// <param name="Told">Null: not yet.</param>
    /// <param name="Count">How many were told.</param>
    internal sealed record Known(Alarm Alarm, DateTimeOffset Since, DateTimeOffset? Told);

    readonly Queue<DateTimeOffset> messages = new();
    DateTimeOffset notBefore;
    TimeSpan pause = FirstPause;

    /// <summary>By channel, why its last message was not taken over; null where it was. Only those that were tried.</summary>
    public Dictionary<string, string?> Failures { get; } = [];

    /// <summary>What is wrong as far as the last turn of the daemon saw.</summary>
    internal IReadOnlyList<Known> Current => Recall();

    /// <summary>Takes over what is wrong now, and tells what is news. Durable when it returns: what at least one channel took over is not told again.</summary>
    /// <returns>When there is something to tell that has to wait; null where nothing is.</returns>
    public async Task<DateTimeOffset?> RingAsync(IReadOnlyList<Alarm> alarms, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var before = Recall().ToDictionary(k => k.Alarm.Key, StringComparer.Ordinal);
        var (after, lines) = (new List<Known>(), new List<(string, Alarm)>());
        foreach (var alarm in alarms.DistinctBy(a => a.Key))
        {
            var known = before.GetValueOrDefault(alarm.Key) ?? new(alarm with { Count = 0 }, now, null);
            before.Remove(alarm.Key);
            // A clock that was set back ends no silence.
            if (known.Told is not { } told || alarm.Count > known.Alarm.Count) lines.Add(("raised", alarm));
            else if (alarm is { IsUrgent: true, IsNews: false } && now - told >= Reminder) lines.Add(("still", alarm));
            // Fewer than were told: of as many as that it is told again.
            after.Add(known with { Alarm = alarm with { Count = Math.Min(alarm.Count, known.Alarm.Count) } });
        }
        lines.AddRange(before.Values.Where(k => k is { Told: not null, Alarm.IsNews: false }).Select(k => ("over", k.Alarm)));
        while (messages.TryPeek(out var first) && now - first >= Hour) messages.Dequeue();
        if (lines.Count == 0)
        {
            Remember(after);
            return null;
        }
        var over = before.Values.Where(k => k.Told is not null && !k.Alarm.IsNews).ToList();
        if (channels.Count == 0)
        {
            Remember(after);
            return null;
        }
        if (notBefore > now && notBefore - now <= Hour || messages.Count >= MostAnHour)
        {
            Remember([.. after, .. over]);
            return messages.Count >= MostAnHour ? messages.Peek() + Hour : notBefore;
        }
        if (!await TellAsync(NoticeOf(lines), cancel))
        {
            Remember([.. after, .. over]);
            (notBefore, pause) = (now + pause, TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks)));
            return notBefore;
        }
        messages.Enqueue(now);
        (notBefore, pause) = (default, FirstPause);
        var counts = alarms.DistinctBy(a => a.Key).ToDictionary(a => a.Key, a => a.Count, StringComparer.Ordinal);
        var said = lines.Select(l => l.Item2.Key).ToHashSet(StringComparer.Ordinal);
        Remember([.. after.Select(k => said.Contains(k.Alarm.Key) ? k with { Told = now, Alarm = k.Alarm with { Count = counts[k.Alarm.Key] } } : k)]);
        return null;
    }

    /// <summary>Tells all channels.</summary>
    /// <returns>Whether one took it over.</returns>
    public async Task<bool> TellAsync(Notice notice, CancellationToken cancel)
    {
        var taken = false;
        foreach (var channel in channels)
        {
            try
            {
                await channel.TellAsync(notice, cancel);
                taken = true;
                Failures[channel.Name] = null;
            }
            catch (Refusal e) { Failures[channel.Name] = e.Message; }
        }
        return taken;
    }

    Notice NoticeOf(List<(string State, Alarm Alarm)> lines)
    {
        var first = lines[0];
        var rest = lines.Count > 1 ? $" (+{lines.Count - 1})" : "";
        var title = $"Platinum {state.Agent}: {(first.State == "over" ? "over: " : "")}{first.Alarm.Text}{rest}";
        if (lines.Count > MostLines) lines = [.. lines.Take(MostLines), (lines[MostLines].State, new Alarm("more", $"and {lines.Count - MostLines} more", "alerts"))];
        return new(title, lines, lines.Any(l => l.State != "over" && l.Alarm.IsUrgent));
    }

    List<Known> Recall()
    {
        var (known, file) = (new List<Known>(), FileOf);
        if (Disk.Stamp(file).Kind != FileKind.Regular) return known;
        // A line that can't be read counts as none: it is told once more.
        foreach (var line in Encoding.UTF8.GetString(Disk.ReadRegular(file, Limit)).Split('\n'))
            if (line.Split('\t') is [var key, var since, var told, var count, var kind, var hint, var text] && Time(since) is { } at && int.TryParse(count, out var n))
                known.Add(new(new(key, text, hint) { Count = n, IsNews = kind.Contains('n'), IsUrgent = kind.Contains('u') }, at, Time(told)));
        return known;
    }

    void Remember(List<Known> known)
    {
        var text = new StringBuilder();
        foreach (var (alarm, since, told) in known)
            text.Append(alarm.Key).Append('\t').Append(since.ToString("O")).Append('\t').Append(told?.ToString("O") ?? "-").Append('\t').Append(alarm.Count).Append('\t')
                .Append(alarm.IsNews ? "n" : "").Append(alarm.IsUrgent ? "u" : "").Append('\t').Append(alarm.Hint).Append('\t').Append(Mail.CleanText.OneLine(alarm.Text, LongestText)).Append('\n');
        var octets = Encoding.UTF8.GetBytes(text.ToString());
        var kind = Disk.Stamp(FileOf).Kind;
        if (kind == FileKind.Missing && octets.Length == 0 || kind == FileKind.Regular && Disk.ReadRegular(FileOf, Limit).AsSpan().SequenceEqual(octets)) return;
        Durable.Write(FileOf, octets);
    }

    static DateTimeOffset? Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) ? at : null;

    string FileOf => state.PathOf("alarms");
}
