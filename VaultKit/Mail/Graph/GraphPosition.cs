namespace VaultKit.Mail;

/// <summary>How far a mailbox at Microsoft has been read, as <c>1;MILLISECONDS;LINK</c>.</summary>
/// <param name="Newest">When the newest mail that was read arrived, in milliseconds since 1970; zero where none was.</param>
/// <param name="Link">Where the changes since then are asked for; empty while the first reading, or one anew, is not over.</param>
readonly record struct GraphPosition(long Newest, string Link)
{
    public static GraphPosition Parse(MailPosition position) =>
        (position.Text ?? "").Split(';', 3) is ["1", var newest, var link] && long.TryParse(newest, out var n) ? new(GmailPosition.Within(n), link) : new(0, "");

    public MailPosition ToMail() => new($"1;{Newest};{Link}");
}
