using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>
/// MailKit's connection, greeting, TLS and login, with the transaction itself said line by line: its own Send resets and re-encodes,
/// and does not tell before from after the final dot.
/// </summary>
sealed class SmtpSession : SmtpClient
{
    // MailKit hands the wire blocks of 4 KiB; what it has not reported as written is at most one of them.
    const int InFlight = 8192;

    readonly Written written;

    readonly string? only;

    /// <param name="only">The one recipient that may be named; null where any may.</param>
    public SmtpSession(string? only = null) : this(new Written()) => this.only = only;

    SmtpSession(Written written) : base(written) => this.written = written;

    /// <exception cref="Refusal">It names another recipient than the one that may be named.</exception>
    public Task<SmtpResponse> SayAsync(string command, CancellationToken cancel) =>
        only is not null && command.StartsWith("RCPT ", StringComparison.Ordinal) && command != $"RCPT TO:<{only}>"
            ? throw new Refusal(ExitCode.Failed, $"only shadows go out now: '{command}' was not said")
            : SendCommandAsync(command, cancel);

    /// <summary>Offers the content after a 354: dots stuffed, and the final one.</summary>
    /// <param name="content">7-bit ASCII, every line ended by CRLF.</param>
    public Task<SmtpResponse> OfferAsync(byte[] content, CancellationToken cancel)
    {
        var stuffed = Stuff(content);
        written.Start(stuffed.Length);
        return SendCommandAsync(stuffed, cancel);
    }

    /// <summary>Whether the final dot may have left this machine; when in doubt, yes.</summary>
    public bool MayHaveEnded => written.Left <= InFlight;

    /// <summary>RFC 5321, 4.5.2.</summary>
    internal static string Stuff(byte[] content)
    {
        var text = new StringBuilder(content.Length + 256);
        var atLineStart = true;
        foreach (var octet in content)
        {
            if (atLineStart && octet == (byte)'.') text.Append('.');
            text.Append((char)octet);
            atLineStart = octet == (byte)'\n';
        }
        return text.Append(".\r\n").ToString();
    }

    /// <summary>Counts octets as they leave; keeps none.</summary>
    sealed class Written : IProtocolLogger
    {
        long left;

        public long Left => Interlocked.Read(ref left);

        public void Start(long octets) => Interlocked.Exchange(ref left, octets);

        public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }
        public void LogConnect(Uri uri) { }
        public void LogClient(byte[] buffer, int offset, int count) => Interlocked.Add(ref left, -count);
        public void LogServer(byte[] buffer, int offset, int count) { }
        public void Dispose() { }
    }
}
