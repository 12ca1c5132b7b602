using System.Security.Cryptography;
using System.Text.Json;
using VaultKit.Audit;
using VaultKit.Vault;

namespace VaultKit.Tests.Audit;

public class AuditLogTests
{
    static readonly string Zeros = new('0', 64);

    /// <summary>One agent's log and the vault that it is sealed into.</summary>
    sealed class Desk : IDisposable
    {
        readonly TemporaryFolder folder = new();
        public StateDirectory State { get; }
        public VaultFolder Vault { get; }
        public AuditLog Log { get; private set; }

        public Desk()
        {
            State = StateDirectory.Open(folder["state"], Zone.Cloud);
            VaultFolder.Create(folder["vault"]);
            Vault = VaultFolder.Open(folder["vault"], State.Agent);
            Log = new(State, TimeProvider.System);
        }

        public string File(string name) => State.PathOf("audit", name);

        /// <summary>As another process would open the same state.</summary>
        public AuditLog Another() => new(StateDirectory.Open(State.Root, Zone.Cloud), TimeProvider.System);

        public bool Seal()
        {
            Log = Another(); // nothing that a crash would take is carried over in memory
            return Log.Seal(Vault);
        }

        public string[] Segments() => Directory.Exists(Folder) ? [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal)] : [];

        string Folder => Vault.FullPath($"Logs/{State.Agent}");

        /// <summary>The events of all sealed segments in order, after each link of the chain was computed again.</summary>
        public List<string> Verified()
        {
            var events = new List<string>();
            var previous = Zeros;
            var segments = Segments();
            for (var i = 0; i < segments.Length; i++)
            {
                if (Path.GetFileName(segments[i]) != $"{i + 1:d8}.jsonl") throw new InvalidOperationException($"{segments[i]} is out of order");
                var lines = System.IO.File.ReadAllLines(segments[i]);
                using var start = JsonDocument.Parse(lines[0]);
                if (start.RootElement.GetProperty("segment").GetInt32() != i + 1) throw new InvalidOperationException($"{segments[i]} has another number inside");
                if (start.RootElement.GetProperty("agent").GetString() != State.Agent.Value) throw new InvalidOperationException($"{segments[i]} is another agent's");
                if (start.RootElement.GetProperty("previous").GetString() != previous) throw new InvalidOperationException($"the chain breaks before {segments[i]}");
                foreach (var line in lines[1..]) events.Add(Event(line));
                previous = Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(segments[i])));
            }
            var head = System.IO.File.Exists(File("head")) ? System.IO.File.ReadAllText(File("head")) : $"0 {Zeros}\n";
            return head == $"{segments.Length} {previous}\n" ? events : throw new InvalidOperationException("the head is not the newest segment's");
        }

        public List<string> Open() => System.IO.File.Exists(File("open.jsonl")) ? [.. System.IO.File.ReadLines(File("open.jsonl")).Select(Event)] : [];

        static string Event(string line)
        {
            using var parsed = JsonDocument.Parse(line);
            return parsed.RootElement.GetProperty("event").GetString()!;
        }

        public void Dispose() => folder.Dispose();
    }

    [Test]
    public async Task What_a_crash_left_beside_its_segment_is_read_once()
    {
        using var desk = new Desk();
        desk.Log.Append("test.said", null, ("n", "0"));
        var lines = await File.ReadAllBytesAsync(desk.File("open.jsonl"));
        desk.Seal();
        await File.WriteAllBytesAsync(desk.File("sealing.jsonl"), lines);
        desk.Log.Append("test.said", null, ("n", "1"));
        await Assert.That(string.Join(' ', Story.All(desk.Vault, desk.State).Select(l => l.Detail!["n"]))).IsEqualTo("0 1");
    }

    [Test]
    public async Task A_log_that_is_read_while_it_is_sealed_has_each_line_once()
    {
        using var desk = new Desk();
        var (said, over) = (0, false);
        var writer = Task.Run(() =>
        {
            var log = desk.Another();
            while (!Volatile.Read(ref over))
            {
                for (var i = 0; i < 3; i++) log.Append("test.said", null, ("n", $"{said + i}"));
                Volatile.Write(ref said, said + 3);
                log.Seal(desk.Vault);
            }
        });
        try
        {
            for (var round = 0; round < 100; round++)
            {
                var least = Volatile.Read(ref said);
                var read = Story.All(desk.Vault, desk.State).Select(l => int.Parse(l.Detail!["n"])).ToList();
                await Assert.That(read.SequenceEqual(Enumerable.Range(0, read.Count))).IsTrue().Because(string.Join(' ', read));
                await Assert.That(read.Count).IsGreaterThanOrEqualTo(least);
            }
        }
        finally
        {
            Volatile.Write(ref over, true);
            await writer;
        }
    }

    [Test]
    public async Task What_was_said_is_in_the_file_in_its_order_with_all_that_is_known()
    {
        using var desk = new Desk();
        var task = TaskName.From("x", new byte[32]);
        desk.Log.Append("one", task, ("by", "a\nb"));
        desk.Log.Append("two");
        await Assert.That(string.Join(' ', desk.Open())).IsEqualTo("one two");
        var line = Story.Of(task, desk.Vault, desk.State).Single();
        await Assert.That((line.Event, line.Agent, line.Detail!["by"])).IsEqualTo(("one", desk.State.Agent.Value, "a\nb"));
        await Assert.That(DateTimeOffset.UtcNow - line.At).IsLessThan(TimeSpan.FromMinutes(1));
    }

    [Test]
    public async Task What_is_said_is_durable_when_it_was_said()
    {
        if (!SystemCalls.CanSee) { Skip.Test("there is no strace on this machine"); return; }
        using var desk = new Desk();
        await Assert.That(string.Join(" | ", SystemCalls.Of(desk.State.Root, () => desk.Log.Append("one")))).IsEqualTo("fsync audit/open.jsonl | fsync audit");
    }

    [Test]
    public async Task A_line_that_a_crash_tore_is_taken_away_before_the_next()
    {
        using var desk = new Desk();
        desk.Log.Append("one");
        File.AppendAllText(desk.File("open.jsonl"), "{\"at\":\"2026-");
        desk.Log.Append("two");
        await Assert.That(string.Join(' ', desk.Open())).IsEqualTo("one two");
    }

    [Test]
    public async Task A_torn_line_is_never_sealed()
    {
        using var desk = new Desk();
        desk.Log.Append("one");
        File.AppendAllText(desk.File("open.jsonl"), "{\"at\":\"2026-");
        await Assert.That(desk.Seal()).IsTrue();
        await Assert.That(string.Join(' ', desk.Verified())).IsEqualTo("one");
    }

    [Test]
    public async Task Each_segment_names_the_hash_of_the_one_before()
    {
        using var desk = new Desk();
        for (var i = 0; i < 4; i++)
        {
            desk.Log.Append($"a{i}");
            desk.Log.Append($"b{i}");
            await Assert.That(desk.Seal()).IsTrue();
        }
        await Assert.That(string.Join(' ', desk.Verified())).IsEqualTo("a0 b0 a1 b1 a2 b2 a3 b3");
        await Assert.That(desk.Segments().Length).IsEqualTo(4);

        File.WriteAllText(desk.Segments()[1], File.ReadAllText(desk.Segments()[1]).Replace("a1", "a9"));
        await Assert.That(desk.Verified).Throws<InvalidOperationException>().WithMessageContaining("chain breaks");
    }

    [Test]
    public async Task Where_nothing_was_said_nothing_is_written()
    {
        using var desk = new Desk();
        await Assert.That(desk.Seal()).IsFalse();
        await Assert.That(Directory.Exists(desk.Vault.FullPath("Logs"))).IsFalse();
        desk.Log.Append("one");
        desk.Seal();
        var before = Disk.Stamp(desk.File("head"));
        await Assert.That(desk.Seal()).IsFalse();
        await Assert.That(desk.Segments().Length).IsEqualTo(1);
        await Assert.That(Disk.Stamp(desk.File("head"))).IsEqualTo(before);
    }

    [Test]
    [Arguments("the open segment was set aside")]
    [Arguments("the segment was written")]
    [Arguments("the head was written")]
    public async Task Wherever_sealing_died_no_line_is_lost_and_none_is_there_twice(string when)
    {
        using var desk = new Desk();
        desk.Log.Append("before");
        desk.Seal();
        desk.Log.Append("during");
        File.Move(desk.File("open.jsonl"), desk.File("sealing.jsonl"));
        var (head, sealing) = (File.ReadAllBytes(desk.File("head")), File.ReadAllBytes(desk.File("sealing.jsonl")));
        if (when != "the open segment was set aside")
        {
            desk.Seal();
            File.WriteAllBytes(desk.File("sealing.jsonl"), sealing);
            if (when == "the segment was written") File.WriteAllBytes(desk.File("head"), head);
        }
        desk.Another().Append("after");

        while (desk.Seal() || File.Exists(desk.File("open.jsonl"))) { }
        await Assert.That(string.Join(' ', desk.Verified())).IsEqualTo("before during after");
        await Assert.That(File.Exists(desk.File("sealing.jsonl"))).IsFalse();
    }

    [Test]
    public async Task A_first_segment_that_died_is_the_first_again()
    {
        using var desk = new Desk();
        desk.Log.Append("one");
        File.Copy(desk.File("open.jsonl"), desk.File("sealing.copy"));
        desk.Seal();
        File.Delete(desk.File("head"));
        File.Move(desk.File("sealing.copy"), desk.File("sealing.jsonl"));
        await Assert.That(desk.Seal()).IsTrue();
        await Assert.That(string.Join(' ', desk.Verified())).IsEqualTo("one");
        await Assert.That(desk.Segments().Length).IsEqualTo(1);
    }

    [Test]
    public async Task Processes_that_append_and_seal_at_once_lose_no_line()
    {
        using var desk = new Desk();
        const int writers = 4, lines = 12;
        Parallel.For(0, writers + 1, new ParallelOptions { MaxDegreeOfParallelism = writers + 1 }, writer =>
        {
            var log = desk.Another();
            for (var i = 0; i < lines; i++)
            {
                if (writer == writers) log.Seal(desk.Vault);
                else log.Append($"{writer}.{i}");
            }
        });
        desk.Seal();
        var said = desk.Verified();
        await Assert.That(said.Distinct().Count()).IsEqualTo(writers * lines);
        await Assert.That(said.Count).IsEqualTo(writers * lines);
        for (var writer = 0; writer < writers; writer++)
            await Assert.That(string.Join(' ', said.Where(e => e.StartsWith($"{writer}.", StringComparison.Ordinal)))).IsEqualTo(string.Join(' ', Enumerable.Range(0, lines).Select(i => $"{writer}.{i}")));
    }

    [Test]
    public async Task A_head_that_holds_nothing_begins_no_second_chain()
    {
        using var desk = new Desk();
        desk.Log.Append("one");
        desk.Seal();
        File.WriteAllText(desk.File("head"), "");
        desk.Log.Append("two");
        await Assert.That(desk.Seal).Throws<Refusal>();
        await Assert.That(desk.Segments().Length).IsEqualTo(1);
        await Assert.That(File.ReadAllText(desk.File("sealing.jsonl"))).Contains("two");
    }

    [Test]
    public async Task A_vault_of_a_later_protocol_gets_no_segment()
    {
        using var desk = new Desk();
        desk.Log.Append("one");
        File.WriteAllText(desk.Vault.FullPath(VaultFolder.ProtocolFile), "2\n");
        await Assert.That(desk.Log.Seal(VaultFolder.Open(desk.Vault.Root, desk.State.Agent))).IsFalse();
        await Assert.That(desk.Segments()).IsEmpty();
        await Assert.That(string.Join(' ', desk.Open())).IsEqualTo("one");
    }

    [Test]
    public async Task A_task_s_story_is_told_from_sealed_and_unsealed_lines_alike()
    {
        using var desk = new Desk();
        var (task, other) = (TaskName.From("x", new byte[32]), TaskName.From("y", new byte[32]));
        desk.Log.Append("filed", task);
        desk.Log.Append("filed", other);
        desk.Seal();
        desk.Log.Append("claimed", task);
        File.Move(desk.File("open.jsonl"), desk.File("sealing.jsonl"));
        desk.Log.Append("drafted", task);
        File.AppendAllText(desk.Segments()[0], "not JSON\n");
        await Assert.That(string.Join(' ', Story.Of(task, desk.Vault, desk.State).Select(l => l.Event))).IsEqualTo("filed claimed drafted");
    }
}
