using VaultKit.Agent;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

/// <summary>A mail that its store names and does not give.</summary>
public class SetAsideTests
{
    static ScriptedInbox Three(Workshop shop)
    {
        var inbox = new ScriptedInbox(shop.Machine.Account("main")!);
        for (var i = 0; i < 3; i++) inbox.Mails.Add(shop.Mail(id: $"{i}@mail.example", subject: $"Chairs {i}"));
        shop.Inbox = inbox;
        shop.Restart();
        return inbox;
    }

    static int Tasks(Workshop shop) => Stages.All.Sum(s => shop.Vault.List(s).Count());

    [Test]
    public async Task It_is_waited_for_then_put_aside_and_told_and_the_others_are_read()
    {
        using var shop = new Workshop();
        var inbox = Three(shop);
        inbox.NotGiven.Add(1);
        for (var i = 0; i < 2; i++)
        {
            // The tries are counted over restarts.
            shop.Restart();
            var first = await shop.RunAsync();
            await Assert.That(first.Code).IsEqualTo(ExitCode.TryAgain);
            await Assert.That(first.Problems.Single()).Contains("the mail mail 1 can't be had now: bad sector");
            await Assert.That(Tasks(shop)).IsEqualTo(1);
        }
        var third = await shop.RunAsync();
        await Assert.That(third.Code).IsEqualTo(ExitCode.DoneInPart);
        await Assert.That(third.Problems.Single()).Contains("the mail mail 1 can't be had and was put aside: bad sector (asked for 3 times");
        await Assert.That(Tasks(shop)).IsEqualTo(2);
        await Assert.That(shop.Log().Count(l => l.StartsWith("mail.aside", StringComparison.Ordinal))).IsEqualTo(1);
        shop.Restart();
        await Assert.That((await shop.RunAsync()).Problems.Single()).Contains("mail 1 can't be had");
        await Assert.That(inbox.Asked.Any(a => a.Position.StartsWith("again", StringComparison.Ordinal))).IsFalse();

        shop.Clock.Now += TimeSpan.FromHours(1.1);
        await Assert.That((await shop.RunAsync()).Problems.Single()).Contains("asked for 4 times");
        shop.Clock.Now += TimeSpan.FromHours(1.1);
        await Assert.That((await shop.RunAsync()).Problems.Single()).Contains("asked for 4 times"); // ever more seldom
        inbox.NotGiven.Clear();
        shop.Clock.Now += TimeSpan.FromHours(1.1);
        await Assert.That((await shop.RunAsync()).Problems).IsEmpty();
        await Assert.That(Tasks(shop)).IsEqualTo(3);
    }

    [Test]
    public async Task A_crash_between_loses_nothing()
    {
        using var shop = new Workshop();
        var inbox = Three(shop);
        inbox.NotGiven.Add(0);
        for (var i = 0; i < 3; i++) await shop.RunAsync();
        // The position was lost: what was put aside is told still, and what it comes upon again is not waited for again.
        File.Delete(shop.PositionFile);
        shop.Restart();
        var report = await shop.RunAsync();
        await Assert.That(report.Problems.Single()).Contains("mail 0 can't be had and was put aside");
        await Assert.That((report.Known, Tasks(shop))).IsEqualTo((2, 2));
    }

    [Test]
    public async Task What_is_said_not_to_be_there_is_looked_for_once_more_and_told_in_the_log_alone()
    {
        using var shop = new Workshop();
        var inbox = Three(shop);
        (inbox.Absent, _) = (true, inbox.NotGiven.Add(1));
        var report = await shop.RunAsync();
        await Assert.That((report.Code, Tasks(shop))).IsEqualTo((ExitCode.Done, 2));
        shop.Clock.Now += TimeSpan.FromMinutes(6);
        await Assert.That((await shop.RunAsync()).Code).IsEqualTo(ExitCode.Done);
        await Assert.That(shop.Log().Count(l => l.StartsWith("mail.gone", StringComparison.Ordinal) && l.Contains("mail 1"))).IsEqualTo(1);
        shop.Clock.Now += TimeSpan.FromDays(2);
        await shop.RunAsync();
        await Assert.That(inbox.Asked.Count(a => a.Position == "again 1")).IsEqualTo(1);
    }

    [Test]
    public async Task Where_too_many_can_t_be_had_the_position_stays()
    {
        using var shop = new Workshop();
        var inbox = Three(shop);
        var file = shop.Machine.State.PathOf("aside", "main");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllLines(file, Enumerable.Range(0, 1000).Select(i => $"3\t2999-01-01T00:00:00.0000000+00:00\told{i}\torigin\twhy"));
        inbox.NotGiven.Add(0);
        for (var i = 0; i < 4; i++) await Assert.That((await shop.RunAsync()).Code).IsEqualTo(ExitCode.TryAgain);
        await Assert.That(File.Exists(shop.PositionFile)).IsFalse();
        File.AppendAllText(file, "not a line\n");
        await Assert.That((await shop.RunAsync()).Problems.Single()).Contains("can't be read, so nobody knows which mails were put aside");
    }
}
