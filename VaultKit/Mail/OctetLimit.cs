using System.Text;
using MailKit;

namespace VaultKit.Mail;

/// <summary>
/// Counts what a server says, and ends the connection when that is more than was asked for: a length that it announces is believed by the library and kept in memory. The last of it is remembered,
/// since the library does not pass on the response code with which a login was refused.
/// </summary>
public sealed class OctetLimit : IProtocolLogger
{
    /// <summary>Beside what is asked for: the protocol's own words.</summary>
    public const long Slack = 1 << 20;

    const int Remembered = 256;

    /// <summary>RFC 5530, 3, and the words of servers that are older than that.</summary>
    static readonly string[] Passing = ["[UNAVAILABLE]", "[LIMIT]", "[INUSE]", "too many", "try again"];

    readonly byte[] last = new byte[Remembered];
    int kept;
    long left = Slack;

    /// <summary>From now on so many.</summary>
    public void Allow(long octets) => left = octets;

    /// <summary>The server's last words are about its own troubles, or that it is asked too much.</summary>
    public bool IsPassing
    {
        get
        {
            var said = Encoding.ASCII.GetString(last, 0, kept);
            return Passing.Any(p => said.Contains(p, StringComparison.OrdinalIgnoreCase));
        }
    }

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }
    public void LogConnect(Uri uri) { }
    public void LogClient(byte[] buffer, int offset, int count) { }

    public void LogServer(byte[] buffer, int offset, int count)
    {
        if ((left -= count) < 0) throw new IOException("it sends more than it was asked for");
        kept = Math.Min(count, Remembered);
        Buffer.BlockCopy(buffer, offset + count - kept, last, 0, kept);
    }

    public void Dispose() { }
}
