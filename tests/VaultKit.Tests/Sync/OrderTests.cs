using VaultKit.Archiving;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>In which order a cycle's steps become durable: what a crash or a power cut between two of them leaves must be what the next cycle heals.</summary>
public sealed class OrderTests
{
    const string Git = "local-state/git/", Main = Git + "refs/heads/main", Vault = Git + "refs/platinum/vault", Seen = Git + "refs/remotes/origin/main";

    static bool Skipped()
    {
        if (!SystemCalls.CanSee) Skip.Test("there is no strace on this machine");
        return !SystemCalls.CanSee;
    }

    /// <summary>Where an event is, of several the first; it must be there.</summary>
    static int At(List<string> events, Func<string, bool> which)
    {
        var at = events.FindIndex(e => which(e));
        return at >= 0 ? at : throw new InvalidOperationException("it is not there:\n" + string.Join('\n', events));
    }

    static int Moved(List<string> events, string reference) => At(events, e => e.StartsWith("rename ", StringComparison.Ordinal) && e.EndsWith(' ' + reference));
    static int Synced(List<string> events, string path) => At(events, e => e == "fsync " + path);

    [Test]
    public async Task A_commit_is_durable_before_the_vaults_reference_names_it_and_that_before_main_does()
    {
        if (Skipped()) return;
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("Before");
        local.SyncWell();
        local.New("Question");
        var events = SystemCalls.Of(rig.Root, () => local.SyncWell());
        foreach (var reference in (string[])[Vault, Main])
            await Assert.That(events.Take(Moved(events, reference))).Contains($"fsync {reference}.lock");
        await Assert.That(Moved(events, Vault)).IsLessThan(Moved(events, Main));
        // Each object is synced under the name that it has while it is written.
        var objects = events.Take(Moved(events, Vault)).Select(e => e.Split(' ')).Where(e => e[0] is "rename" or "link" && e[^1].StartsWith(Git + "objects/", StringComparison.Ordinal)).ToList();
        await Assert.That(objects.Count).IsGreaterThanOrEqualTo(4); // the file, two or more trees, the commit
        foreach (var made in objects) await Assert.That(events).Contains("fsync " + made[1]);
        // Into a path libgit2 writes as a server would, and the remote holds it before it counts as seen there.
        var remote = Moved(events, "remote.git/refs/heads/main");
        await Assert.That(Moved(events, Main)).IsLessThan(remote);
        await Assert.That(remote).IsLessThan(Moved(events, Seen));
    }

    [Test]
    public async Task What_arrives_is_in_main_before_a_file_changes_and_all_files_are_durable_before_the_vaults_reference_moves()
    {
        if (Skipped()) return;
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var entry = cloud.New("Question");
        cloud.Write("Briefings/Weekly.md", "new");
        cloud.SyncWell();
        var events = SystemCalls.Of(rig.Root, () => local.SyncWell());
        var file = Moved(events, "local/" + entry.Path);
        await Assert.That(Moved(events, Main)).IsLessThan(file);
        foreach (var folder in (string[])["Needs_Action/email", "Briefings"])
            await Assert.That(Synced(events, "local/" + folder)).IsLessThan(Moved(events, Vault));
        await Assert.That(file).IsLessThan(Moved(events, Vault));
    }

    [Test]
    public async Task What_a_dead_cycle_has_put_in_place_is_synced_before_it_counts()
    {
        if (Skipped()) return;
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var gone = local.New("Gone on");
        local.SyncWell();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        cloud.Write("Briefings/Weekly.md", "new");
        var held = cloud.Claims.Take(gone)!;
        cloud.SyncWell();
        using (var git = GitDirectory.Open(local.State, new() { Remote = rig.Remote }))
        {
            var work = new SyncWork(local.Vault, new VaultFiles(local.Vault.Root), git, StatCache.Load(local.State), new() { Remote = rig.Remote }, rig.Clock, local.State, SyncMemory.Load(local.State), new SyncReport(), default);
            work.MergeIn(new Transport(git, local.State, new() { Remote = rig.Remote }, default).Fetch()!);
        }
        // It had written and removed all, and synced nothing.
        local.Write("Briefings/Weekly.md", "new");
        local.Write(held.Entry.Path, cloud.Text(held.Entry));
        File.Delete(local.FullPath(gone.Path));
        local.Restart();
        var events = SystemCalls.Of(rig.Root, () => local.SyncWell());
        foreach (var folder in (string[])["local", "local/Briefings", "local/Needs_Action", "local/Needs_Action/email", "local/In_Progress", $"local/In_Progress/{cloud.Agent}"])
            await Assert.That(Synced(events, folder)).IsLessThan(Moved(events, Vault));
    }

    [Test]
    public async Task A_vault_that_is_joined_gets_its_protocol_last()
    {
        if (Skipped()) return;
        using var rig = new Rig();
        var cloud = rig.Machine("cloud", Zone.Cloud);
        var entry = cloud.New("Question");
        var rejected = cloud.Draft(cloud.New("Another"), "Dear you");
        cloud.SyncWell();
        var state = StateDirectory.Open(Path.Combine(rig.Root, "local-state"), Zone.Local);
        var events = SystemCalls.Of(rig.Root, () => SyncCycle.TryJoin(Path.Combine(rig.Root, "local"), state, new() { Remote = rig.Remote }, rig.Clock, default));
        foreach (var path in (string[])[entry.Path, rejected.Path])
            await Assert.That(Moved(events, "local/" + path)).IsLessThan(Moved(events, "local/PROTOCOL"));
    }

    [Test]
    public async Task An_archive_and_its_index_are_durable_before_anything_is_removed()
    {
        if (Skipped()) return;
        using var rig = new Rig();
        var owner = rig.Machine("owner", Zone.Local);
        var path = new Place(Stage.Done, "2026-03").PathOf(Rig.Name("one"));
        owner.Write(path, System.Text.Encoding.UTF8.GetString(Rig.Task("one", "sent").ToBytes()));
        var events = SystemCalls.Of(rig.Root, () => new Archiver(owner.Vault, owner.State, Path.Combine(rig.Root, "archives")).Run("2026-04", default));
        var zip = At(events, e => e.StartsWith("rename archives/", StringComparison.Ordinal) && e.EndsWith(".zip"));
        var index = At(events, e => e.StartsWith("rename owner/Archive/", StringComparison.Ordinal) && e.EndsWith(".md"));
        var removed = At(events, e => e.StartsWith($"rename owner/{path} ", StringComparison.Ordinal));
        await Assert.That(events.Take(zip).Count(e => e.StartsWith("fsync archives/", StringComparison.Ordinal))).IsGreaterThan(0);
        await Assert.That(events.Skip(zip).Take(index - zip)).Contains("fsync archives");
        await Assert.That(events.Skip(index).Take(removed - index)).Contains("fsync owner/Archive");
    }

    [Test]
    public async Task A_pack_is_durable_before_the_objects_go_that_it_holds()
    {
        if (Skipped()) return;
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("Question");
        local.SyncWell();
        var events = SystemCalls.Of(local.GitPath, () => OwnRepack.Run(local.GitPath));
        var gone = At(events, e => e.StartsWith("unlink objects/", StringComparison.Ordinal) && !e.Contains("pack") && !e.Contains("tmp"));
        foreach (var ending in (string[])[".pack", ".idx"])
        {
            var named = At(events, e => e.Split(' ')[0] is "rename" or "link" && e.EndsWith(ending));
            await Assert.That(events.Take(named)).Contains("fsync " + events[named].Split(' ')[1]);
            await Assert.That(events.Skip(named).Take(gone - named)).Contains("fsync objects/pack");
        }
    }

    [Test]
    public async Task A_directory_that_was_built_anew_is_in_its_place_for_good()
    {
        if (Skipped()) return;
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.New("Question");
        local.SyncWell();
        File.WriteAllText(Path.Combine(local.GitPath, "refs", "heads", "main"), "");
        var events = SystemCalls.Of(local.State.Root, () => local.SyncWell());
        var place = At(events, e => e == "exchange git.new git");
        await Assert.That(string.Join(" | ", events.Skip(place + 1).Take(2))).IsEqualTo("rename git.new git-damaged | fsync .");
        await Assert.That(File.ReadAllText(local.State.PathOf("git-damaged", "refs", "heads", "main"))).IsEqualTo("");
    }

    [Test]
    public async Task A_segment_is_in_the_vault_before_its_lines_are_forgotten_and_a_day_before_its_segments()
    {
        if (Skipped()) return;
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        var log = new AuditLog(local.State, rig.Clock);
        log.Append("said");
        var logs = $"local/Logs/{local.Agent}";
        var events = SystemCalls.Of(rig.Root, () => log.Seal(local.Vault));
        var (segment, head, forgotten) = (Moved(events, logs + "/00000001.jsonl"), Moved(events, "local-state/audit/head"), At(events, e => e == "unlink local-state/audit/sealing.jsonl"));
        await Assert.That(events.Skip(segment).Take(head - segment)).Contains("fsync " + logs);
        await Assert.That(events.Skip(head).Take(forgotten - head)).Contains("fsync local-state/audit");

        events = SystemCalls.Of(rig.Root, () => DayLog.Close(local.FullPath($"Logs/{local.Agent}"), DateOnly.FromDateTime(rig.Clock.Now.UtcDateTime.AddDays(1))));
        var day = At(events, e => e.StartsWith($"rename {logs}/* {logs}/20", StringComparison.Ordinal));
        var removed = At(events, e => e == $"unlink {logs}/00000001.jsonl");
        await Assert.That(events.Skip(day).Take(removed - day)).Contains("fsync " + logs);
        await Assert.That(events.Skip(removed)).Contains("fsync " + logs);
    }
}
