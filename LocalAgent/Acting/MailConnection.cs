using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using VaultKit.Http;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>Connecting to a mail server as its settings say: never less protected, never with a certificate that does not verify.</summary>
static class MailConnection
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="Refusal">No protection, and not this very machine.</exception>
    public static void Check(MailServer server)
    {
        if (server.Protection == Protection.None && server.Host != "localhost" && !(IPAddress.TryParse(server.Host, out var ip) && IPAddress.IsLoopback(ip)))
            throw new Refusal(ExitCode.BadConfiguration, $"protection = \"none\" for {server.Host}, which is not this machine", "use \"tls\" or \"starttls\"");
    }

    /// <summary>Connects and logs in. Without a user there is no login.</summary>
    /// <exception cref="Exception">One for which <see cref="Why"/> has words.</exception>
    public static async Task OpenAsync(MailService client, MailServer server, Func<string, string> password, CancellationToken cancel)
    {
        Check(server);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        if (server.CaFile is { } file) client.ServerCertificateValidationCallback = ServerTrust.Also(file);
        // Many authorities' revocation servers can't be reached from behind a firewall, and a mail that can't go out for that reason helps nobody.
        client.CheckCertificateRevocation = false;
        await client.ConnectAsync(server.Host, server.Port, server.Protection switch
        {
            Protection.Tls => SecureSocketOptions.SslOnConnect,
            Protection.StartTls => SecureSocketOptions.StartTls, // required: MailKit refuses to go on without it
            _ => SecureSocketOptions.None,
        }, patience.Token);
        if (server.User.Length > 0) await client.AuthenticateAsync(server.User, password(server.Secret), patience.Token);
    }

    /// <summary>What went wrong on the way to a server, in words; null for an exception that is a defect here.</summary>
    public static string? Why(Exception e, MailServer server) => e switch
    {
        SslHandshakeException or System.Security.Authentication.AuthenticationException => $"{At(server)}: no protected connection: its certificate does not verify, or it speaks no TLS here ({First(e)})",
        MailKit.Security.AuthenticationException or SaslException => $"{At(server)} refused the login of {server.User} (secret {server.Secret}): {First(e)}",
        NotSupportedException => $"{At(server)}: {First(e)}",
        OperationCanceledException => $"{At(server)}: no answer in time, or stopped",
        SocketException or IOException or ProtocolException or ServiceNotConnectedException or ServiceNotAuthenticatedException or FolderNotOpenException => $"{At(server)}: {First(e)}",
        SmtpCommandException or ImapCommandException => $"{At(server)} said: {First(e)}",
        Refusal => First(e),
        _ => null,
    };

    static string At(MailServer server) => $"{server.Host}:{server.Port}";

    static string First(Exception e) => e.Message.Split('\n')[0].Trim();
}
