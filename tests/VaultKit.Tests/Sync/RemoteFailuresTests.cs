using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>What really fails, and what it is taken for: ssh and git as they are installed, servers on loopback that misbehave, a disk that is full. Each time local work is committed all the same, and the next cycle is whole once the cause is gone.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class RemoteFailuresTests
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <summary>A machine that has something to push and to fetch meets a failing remote.</summary>
    static async Task Fails(Rig rig, Machine machine, SyncOptions failing, SyncFailureKind kind)
    {
        var committed = File.ReadAllText(Path.Combine(machine.GitPath, "refs", "heads", "main"));
        machine.New("Waiting " + Guid.NewGuid());
        var began = Environment.TickCount64;
        var report = new SyncCycle(machine.Vault, machine.State, failing with { Silence = Silence }, rig.Clock).Run(default);
        await Assert.That($"{report.Failure?.Kind}: {report.Failure}").StartsWith(kind + ": ");
        await Assert.That(report.Failure!.Text.Length).IsBetween(10, 600);
        await Assert.That(File.ReadAllText(Path.Combine(machine.GitPath, "refs", "heads", "main"))).IsNotEqualTo(committed);
        await Assert.That(Environment.TickCount64 - began).IsLessThan(20_000);
    }

    static async Task Recovers(Rig rig, Machine machine)
    {
        await Assert.That(machine.Sync().Failure?.ToString()).IsNull();
        await Assert.That(machine.Tree()).IsEqualTo(rig.RemoteTree());
        rig.Fsck();
    }

    static (Rig Rig, Machine Machine) Two()
    {
        var rig = new Rig();
        var machine = rig.Machine("here", Zone.Local);
        machine.New("Question");
        machine.SyncWell();
        var other = rig.Machine("there", Zone.Cloud);
        for (var n = 0; n < 20; n++) other.New("Answer " + n);
        other.SyncWell();
        return (rig, machine);
    }

    [Test]
    [Arguments("it is not there", SyncFailureKind.Offline)]
    [Arguments("it is an empty folder", SyncFailureKind.Offline)]
    [Arguments("another process left its lock", SyncFailureKind.Offline)]
    [Arguments("an object of it is gone", SyncFailureKind.RemoteCorrupt)]
    [Arguments("an object of it is cut off", SyncFailureKind.RemoteCorrupt)]
    public async Task A_path(string what, SyncFailureKind kind)
    {
        var (rig, here) = Two();
        using (rig)
        {
            var (away, options) = (rig.Remote + ".away", new SyncOptions { Remote = rig.Remote });
            Unpack(rig.Remote);
            var tip = Path.Combine(rig.Remote, "objects", Rig.Git(rig.Remote, "rev-parse", "main^{tree}").Trim().Insert(2, "/"));
            var mark = Path.Combine(rig.Remote, "refs", "heads", "main.lock");
            switch (what)
            {
                case "it is not there": Directory.Move(rig.Remote, away); break;
                case "it is an empty folder": Directory.Move(rig.Remote, away); Directory.CreateDirectory(rig.Remote); break;
                case "another process left its lock": File.WriteAllText(mark, ""); break;
                case "an object of it is gone": File.Move(tip, away); break;
                case "an object of it is cut off":
                    File.Copy(tip, away);
                    File.SetUnixFileMode(tip, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                    File.WriteAllBytes(tip, File.ReadAllBytes(tip)[..20]);
                    break;
            }
            await Fails(rig, here, options, kind);
            switch (what)
            {
                case "it is not there": Directory.Move(away, rig.Remote); break;
                case "it is an empty folder": Directory.Delete(rig.Remote); Directory.Move(away, rig.Remote); break;
                case "another process left its lock": File.Delete(mark); break;
                default: File.Move(away, tip, overwrite: true); break;
            }
            await Recovers(rig, here);
        }
    }

    // As git writes a small push that comes over ssh.
    static void Unpack(string remote)
    {
        foreach (var pack in Directory.GetFiles(Path.Combine(remote, "objects", "pack"), "*.pack"))
        {
            var aside = Path.Combine(remote, Path.GetFileName(pack));
            File.Move(pack, aside);
            File.Delete(Path.ChangeExtension(pack, ".idx"));
            using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", $"git -C '{remote}' unpack-objects -q < '{aside}'"]))!;
            git.WaitForExit();
            if (git.ExitCode != 0) throw new InvalidOperationException($"git unpack-objects: {git.ExitCode}");
        }
    }

    /// <summary>What stands in place of ssh: the last argument is what would run on the other machine.</summary>
    [Test]
    [Arguments("the name is unknown", "exec ssh -F none -o ConnectTimeout=3 git@no-such-host.invalid true", SyncFailureKind.Offline)]
    [Arguments("nobody listens", "exec ssh -F none -p 1 git@127.0.0.1 true", SyncFailureKind.Offline)]
    [Arguments("it is cut in mid-pack", "eval \"${@: -1}\" | head -c 3000", SyncFailureKind.Offline)]
    [Arguments("it is cut in the first line", "eval \"${@: -1}\" | head -c 20", SyncFailureKind.Offline)]
    [Arguments("it ends at once", "exit 255", SyncFailureKind.Offline)]
    [Arguments("it dies", "kill -9 $$", SyncFailureKind.Offline)]
    [Arguments("it says something else", "echo 'Welcome to example! Your home is full, please delete 403 files.'; sleep 0.1", SyncFailureKind.Other)]
    [Arguments("it is silent", "sleep 60", SyncFailureKind.Offline)]
    [Arguments("it is silent in mid-pack", "(eval \"${@: -1}\" | head -c 3000; sleep 60)", SyncFailureKind.Offline)]
    [Arguments("it drips", "eval \"${@: -1}\" | (head -c 1500; while IFS= read -r -d '' -n 1 octet; do printf '%s' \"$octet\"; sleep 0.2; done)", SyncFailureKind.Offline)]
    [Arguments("it drips in whole packets", """
        eval "${@: -1}" | perl -e '$| = 1; while (read(STDIN, $h, 4) == 4) { if (($n = hex $h) < 5) { print $h; next } read(STDIN, $d, $n - 4);
            if (ord($d) == 1) { for $c (split //, substr($d, 1)) { print "0006\x01$c"; select undef, undef, undef, 0.02 } } else { print "$h$d" } }'
        """, SyncFailureKind.Offline)]
    [Arguments("there is no git there", "echo 'bash: git-upload-pack: command not found' >&2; exit 127", SyncFailureKind.Other)]
    [Arguments("the account is locked", "echo 'This account is currently not available.'; exit 1", SyncFailureKind.Other)]
    [Arguments("it greets", "echo 'You have 401 mails, your password expires; the certificate too.' >&2; exit 255", SyncFailureKind.Offline)]
    public async Task Over_ssh(string what, string script, SyncFailureKind kind)
    {
        var (rig, here) = Two();
        using (rig)
        {
            var ssh = Path.Combine(rig.Root, "ssh");
            File.WriteAllText(ssh, $"#!/bin/bash\n# {what}\n{script}\n");
            File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await Fails(rig, here, new() { Remote = "ssh://git@remote.example" + rig.Remote, Ssh = ssh }, kind);
            File.WriteAllText(ssh, "#!/bin/bash\neval \"${@: -1}\"\n");
            var report = new SyncCycle(here.Vault, here.State, new() { Remote = "ssh://git@remote.example" + rig.Remote, Ssh = ssh }, rig.Clock).Run(default);
            await Assert.That(report.Failure?.ToString()).IsNull();
            await Assert.That(here.Tree()).IsEqualTo(rig.RemoteTree());
        }
    }

    [Test]
    [Arguments("401", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\n\r\n", SyncFailureKind.Credentials)]
    [Arguments("403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", SyncFailureKind.Credentials)]
    [Arguments("404", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", SyncFailureKind.Offline)]
    [Arguments("500", "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", SyncFailureKind.Offline)]
    [Arguments("503", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", SyncFailureKind.Offline)]
    [Arguments("a page", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<h1>certificate</h1>", SyncFailureKind.Other)]
    [Arguments("half a header", "HTTP/1.1 200 OK\r\nContent-Le", SyncFailureKind.Other)]
    [Arguments("half a body", "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 2000\r\n\r\n001e# service=git-upload-pack\n0000", SyncFailureKind.Offline)]
    [Arguments("no protocol at all", "220 smtp.example ESMTP\r\n", SyncFailureKind.Other)]
    [Arguments("nothing", "", SyncFailureKind.Offline)]
    public async Task Over_http(string what, string answer, SyncFailureKind kind)
    {
        _ = what;
        var (rig, here) = Two();
        using (rig)
        using (var server = new BadServer(stream => stream.Write(Encoding.ASCII.GetBytes(answer)), hang: answer.Length == 0))
        {
            await Fails(rig, here, new() { Remote = $"http://127.0.0.1:{server.Port}/vault.git" }, kind);
            await Recovers(rig, here);
        }
    }

    /// <summary>What cannot be brought about here: other people's servers and a disk that is full.</summary>
    [Test]
    [Arguments("ssh: connect to host example.com port 22: No route to host", SyncFailureKind.Offline)]
    [Arguments("error receiving data from socket: Interrupted system call", SyncFailureKind.Offline)]
    [Arguments("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @ Host key verification failed.", SyncFailureKind.HostKey)]
    [Arguments("No ED25519 host key is known for example.com and you have requested strict checking. Host key verification failed.", SyncFailureKind.HostKey)]
    [Arguments("git@example.com: Permission denied (publickey).", SyncFailureKind.Credentials)]
    [Arguments("Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures", SyncFailureKind.Credentials)]
    [Arguments("error: unable to write file: No space left on device", SyncFailureKind.DiskFull)]
    [Arguments("write error: Disk quota exceeded", SyncFailureKind.DiskFull)]
    [Arguments("loose object 0123 is corrupt", SyncFailureKind.Corrupt)]
    [Arguments("something that nobody foresaw", SyncFailureKind.Other)]
    public async Task Each_text_is_taken_for_what_it_is(string text, SyncFailureKind kind)
    {
        await Assert.That(SyncFailures.Classify(text, new LibGit2Sharp.LibGit2SharpException(text)).Kind).IsEqualTo(kind);
        foreach (var full in (int[])[28, 122])
            await Assert.That(SyncFailures.Classify(text, new IOException(text, full)).Kind).IsEqualTo(SyncFailureKind.DiskFull);
    }

    [Test]
    public async Task A_password_is_not_given_to_a_host_that_the_remote_points_to()
    {
        const string Wants = "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\n\r\n";
        var (rig, here) = Two();
        using (rig)
        using (var other = new BadServer(stream => stream.Write(Encoding.ASCII.GetBytes(Wants))))
        using (var first = new BadServer(stream => stream.Write(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:{other.Port}/vault.git/info/refs?service=git-upload-pack\r\nContent-Length: 0\r\n\r\n"))))
        {
            var options = new SyncOptions { Remote = $"http://127.0.0.1:{first.Port}/vault.git", Credentials = () => ("anna", "secret") };
            await Fails(rig, here, options, SyncFailureKind.HostKey);
            await Assert.That(string.Join('\n', other.Requests)).Contains("GET /vault.git").And.DoesNotContain("Authorization");
            // Asked by the one whose password it is, it is given, once.
            await Fails(rig, here, options with { Remote = $"http://127.0.0.1:{other.Port}/vault.git" }, SyncFailureKind.Credentials);
            await Assert.That(other.Requests.Count(r => r.Contains("Authorization: Basic " + Convert.ToBase64String("anna:secret"u8)))).IsEqualTo(1);
            await Recovers(rig, here);
        }
    }

    [Test]
    public async Task Over_https_with_a_certificate_that_nobody_knows()
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var (rig, here) = Two();
        using (rig)
        using (var server = new BadServer(stream => new System.Net.Security.SslStream(stream).AuthenticateAsServer(certificate), readsFirst: false))
        {
            await Fails(rig, here, new() { Remote = $"https://127.0.0.1:{server.Port}/vault.git" }, SyncFailureKind.HostKey);
            await Recovers(rig, here);
        }
    }

    [Test]
    public async Task Over_http_where_nobody_listens_or_the_name_is_unknown()
    {
        var (rig, here) = Two();
        using (rig)
        {
            await Fails(rig, here, new() { Remote = "http://127.0.0.1:1/certificate-403.git" }, SyncFailureKind.Offline);
            await Fails(rig, here, new() { Remote = "https://no-such-host.invalid/password.git" }, SyncFailureKind.Offline);
            await Recovers(rig, here);
        }
    }

    /// <summary>Gives every caller the same answer.</summary>
    sealed class BadServer : IDisposable
    {
        readonly TcpListener listener = new(IPAddress.Loopback, 0);
        readonly List<TcpClient> kept = [];
        public System.Collections.Concurrent.ConcurrentQueue<string> Requests { get; } = [];
        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public BadServer(Action<NetworkStream> answer, bool hang = false, bool readsFirst = true)
        {
            listener.Start();
            new Thread(() =>
            {
                try
                {
                    for (; ; )
                    {
                        var client = listener.AcceptTcpClient();
                        kept.Add(client);
                        if (hang) continue;
                        try
                        {
                            var request = new byte[8000];
                            if (!client.Client.Poll(500_000, SelectMode.SelectRead)) continue;
                            if (readsFirst) Requests.Enqueue(Encoding.ASCII.GetString(request, 0, client.GetStream().Read(request)));
                            answer(client.GetStream());
                        }
                        // Whatever goes wrong here is the caller's to notice; let out of this thread, it would end all tests.
                        catch (Exception e) { Console.WriteLine($"the caller went: {e.Message}"); }
                        finally { client.Close(); }
                    }
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException) { Console.WriteLine("the server ended"); }
            })
            { IsBackground = true }.Start();
        }

        public void Dispose()
        {
            listener.Stop();
            foreach (var client in kept) client.Dispose();
        }
    }
}
