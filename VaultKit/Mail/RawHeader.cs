using System.Text;

namespace VaultKit.Mail;

/// <summary>A header as a mail has it (RFC 5322), out of the fields that a provider took it apart into. For mails that are too large to be fetched.</summary>
static class RawHeader
{
    public static byte[] Of(IEnumerable<(string? Name, string? Value)> fields)
    {
        var header = new StringBuilder();
        foreach (var (name, value) in fields)
        {
            if (name is not { Length: > 0 and < 200 } || !name.All(c => c is > ' ' and < '\x7f' and not ':')) continue;
            if (header.Length + (value?.Length ?? 0) > LetterDigest.HeaderLimit / 2) break;
            // A field is one line here, or it could begin another.
            header.Append(name).Append(": ").Append((value ?? "").Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ')).Append("\r\n");
        }
        return Encoding.UTF8.GetBytes(header.Append("\r\n").ToString());
    }
}
