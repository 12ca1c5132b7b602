using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>What goes out in shadow mode: the approved mail, to the owner alone, saying whom it was for. Approval and digest stay those of the mail that was approved.</summary>
static class Shadow
{
    /// <summary>Whom it was for; only here does a recipient's address stand in such a mail.</summary>
    public const string Header = "X-Platinum-Shadow";

    public static MailSend Of(MailSend mail, string owner) => mail with
    {
        To = [owner],
        Cc = [],
        Bcc = [],
        Subject = $"[shadow, for {First(mail)}] {mail.Subject}",
    };

    /// <summary>All recipients on a line; those in Bcc are named too, since nobody but the owner reads it.</summary>
    public static string For(MailSend mail) => string.Join("; ",
        new[] { ("to", mail.To), ("cc", mail.Cc), ("bcc", mail.Bcc) }.Where(f => f.Item2.Count > 0).Select(f => $"{f.Item1} {string.Join(", ", f.Item2)}"));

    static string First(MailSend mail)
    {
        IReadOnlyList<string> all = [.. mail.To, .. mail.Cc, .. mail.Bcc];
        return all.Count switch { 0 => "nobody", 1 => all[0], _ => $"{all[0]} and {all.Count - 1} more" };
    }
}
