namespace VaultKit.Mail;

/// <summary>How far a Gmail mailbox has been read, as <c>1;HISTORY;MILLISECONDS</c>.</summary>
/// <param name="History">Behind this record of the mailbox's history; zero while the first reading, or one anew, is not over.</param>
/// <param name="Newest">When the newest mail that was read arrived, in milliseconds since 1970; zero where none was.</param>
readonly record struct GmailPosition(ulong History, long Newest)
{
    public static GmailPosition Parse(MailPosition position) =>
        (position.Text ?? "").Split(';') is ["1", var history, var newest] && ulong.TryParse(history, out var h) && long.TryParse(newest, out var n) ? new(h, Within(n)) : default;

    /// <summary>Milliseconds that a date can be made of.</summary>
    public static long Within(long milliseconds) => Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    public MailPosition ToMail() => new($"1;{History};{Newest}");
}
