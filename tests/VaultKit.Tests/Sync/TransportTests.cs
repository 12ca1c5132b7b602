using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>The real ssh against a server of our own on loopback, and the ways in which a remote fails.</summary>
public sealed class TransportTests
{
    [Test]
    public async Task Over_ssh_both_machines_meet_and_a_wrong_key_or_host_is_told_apart()
    {
        if (OperatingSystem.IsWindows() || !File.Exists(SshServer.Program)) { Skip.Test("there is no sshd on this machine"); return; }
        using var rig = new Rig();
        using var ssh = new SshServer(rig);
        SyncOptions With(SyncOptions o) => o with { Remote = ssh.Url(rig.Remote), SshKey = ssh.Key, KnownHosts = ssh.KnownHosts };
        var cloud = rig.Machine("cloud", Zone.Cloud, With);
        cloud.New("Over ssh");
        await Assert.That(cloud.SyncWell().Pushed).IsTrue();
        var local = rig.Machine("local", Zone.Local, With);
        await Assert.That(local.Find("Over ssh")).IsNotNull();
        local.New("Back");
        await Assert.That(local.SyncWell().Pushed).IsTrue();
        await Assert.That(cloud.SyncWell().FilesIn).IsEqualTo(1);
        rig.Fsck();

        async Task Fails(SyncFailureKind kind, Func<SyncOptions, SyncOptions> with)
        {
            var failed = new SyncCycle(cloud.Vault, cloud.State, with(With(new() { Remote = rig.Remote })), TimeProvider.System).Run(default);
            await Assert.That(failed.Failure!.Kind).IsEqualTo(kind);
            await Assert.That(failed.Failure.Text).IsNotEmpty();
        }
        await Fails(SyncFailureKind.Credentials, o => o with { SshKey = ssh.OtherKey });
        await Fails(SyncFailureKind.HostKey, o => o with { KnownHosts = Path.Combine(rig.Root, "nobody") });
        await Fails(SyncFailureKind.Offline, o => o with { Remote = ssh.Url(rig.Remote + "-missing") });

        // A hook that declines leaves the tip where it was.
        var hook = Path.Combine(rig.Remote, "hooks", "pre-receive");
        File.WriteAllText(hook, "#!/bin/sh\necho not today >&2\nexit 1\n");
        File.SetUnixFileMode(hook, (UnixFileMode)Convert.ToInt32("755", 8));
        cloud.New("Declined");
        await Fails(SyncFailureKind.Declined, o => o);
        File.Delete(hook);
        await Assert.That(cloud.SyncWell().Pushed).IsTrue();
        ssh.Stop();
        await Fails(SyncFailureKind.Offline, o => o);
    }

    [Test]
    public async Task A_silent_ssh_is_ended_with_its_children()
    {
        if (!OperatingSystem.IsLinux()) { Skip.Test("only Linux tells which thread started what"); return; }
        using var rig = new Rig();
        var silent = Path.Combine(rig.Root, "silent-" + Guid.NewGuid().ToString("N"));
        File.WriteAllText(silent, "#!/bin/sh\nsleep 613\n");
        File.SetUnixFileMode(silent, (UnixFileMode)Convert.ToInt32("755", 8));
        var state = StateDirectory.Open(Path.Combine(rig.Root, "state"), Zone.Cloud);
        VaultFolder.Create(Path.Combine(rig.Root, "vault"));
        var vault = VaultFolder.Open(Path.Combine(rig.Root, "vault"), state.Agent);
        var options = new SyncOptions { Remote = "ssh://someone@127.0.0.1/x.git", Ssh = silent, Silence = TimeSpan.FromSeconds(1) };
        var watch = Stopwatch.StartNew();
        var report = new SyncCycle(vault, state, options, TimeProvider.System).Run(default);
        await Assert.That(report.Failure!.Kind).IsEqualTo(SyncFailureKind.Offline);
        await Assert.That(report.Failure.Text).Contains("said nothing");
        await Assert.That(watch.Elapsed).IsLessThan(TimeSpan.FromSeconds(20));
        var left = Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _))
            .Count(p => { try { return File.ReadAllText(p + "/cmdline").Contains(Path.GetFileName(silent)); } catch (IOException) { return false; } });
        await Assert.That(left).IsEqualTo(0);
    }

    [Test]
    [Arguments(20_000L, 1000, "")]
    [Arguments(1_000_000L, 20, "")]
    [Arguments(20_000L, 1000, "file://")]
    [Arguments(1_000_000L, 1000, null)]
    public async Task A_fetch_that_brings_too_much_is_ended_and_the_vault_goes_on(long octets, int objects, string? scheme)
    {
        using var rig = new Rig();
        var there = rig.Machine("there", Zone.Local);
        there.SyncWell();
        var here = rig.Machine("here", Zone.Local, o => o with { Remote = scheme + o.Remote, DownloadLimit = octets, ObjectLimit = objects });
        for (var i = 0; i < 20; i++) there.Write($"Plans/email/{i}.md", Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(4000)));
        there.SyncWell();
        here.New("Ours");
        var report = here.Sync();
        if (scheme is null) { await Assert.That(report.Failure).IsNull(); return; } // within both limits
        await Assert.That(report.Failure!.Text).Contains("at once");
        await Assert.That(report.Committed).IsEqualTo(1);
        await Assert.That(here.Find("Ours")).IsNotNull();
    }

    [Test]
    [Arguments("git://example.com/x.git")]
    [Arguments("http://example.com/x.git")]
    [Arguments("ext::sh -c true")]
    [Arguments("--upload-pack=evil")]
    [Arguments("-v:evil")]
    public async Task An_address_that_mail_may_not_travel_to_is_refused(string remote)
    {
        var refusal = Assert.Throws<Refusal>(() => Transport.Check(new() { Remote = remote }));
        await Assert.That(refusal!.Code).IsEqualTo(ExitCode.BadConfiguration);
    }

    [Test]
    public async Task A_hostile_configuration_of_the_user_does_not_count()
    {
        using var rig = new Rig();
        var local = rig.Machine("local", Zone.Local);
        local.SyncWell();
        // What libgit2 would read is told by where it looks; our own file is all that is left.
        await Assert.That(File.ReadAllText(Path.Combine(local.GitPath, "config"))).Contains("bare = true");
        using var git = GitDirectory.Open(local.State, new() { Remote = rig.Remote });
        await Assert.That(git.Repository.Config.HasConfig(LibGit2Sharp.ConfigurationLevel.Global)).IsFalse();
        await Assert.That(git.Repository.Config.HasConfig(LibGit2Sharp.ConfigurationLevel.System)).IsFalse();
    }

    [Test]
    public async Task What_a_push_into_a_path_left_when_it_died_keeps_nobody()
    {
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        var (mark, pack) = (Path.Combine(rig.Remote, "refs", "heads", "main.lock"), Path.Combine(rig.Remote, "objects", "pack", "pack_git2_0123"));
        File.WriteAllText(mark, "");
        File.WriteAllText(pack, "half");
        // Another program's, as long as it is young.
        here.New("One");
        await Assert.That(here.Sync().Failure!.Kind).IsEqualTo(SyncFailureKind.Offline);
        await Assert.That(File.Exists(mark) && File.Exists(pack)).IsTrue();
        // Ours: it died in the middle.
        File.WriteAllText(Path.Combine(rig.Remote, "platinum-push.lock"), "pushing\n");
        await Assert.That(here.SyncWell().Pushed).IsTrue();
        await Assert.That(File.Exists(mark) || File.Exists(pack)).IsFalse();
        // Anybody's, once it is old.
        File.WriteAllText(mark, "");
        File.SetLastWriteTimeUtc(mark, DateTime.UtcNow.AddMinutes(-11));
        here.New("Two");
        await Assert.That(here.SyncWell().Pushed).IsTrue();
        rig.Fsck();
    }

    [Test]
    public async Task What_a_cycle_left_in_its_own_directory_when_it_died_is_removed()
    {
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        string[] left = ["config.lock", "refs/heads/main.lock", "refs/remotes/origin/main.lock", "objects/pack/pack_git2_0123idx.lock", "objects/pack/pack_git2_0123", "objects/tmp_object_git2_0123", "objects/streamed_git2_0123"];
        foreach (var file in left) File.WriteAllText(Path.Combine(here.GitPath, file), "half");
        here.New("One");
        await Assert.That(here.SyncWell().Pushed).IsTrue();
        foreach (var file in left) await Assert.That(File.Exists(Path.Combine(here.GitPath, file))).IsFalse();
    }

    [Test]
    public async Task A_push_into_a_path_says_so_while_it_is_under_way()
    {
        if (!SystemCalls.CanSee) { Skip.Test("there is no strace on this machine"); return; }
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        here.New("One");
        var events = SystemCalls.Of(rig.Root, () => here.SyncWell(), "pwrite64", "write", "ftruncate");
        var pushed = events.FindIndex(e => e.EndsWith(" remote.git/refs/heads/main"));
        await Assert.That(string.Join('\n', events.Take(pushed))).Contains("write64 remote.git/platinum-push.lock");
        await Assert.That(events.Skip(pushed)).Contains("ftruncate remote.git/platinum-push.lock");
        await Assert.That(File.ReadAllText(Path.Combine(rig.Remote, "platinum-push.lock"))).IsEqualTo("");
    }

    [Test]
    public async Task A_remote_that_sends_too_much_is_not_taken_in()
    {
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        var before = here.Tree();
        rig.Plant("filled", fromNothing: false, ("100644", "Briefings/Large.md", Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(300_000))));
        // As it comes over ssh; between two paths nothing is transferred.
        var ssh = Path.Combine(rig.Root, "ssh");
        File.WriteAllText(ssh, "#!/bin/bash\neval \"${@: -1}\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var options = new SyncOptions { Remote = "ssh://git@remote.example" + rig.Remote, Ssh = ssh, DownloadLimit = 100_000 };
        var failed = new SyncCycle(here.Vault, here.State, options, rig.Clock).Run(default).Failure!;
        await Assert.That(failed.Text).Contains("the remote sent more than");
        await Assert.That(failed.Hint).IsNotNull();
        await Assert.That(here.Tree()).IsEqualTo(before);
        await Assert.That(new SyncCycle(here.Vault, here.State, options with { DownloadLimit = 1_000_000 }, rig.Clock).Run(default).Failure?.ToString()).IsNull();
    }

    [Test]
    public async Task Machines_that_push_to_one_path_at_once_all_arrive()
    {
        using var rig = new Rig();
        var machines = Enumerable.Range(0, 3).Select(i => rig.Machine("m" + i, Zone.Cloud)).ToList();
        machines[0].SyncWell();
        machines = [machines[0], rig.Machine("n1", Zone.Cloud), rig.Machine("n2", Zone.Cloud)];
        for (var round = 0; round < 3; round++)
        {
            var tasks = machines.Select((m, i) => Task.Run(() => { m.New($"Task {round} of {i}"); return m.Sync(); })).ToList();
            foreach (var report in await Task.WhenAll(tasks))
                await Assert.That(report.Failure is null or { Kind: SyncFailureKind.Race }).IsTrue().Because(report.Failure?.Text ?? "");
        }
        foreach (var _ in Enumerable.Range(0, 2))
            foreach (var machine in machines) machine.SyncWell();
        await Assert.That(rig.RemotePaths().Count(p => p.StartsWith("Needs_Action/", StringComparison.Ordinal))).IsEqualTo(9);
        foreach (var machine in machines) await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
        rig.Fsck();
    }
}
