using System.Text;
using VaultKit.Audit;
using VaultKit.Tests.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Audit;

public class DayLogTests
{
    /// <summary>An agent that says two things a cycle, on a clock that the test sets.</summary>
    sealed class Desk : IDisposable
    {
        readonly TemporaryFolder folder = new();
        public TestClock Clock { get; } = new() { Now = DateTimeOffset.UtcNow };
        public StateDirectory State { get; }
        public VaultFolder Vault { get; }
        public string Folder => Vault.FullPath($"Logs/{State.Agent}");

        public Desk()
        {
            State = StateDirectory.Open(folder["state"], Zone.Cloud);
            VaultFolder.Create(folder["vault"]);
            Vault = VaultFolder.Open(folder["vault"], State.Agent);
        }

        public void Cycles(params string[] said)
        {
            foreach (var what in said)
            {
                var log = new AuditLog(State, Clock);
                log.Append(what);
                log.Seal(Vault);
            }
        }

        public string[] Names() => [.. Directory.GetFiles(Folder).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
        public string Said() => string.Join(' ', Story.All(Vault, State).OrderBy(l => l.At).Select(l => l.Event));

        public string Problems()
        {
            var chain = new LogChain();
            foreach (var file in Directory.GetFiles(Folder)) chain.Add(State.Agent.Value, File.ReadAllBytes(file));
            return string.Join("; ", chain.Problems());
        }

        public void Dispose() => folder.Dispose();
    }

    static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd") + ".jsonl";

    [Test]
    public async Task When_a_day_is_over_its_segments_become_one_file_and_the_chain_runs_on_through_it()
    {
        using var desk = new Desk();
        var first = desk.Clock.Now;
        desk.Cycles("a", "b", "c");
        await Assert.That(desk.Names().Length).IsEqualTo(3);
        desk.Clock.Now += TimeSpan.FromDays(1);
        desk.Cycles("d", "e");
        await Assert.That(string.Join(' ', desk.Names())).IsEqualTo($"00000004.jsonl 00000005.jsonl {Day(first)}");
        desk.Clock.Now += TimeSpan.FromDays(1);
        desk.Cycles("f");
        await Assert.That(string.Join(' ', desk.Names())).IsEqualTo($"00000006.jsonl {Day(first)} {Day(first.AddDays(1))}");
        await Assert.That(desk.Said()).IsEqualTo("a b c d e f");
        await Assert.That(desk.Problems()).IsEqualTo("");
    }

    [Test]
    public async Task A_crash_between_the_day_and_the_removal_of_its_segments_doubles_nothing()
    {
        using var desk = new Desk();
        desk.Cycles("a", "b", "c");
        var segments = Directory.GetFiles(desk.Folder).Order(StringComparer.Ordinal).Select(f => (Name: f, Bytes: File.ReadAllBytes(f))).ToList();
        var day = Path.Combine(desk.Folder, Day(desk.Clock.Now));
        foreach (var written in new[] { 1, 2, 3 })
        {
            foreach (var (name, bytes) in segments) File.WriteAllBytes(name, bytes);
            File.WriteAllBytes(day, [.. segments.Take(written).SelectMany(s => s.Bytes)]);
            DayLog.Close(desk.Folder, DateOnly.FromDateTime(desk.Clock.Now.UtcDateTime.AddDays(1)));
            await Assert.That(string.Join(' ', desk.Names())).IsEqualTo(Path.GetFileName(day));
            await Assert.That(File.ReadAllBytes(day).AsSpan().SequenceEqual(segments.SelectMany(s => s.Bytes).ToArray())).IsTrue();
        }
    }

    [Test]
    public async Task A_day_that_is_not_over_stays_in_its_segments()
    {
        using var desk = new Desk();
        desk.Cycles("a", "b");
        DayLog.Close(desk.Folder, DateOnly.FromDateTime(desk.Clock.Now.UtcDateTime));
        await Assert.That(desk.Names().Length).IsEqualTo(2);
        // What the lines say counts, not when a file was copied.
        foreach (var file in Directory.GetFiles(desk.Folder)) File.SetLastWriteTimeUtc(file, desk.Clock.Now.UtcDateTime.AddDays(-2));
        DayLog.Close(desk.Folder, DateOnly.FromDateTime(desk.Clock.Now.UtcDateTime));
        await Assert.That(desk.Names().Length).IsEqualTo(2);
    }

    [Test]
    [Arguments("changed", "segment 2 does not go on from segment 1")]
    [Arguments("removed", "segment 2 is missing")]
    [Arguments("begin", "segments 1 to 2 are missing")]
    [Arguments("two", "there are two segments 1")]
    [Arguments("stranger", "begin no segment")]
    [Arguments("order", "segment 2 does not stand where it was written: it comes after segment 3")]
    public async Task A_log_that_somebody_changed_is_noticed(string how, string said)
    {
        using var desk = new Desk();
        desk.Cycles("a", "b", "c");
        var chain = new LogChain();
        var segments = Directory.GetFiles(desk.Folder).Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        switch (how)
        {
            case "changed": segments[0] = segments[0].Replace("\"a\"", "\"x\""); break;
            case "removed": segments.RemoveAt(1); break;
            case "begin": segments.RemoveRange(0, 2); break;
            case "order":
                chain.Add(desk.State.Agent.Value, Encoding.UTF8.GetBytes(segments[0] + segments[2] + segments[1]));
                segments.Clear();
                break;
            case "two": segments.Add(segments[0].Replace("\"a\"", "\"x\"")); break;
            default: segments.Insert(0, "{\"at\":\"2026-11-24T00:00:00Z\"}\n"); break;
        }
        foreach (var segment in segments) chain.Add(desk.State.Agent.Value, Encoding.UTF8.GetBytes(segment));
        await Assert.That(string.Join("; ", chain.Problems())).Contains(said);
    }

    [Test]
    public async Task A_segment_that_lies_under_another_s_name_is_noticed()
    {
        using var desk = new Desk();
        desk.Cycles("a", "b");
        var chain = new LogChain();
        foreach (var file in Directory.GetFiles(desk.Folder)) chain.Add(desk.State.Agent.Value, await File.ReadAllBytesAsync(file), 3 - LogFiles.NumberOf(file));
        await Assert.That(string.Join("; ", chain.Problems().Order(StringComparer.Ordinal))).IsEqualTo(string.Join("; ", new[] { 1, 2 }.Select(n => $"Logs/{desk.State.Agent}: segment {n} does not stand where it was written: it lies in the file of segment {3 - n}")));
    }

    [Test]
    public async Task A_segment_that_must_wait_keeps_those_after_it_waiting()
    {
        using var desk = new Desk();
        desk.Cycles("a", "b", "c");
        desk.Clock.Now += TimeSpan.FromDays(1);
        // A copy of the folder gave the second one a time of its own.
        File.SetLastWriteTimeUtc(Path.Combine(desk.Folder, "00000002.jsonl"), desk.Clock.Now.UtcDateTime);
        desk.Cycles("d");
        await Assert.That(desk.Names().Count(n => n.StartsWith('0'))).IsEqualTo(3);
        desk.Clock.Now += TimeSpan.FromDays(1);
        desk.Cycles("e");
        await Assert.That(desk.Problems()).IsEqualTo("");
    }
}
