using System.Text.Json;
using VaultKit.Agent;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Agent;

/// <summary>How the agent is, as it is told outside.</summary>
public class HealthTests
{
    static Dictionary<string, string> Lines(string metrics) =>
        metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#').ToDictionary(l => l[..l.LastIndexOf(' ')], l => l[(l.LastIndexOf(' ') + 1)..], StringComparer.Ordinal);

    static string Metrics(HealthWatch watch, Workshop shop, bool live = true) => watch.Now.ToMetrics(live, shop.Clock.GetUtcNow(), watch.Watched);

    [Test]
    public async Task Every_metric_is_in_the_table_once_and_every_name_in_the_code_is_one()
    {
        var names = VaultKit.Agent.Metrics.All.Select(m => m.Name).ToList();
        var code = typeof(Metrics).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToList();
        await Assert.That(string.Join('\n', names.Order(StringComparer.Ordinal))).IsEqualTo(string.Join('\n', code.Order(StringComparer.Ordinal)));
        await Assert.That(names.Distinct().Count()).IsEqualTo(names.Count);
        foreach (var metric in VaultKit.Agent.Metrics.All)
        {
            await Assert.That(metric.Help).IsNotEmpty();
            await Assert.That(metric.Values.Distinct().Count()).IsEqualTo(metric.Values.Length);
            // An amount's unit is in its name.
            await Assert.That(metric.Scale != 1000 || metric.Name.Contains("_seconds", StringComparison.Ordinal)).IsTrue().Because(metric.Name);
        }
    }

    [Test]
    public async Task Labels_have_every_value_that_there_is()
    {
        static string Snake<T>() where T : struct, Enum => string.Join(',', Enum.GetValues<T>().Select(v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString())));
        static string Values(string metric) => string.Join(',', VaultKit.Agent.Metrics.All.Single(m => m.Name == metric).Values);
        await Assert.That(string.Join(',', Trouble.Names)).IsEqualTo(Snake<TroubleKind>());
        await Assert.That(string.Join(',', StageCounts.Names)).IsEqualTo(Snake<Stage>());
        await Assert.That(Values(VaultKit.Agent.Metrics.Tasks)).IsEqualTo(Snake<Stage>());
        await Assert.That(Values(VaultKit.Agent.Metrics.OldestTask)).IsEqualTo(string.Join(',', Stages.All.Where(StageCounts.Waits).Select(s => StageCounts.Names[(int)s])));
        await Assert.That(string.Join(',', VaultKit.Agent.Metrics.SyncResults)).IsEqualTo(Snake<SyncFailureKind>() + ",ok");
        await Assert.That(Values(VaultKit.Agent.Metrics.Syncs)).IsEqualTo("ok," + Snake<SyncFailureKind>());
    }

    [Test]
    [Arguments("VaultKit/Sync", VaultKit.Agent.Metrics.SyncSeconds)]
    [Arguments("VaultKit/Agent", VaultKit.Agent.Metrics.TurnSeconds)]
    [Arguments("LocalAgent", VaultKit.Agent.Metrics.TurnSeconds)]
    public async Task Every_phase_that_is_timed_is_one_that_is_told(string folder, string metric)
    {
        var timed = Repository.Files(folder, ".cs").SelectMany(f => System.Text.RegularExpressions.Regex.Matches(f.Text, @"\.Time\(""(?<phase>\w+)""").Select(m => m.Groups["phase"].Value)).Distinct().ToList();
        await Assert.That(timed).IsNotEmpty();
        await Assert.That(timed.Except(VaultKit.Agent.Metrics.All.Single(m => m.Name == metric).Values)).IsEmpty();
    }

    [Test]
    public async Task Turns_add_up_and_what_goes_up_and_down_is_as_it_was_last()
    {
        using var shop = new Workshop();
        using var watch = new HealthWatch(shop.Machine, new ServiceManager(null, null));
        var before = Lines(Metrics(watch, shop));
        await Assert.That((before["platinum_turns_total{result=\"ok\"}"], before["platinum_ready"], before["platinum_live"])).IsEqualTo(("0", "0", "1"));

        var report = new TurnReport { Read = 7, Sifted = 2, PassedOver = 1, Known = 1, Unreadable = 1, Filed = 3, Drafted = 1, Yours = 1, Acted = 1, Unknown = 2, FilesIn = 4 };
        report.Milliseconds["read"] = 1500;
        report.Milliseconds["a phase of another name"] = 250;
        report.Count(VaultKit.Agent.Metrics.Claims, "taken", 2);
        report.Gauge(VaultKit.Agent.Metrics.Waiting, 3);
        report.Problem("the disk is full");
        watch.TurnEnded(report, [new(TroubleKind.Mail, "main", "the words of a mail server", shop.Clock.GetUtcNow().AddSeconds(-90))]);
        var second = new TurnReport { Read = 1 };
        second.Milliseconds["read"] = 500;
        second.Count(VaultKit.Agent.Metrics.Claims, "taken", 1);
        second.Gauge(VaultKit.Agent.Metrics.Waiting, 1);
        watch.TurnEnded(second, watch.Now.Failing);

        var text = Metrics(watch, shop);
        var after = Lines(text);
        foreach (var (line, value) in new[]
        {
            ("platinum_turns_total{result=\"ok\"}", "1"), ("platinum_turns_total{result=\"problems\"}", "1"), ("platinum_turn_seconds_total{phase=\"read\"}", "2"),
            ("platinum_mails_total{result=\"task\"}", "3"), ("platinum_mails_total{result=\"sifted\"}", "2"), ("platinum_mails_total{result=\"unreadable\"}", "1"), ("platinum_tasks_filed_total", "3"),
            ("platinum_claims_total{result=\"taken\"}", "3"), ("platinum_claims_total{result=\"lost\"}", "0"), ("platinum_sends_waiting", "1"), ("platinum_sends_total{result=\"accepted\"}", "1"),
            ("platinum_sends_unknown", "0"), ("platinum_problems", "0"), ("platinum_ready", "1"), ("platinum_sync_files_total{direction=\"in\"}", "4"),
            ("platinum_failing_seconds{what=\"mail\",account=\"main\"}", "90"), ("platinum_failing_seconds{what=\"mail_login\",account=\"main\"}", "0"), ("platinum_failing_seconds{what=\"sync\",account=\"\"}", "0"),
        })
            await Assert.That(after[line]).IsEqualTo(value).Because(line);
        await Assert.That(long.Parse(after["platinum_memory_resident_bytes"])).IsGreaterThan(1_000_000);
        await Assert.That(long.Parse(after["platinum_disk_free_bytes{place=\"vault\"}"])).IsGreaterThan(0);
        await Assert.That(text).DoesNotContain("the words of").And.DoesNotContain("another name");
        await Assert.That(text.Split('\n').Count(l => l.StartsWith("# TYPE ", StringComparison.Ordinal))).IsEqualTo(VaultKit.Agent.Metrics.All.Count);
        // Asked again it says the same: to be asked changes nothing.
        await Assert.That(string.Join('|', Lines(Metrics(watch, shop)).Where(l => !l.Key.Contains("memory")))).IsEqualTo(string.Join('|', after.Where(l => !l.Key.Contains("memory"))));
    }

    [Test]
    public async Task The_page_is_json_says_how_it_is_and_keeps_the_words_to_itself()
    {
        using var shop = new Workshop();
        using var watch = new HealthWatch(shop.Machine, new ServiceManager(null, null));
        JsonElement Page(bool live) => JsonDocument.Parse(watch.Now.ToJson(live)).RootElement;
        await Assert.That((Page(true).GetProperty("status").GetString(), Page(true).GetProperty("ready").GetBoolean())).IsEqualTo(("starting", false));
        await Assert.That(Page(true).GetProperty("last_turn").ValueKind).IsEqualTo(JsonValueKind.Null);
        shop.Put(Place.Pending("email"), "Chairs");
        watch.TurnEnded(new TurnReport(), []);
        await Assert.That((Page(true).GetProperty("status").GetString(), Page(true).GetProperty("ready").GetBoolean())).IsEqualTo(("ok", true));
        var pending = Page(true).GetProperty("tasks").GetProperty("pending_approval");
        await Assert.That(pending.GetProperty("count").GetInt32()).IsEqualTo(1);
        await Assert.That((DateTimeOffset.UtcNow - pending.GetProperty("oldest").GetDateTimeOffset()).TotalSeconds).IsBetween(-1, 60);
        watch.TurnEnded(new TurnReport { Unknown = 1 }, []);
        await Assert.That(Page(true).GetProperty("status").GetString()).IsEqualTo("failing");
        watch.TurnEnded(new TurnReport(), [new(TroubleKind.Sync, "", "secret \"words\"", shop.Clock.GetUtcNow()), new(TroubleKind.Mail, "main", "more", shop.Clock.GetUtcNow())]);
        await Assert.That(Page(true).GetProperty("failing").EnumerateArray().Select(t => t.GetProperty("what").GetString() + t.GetProperty("account").GetString()).Aggregate((a, b) => $"{a} {b}")).IsEqualTo("sync mailmain");
        await Assert.That(watch.Now.ToJson(true)).DoesNotContain("words");
        await Assert.That((Page(false).GetProperty("status").GetString(), Page(false).GetProperty("ready").GetBoolean(), Page(false).GetProperty("live").GetBoolean())).IsEqualTo(("hanging", false, false));
    }

    [Test]
    public async Task Tasks_are_counted_where_they_lie_and_what_no_turn_has_touched_is_not_looked_into_again()
    {
        using var shop = new Workshop();
        var now = new StageCounts(shop.Vault).Look();
        await Assert.That(now.Of(Stage.NeedsAction) + now.Of(Stage.Done)).IsEqualTo(0);
        await Assert.That(now.Oldest(Stage.NeedsAction)).IsNull();
        var first = shop.Put(Place.NeedsAction("email"), "one");
        shop.Put(Place.NeedsAction("email"), "two");
        shop.Put(Place.InProgress(shop.Vault.Agent), "three");
        shop.Put(new(Stage.InProgress, "cloud-aaaaaa"), "four");
        shop.Put(Place.Done(DateTimeOffset.UnixEpoch), "five");
        File.WriteAllText(shop.Vault.FullPath("Quarantine/no task.txt"), "");
        File.WriteAllText(shop.Vault.FullPath("Needs_Action/email/no task.md"), "");
        File.WriteAllText(shop.Vault.FullPath("Quarantine/.hidden"), "");
        now = now.Look();
        await Assert.That((now.Of(Stage.NeedsAction), now.Of(Stage.InProgress), now.Own, now.Of(Stage.Done), now.Of(Stage.Quarantine))).IsEqualTo((2L, 2L, 1L, 1L, 1L));
        await Assert.That(now.Oldest(Stage.Done)).IsNull();
        await Assert.That((DateTimeOffset.UtcNow - now.Oldest(Stage.NeedsAction)!.Value).TotalSeconds).IsBetween(-1, 60);
        await Task.Delay(2200); // a folder that changed within the grain of its clock is not trusted yet
        now.Look();
        File.Delete(shop.Vault.FullPath(first.Path));
        await Assert.That(now.Look().Of(Stage.NeedsAction)).IsEqualTo(1);
        await Assert.That(now.Of(Stage.NeedsAction)).IsEqualTo(2);
    }

    [Test]
    public async Task A_loop_lives_as_long_as_it_takes_its_steps()
    {
        var manager = new ServiceManager(null, TimeSpan.FromMilliseconds(200));
        await Assert.That(manager.IsLive(TimeSpan.FromMilliseconds(200))).IsTrue();
        await Task.Delay(700);
        await Assert.That(manager.IsLive(TimeSpan.FromMilliseconds(200))).IsFalse();
        await Assert.That(manager.IsLive(TimeSpan.FromMinutes(5))).IsTrue(); // it may be asleep
        manager.Progress();
        await Assert.That(manager.IsLive(TimeSpan.Zero)).IsTrue();
    }

    [Test]
    public async Task Elsewhere_than_on_this_machine_a_token_is_needed_and_one_that_is_there_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        HealthSettings Read(string listen)
        {
            File.WriteAllText(folder["vault.toml"], $"secrets = \"{folder["secrets.json"]}\"\n[health]\nlisten = \"{listen}\"\n");
            return new Settings(folder["vault.toml"], Zone.Cloud).Health;
        }
        var secrets = new Secrets(folder["secrets.json"]);
        await Assert.That(Read("off").At).IsNull();
        await Assert.That((Read("127.0.0.1:8080").IsChosen, Read("[::1]:8080").IsChosen)).IsEqualTo((false, true));
        foreach (var here in (string[])["off", "127.0.0.1:8080", "[::1]:8080", "127.1.2.3:1"])
            await Assert.That(Read(here).Token(secrets)).IsNull().Because(here);
        foreach (var open in (string[])["0.0.0.0:8080", "[::]:8080", "10.0.0.2:8080"])
            await Assert.That((await Assert.That(() => Read(open).Token(secrets)).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.Credential).Because(open);
        secrets.Put("health", "short");
        await Assert.That(() => Read("10.0.0.2:8080").Token(secrets)).Throws<Refusal>();
        secrets.Put("health", "0123456789abcdef");
        await Assert.That((Read("10.0.0.2:8080").Token(secrets), Read("127.0.0.1:8080").Token(secrets))).IsEqualTo(("0123456789abcdef", "0123456789abcdef"));
    }
}
