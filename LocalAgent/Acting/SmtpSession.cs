using System.Text;
using MailKit;
using MailKit.Net.Smtp;

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

    public SmtpSession() : this(new()) { }

    SmtpSession(Written written) : base(written) => this.written = written;

    public Task<SmtpResponse> SayAsync(string command, CancellationToken cancel) => SendCommandAsync(command, cancel);

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
