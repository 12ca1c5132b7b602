using VaultKit.Agent;
using VaultKit.Vault;
using TestClock = VaultKit.Tests.Sync.TestClock;

namespace VaultKit.Tests.Agent;

/// <summary>What is told when, and what is not told twice.</summary>
public sealed class AlarmBellTests : IDisposable
{
    sealed class Channel : IAlertChannel
    {
        public List<Notice> Taken { get; } = [];
        public bool Broken { get; set; }
        public string Name => "test";

        public Task TellAsync(Notice notice, CancellationToken cancel)
        {
            if (Broken) throw new Refusal(ExitCode.TryAgain, "nobody there");
            Taken.Add(notice);
            return Task.CompletedTask;
        }
    }

    static readonly Alarm Disk = new("disk", "the disk is full", "") { IsUrgent = true }, Odd = new("odd", "something is odd", "status"), News = new("urgent:1", "a draft waits", "show 1") { IsUrgent = true, IsNews = true };

    readonly TemporaryFolder folder = new();
    readonly StateDirectory state;
    readonly TestClock clock = new() { Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero) };
    readonly Channel channel = new();
    AlarmBell Bell { get; set; }

    public AlarmBellTests()
    {
        state = StateDirectory.Open(folder["state"], Zone.Cloud);
        Bell = Opened(channel);
    }

    public void Dispose() => folder.Dispose();

    AlarmBell Opened(params IAlertChannel[] channels) => new(state, channels, clock);

    void Restart(bool alone = false) => Bell = alone ? Opened() : Opened(channel);

    string Told => string.Join(" | ", channel.Taken.Select(n => string.Join(", ", n.Lines.Select(l => $"{l.State} {l.Alarm.Key}"))));

    async Task<DateTimeOffset?> RingAsync(params Alarm[] alarms) => await Bell.RingAsync(alarms, default);

    [Test]
    public async Task It_is_told_once_also_after_a_restart_and_that_it_is_over()
    {
        await RingAsync(Odd);
        clock.Now += TimeSpan.FromMinutes(5);
        await RingAsync(Odd);
        Restart();
        await RingAsync(Odd);
        clock.Now += TimeSpan.FromDays(3);
        await RingAsync(Odd);
        await Assert.That(Told).IsEqualTo("raised odd");
        await RingAsync();
        await RingAsync();
        await Assert.That(Told).IsEqualTo("raised odd | over odd");
        await RingAsync(Odd);
        await Assert.That(Told).IsEqualTo("raised odd | over odd | raised odd");
    }

    [Test]
    public async Task What_is_urgent_is_told_again_each_day_and_news_never()
    {
        await RingAsync(Disk, News);
        clock.Now += TimeSpan.FromHours(23);
        await RingAsync(Disk, News);
        await Assert.That(Told).IsEqualTo("raised disk, raised urgent:1");
        clock.Now += TimeSpan.FromHours(2);
        await RingAsync(Disk, News);
        await RingAsync(Disk, News);
        await RingAsync(Disk);
        await Assert.That(Told).IsEqualTo("raised disk, raised urgent:1 | still disk");
        await Assert.That(channel.Taken[0].IsUrgent).IsTrue();
    }

    [Test]
    public async Task More_of_it_is_told_and_fewer_are_not()
    {
        await RingAsync(Odd with { Count = 2 });
        await RingAsync(Odd with { Count = 3 });
        await RingAsync(Odd with { Count = 1 });
        await Assert.That(Told).IsEqualTo("raised odd | raised odd");
        Restart();
        await RingAsync(Odd with { Count = 1 });
        await Assert.That(Told).IsEqualTo("raised odd | raised odd");
        await RingAsync(Odd with { Count = 2 });
        await Assert.That(Told).IsEqualTo("raised odd | raised odd | raised odd");
    }

    [Test]
    public async Task What_nobody_took_over_is_kept_and_tried_again_ever_more_seldom()
    {
        channel.Broken = true;
        var next = await RingAsync(Odd);
        await Assert.That(next).IsEqualTo(clock.Now + TimeSpan.FromMinutes(1));
        await Assert.That(Bell.Failures["test"]).IsEqualTo("nobody there");
        clock.Now = next!.Value;
        next = await RingAsync(Odd);
        await Assert.That(next).IsEqualTo(clock.Now + TimeSpan.FromMinutes(2));
        channel.Broken = false;
        await Assert.That(await RingAsync(Odd)).IsEqualTo(next);
        await Assert.That(Told).IsEqualTo("");
        clock.Now = next!.Value;
        await Assert.That(await RingAsync(Odd)).IsNull();
        await Assert.That(Told).IsEqualTo("raised odd");
    }

    [Test]
    public async Task That_it_is_over_is_kept_as_well_and_what_was_never_told_needs_no_end()
    {
        await RingAsync(Odd);
        channel.Broken = true;
        await RingAsync(Disk);
        await RingAsync();
        channel.Broken = false;
        Restart();
        await RingAsync();
        await Assert.That(Told).IsEqualTo("raised odd | over odd");
    }

    [Test]
    public async Task In_an_hour_there_are_six_messages_at_most_and_the_rest_comes_in_one()
    {
        for (var i = 0; i < 20; i++)
        {
            await RingAsync([.. Enumerable.Range(0, i + 1).Select(n => Odd with { Key = $"odd:{n}" })]);
            clock.Now += TimeSpan.FromMinutes(1);
        }
        await Assert.That(channel.Taken.Count).IsEqualTo(AlarmBell.MostAnHour);
        clock.Now += TimeSpan.FromHours(1);
        await RingAsync([.. Enumerable.Range(0, 20).Select(n => Odd with { Key = $"odd:{n}" })]);
        await Assert.That(channel.Taken.Count).IsEqualTo(AlarmBell.MostAnHour + 1);
        var last = channel.Taken[^1];
        await Assert.That(last.Lines.Count).IsEqualTo(13);
        await Assert.That(last.Text).EndsWith("and 2 more (alerts)");
    }

    [Test]
    public async Task A_file_that_cannot_be_read_tells_once_more_and_breaks_nothing()
    {
        await RingAsync(Odd);
        File.WriteAllText(state.PathOf("alarms"), "odd\tyesterday\n\0\t\t\t\t\t\t\nodd");
        await RingAsync(Odd);
        await Assert.That(Told).IsEqualTo("raised odd | raised odd");
    }

    [Test]
    public async Task With_nobody_to_tell_it_is_remembered_for_whoever_asks()
    {
        Restart(alone: true);
        await RingAsync(Odd);
        await Assert.That(Bell.Current.Single().Told).IsNull();
        await RingAsync();
        await Assert.That(Bell.Current.Count).IsEqualTo(0);
    }
}
