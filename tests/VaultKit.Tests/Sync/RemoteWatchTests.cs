using System.Diagnostics;
using System.Text;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>News of others' pushes: heard at once, and only those.</summary>
[ParallelGroup(ByTheClock.Tests)]
public class RemoteWatchTests
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(60), Short = TimeSpan.FromSeconds(3);

    sealed class Ear : IDisposable
    {
        readonly SemaphoreSlim heard = new(0);
        readonly RemoteWatch watch;
        public List<string> Said { get; } = [];

        public Ear(Machine machine, SyncOptions options)
        {
            watch = new(options, machine.State, () => heard.Release(), Said.Add);
            watch.Connect();
        }

        public bool IsNews => watch.IsNews;
        public Task<bool> HearsAsync(TimeSpan within) => heard.WaitAsync(within);

        /// <summary>What was pushed is heard when it is, on a busy machine seconds after a cycle has seen it; then none of it is news.</summary>
        public async Task<bool> KnowsItAllAsync()
        {
            for (var watch = Stopwatch.StartNew(); IsNews && watch.Elapsed < Long;) await Task.Delay(50);
            return !IsNews;
        }

        public void Dispose() => watch.Dispose();
    }

    /// <summary>A program that runs what ssh would have run, on this machine; <paramref name="script"/> in its place where one is given.</summary>
    internal static string Played(Rig rig, string? script = null)
    {
        var file = Path.Combine(rig.Root, "ssh-" + Guid.NewGuid().ToString("N"));
        File.WriteAllText(file, "#!/bin/sh\n" + (script ?? "while [ \"$1\" != -- ]; do shift; done; cd / && exec sh -c \"$3\"\n"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32("755", 8));
        return file;
    }

    static (Machine Here, Machine There) Two(Rig rig, Func<SyncOptions, SyncOptions>? with = null)
    {
        var here = rig.Machine("here", Zone.Local, with);
        here.SyncWell();
        return (here, rig.Machine("there", Zone.Cloud, with));
    }

    static async Task HearsOthersOnly(Rig rig, Machine here, Machine there, SyncOptions options)
    {
        using var ear = new Ear(here, options);
        if (!options.Remote.StartsWith('/')) await Task.Delay(2000); // the connection is made meanwhile
        there.New("From there");
        there.SyncWell();
        await Assert.That(await ear.HearsAsync(Long)).IsTrue().Because(string.Join('\n', ear.Said));
        await Assert.That(ear.IsNews).IsTrue();
        here.SyncWell();
        await Assert.That(await ear.KnowsItAllAsync()).IsTrue();
        while (await ear.HearsAsync(TimeSpan.FromSeconds(1))) { } // heard twice is no harm
        here.New("From here");
        here.SyncWell();
        // It may be heard before the cycle has put down what it saw; whoever asks afterwards is told.
        await Assert.That(await ear.KnowsItAllAsync()).IsTrue();
        for (var i = 0; i < 3; i++) { there.New($"Again {i}"); there.SyncWell(); }
        await Assert.That(await ear.HearsAsync(Long)).IsTrue();
        await Assert.That(ear.IsNews).IsTrue();
        await Assert.That(ear.Said).IsEmpty();
    }

    [Test]
    public async Task In_a_path_others_pushes_are_heard_and_our_own_are_none()
    {
        using var rig = new Rig();
        var (here, there) = Two(rig);
        await HearsOthersOnly(rig, here, there, new() { Remote = rig.Remote });
    }

    [Test]
    public async Task Over_ssh_others_pushes_are_heard_and_our_own_are_none()
    {
        if (OperatingSystem.IsWindows() || !File.Exists(SshServer.Program)) { Skip.Test("there is no sshd on this machine"); return; }
        using var rig = new Rig();
        using var ssh = new SshServer(rig);
        SyncOptions With(SyncOptions o) => o with { Remote = ssh.Url(rig.Remote), SshKey = ssh.Key, KnownHosts = ssh.KnownHosts };
        var (here, there) = Two(rig, With);
        await HearsOthersOnly(rig, here, there, With(new()));
        // Nothing is left running on the other side.
        await Task.Delay(500);
        await Assert.That(Tails(rig.Remote)).IsEmpty();
    }

    [Test]
    public async Task A_push_while_nobody_listened_is_heard_when_the_connection_is_there_again()
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("a shell's script plays ssh"); return; }
        using var rig = new Rig();
        var (here, there) = Two(rig);
        there.New("Meanwhile");
        there.SyncWell();
        using var ear = new Ear(here, new() { Remote = "ssh://you@host.example" + rig.Remote, Ssh = Played(rig) });
        await Assert.That(await ear.HearsAsync(Long)).IsTrue();
    }

    [Test]
    [Arguments("host.example:it's here/vault", "it's here/vault")]
    [Arguments("ssh://host.example:2222/~/deep down/vault", "deep down/vault")]
    [Arguments("you@host.example:vault", "vault.git")]
    [Arguments("ssh://host.example/~/mine/vault", "mine/vault/.git")]
    public async Task The_repository_is_found_where_git_finds_it(string remote, string lies)
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("a shell's script plays ssh"); return; }
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        var home = Path.Combine(rig.Root, "home dir");
        var heads = Directory.CreateDirectory(Path.Combine(home, lies, "refs", "heads")).FullName;
        File.WriteAllText(Path.Combine(heads, "main"), new string('a', 40) + "\n");
        using var ear = new Ear(here, new() { Remote = remote, Ssh = Played(rig, $"while [ \"$1\" != -- ]; do shift; done; export HOME='{home}'; cd && exec sh -c \"$3\"\n") });
        await Assert.That(await ear.HearsAsync(Long)).IsTrue().Because(string.Join('\n', ear.Said));
    }

    [Test]
    public async Task What_is_no_tip_is_not_news_however_long_it_is()
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("a shell's script plays ssh"); return; }
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        using var ear = new Ear(here, new()
        {
            Remote = "you@host.example:vault",
            Ssh = Played(rig, "echo Welcome; printf '%039d\\n%041d\\n%050d\\n%040d-and-more\\n' 7 7 7 7; printf '%040d\\n' 7 | tr 7 Z; head -c 3000000 /dev/zero; echo; head -c 40 /dev/zero; echo; exec sleep 60\n"),
        });
        await Assert.That(await ear.HearsAsync(Short)).IsFalse();
        await Assert.That(ear.IsNews).IsFalse();
    }

    [Test]
    public async Task A_stream_of_tips_wakes_nobody_more_than_once_a_second()
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("a shell's script plays ssh"); return; }
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        using var ear = new Ear(here, new() { Remote = "you@host.example:vault", Ssh = Played(rig, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); printf '%040d\\n' $i; done; exec sleep 60\n") });
        var count = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(4);)
            if (await ear.HearsAsync(TimeSpan.FromMilliseconds(200))) count++;
        await Assert.That(count).IsBetween(1, 6);
    }

    [Test]
    public async Task An_account_that_runs_no_command_is_told_of_once()
    {
        if (OperatingSystem.IsWindows()) { Skip.Test("a shell's script plays ssh"); return; }
        using var rig = new Rig();
        var here = rig.Machine("here", Zone.Local);
        here.SyncWell();
        using var ear = new Ear(here, new() { Remote = "you@host.example:vault", Ssh = Played(rig, "echo \"fatal: unrecognized command\" >&2; exit 128\n") });
        for (var i = 0; ear.Said.Count == 0 && i < 100; i++) await Task.Delay(100);
        await Assert.That(string.Concat(ear.Said)).Contains("by the clock only").And.Contains("unrecognized command");
    }

    [Test]
    public async Task Nothing_is_left_running_when_nobody_listens_any_more()
    {
        if (!OperatingSystem.IsLinux()) { Skip.Test("looks into /proc"); return; }
        using var rig = new Rig();
        var (here, there) = Two(rig);
        there.New("Meanwhile");
        there.SyncWell();
        using (var ear = new Ear(here, new() { Remote = "ssh://you@host.example" + rig.Remote, Ssh = Played(rig) }))
        {
            await Assert.That(await ear.HearsAsync(Long)).IsTrue();
            await Assert.That(Tails(rig.Remote).Count()).IsEqualTo(1);
        }
        for (var i = 0; Tails(rig.Remote).Any() && i < 50; i++) await Task.Delay(100);
        await Assert.That(Tails(rig.Remote)).IsEmpty();
    }

    /// <summary>Processes that wait for the tip of this repository.</summary>
    static IEnumerable<int> Tails(string repository)
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var process)) continue;
            var ours = false;
            try { ours = Encoding.UTF8.GetString(File.ReadAllBytes(folder + "/cmdline")).StartsWith("tail\0", StringComparison.Ordinal) && new DirectoryInfo(folder + "/cwd").LinkTarget == repository; }
            catch (IOException) { continue; } // it has ended
            if (ours) yield return process;
        }
    }
}
