using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using VaultKit.Http;
using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>
/// A login at an IMAP server with one mailbox examined: made when needed, made again once when it was dropped, and every failure in words. A server that fails or refuses is left alone, each time longer.
/// Whatever a server says, nothing but a <see cref="Refusal"/> comes out of here.
/// </summary>
sealed class ImapConnection(Account account, InboxSource.Imap source, Func<string, string> secret, TimeSpan poll, TimeProvider time) : IAsyncDisposable
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30), Reconnect = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromMinutes(15);

    /// <summary>IDLE that ends sooner is a server's fault, and not a router's that forgot the connection.</summary>
    static readonly TimeSpan ShortIdle = TimeSpan.FromMinutes(1);

    ImapClient? client;
    IMailFolder? folder;
    OctetLimit octets = new();
    Action wake = static () => { };
    Refusal? last;
    DateTimeOffset notBefore;
    int failures, seen;
    bool idleRefused, idleEnded;

    MailServer Server => source.Server;
    string Name => $"{Server.Host}:{Server.Port}";

    /// <summary>The server has told of new mail since <see cref="Look"/>.</summary>
    public bool News { get; private set; }

    /// <summary>Since <see cref="Look"/> the server could have told of new mail, on the same connection.</summary>
    public bool WasListening { get; private set; }

    /// <summary>Nothing was asked yet on this connection but to examine the mailbox.</summary>
    public bool IsNew { get; private set; }

    public bool CanIdle => !idleRefused && folder is { IsOpen: true } && client is { IsAuthenticated: true } live && live.Capabilities.HasFlag(ImapCapabilities.Idle);

    /// <summary>How long the server is still left alone.</summary>
    public TimeSpan Left => notBefore - time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The mailbox is looked at now: what was told before is known.</summary>
    public void Look() => (News, WasListening, IsNew, seen) = (false, false, false, folder?.Count ?? 0);

    /// <summary>A whole reading went well.</summary>
    public void Settle()
    {
        // Read well, and thrown out as soon as it waits: that has not passed yet.
        if (!idleEnded) failures = 0;
    }

    /// <exception cref="Refusal">The server is left alone now; what it failed with, and until when.</exception>
    public void Check()
    {
        if (Left > TimeSpan.Zero && last is not null) throw new Refusal(last.Code, $"{last.Message}; it is asked again at {notBefore.UtcDateTime:HH:mm:ss} UTC", last.Hint);
    }

    /// <summary>Does one thing in the mailbox; on a connection that turns out to be dropped, once more on a new one.</summary>
    /// <param name="most">How many octets the server may answer with.</param>
    /// <exception cref="Refusal">Not reachable, wrong password, no such mailbox, refused; or the server is left alone now.</exception>
    public async Task<T> Do<T>(long most, Func<IMailFolder, CancellationToken, Task<T>> what, CancellationToken cancel)
    {
        Check();
        for (var again = client is not null; ; again = false)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            stop.CancelAfter(Timeout);
            try
            {
                var opened = await Open(stop.Token);
                // The server may take its time for a search or a piece of mail too.
                stop.CancelAfter(Timeout);
                octets.Allow(most);
                return await what(opened, stop.Token);
            }
            catch (ImapCommandException e) when (client is not null)
            {
                var (code, words) = (ExitCode.TryAgain, $"account {account.Name}: the mail server {Name} refused: {CleanText.OneLine(e.ResponseText, 200)}");
                throw octets.IsPassing ? Fail(code, words, null, e) : new Refusal(code, words, cause: e);
            }
            // The library trusts a server's numbers: what it raises over a lie may be anything.
            catch (Exception e) when (e is not Refusal && !cancel.IsCancellationRequested)
            {
                Drop();
                if (!again) throw Fail(ExitCode.TryAgain, $"account {account.Name}: the mail server {Name} does not answer as it should: {Reason(e, stop.IsCancellationRequested)}", "It is tried again; if it stays so, check host, port and protection in [account.imap].", e);
            }
        }
    }

    /// <summary>Lets the server tell what is new: some do not search mail that they have not announced.</summary>
    public Task NoOp(CancellationToken stop) => client?.NoOpAsync(stop) ?? Task.CompletedTask;

    /// <summary>Comes back on news, after a time, when the connection drops or when cancelled; never with an exception.</summary>
    public async Task Idle(TimeSpan atMost, CancellationToken cancel)
    {
        if (client is not { } live || cancel.IsCancellationRequested) return;
        using var done = new CancellationTokenSource(atMost, time);
        using var stopped = cancel.Register(done.Cancel);
        wake = done.Cancel;
        var began = time.GetTimestamp();
        try
        {
            if (News) return;
            octets.Allow(OctetLimit.Slack);
            // Ended by DONE, the connection stays; a server that does not answer to that is dropped.
            var idle = live.IdleAsync(done.Token, CancellationToken.None);
            await Task.WhenAny(idle, Task.Delay(System.Threading.Timeout.Infinite, done.Token));
            await idle.WaitAsync(Timeout, time, CancellationToken.None);
            (WasListening, idleEnded) = (true, false);
        }
        // It offers IDLE and does not do it: then it is asked by the clock.
        catch (ImapCommandException) { idleRefused = true; }
        catch (Exception e)
        {
            Drop(); // The next reading connects again and reports what is wrong.
            idleEnded = time.GetElapsedTime(began) < ShortIdle && !done.IsCancellationRequested;
            if (idleEnded) Fail(ExitCode.TryAgain, $"account {account.Name}: the mail server {Name} ended the wait for new mail: {Reason(e)}", null, e);
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
        octets = new();
        // A certificate is checked, its revocation is not: small servers' authorities publish none, and a list out of reach would stop the mail.
        // Its own limit comes after ours, which has words.
        client = new ImapClient(octets) { Timeout = 2 * (int)Timeout.TotalMilliseconds, CheckCertificateRevocation = false };
        if (Server.CaFile is { } file) client.ServerCertificateValidationCallback = ServerTrust.Also(file);
        try
        {
            await client.ConnectAsync(Server.Host, Server.Port, Protect(), stop);
            await client.AuthenticateAsync(Encoding.UTF8, new NetworkCredential(Server.User, password), stop);
            folder = source.Mailbox.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox : await client.GetFolderAsync(source.Mailbox, stop);
            // Without QRESYNC and without looking at HIGHESTMODSEQ (RFC 7162): both tell of changed flags and of mail that went, and here only what came counts, which its number tells.
            // A mod-sequence that has not moved could save one SEARCH at a start, for a server that is trusted to move it; no mail is left to such a trust.
            await folder.OpenAsync(FolderAccess.ReadOnly, stop);
            (IsNew, seen) = (true, folder.Count);
            folder.MessageExpunged += (_, _) => seen--;
            folder.CountChanged += (_, _) =>
            {
                // Some tell the number again and again: only a higher one is news.
                if (folder is not { } open || open.Count <= seen) return;
                News = true;
                wake();
            };
            return folder;
        }
        catch (AuthenticationException e)
        {
            var passing = octets.IsPassing;
            Drop();
            throw passing
                ? Fail(ExitCode.TryAgain, $"account {account.Name}: {Name} takes no login now: {CleanText.OneLine(e.Message, 200)}", null, e)
                : Fail(ExitCode.Credential, $"account {account.Name}: {Name} refuses the password for {Server.User}", $"Put the right one into the secret \"{Server.Secret}\". Many providers want an app password.", e);
        }
        catch (SslHandshakeException e) when (e.InnerException is not (IOException or SocketException))
        {
            Drop();
            throw Fail(ExitCode.TryAgain, $"account {account.Name}: no trusted TLS with {Name}: {CleanText.OneLine(e.Message.Split('\n')[0], 200)}", "The host must be the name in its certificate; for a private authority set ca_file. \"tls\" is port 993, \"starttls\" is port 143.", e);
        }
        catch (FolderNotFoundException e)
        {
            Drop();
            throw Fail(ExitCode.BadConfiguration, $"account {account.Name}: {Name} has no mailbox \"{source.Mailbox}\"", "Set mailbox in [account.imap].", e);
        }
        catch (NotSupportedException e)
        {
            Drop();
            throw Fail(ExitCode.BadConfiguration, $"account {account.Name}: {Name} offers no STARTTLS", "Set protection = \"tls\" in [account.imap].", e);
        }
        catch (ImapCommandException e)
        {
            Drop();
            throw Fail(ExitCode.TryAgain, $"account {account.Name}: the mail server {Name} refused: {CleanText.OneLine(e.ResponseText, 200)}", null, e);
        }
    }

    SecureSocketOptions Protect() => Server.Protection switch
    {
        Protection.Tls => SecureSocketOptions.SslOnConnect,
        Protection.StartTls => SecureSocketOptions.StartTls,
        _ when Server.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(Server.Host, out var ip) && IPAddress.IsLoopback(ip) => SecureSocketOptions.None,
        _ => throw new Refusal(ExitCode.BadConfiguration, $"account {account.Name}: an unprotected connection to {Name} would show the password to the network", "Set protection = \"tls\" or \"starttls\"."),
    };

    /// <summary>The server is left alone from now on: soon it is asked again at first, then ever more seldom. Who knocks with a wrong password is locked out.</summary>
    Refusal Fail(ExitCode code, string what, string? hint, Exception cause)
    {
        var first = Shorter(poll, Reconnect);
        var pause = code == ExitCode.Credential ? Longest : Shorter(first * Math.Pow(2, Math.Min(failures++, 20)), Longest);
        notBefore = time.GetUtcNow() + pause;
        return last = new Refusal(code, what, hint, cause);
    }

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    static string Reason(Exception e, bool late = false) => late || e is OperationCanceledException or TimeoutException ? $"nothing for {Timeout.TotalSeconds:0} s" : CleanText.OneLine(e.GetBaseException().Message, 200);

    void Drop()
    {
        client?.Dispose();
        client = null;
        folder = null;
        WasListening = false;
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
            // A farewell that does not arrive costs nothing: the mailbox is read-only.
            catch (Exception e) when (e is IOException or SocketException or ProtocolException or CommandException or OperationCanceledException or ObjectDisposedException) { Drop(); }
        }
        Drop();
    }
}
