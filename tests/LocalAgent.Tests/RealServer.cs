using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LocalAgent.Tests;

/// <summary>A server of somebody else's making, with a certificate of our own authority, in a temporary folder. Fails where the server is not installed: tests/run installs it.</summary>
sealed class RealServer : IDisposable
{
    readonly Process process;
    public string Root { get; }
    public int Port { get; }
    public string CaFile => Path.Combine(Root, "ca.pem");

    RealServer(string root, int port, Func<string, int, ProcessStartInfo> start)
    {
        (Root, Port) = (root, port);
        Directory.CreateDirectory(root);
        MakeCertificates();
        process = Process.Start(start(root, port))!;
        var until = Environment.TickCount64 + 15_000;
        for (; ; )
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (Environment.TickCount64 < until && !process.HasExited) { Thread.Sleep(50); }
        }
    }

    static string NewRoot() => Path.Combine(Path.GetTempPath(), "platinum-server-" + Guid.NewGuid().ToString("N")[..12]);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Dovecot: user <c>owner</c>, password <c>right</c>, over STARTTLS. IMAP with a mailbox <c>Sent</c> marked as such; or, with a relay, submission.</summary>
    /// <param name="relay">Port of the server that submission hands its mail to; null for IMAP.</param>
    public static RealServer Dovecot(bool markSent = true, int? relay = null) => new(NewRoot(), FreePort(), (root, port) =>
    {
        File.WriteAllText(Path.Combine(root, "dovecot.conf"), $$"""
            protocols = {{(relay is null ? "imap" : "submission")}}
            listen = 127.0.0.1
            submission_relay_host = 127.0.0.1
            submission_relay_port = {{relay ?? 0}}
            base_dir = {{root}}/run
            log_path = {{root}}/log
            ssl = required
            ssl_cert = <{{root}}/server.pem
            ssl_key = <{{root}}/server.key
            mail_location = maildir:{{root}}/mail
                        default_internal_user = nobody
            default_login_user = nobody
            default_internal_group = nogroup
            passdb {
              driver = static
              args = password=right
            }
            userdb {
              driver = static
              args = uid=nobody gid=nogroup home={{root}}/home
            }
            namespace inbox {
              inbox = yes
              mailbox Sent {
                auto = create
                {{(markSent ? "special_use = \\Sent" : "")}}
              }
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{(relay is null ? port : 0)}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            service submission-login {
              chroot =
              inet_listener submission {
                port = {{(relay is null ? 0 : port)}}
              }
            }
            service anvil {
              chroot =
            }
            """);
        return new("sh", ["-c", $"mkdir {root}/mail {root}/home && chown nobody {root}/mail {root}/home && exec /usr/sbin/dovecot -F -c {root}/dovecot.conf"]);
    });

    /// <summary>OpenSMTPD: takes mail for anybody and files it as a maildir below <c>mail</c>. Without TLS, which Debian 12's cannot do with its OpenSSL. In a mount namespace of its own, since its socket and spool have fixed places.</summary>
    public static RealServer OpenSmtpd() => new(NewRoot(), FreePort(), (root, port) =>
    {
        Directory.CreateDirectory(Path.Combine(root, "mail"));
        File.WriteAllText(Path.Combine(root, "smtpd.conf"), $"""
            table all "{root}/users"
            listen on 127.0.0.1 port {port} hostname here
            action "in" maildir "{root}/mail" virtual <all> user nobody
            match from any for any action "in"
            """);
        File.WriteAllText(Path.Combine(root, "users"), "@ nobody\n");
        return new("unshare", ["-m", "sh", "-c", $"chown nobody {root}/mail && chmod 755 {root} && mount -t tmpfs tmpfs /run && mkdir -p /var/spool/smtpd && mount -t tmpfs -o mode=711 tmpfs /var/spool/smtpd && exec smtpd -d -f {root}/smtpd.conf >{root}/log 2>&1"]);
    });

    void MakeCertificates()
    {
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=test authority", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        using var ca = caRequest.CreateSelfSigned(from, to);
        File.WriteAllText(CaFile, ca.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var certificate = request.Create(ca, from, to, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(Root, "server.pem"), certificate.ExportCertificatePem());
        var keyFile = Path.Combine(Root, "server.key");
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit(5000);
        process.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
