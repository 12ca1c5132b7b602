using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VaultKit.Tests.Mail;

/// <summary>A real IMAP server on loopback with one maildir, a password and a certificate of its own authority. Needs Debian's dovecot-imapd.</summary>
sealed class Dovecot : IAsyncDisposable
{
    const string Program = "/usr/sbin/dovecot";

    readonly string root = Directory.CreateTempSubdirectory("dovecot-").FullName;
    Process? server;

    public int TlsPort { get; } = FreePort();
    public int PlainPort { get; } = FreePort();
    public string Maildir => Path.Combine(root, "mail");
    public string CaFile => Path.Combine(root, "cert.pem");

    public static async Task<Dovecot> Start(bool idle = true)
    {
        if (!File.Exists(Program)) throw new InvalidOperationException("apt-get install dovecot-imapd: these tests need a real IMAP server");
        var dovecot = new Dovecot();
        dovecot.WriteFiles(idle);
        await dovecot.Run();
        return dovecot;
    }

    void WriteFiles(bool idle)
    {
        foreach (var folder in (string[])["new", "cur", "tmp"]) Directory.CreateDirectory(Path.Combine(Maildir, folder));
        // Its login process runs as another user, to whom a temporary folder is closed.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(CaFile, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(root, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        // It refuses to touch mail as root.
        var user = Environment.UserName;
        var reader = user == "root" ? "mail" : user;
        if (user == "root")
            using (var chown = Process.Start("chown", ["-R", "mail:mail", Maildir])) chown.WaitForExit();
        File.WriteAllText(Path.Combine(root, "dovecot.conf"), $$"""
            base_dir = {{root}}/run
            state_dir = {{root}}/state
            log_path = {{root}}/log
            protocols = imap
            listen = 127.0.0.1
            default_internal_user = {{(user == "root" ? "dovecot" : user)}}
            default_login_user = {{(user == "root" ? "dovenull" : user)}}
            default_internal_group = {{(user == "root" ? "dovecot" : user)}}
            first_valid_uid = 0
            first_valid_gid = 0
            mail_location = maildir:{{Maildir}}
            mail_uid = {{reader}}
            mail_gid = {{reader}}
            disable_plaintext_auth = no
            auth_failure_delay = 0
            ssl = yes
            ssl_cert = <{{CaFile}}
            ssl_key = <{{root}}/key.pem
            {{(idle ? "" : "imap_capability = IMAP4rev1 UIDPLUS LITERAL+ STARTTLS")}}
            passdb {
              driver = static
              args = password=right
            }
            userdb {
              driver = static
              args = uid={{reader}} gid={{reader}} home={{Maildir}}
            }
            service anvil {
              chroot =
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{PlainPort}}
              }
              inet_listener imaps {
                port = {{TlsPort}}
                ssl = yes
              }
            }
            """);
    }

    public async Task Run()
    {
        // A group of its own, so that Stop can end what the master leaves behind.
        server = Process.Start(new ProcessStartInfo("setsid", [Program, "-F", "-c", Path.Combine(root, "dovecot.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("dovecot did not start");
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, TlsPort);
                return;
            }
            catch (SocketException) when (!server.HasExited)
            {
                await Task.Delay(50);
            }
        }
        throw new InvalidOperationException("dovecot does not listen: " + (File.Exists(root + "/log") ? File.ReadAllText(root + "/log") : ""));
    }

    /// <summary>How many logins it has seen.</summary>
    public int Logins => File.ReadAllLines(root + "/log").Count(l => l.Contains("Login: user=", StringComparison.Ordinal));

    /// <summary>To all of its processes: STOP makes it a machine that is there and says nothing, CONT ends that.</summary>
    public async Task Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, "--", "-" + server!.Id]);
        await kill.WaitForExitAsync();
    }

    public async Task Stop()
    {
        if (server is not { HasExited: false }) return;
        await Signal("CONT"); // a stopped process does not hear that it should end
        using (var kill = Process.Start("kill", ["-TERM", server.Id.ToString()])) await kill.WaitForExitAsync();
        await server.WaitForExitAsync();
        // A login process may outlive its master and hold the client's connection open; then nothing would have gone away.
        using (var rest = Process.Start(new ProcessStartInfo("kill", ["-KILL", "--", "-" + server.Id]) { RedirectStandardError = true })!) await rest.WaitForExitAsync();
    }

    public void Deliver(string name, byte[] mail, DateTime? arrived = null, string folder = "new")
    {
        var temporary = Path.Combine(Maildir, "tmp", name);
        File.WriteAllBytes(temporary, mail);
        if (arrived is { } at) File.SetLastWriteTimeUtc(temporary, at);
        File.Move(temporary, Path.Combine(Maildir, folder, name));
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        server?.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
