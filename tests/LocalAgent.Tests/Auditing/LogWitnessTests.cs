using LocalAgent.Auditing;
using VaultKit.Archiving;
using VaultKit.Vault;

namespace LocalAgent.Tests.Auditing;

/// <summary>What this machine has countersigned is not taken back by anybody who can write to the vault.</summary>
public class LogWitnessTests
{
    static string Said(AuditWorld w) => string.Join('\n', w.Witness.Look());

    [Test]
    public async Task Each_look_countersigns_what_goes_on_from_the_last_one()
    {
        using var w = new AuditWorld();
        w.CloudSays("a", "b");
        await Assert.That(Said(w)).IsEqualTo("");
        await Assert.That(w.Heads.Read(w.Cloud)!.Segment).IsEqualTo(2);
        w.CloudSays("c");
        await Assert.That(Said(w)).IsEqualTo("");
        var head = w.Heads.Read(w.Cloud)!;
        await Assert.That((head.Segment, head.First, head.Agent, head.Witness)).IsEqualTo((3, 1, w.Cloud, w.V.Key.Fingerprint));
        await Assert.That(head.Hash).IsEqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(w.Segment(3)))));
        var text = w.Heads.Text(w.Cloud)!;
        await Assert.That(Approval.Verify(text, w.Trusted.Find) is null && ClaimRelease.Verify(text, w.Trusted.Find) is null).IsTrue();
    }

    [Test]
    public async Task Nothing_new_is_nothing_written()
    {
        using var w = new AuditWorld();
        w.CloudSays("a");
        Said(w);
        var before = w.Heads.Text(w.Cloud);
        w.V.Clock.Now += TimeSpan.FromHours(1);
        await Assert.That(Said(w)).IsEqualTo("");
        await Assert.That(w.Heads.Text(w.Cloud)).IsEqualTo(before);
    }

    [Test]
    [Arguments("head changed", "segment 2 is not the one")]
    [Arguments("cut off", "segment 2, which this machine countersigned on .*, is gone")]
    [Arguments("begun anew", "segment 2, which this machine countersigned on .*, is gone")]
    [Arguments("new one changed", "segment 4 does not go on from segment 3")]
    [Arguments("new one missing", "segment 3 is missing")]
    [Arguments("first new one forged", "segment 3 does not go on from")]
    [Arguments("whole log gone", "is gone")]
    [Arguments("swapped", "does not stand where it was written|does not go on")]
    [Arguments("a stranger's lines", "begin no segment")]
    public async Task What_does_not_go_on_is_told_and_the_old_head_stays(string how, string said)
    {
        using var w = new AuditWorld();
        w.CloudSays("a", "b");
        Said(w);
        var head = w.Heads.Text(w.Cloud);
        if (how is not ("cut off" or "begun anew" or "whole log gone")) w.CloudSays("c", "d", "e");
        switch (how)
        {
            case "head changed": w.Change(2, "\"b\"", "\"x\""); break;
            case "cut off": File.Delete(w.Segment(2)); break;
            case "begun anew":
                File.Delete(w.Segment(2));
                w.Change(1, "\"a\"", "\"x\"");
                break;
            case "new one changed": w.Change(3, "\"c\"", "\"x\""); break;
            case "new one missing": File.Delete(w.Segment(3)); break;
            case "first new one forged": w.Change(3, "\"previous\":\"", "\"previous\":\"0"); w.Change(3, "\"previous\":\"0", "\"previous\":\"" + new string('0', 64) + "\",\"x\":\""); break;
            case "swapped": (string, string) both = (File.ReadAllText(w.Segment(4)), File.ReadAllText(w.Segment(5))); File.WriteAllText(w.Segment(4), both.Item2); File.WriteAllText(w.Segment(5), both.Item1); break;
            case "a stranger's lines": File.WriteAllText(w.Segment(6), "{\"at\":\"2026-11-24T00:00:00Z\"}\n"); break;
            default: Directory.Delete(w.CloudFolder, true); break;
        }
        await Assert.That(System.Text.RegularExpressions.Regex.IsMatch(Said(w), said)).IsTrue().Because(Said(w));
        await Assert.That(w.Heads.Text(w.Cloud)).IsEqualTo(head);
        // It stays so, and is said again.
        await Assert.That(Said(w)).Contains("localagent verify");
    }

    [Test]
    public async Task Days_that_are_put_together_go_on_whether_their_segments_were_seen_or_not()
    {
        using var w = new AuditWorld();
        w.CloudSays("a", "b");
        Said(w);
        w.CloudSays("c");
        w.V.Clock.Now += TimeSpan.FromDays(1);
        w.CloudSays("d");
        await Assert.That(File.Exists(w.Segment(2))).IsFalse();
        w.V.Clock.Now += TimeSpan.FromDays(3);
        w.CloudSays("e");
        await Assert.That(Said(w)).IsEqualTo("");
        await Assert.That(w.Heads.Read(w.Cloud)!.Segment).IsEqualTo(5);
        var day = Directory.GetFiles(w.CloudFolder, "20*").Order(StringComparer.Ordinal).First();
        File.WriteAllText(day, File.ReadAllText(day).Replace("\"b\"", "\"x\""));
        // What lies before the head is verify's to see.
        await Assert.That(Said(w)).IsEqualTo("");
        await Assert.That(await w.FoundAsync()).Contains("segment 3 does not go on from segment 2");
    }

    [Test]
    public async Task A_log_whose_end_went_into_an_archive_goes_on_from_there()
    {
        using var w = new AuditWorld();
        w.V.Clock.Now = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);
        w.CloudSays("a", "b");
        Said(w);
        new Archiver(w.V.Vault, w.V.State, w.Archives).Run("2026-05", default);
        await Assert.That(File.Exists(w.Segment(2))).IsFalse();
        await Assert.That(Said(w)).IsEqualTo("");
        w.V.Clock.Now = new(2026, 6, 10, 0, 0, 0, TimeSpan.Zero);
        w.CloudSays("c");
        var honest = File.ReadAllText(w.Segment(3));
        w.Change(3, "\"previous\":\"", "\"previous\":\"" + new string('0', 64) + "\",\"was\":\"");
        await Assert.That(Said(w)).Contains("segment 3 does not go on from the one that this machine countersigned");
        await File.WriteAllTextAsync(w.Segment(3), honest);
        await Assert.That(Said(w)).IsEqualTo("");
        await Assert.That(w.Heads.Read(w.Cloud)!.Segment).IsEqualTo(3);
        await Assert.That((await w.VerifyAsync()).Verdict).IsEqualTo(Verdict.Note);
        Directory.Delete(w.Archives, true);
        var found = await w.FoundAsync();
        await Assert.That(found).Contains("Unproven").And.Contains("the archive is not there").And.DoesNotContain("Contradiction");
    }

    [Test]
    public async Task A_clock_that_was_set_back_is_no_fault()
    {
        using var w = new AuditWorld();
        var today = w.V.Clock.Now;
        w.CloudSays("a", "b");
        Said(w);
        // What is said next is put into an earlier day than what was seen; then into a later one.
        w.V.Clock.Now = today - TimeSpan.FromDays(2);
        w.CloudSays("c");
        w.V.Clock.Now = today + TimeSpan.FromDays(2);
        w.CloudSays("d", "e");
        w.V.Clock.Now = today + TimeSpan.FromDays(4);
        w.CloudSays("f");
        await Assert.That(Directory.GetFiles(w.CloudFolder, "20*").Length).IsGreaterThanOrEqualTo(2);
        await Assert.That(Said(w)).IsEqualTo("");
        await Assert.That(w.Heads.Read(w.Cloud)!.Segment).IsEqualTo(6);
        await Assert.That((await w.VerifyAsync()).Verdict).IsEqualTo(Verdict.Note);
    }

    [Test]
    public async Task A_machine_that_comes_later_begins_with_what_is_there_and_says_so()
    {
        using var w = new AuditWorld();
        w.V.Clock.Now = new(2026, 3, 10, 0, 0, 0, TimeSpan.Zero);
        w.CloudSays("a", "b");
        new Archiver(w.V.Vault, w.V.State, w.Archives).Run("2026-05", default);
        w.V.Clock.Now = new(2026, 6, 10, 0, 0, 0, TimeSpan.Zero);
        w.CloudSays("c");
        await Assert.That(Said(w)).IsEqualTo("");
        await Assert.That(w.Heads.Read(w.Cloud)!.First).IsEqualTo(3);
    }

    [Test]
    public async Task A_head_that_this_machine_did_not_sign_counts_for_nothing()
    {
        using var w = new AuditWorld();
        using var other = new TestVault();
        w.CloudSays("a", "b");
        Said(w);
        var head = w.Heads.Read(w.Cloud)!;
        await File.WriteAllTextAsync(w.Heads.PathOf(w.Cloud), (head with { Segment = 1, Witness = other.Key.Fingerprint }).Sign(other.Key.Key) + "\n");
        await Assert.That(Said(w)).Contains("does not hold what this machine signed");
        await Assert.That(await w.FoundAsync()).Contains("Contradiction").And.Contains("does not hold what this machine signed");
        // Nor one that it signed for another log.
        await File.WriteAllTextAsync(w.Heads.PathOf(w.Cloud), (head with { Agent = "cloud-000000" }).Sign(w.V.Key.Key) + "\n");
        await Assert.That(Said(w)).Contains("does not hold what this machine signed");
    }

    [Test]
    [Arguments("cut off", "it ends before segment 3, which this machine countersigned")]
    [Arguments("last one changed", "segment 3 is not the one that this machine countersigned")]
    [Arguments("one changed", "segment 2 does not go on from segment 1")]
    [Arguments("one removed", "segment 2 is missing")]
    [Arguments("all gone", "it ends before segment 3")]
    public async Task Verify_names_what_the_chain_and_the_heads_tell_and_that_no_crash_does_that(string how, string said)
    {
        using var w = new AuditWorld();
        w.CloudSays("a", "b", "c");
        await Assert.That((await w.VerifyAsync()).Verdict).IsEqualTo(Verdict.Note);
        switch (how)
        {
            case "cut off": File.Delete(w.Segment(3)); break;
            case "last one changed": w.Change(3, "\"c\"", "\"x\""); break;
            case "one changed": w.Change(1, "\"a\"", "\"x\""); break;
            case "one removed": File.Delete(w.Segment(2)); break;
            default: Directory.Delete(w.CloudFolder, true); break;
        }
        var report = await w.VerifyAsync();
        await Assert.That(report.Verdict).IsEqualTo(Verdict.Contradiction);
        await Assert.That(report.Findings.Single().What).Contains(said).And.Contains("no crash does that");
    }
}
