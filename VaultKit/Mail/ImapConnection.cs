using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>A login at an IMAP server with one mailbox examined: made when needed, made again once when it was dropped, and every failure in words.</summary>
sealed class ImapConnection(Account account, InboxSource.Imap source, Func<string, string> secret) : IAsyncDisposable
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    ImapClient? client;
    IMailFolder? folder;
    Action wake = static () => { };

    MailServer Server => source.Server;
    string Name => $"{Server.Host}:{Server.Port}";

    /// <summary>The server has told of new mail since <see cref="ForgetNews"/>.</summary>
    public bool News { get; private set; }

    public bool CanIdle => client is { IsAuthenticated: true } live && live.Capabilities.HasFlag(ImapCapabilities.Idle);

    public bool IsDown => client is null;

    /// <summary>The last login was refused, and not for the server's own troubles.</summary>
    public bool WrongPassword { get; private set; }

    public void ForgetNews() => News = false;

    /// <summary>Does one thing in the mailbox; on a connection that turns out to be dropped, once more on a new one.</summary>
    /// <exception cref="Refusal">Not reachable, wrong password, no such mailbox.</exception>
    public async Task<T> Do<T>(Func<IMailFolder, CancellationToken, Task<T>> what, CancellationToken cancel)
    {
        for (var again = client is not null; ; again = false)
        {
            try
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                stop.CancelAfter(Timeout);
                var opened = await Open(stop.Token);
                // The server may take its time for a search or a piece of mail too.
                stop.CancelAfter(Timeout);
                return await what(opened, stop.Token);
            }
            catch (Exception e) when (IsDrop(e) && !cancel.IsCancellationRequested)
            {
                Drop();
                if (!again) throw new Refusal(ExitCode.TryAgain, $"account {account.Name}: the mail server {Name} does not answer: {Reason(e)}", "It is tried again; if it stays so, check host, port and protection in [account.imap].", e);
            }
            catch (ImapCommandException e)
            {
                throw new Refusal(ExitCode.TryAgain, $"account {account.Name}: the mail server {Name} refused: {CleanText.OneLine(e.ResponseText, 200)}", cause: e);
            }
        }
    }

    /// <summary>Lets the server tell what is new: some do not search mail that they have not announced.</summary>
    public Task NoOp(CancellationToken stop) => client?.NoOpAsync(stop) ?? Task.CompletedTask;

    /// <summary>Comes back on news, after a time, when the connection drops or when cancelled; never with an exception.</summary>
    public async Task Idle(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        if (client is not { } live || cancel.IsCancellationRequested) return;
        using var done = new CancellationTokenSource(atMost, time);
        using var stopped = cancel.Register(done.Cancel);
        wake = done.Cancel;
        try
        {
            if (News) return;
            // Ended by DONE, the connection stays; a server that does not answer to that is dropped.
            var idle = live.IdleAsync(done.Token, CancellationToken.None);
            await Task.WhenAny(idle, Task.Delay(System.Threading.Timeout.Infinite, done.Token));
            await idle.WaitAsync(Timeout, CancellationToken.None);
        }
        catch (Exception e) when (IsDrop(e) || e is ImapCommandException)
        {
            Drop(); // The next reading connects again and reports what is wrong.
        }
        finally
        {
            wake = static () => { };
        }
    }

    async Task<IMailFolder> Open(CancellationToken stop)
    {
        if (client is { IsAuthenticated: true } && folder is { IsOpen: true }) return folder;
        Drop();
        // Asked first: without it there is no need to knock.
        var password = secret(Server.Secret);
        // A certificate is checked, its revocation is not: small servers' authorities publish none, and a list out of reach would stop the mail.
        client = new ImapClient { Timeout = (int)Timeout.TotalMilliseconds, CheckCertificateRevocation = false };
        if (Server.CaFile is { } file) client.ServerCertificateValidationCallback = ServerTrust.Also(file);
        try
        {
            await client.ConnectAsync(Server.Host, Server.Port, Protect(), stop);
            await client.AuthenticateAsync(Encoding.UTF8, new NetworkCredential(Server.User, password), stop);
            WrongPassword = false;
            folder = source.Mailbox.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox : await client.GetFolderAsync(source.Mailbox, stop);
            await folder.OpenAsync(FolderAccess.ReadOnly, stop);
            folder.CountChanged += (_, _) =>
            {
                News = true;
                wake();
            };
            return folder;
        }
        catch (AuthenticationException e)
        {
            Drop();
            if (e.InnerException is ImapCommandException { ResponseText: var text } && text.Contains("UNAVAILABLE", StringComparison.OrdinalIgnoreCase))
                throw new Refusal(ExitCode.TryAgain, $"account {account.Name}: {Name} can't check passwords now", cause: e);
            WrongPassword = true;
            throw new Refusal(ExitCode.Credential, $"account {account.Name}: {Name} refuses the password for {Server.User}", $"Put the right one into the secret \"{Server.Secret}\". Many providers want an app password.", e);
        }
        catch (SslHandshakeException e) when (e.InnerException is not (IOException or SocketException))
        {
            Drop();
            throw new Refusal(ExitCode.TryAgain, $"account {account.Name}: no trusted TLS with {Name}: {CleanText.OneLine(e.Message.Split('\n')[0], 200)}", "The host must be the name in its certificate; for a private authority set ca_file. \"tls\" is port 993, \"starttls\" is port 143.", e);
        }
        catch (FolderNotFoundException e)
        {
            Drop();
            throw new Refusal(ExitCode.BadConfiguration, $"account {account.Name}: {Name} has no mailbox \"{source.Mailbox}\"", "Set mailbox in [account.imap].", e);
        }
        catch (NotSupportedException e)
        {
            Drop();
            throw new Refusal(ExitCode.BadConfiguration, $"account {account.Name}: {Name} offers no STARTTLS", "Set protection = \"tls\" in [account.imap].", e);
        }
    }

    SecureSocketOptions Protect() => Server.Protection switch
    {
        Protection.Tls => SecureSocketOptions.SslOnConnect,
        Protection.StartTls => SecureSocketOptions.StartTls,
        _ when Server.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(Server.Host, out var ip) && IPAddress.IsLoopback(ip) => SecureSocketOptions.None,
        _ => throw new Refusal(ExitCode.BadConfiguration, $"account {account.Name}: an unprotected connection to {Name} would show the password to the network", "Set protection = \"tls\" or \"starttls\"."),
    };

    static bool IsDrop(Exception e) => e is IOException or SocketException or ServiceNotConnectedException or ServiceNotAuthenticatedException or ImapProtocolException
        or SslHandshakeException or FolderNotOpenException or TimeoutException or OperationCanceledException or ObjectDisposedException;

    static string Reason(Exception e) => e is OperationCanceledException or TimeoutException ? $"nothing for {Timeout.TotalSeconds:0} s" : CleanText.OneLine(e.Message, 200);

    void Drop()
    {
        client?.Dispose();
        client = null;
        folder = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (client is { IsConnected: true } live)
        {
            try
            {
                using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await live.DisconnectAsync(quit: true, soon.Token);
            }
            catch (Exception e) when (IsDrop(e) || e is ImapCommandException)
            {
                // A farewell that does not arrive costs nothing: the mailbox is read-only.
            }
        }
        Drop();
    }
}
