using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace VaultKit.Tests.Sync;

/// <summary>The system's sshd on loopback, with one key that it takes and one that it does not.</summary>
sealed class SshServer : IDisposable
{
    public const string Program = "/usr/sbin/sshd";

    readonly Process server;
    readonly int port;
    readonly string log;
    public string Key { get; }
    public string OtherKey { get; }
    public string KnownHosts { get; }

    public SshServer(Rig rig)
    {
        var folder = Directory.CreateDirectory(Path.Combine(rig.Root, "ssh")).FullName;
        string Make(string name)
        {
            var file = Path.Combine(folder, name);
            Process.Start(new ProcessStartInfo("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]))!.WaitForExit();
            return file;
        }
        var host = Make("host");
        (Key, OtherKey) = (Make("key"), Make("other"));
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var authorized = Path.Combine(folder, "authorized");
        File.Copy(Key + ".pub", authorized);
        KnownHosts = Path.Combine(folder, "known");
        File.WriteAllText(KnownHosts, $"[127.0.0.1]:{port} " + File.ReadAllText(host + ".pub"));
        var config = Path.Combine(folder, "config");
        var home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName; // what a person's .bashrc does is no part of a test
        File.WriteAllText(config, $"Port {port}\nListenAddress 127.0.0.1\nHostKey {host}\nAuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile none\nSetEnv HOME={home}\n");
        Directory.CreateDirectory("/run/sshd");
        log = Path.Combine(folder, "log");
        server = Process.Start(new ProcessStartInfo(Program, ["-D", "-f", config, "-E", log]))!;
        for (var i = 0; i < 100; i++)
        {
            using var probe = new TcpClient();
            try { probe.Connect(IPAddress.Loopback, port); return; }
            catch (SocketException) { Thread.Sleep(50); } // not up yet
        }
        throw new InvalidOperationException("sshd does not answer: " + File.ReadAllText(log));
    }

    /// <summary>How often somebody has connected with the key.</summary>
    public int Logins => File.ReadAllText(log).Split("Accepted publickey").Length - 1;

    /// <summary>Those who are connected get no answer any more and no word of that, as after a laptop's sleep. Who comes anew is let in.</summary>
    public void StrikeDumb()
    {
        foreach (var child in File.ReadAllText($"/proc/{server.Id}/task/{server.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Process.Start("kill", ["-STOP", child]).WaitForExit();
    }

    public string Url(string path) => $"ssh://{Environment.UserName}@127.0.0.1:{port}{path}";

    public void Stop()
    {
        if (server.HasExited) return;
        server.Kill(entireProcessTree: true);
        server.WaitForExit();
    }

    public void Dispose()
    {
        Stop();
        server.Dispose();
    }
}
