using System.Security.Cryptography;
using System.Text;
using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>Conversations: the same people about the same. Where one goes faster than people write, two machines answer each other, and the owner says yes without looking.</summary>
static class Talks
{
    static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Of what is said to nobody.</summary>
    public const string None = "-";

    /// <summary>16 hexadecimal digits over the recipients, in whatever field and order, and the thread's first mail; the subject where there is none.</summary>
    public static string Of(TypedAction action)
    {
        if (action is not MailSend mail) return None;
        var people = mail.To.Concat(mail.Cc).Concat(mail.Bcc).Select(a => (MailAddress.Read(a, out _)?.Address ?? a).ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal);
        var about = mail.References is [var first, ..] ? first : mail.InReplyTo ?? mail.Subject;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [about, .. people]))))[..16];
    }

    /// <summary>Why one more is too many; null where it is not.</summary>
    public static string? WhyNot(IReadOnlyList<Offer> offers, string talk, int most, DateTimeOffset now)
    {
        if (most == 0 || talk == None) return null;
        var before = offers.Where(o => o.Talk == talk && o.At > now - Window).Select(o => o.At).Order().ToList();
        return before.Count < most ? null
            : $"{before.Count} mails went to the same people in this thread within an hour; if that is no loop, approve it again after {(before[before.Count - most] + Window).UtcDateTime:HH:mm} UTC";
    }
}
