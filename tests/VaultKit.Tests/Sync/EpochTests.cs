using System.Security.Cryptography;
using System.Text;
using VaultKit.Audit;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>History that the owner begins anew: what is gone from it is gone everywhere, nothing else is, and nobody else can do it.</summary>
public sealed class EpochTests
{
    sealed class World : IDisposable
    {
        public Rig Rig { get; } = new();
        public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        public Machine Local { get; }
        public Machine Cloud { get; }
        public TaskEntry Gone { get; }
        public TaskEntry Stays { get; }

        public SyncOptions Knows(SyncOptions options) => options with { OwnersKey = f => f == Approval.Fingerprint(Key) ? Key : null };

        public World()
        {
            Local = Rig.Machine("local", Zone.Local, Knows);
            Local.SyncWell();
            Cloud = Rig.Machine("cloud", Zone.Cloud, Knows);
            (Gone, Stays) = (Cloud.New("Secret of Bob"), Cloud.New("Of somebody else"));
            Cloud.SyncWell();
            Local.SyncWell();
        }

        public string Begin(ECDsa? by = null, Func<int, int>? number = null, string? tree = null, TaskName? gone = null) =>
            NewHistory.Begin(Local.Vault, Local.State, Knows(Rig.AsOwner(new() { Remote = Rig.Remote })), Rig.Clock,
                files => files.Keys.Where(p => p.EndsWith((gone ?? Gone.Name).FileName, StringComparison.Ordinal)).ToDictionary(p => p, _ => (byte[]?)null)
                    .Append(new(Forgotten.ListPath, Encoding.UTF8.GetBytes($"# Forgotten\n\nv1.x.y\ntask {Forgotten.Mark((gone ?? Gone.Name).Hash)}\n"))).ToDictionary(),
                (n, from, t) => new HistoryEpoch { Epoch = number?.Invoke(n) ?? n, From = from, Tree = tree ?? t, Approver = Approval.Fingerprint(by ?? Key), At = Rig.Clock.Now }.Sign(by ?? Key), default);

        public static bool Anywhere(string git, string word)
        {
            var ids = Rig.Git(git, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return ids.Where(i => i.EndsWith("blob", StringComparison.Ordinal)).Any(i => Rig.Git(git, "cat-file", "blob", i.Split(' ')[0]).Contains(word));
        }

        public void Dispose()
        {
            Key.Dispose();
            Rig.Dispose();
        }
    }

    [Test]
    public async Task What_is_gone_from_the_new_history_is_gone_from_every_machine_and_its_objects()
    {
        using var w = new World();
        await Assert.That(World.Anywhere(w.Cloud.GitPath, "Secret of Bob")).IsTrue();
        var root = w.Begin();
        await Assert.That(Rig.Git(w.Rig.Remote, "rev-list", "main").Trim()).IsEqualTo(root);
        w.Local.SyncWell();
        w.Cloud.SyncWell();
        foreach (var machine in new[] { w.Local, w.Cloud })
        {
            await Assert.That(machine.Vault.Find(w.Gone.Name)).IsNull();
            await Assert.That(machine.Vault.Find(w.Stays.Name)).IsNotNull();
            await Assert.That(World.Anywhere(machine.GitPath, "Secret of Bob")).IsFalse();
            await Assert.That(Directory.Exists(machine.State.PathOf("git-damaged"))).IsFalse();
        }
        await Assert.That(w.Rig.RemotePaths().Any(p => p.Contains(w.Gone.Name.Value))).IsFalse();
        w.Cloud.New("Another");
        w.Cloud.SyncWell();
        w.Local.SyncWell();
        await Assert.That(w.Local.Vault.List(Stage.NeedsAction).Count()).IsEqualTo(2);
        w.Rig.Fsck();
    }

    [Test]
    public async Task What_a_machine_had_not_pushed_goes_with_it()
    {
        using var w = new World();
        // Nothing of this reached the remote before history began anew.
        var pending = w.Cloud.Draft(w.Stays, "Dear you");
        var fresh = w.Cloud.New("New here");
        w.Cloud.Draft(w.Gone, "Dear Bob");
        w.Begin();
        w.Cloud.SyncWell();
        w.Local.SyncWell();
        foreach (var machine in new[] { w.Local, w.Cloud })
        {
            await Assert.That(machine.Vault.Find(w.Stays.Name)!.Value.Place).IsEqualTo(pending.Place);
            await Assert.That(machine.Vault.Find(fresh.Name)).IsNotNull();
            await Assert.That(machine.Vault.Find(w.Gone.Name)).IsNull();
        }
        w.Rig.Fsck();
    }

    [Test]
    public async Task A_machine_that_was_away_for_long_takes_it_too()
    {
        using var w = new World();
        var laptop = w.Rig.Machine("laptop", Zone.Local, w.Knows);
        laptop.SyncWell();
        w.Local.Vault.Move(w.Local.Vault.Find(w.Stays.Name)!.Value, Place.InProgress(w.Local.Agent));
        w.Local.SyncWell();
        w.Begin();
        w.Local.SyncWell();
        w.Cloud.New("Later");
        w.Cloud.SyncWell();
        w.Local.SyncWell();
        w.Begin();
        w.Local.SyncWell();
        laptop.SyncWell();
        await Assert.That(laptop.Vault.Find(w.Gone.Name)).IsNull();
        await Assert.That(laptop.Vault.Find(w.Stays.Name)!.Value.Place.Stage).IsEqualTo(Stage.InProgress);
        await Assert.That(laptop.Vault.List(Stage.NeedsAction).Count()).IsEqualTo(1);
    }

    [Test]
    public async Task Nobody_but_the_owner_begins_it()
    {
        using var w = new World();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var before = Rig.Git(w.Rig.Remote, "rev-parse", "main").Trim();
        w.Begin(by: stranger);
        await Assert.That(w.Cloud.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
        Rig.Git(w.Rig.Remote, "update-ref", "refs/heads/main", before);
        await Assert.That(w.Cloud.Sync().Failure).IsNull();
        await Assert.That(w.Cloud.Vault.Find(w.Gone.Name)).IsNotNull();
    }

    [Test]
    public async Task A_word_over_another_tree_counts_for_nothing()
    {
        using var w = new World();
        w.Begin(tree: new string('1', 40));
        await Assert.That(w.Cloud.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
    }

    [Test]
    public async Task An_older_history_is_not_brought_back()
    {
        using var w = new World();
        var first = w.Begin();
        w.Local.SyncWell();
        w.Cloud.SyncWell();
        Rig.Git(w.Rig.Remote, "update-ref", "refs/heads/first", first);
        w.Begin();
        w.Local.SyncWell();
        w.Cloud.SyncWell();
        Rig.Git(w.Rig.Remote, "update-ref", "refs/heads/main", first);
        await Assert.That(w.Cloud.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
        await Assert.That(w.Local.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
    }

    [Test]
    public async Task Nor_to_a_machine_that_joined_later()
    {
        using var w = new World();
        var first = w.Begin();
        w.Local.SyncWell();
        Rig.Git(w.Rig.Remote, "update-ref", "refs/heads/first", first);
        w.Begin();
        var later = w.Rig.Machine("later", Zone.Cloud, w.Knows);
        later.SyncWell();
        Rig.Git(w.Rig.Remote, "update-ref", "refs/heads/main", first);
        await Assert.That(later.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.RewrittenHistory);
    }

    [Test]
    public async Task It_begins_only_where_all_is_synced_and_nobody_pushed_meanwhile()
    {
        using var w = new World();
        w.Local.New("Not synced yet");
        await Assert.That(() => w.Begin()).Throws<Refusal>();
        w.Local.SyncWell();
        w.Cloud.New("Pushed meanwhile");
        w.Cloud.SyncWell();
        var before = Rig.Git(w.Rig.Remote, "rev-parse", "main");
        await Assert.That(() => w.Begin()).Throws<Refusal>();
        await Assert.That(Rig.Git(w.Rig.Remote, "rev-parse", "main")).IsEqualTo(before);
        await Assert.That(w.Local.Vault.Find(w.Gone.Name)).IsNotNull();
    }

    [Test]
    public async Task The_gate_lets_exactly_the_next_one_in()
    {
        using var w = new World();
        var before = Rig.Git(w.Rig.Remote, "rev-parse", "main").Trim();
        var root = w.Begin();
        string Judge(Zone pusher, string old, string @new) => string.Join("; ", Gate.Judge(w.Rig.Remote, null, pusher, [new(old, @new, "refs/heads/main")]));
        // Who keeps the remote has put no key there.
        await Assert.That(Judge(Zone.Local, before, root)).Contains("history is not rewritten");
        File.WriteAllText(Path.Combine(w.Rig.Remote, Gate.OwnersFile), Convert.ToBase64String(w.Key.ExportSubjectPublicKeyInfo()) + "\n");
        await Assert.That(Judge(Zone.Local, before, root)).IsEqualTo("");
        await Assert.That(Judge(Zone.Cloud, before, root)).Contains("history is not rewritten");
        // In the place of another tip, with something behind it, or back again.
        var older = Rig.Git(w.Rig.Remote, "rev-parse", before + "~1").Trim();
        await Assert.That(Judge(Zone.Local, older, root)).Contains("history is not rewritten");
        await Assert.That(Judge(Zone.Local, root, before)).Contains("history is not rewritten");
        w.Local.SyncWell();
        w.Cloud.New("Later");
        w.Cloud.SyncWell();
        var later = Rig.Git(w.Rig.Remote, "rev-parse", "main").Trim();
        await Assert.That(Judge(Zone.Local, before, later)).Contains("history is not rewritten");
        await Assert.That(Judge(Zone.Local, later, root)).Contains("history is not rewritten");
    }

    [Test]
    public async Task What_was_forgotten_is_not_brought_back_by_who_had_made_it_too_and_told_nobody()
    {
        using var w = new World();
        var other = w.Rig.Machine("other", Zone.Cloud, w.Knows);
        var late = w.Cloud.New("Late of Bob");
        w.Cloud.SyncWell();
        w.Local.SyncWell();
        other.New("Late of Bob");
        w.Begin(gone: late.Name);
        other.SyncWell();
        await Assert.That(other.Vault.Find(late.Name)).IsNull();
        w.Local.SyncWell();
        await Assert.That(w.Local.Vault.Find(late.Name)).IsNull();
    }

    [Test]
    public async Task What_a_machine_s_log_says_of_it_and_nobody_has_seen_is_taken_out_and_chained_anew()
    {
        using var w = new World();
        var log = new AuditLog(w.Cloud.State, w.Rig.Clock);
        void Says(params (string What, TaskName Task)[] lines)
        {
            foreach (var (what, task) in lines) log.Append(what, task);
            log.Seal(w.Cloud.Vault);
        }
        Says(("early", w.Stays.Name));
        w.Cloud.SyncWell();
        w.Local.SyncWell();
        Says(("drafted", w.Gone.Name), ("drafted", w.Stays.Name));
        Says(("later", w.Stays.Name));
        log.Append("open", w.Gone.Name);
        w.Begin();
        w.Cloud.SyncWell();
        Says(("last", w.Stays.Name));
        w.Cloud.SyncWell();
        w.Local.SyncWell();
        var chain = new LogChain();
        var all = "";
        foreach (var file in Directory.GetFiles(w.Local.FullPath($"Logs/{w.Cloud.Agent}")))
        {
            chain.Add(w.Cloud.Agent.Value, File.ReadAllBytes(file));
            all += File.ReadAllText(file);
        }
        await Assert.That(string.Join(';', chain.Problems())).IsEqualTo("");
        await Assert.That(chain.Count).IsEqualTo(4);
        await Assert.That(all).DoesNotContain(w.Gone.Name.Value).And.Contains("\"event\":\"later\"").And.Contains("\"event\":\"forgotten\"");
    }

    [Test]
    public async Task Copies_of_what_is_gone_leave_the_state_directory_and_others_stay()
    {
        using var w = new World();
        foreach (var machine in new[] { w.Local, w.Cloud })
            foreach (var task in new[] { w.Gone, w.Stays }) new TaskCopies(machine.State, "lessons").Keep(task.Name, Rig.Task("copy"));
        w.Begin();
        w.Cloud.SyncWell();
        foreach (var machine in new[] { w.Local, w.Cloud })
            await Assert.That(string.Join(';', new TaskCopies(machine.State, "lessons").Names())).IsEqualTo(w.Stays.Name.Value);
    }

    [Test]
    public async Task At_a_remote_that_is_a_path_the_old_objects_go_and_what_another_reference_holds_stays()
    {
        using var w = new World();
        var tree = Rig.Git(w.Rig.Remote, "", ["mktree"]).Trim();
        var kept = Rig.Git(w.Rig.Remote, "commit-tree", tree, "-m", "somebody else's").Trim();
        Rig.Git(w.Rig.Remote, "update-ref", "refs/heads/else", kept);
        w.Begin();
        w.Local.SyncWell();
        await Assert.That(World.Anywhere(w.Rig.Remote, "Secret of Bob")).IsTrue();
        await Assert.That(NewHistory.DropOldAtRemote(w.Local.State, w.Knows(Rig.AsOwner(new() { Remote = w.Rig.Remote })), default)).IsNull();
        await Assert.That(World.Anywhere(w.Rig.Remote, "Secret of Bob")).IsFalse();
        await Assert.That(Rig.Git(w.Rig.Remote, "cat-file", "-t", kept).Trim()).IsEqualTo("commit");
        w.Rig.Fsck();
        w.Cloud.SyncWell();
    }
}
