using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>Folders of which the names are known are not read again; nothing may go unseen because of that.</summary>
public sealed class SettledFoldersTests
{
    const int Rounds = 4, Seeds = 6;

    // Longer than the grain that every file system's clock is held to have.
    static readonly TimeSpan Grain = TimeSpan.FromSeconds(2.1);

    [Test]
    public async Task What_is_remembered_hides_no_change_and_a_restart_neither()
    {
        var first = Environment.TickCount;
        await Parallel.ForAsync(first, first + Seeds, async (seed, _) =>
        {
            using var rig = new Rig(withRemote: false);
            var local = rig.Machine("local", Zone.Local, o => o with { Remote = "" });
            var random = new Random(seed);
            for (var n = 0; n < 12; n++) local.New($"task {n}");
            foreach (var path in (string[])["Plans/email/note.md", "Plans/email/other.md", "Updates/cloud-aaaaaa/now.md", "Dashboard.md", "Done/2020-01/" + Rig.Name("old").FileName]) local.Write(path, "one");
            local.SyncWell();
            var warm = StatCache.Load(local.State);
            for (var round = 0; round < Rounds; round++)
            {
                await Task.Delay(Grain, CancellationToken.None);
                Look(local, warm, full: round % 2 == 0);
                warm.Save(_ => true);
                var did = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Do(random, local)).ToList();
                var full = random.Next(2) == 0;
                foreach (var cache in (StatCache[])[StatCache.Load(local.State), warm])
                {
                    var (seen, truth) = (Look(local, cache, full), Look(local, Nothing(rig), full));
                    if (seen != truth) throw new InvalidOperationException($"seed {seed}, round {round}, full {full}: {string.Join("; ", did)}\nseen:\n{seen}\ntruth:\n{truth}");
                }
                local.SyncWell();
            }
        });
    }

    [Test]
    public async Task What_left_a_folder_and_was_committed_is_no_deletion_after_a_restart()
    {
        using var rig = new Rig(withRemote: false);
        var local = rig.Machine("local", Zone.Local, o => o with { Remote = "" });
        var leaves = local.New("leaves");
        local.New("stays");
        local.SyncWell();
        await Task.Delay(Grain);
        local.SyncWell();
        local.Draft(leaves, "a draft");
        local.SyncWell();
        await Task.Delay(Grain);
        local.SyncWell();
        local.Restart();
        await Assert.That(local.SyncWell().Committed).IsEqualTo(0);
        await Assert.That(Look(local, StatCache.Load(local.State), full: true)).IsEqualTo("");
    }

    [Test]
    public async Task What_a_dead_process_left_in_a_past_month_is_cleaned_up_after_a_restart()
    {
        using var rig = new Rig(withRemote: false);
        var local = rig.Machine("local", Zone.Local, o => o with { Remote = "" });
        local.Write("Done/2020-01/" + Rig.Name("old").FileName, "one");
        local.SyncWell();
        var left = local.FullPath("Done/2020-01/" + Durable.TemporaryPrefix + "0123456789abcdef");
        File.WriteAllText(left, "half");
        await Task.Delay(Grain);
        local.SyncWell();
        local.Restart();
        rig.Clock.Now += TimeSpan.FromHours(2);
        local.SyncWell();
        await Assert.That(File.Exists(left)).IsFalse();
    }

    [Test]
    public async Task A_name_that_comes_within_the_clocks_grain_after_the_look_is_seen()
    {
        using var rig = new Rig(withRemote: false);
        var local = rig.Machine("local", Zone.Local, o => o with { Remote = "" });
        var (cache, files) = (Nothing(rig), new VaultFiles(local.Vault.Root));
        // Newer kernels make two changes differ after each look, so the clock's part is played here.
        var stamp = Disk.Stamp(local.FullPath("Quarantine"));
        cache.Settle("Quarantine", new(stamp, null, [], [], stamp.Changed + 1_000_000));
        await Assert.That(cache.Settled(files, "Quarantine", null)).IsNull();
        await Task.Delay(Grain);
        cache.Settle("Quarantine", new(stamp, null, [], [], FileStamp.Now()));
        await Assert.That(cache.Settled(files, "Quarantine", null)).IsNotNull();
    }

    [Test]
    public async Task Where_folders_have_no_times_what_came_is_seen_within_the_hour()
    {
        var (stamp, minute) = (new FileStamp(FileKind.Directory, 1, 1, 1, 1, 1), 60_000_000_000L);
        var settled = new SettledFolder(stamp, null, [], [], 1000 * minute);
        await Assert.That(settled.Holds(null, stamp, 1059 * minute)).IsTrue();
        await Assert.That(settled.Holds(null, stamp, 1060 * minute)).IsFalse();
        await Assert.That(settled.Holds(null, stamp, 999 * minute)).IsFalse(); // the clock was ahead then
    }

    [Test]
    public async Task What_is_known_of_a_folder_against_one_tree_says_nothing_against_another()
    {
        var (stamp, tree, other) = (new FileStamp(FileKind.Directory, 1, 1, 1, 1, 1), StatCache.Hash("tree", []), StatCache.Hash("tree", [1]));
        var settled = new SettledFolder(stamp, tree, [], [], 1000);
        await Assert.That(settled.Holds(tree, stamp, 1001)).IsTrue();
        await Assert.That(settled.Holds(other, stamp, 1001)).IsFalse();
        await Assert.That(settled.Holds(null, stamp, 1001)).IsFalse();
    }

    static StatCache Nothing(Rig rig) => StatCache.Load(StateDirectory.Open(Path.Combine(rig.Root, "nothing"), Zone.Local));

    static string Look(Machine local, StatCache cache, bool full)
    {
        using var git = GitDirectory.Open(local.State, new());
        var found = new Snapshot(new(local.Vault.Root), git, cache, TimeProvider.System).Compare(git.View(git.Commit(GitDirectory.Vault)!.Tree), full);
        return string.Join('\n', found.Changes.Select(c => $"{c.Key} {c.Value.Old?.Sha} {c.Value.New?.Sha}").Concat(found.Findings.Select(f => f.ToString())).Order(StringComparer.Ordinal));
    }

    static string Do(Random random, Machine local)
    {
        var files = Directory.EnumerateFiles(local.Vault.Root, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var file = files[random.Next(files.Count)];
        var folder = Path.GetDirectoryName(file)!;
        var what = random.Next(9);
        switch (what)
        {
            case 0: // the same length, and the time of before
                var (bytes, written) = (File.ReadAllBytes(file), File.GetLastWriteTimeUtc(file));
                if (bytes.Length > 0) bytes[^1] ^= 1;
                File.WriteAllBytes(file, bytes);
                File.SetLastWriteTimeUtc(file, written);
                break;
            case 1: File.AppendAllText(file, "more"); break;
            case 2: File.Delete(file); break;
            case 3: local.New("new " + random.Next()); break;
            case 4: local.Write($"Plans/email/new {random.Next(3)}.md", "new"); break;
            case 5: File.Move(file, Path.Combine(local.FullPath("Pending_Approval/email"), Path.GetFileName(file)), overwrite: true); break;
            case 6: // an editor's way of saving
                File.WriteAllText(file + "~", "replaced");
                File.Move(file + "~", file, overwrite: true);
                break;
            case 7: local.Write(Path.GetRelativePath(local.Vault.Root, Path.Combine(folder, Path.GetFileName(file).ToUpperInvariant().Replace(".MD", ".md"))), "a twin"); break;
            default:
                File.Delete(file);
                File.CreateSymbolicLink(file, "/etc/hostname");
                break;
        }
        return $"{what} {Path.GetRelativePath(local.Vault.Root, file)}";
    }
}
