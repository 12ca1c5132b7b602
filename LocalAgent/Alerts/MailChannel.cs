using LocalAgent.Acting;
using MailKit;
using MimeKit;
using MimeKit.Utils;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Alerts;

/// <summary>A mail from an account to its own address, and to no other: the one mail that goes out without a yes. It bears no marker of ours, and says of itself that a program wrote it (RFC 3834), so that no task comes of it.</summary>
sealed class MailChannel(Account account, MailServer server, Func<string, string> password, TimeProvider clock) : IAlertChannel
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "mail";

    public async Task TellAsync(Notice notice, CancellationToken cancel)
    {
        var own = new MailboxAddress("", account.Address);
        using var message = new MimeMessage
        {
            Subject = notice.Title,
            Date = clock.GetLocalNow(),
            MessageId = MimeUtils.GenerateMessageId(own.Domain),
            Body = new TextPart("plain") { Text = notice.Text + "\n" },
        };
        message.From.Add(own);
        message.To.Add(own);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        if (notice.IsUrgent) message.Importance = MessageImportance.High;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var session = new SmtpSession(account.Address);
        try
        {
            await MailConnection.OpenAsync(session, server, password, limit.Token);
            await session.SendAsync(message, limit.Token);
            await session.DisconnectAsync(true, limit.Token);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && MailConnection.Why(e, server) is { } why) { throw new Refusal(ExitCode.TryAgain, why, null, e); }
    }
}
