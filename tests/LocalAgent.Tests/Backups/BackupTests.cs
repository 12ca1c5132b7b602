using System.IO.Compression;
using System.Security.Cryptography;
using LocalAgent.Acting;
using LocalAgent.Approving;
using LocalAgent.Backups;
using LocalAgent.Tests.Acting;
using VaultKit.Agent;
using VaultKit.Audit;
using VaultKit.Vault;

namespace LocalAgent.Tests.Backups;

/// <summary>One installation, its backups, and what is made of them.</summary>
sealed class BackupWorld : IDisposable
{
    public const string Passphrase = "a passphrase of some length";

    public TestVault V { get; } = new();
    public Machine Machine { get; }
    public BackupSettings Settings { get; }
    public static readonly BackupKeys Keys = new(() => Passphrase, () => throw new InvalidOperationException());

    public BackupWorld(string more = "")
    {
        File.WriteAllText(this["vault.toml"], $"vault = \"{V.Vault.Root}\"\nstate = \"{V.State.Root}\"\n[backup]\nfolder = \"{this["backups"]}\"\nkeep = 2\n{more}");
        File.WriteAllText(this["secrets.json"], $$"""{"backup": "{{Passphrase}}"}""");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(this["secrets.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var settings = new Settings(this["vault.toml"], Zone.Local);
        Machine = new(settings, V.State, V.Vault, new AuditLog(V.State, V.Clock), V.Clock);
        Settings = BackupSettings.Read(settings);
    }

    public string this[string below] => Path.Combine(V.Root, below);

    public BackedUp Back(Action<string>? reading = null)
    {
        V.Clock.Now += TimeSpan.FromSeconds(1);
        return new Backup(Machine, Settings) { Reading = reading ?? (_ => { }) }.Run(default);
    }

    public RestoredTo Restore(string file, string to = "again") => LocalAgent.Backups.Restore.Run(file, Keys, this[to], V.Clock, default);

    public void Dispose() => V.Dispose();
}

public class BackupTests
{
    [Test]
    public async Task What_is_restored_is_what_there_was()
    {
        using var w = new BackupWorld();
        var pending = w.V.PutPending();
        File.WriteAllText(w.V.Vault.FullPath("a note of mine.md"), "mine");
        Directory.CreateDirectory(w.V.Vault.FullPath(".obsidian"));
        File.WriteAllText(w.V.Vault.FullPath(".obsidian/app.json"), "{}");
        Directory.CreateDirectory(w.V.Vault.Root + "-archive");
        File.WriteAllText(w.V.Vault.Root + "-archive/2026-01-x.zip", "zip");
        w.Machine.Audit.Append("something");
        var done = w.Restore(w.Back().File);

        await Assert.That(File.ReadAllBytes(Path.Combine(done.Places.Vault, pending.Path)).AsSpan().SequenceEqual(w.V.Vault.ReadBytes(pending))).IsTrue();
        await Assert.That(File.ReadAllText(Path.Combine(done.Places.Vault, "a note of mine.md"))).IsEqualTo("mine");
        await Assert.That(File.ReadAllText(Path.Combine(done.Places.Vault, ".obsidian/app.json"))).IsEqualTo("{}");
        await Assert.That(File.ReadAllText(Path.Combine(done.Places.Archive, "2026-01-x.zip"))).IsEqualTo("zip");
        await Assert.That(File.ReadAllText(Path.Combine(done.Places.State, "keys/approver.pem"))).IsEqualTo(File.ReadAllText(w.V.State.PathOf("keys", "approver.pem")));
        await Assert.That(Directory.GetFiles(Path.Combine(done.Places.Vault, $"Logs/{w.V.State.Agent}")).Length).IsEqualTo(1);
        var again = new Settings(done.Places.Config, Zone.Local);
        await Assert.That((again.Vault, again.State, again.Secrets.Get("backup"))).IsEqualTo((done.Places.Vault, done.Places.State, BackupWorld.Passphrase));
        await Assert.That(done.Agent).IsNotEqualTo(w.V.State.Agent);
        await Assert.That(Restored.Read(StateDirectory.Open(done.Places.State, Zone.Local)).Predecessors.Single()).IsEqualTo(w.V.State.Agent);
    }

    [Test]
    public async Task It_writes_over_nothing()
    {
        using var w = new BackupWorld();
        var file = w.Back().File;
        Directory.CreateDirectory(w["again/vault"]);
        File.WriteAllText(w["again/vault/x"], "x");
        await Assert.That(() => w.Restore(file)).Throws<Refusal>();
        await Assert.That(() => LocalAgent.Backups.Restore.Run(file, BackupWorld.Keys, null, w.V.Clock, default)).Throws<Refusal>();
        await Assert.That(Directory.GetFileSystemEntries(w["again"]).Select(Path.GetFileName).Single()).IsEqualTo("vault");
    }

    [Test]
    public async Task A_task_that_moves_while_it_is_read_is_there_once()
    {
        using var w = new BackupWorld();
        var tasks = Enumerable.Range(0, 20).Select(_ => w.V.PutPending()).ToList();
        var moves = 0;
        var file = w.Back(name =>
        {
            // Into a folder that was listed already, and back into one that was.
            if (moves >= tasks.Count || !name.StartsWith("vault/", StringComparison.Ordinal)) return;
            w.V.MoveByHand(tasks[moves], moves % 2 == 0 ? Place.NeedsAction("email") : Place.Rejected("email"));
            moves++;
        }).File;
        await Assert.That(moves).IsEqualTo(tasks.Count);
        var done = w.Restore(file);
        foreach (var task in tasks)
            await Assert.That(Directory.GetFiles(done.Places.Vault, task.Name.FileName, SearchOption.AllDirectories).Length).IsEqualTo(1);
    }

    [Test]
    public async Task Unencrypted_it_is_not_written()
    {
        using var w = new BackupWorld();
        File.WriteAllText(w["secrets.json"], "{}");
        await Assert.That((await Assert.That(() => w.Back()).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.Credential);
        File.WriteAllText(w["secrets.json"], """{"backup": "short"}""");
        await Assert.That((await Assert.That(() => w.Back()).Throws<Refusal>())!.Code).IsEqualTo(ExitCode.Credential);
        await Assert.That(Directory.GetFiles(w["backups"])).IsEmpty();
    }

    [Test]
    public async Task Only_as_many_stay_as_are_wanted_and_the_one_that_was_checked()
    {
        using var w = new BackupWorld();
        var first = w.Back().File;
        File.WriteAllText(w["backups/platinum-notes.backup"], "mine");
        File.WriteAllText(w["backups/holiday.jpg"], "mine");
        BackupCheck.Run(w.Machine, w.Settings, BackupWorld.Keys, default);
        var second = w.Back().File;
        var third = w.Back();
        await Assert.That(third.Removed).IsEmpty();
        var fourth = w.Back();
        await Assert.That(fourth.Removed.Single()).IsEqualTo(second);
        await Assert.That(File.Exists(first)).IsTrue();
        // A clock that was set back.
        w.V.Clock.Now -= TimeSpan.FromDays(400);
        var past = w.Back();
        await Assert.That(File.Exists(past.File)).IsTrue();
        await Assert.That(past.Removed.Single()).IsEqualTo(third.File);
        await Assert.That(File.Exists(w["backups/platinum-notes.backup"]) && File.Exists(w["backups/holiday.jpg"])).IsTrue();
    }

    [Test]
    public async Task A_name_that_leads_out_of_its_part_is_refused()
    {
        using var w = new BackupWorld();
        foreach (var name in new[] { "vault/../../out", "../out", "vault//out", "elsewhere/out", "out" })
        {
            var file = w["evil.backup"];
            using (var to = File.Create(file))
            using (var sealing = Seal.Begin(to, BackupWorld.Passphrase, iterations: 1))
            {
                using (var zipped = new GZipStream(sealing, CompressionLevel.Fastest, leaveOpen: true))
                using (var pack = new Pack(zipped, new(BackupHead.Current, w.V.State.Agent.Value, w.V.Clock.Now, null, "/v", "/s", null, "/c/secrets.json", "/a")))
                {
                    pack.Add("vault/PROTOCOL", "1\n"u8.ToArray());
                    pack.Add(name, "x"u8.ToArray());
                    pack.Finish();
                }
                sealing.Finish();
            }
            await Assert.That(() => w.Restore(file)).Throws<Refusal>().Because(name);
            await Assert.That(Directory.GetFiles(w.V.Root, "out", SearchOption.AllDirectories)).IsEmpty();
            await Assert.That(Directory.Exists(w["again"]) && Directory.GetFileSystemEntries(w["again"]).Length > 0).IsFalse();
        }
    }

    [Test]
    public async Task The_check_tells_a_damaged_one()
    {
        using var w = new BackupWorld();
        var file = w.Back().File;
        var good = BackupCheck.Run(w.Machine, w.Settings, BackupWorld.Keys, default);
        await Assert.That(good.Files).IsGreaterThan(3);
        var octets = File.ReadAllBytes(file);
        octets[RandomNumberGenerator.GetInt32(200, octets.Length)] ^= 1;
        File.WriteAllBytes(file, octets);
        await Assert.That(() => BackupCheck.Run(w.Machine, w.Settings, BackupWorld.Keys, default)).Throws<Refusal>();
        await Assert.That(Directory.GetDirectories(w.V.State.Root, "backup-check-*")).IsEmpty();
    }

    [Test]
    public async Task What_was_approved_before_counts_for_nothing_and_is_asked_again()
    {
        using var w = new BackupWorld();
        var (signed, moved) = (w.V.PutApproved(), w.V.Put(Place.Approved("email"), TestVault.Task()));
        var old = w.V.Vault.ReadBytes(signed);
        var done = w.Restore(w.Back().File);
        await Assert.That(done.AskedAgain).IsEqualTo(2);

        var state = StateDirectory.Open(done.Places.State, Zone.Local);
        var vault = VaultFolder.Open(done.Places.Vault, state.Agent);
        foreach (var entry in new[] { signed, moved })
        {
            await Assert.That(vault.Find(entry.Name)!.Value.Place).IsEqualTo(Place.Pending("email"));
            await Assert.That(vault.Read(vault.Find(entry.Name)!.Value).Get("returned")).Contains("it may have gone out since");
        }
        // The remote has it as it was.
        File.Move(vault.FullPath(Place.Pending("email").PathOf(signed.Name)), vault.FullPath(signed.Path));
        File.WriteAllBytes(vault.FullPath(signed.Path), old);
        using var key = ApproverKey.Open(state);
        var delivery = new ScriptedDelivery();
        var spent = new SpentApprovals(state);
        await new Fence(vault, spent, new TrustedKeys(state, key), w.V.Objections, w.V.Earlier, new Holds(new(), new Pause(state, w.V.Clock), spent, w.V.Clock), _ => delivery,
            (_, _) => Task.FromResult(true), (_, _, _, _) => Task.FromResult<string?>(null), w.V.Clock, w.V.Record).RunAsync(default);
        await Assert.That(delivery.World).IsEmpty();
        await Assert.That(vault.Read(vault.Find(signed.Name)!.Value).Get("returned")).Contains("restored from a backup");
    }

    [Test]
    [Arguments(Phase.Claimed, true, "Done/2026-10"), Arguments(Phase.Offered, true, "Done/2026-10"), Arguments(Phase.Claimed, false, "Pending_Approval/email"), Arguments(Phase.Accepted, true, "Done/2026-10")]
    public async Task What_the_predecessor_had_begun_is_looked_for_and_never_sent_again(string phase, bool wentOut, string ends)
    {
        using var w = new BackupWorld();
        var entry = w.V.PutApproved();
        var delivery = new ScriptedDelivery();
        if (phase == Phase.Claimed) await w.V.Fence(delivery, (_, _) => Task.FromResult(false)).RunAsync(default);
        else
        {
            delivery.At = at => { if (at == (phase == Phase.Offered ? "before delivery" : "after")) throw new PowerCut(); };
            await Assert.That(async () => { await w.V.Fence(delivery).RunAsync(default); }).Throws<PowerCut>();
            delivery.At = _ => { };
        }
        var done = w.Restore(w.Back().File);
        await Assert.That(w.V.Read(entry).Get("phase")).IsEqualTo(phase);
        if (wentOut && phase != Phase.Accepted)
        {
            var task = w.V.Read(entry);
            delivery.World.Add(delivery.Prepare(TypedAction.Read(task)!, Intent.Read(entry.Name, task)));
        }

        var state = StateDirectory.Open(done.Places.State, Zone.Local);
        var vault = VaultFolder.Open(done.Places.Vault, state.Agent);
        using var key = ApproverKey.Open(state);
        w.V.Clock.Now += TimeSpan.FromMinutes(10);
        var problems = new List<string>();
        var takeover = new Takeover(vault, Restored.Read(state), new Releaser(vault, key, w.V.Clock, w.V.Record), w.V.Clock, w.V.Record);
        await Assert.That(takeover.Run(null, problems.Add)).IsEqualTo(0);
        await Assert.That(takeover.Run(w.V.Clock.Now - TimeSpan.FromHours(1), problems.Add)).IsEqualTo(0);
        await Assert.That(takeover.Run(w.V.Clock.Now, problems.Add)).IsEqualTo(1);
        await Assert.That(problems).IsEmpty();

        var spent = new SpentApprovals(state);
        var sent = delivery.World.Count;
        var fence = new Fence(vault, spent, new TrustedKeys(state, key), w.V.Objections, w.V.Earlier, new Holds(new(), new Pause(state, w.V.Clock), spent, w.V.Clock), _ => delivery,
            (_, _) => Task.FromResult(true), (_, _, _, _) => Task.FromResult<string?>(null), w.V.Clock, w.V.Record);
        await fence.RunAsync(default);
        await Assert.That(vault.Find(entry.Name)!.Value.Place.Folder).IsEqualTo(ends);
        await Assert.That(delivery.World.Count).IsEqualTo(sent);
    }

    [Test]
    public async Task A_draft_that_the_predecessor_worked_on_is_given_back()
    {
        using var w = new BackupWorld();
        var entry = w.V.Put(Place.NeedsAction("email"));
        var held = new Claims(w.V.Vault, w.V.Clock).Take(entry)!;
        var done = w.Restore(w.Back().File);
        var state = StateDirectory.Open(done.Places.State, Zone.Local);
        var vault = VaultFolder.Open(done.Places.Vault, state.Agent);
        using var key = ApproverKey.Open(state);
        w.V.Clock.Now += TimeSpan.FromMinutes(1);
        new Takeover(vault, Restored.Read(state), new Releaser(vault, key, w.V.Clock, w.V.Record), w.V.Clock, w.V.Record).Run(w.V.Clock.Now, _ => { });
        await Assert.That(vault.Find(held.Entry.Name)!.Value.Place).IsEqualTo(Place.NeedsAction("email"));
    }

    [Test]
    public async Task A_mail_that_the_predecessor_sent_after_the_backup_is_told_from_one_that_is_on_record()
    {
        using var w = new BackupWorld();
        var entry = w.V.PutApproved();
        await w.V.Fence(new ScriptedDelivery()).RunAsync(default);
        var known = Intent.Read(entry.Name, w.V.Read(entry));
        var done = w.Restore(w.Back().File);
        var state = StateDirectory.Open(done.Places.State, Zone.Local);
        var (restored, spent) = (Restored.Read(state), new SpentApprovals(state));
        var unknown = $"{entry.Name.Hash}.{new string('0', 32)}";
        var before = w.V.Clock.Now - TimeSpan.FromMinutes(1);
        await Assert.That(Takeover.IsPredecessors(restored, spent, unknown, before)).IsTrue();
        await Assert.That(Takeover.IsPredecessors(restored, spent, unknown, w.V.Clock.Now + TimeSpan.FromMinutes(1))).IsFalse();
        await Assert.That(Takeover.IsPredecessors(restored, spent, known.Marker, before)).IsFalse();
        await Assert.That(Takeover.IsPredecessors(Restored.Read(w.V.State), spent, unknown, before)).IsFalse();
    }
}
