using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>What every way of sending a mail has in common.</summary>
abstract class MailDelivery(SentMailbox? sent) : IDelivery
{
    public string Kind => MailSend.KindName;

    protected SentMailbox? Sent { get; } = sent;

    /// <returns><c>uuid@domain</c>, the domain being the sender's. Gmail and some relays replace an id of any other shape.</returns>
    public string MintId(TypedAction action)
    {
        var from = MailAddress.Wire(MailAddress.Read(((MailSend)action).From, out var why) ?? throw new BadTaskException(why))
            ?? throw new BadTaskException("the sender's address cannot be written");
        return $"{Guid.NewGuid():D}{from[from.LastIndexOf('@')..]}";
    }

    public Prepared Prepare(TypedAction action, Intent intent) => new(action, intent, MimeComposer.Compose((MailSend)action, intent));

    public virtual void MakeReady() { }

    public abstract Task<Outcome> DeliverAsync(Prepared prepared, CancellationToken cancel);

    public abstract Task<Sighting> FindAsync(Intent intent, CancellationToken cancel);

    public Task<string?> AfterAsync(Prepared prepared, CancellationToken cancel) =>
        Sent is null ? Task.FromResult<string?>(null) : Sent.FileAsync(prepared, cancel);
}

/// <summary>Which delivery carries out an action.</summary>
public static class Deliveries
{
    /// <param name="password">The password of a secret's name.</param>
    /// <returns>For an action of a configured account, its delivery; null for any other.</returns>
    /// <exception cref="Refusal">A connection without protection to another machine.</exception>
    public static Func<TypedAction, IDelivery?> From(IReadOnlyList<OutboxSettings> outboxes, Func<string, string> password)
    {
        var byAccount = new Dictionary<string, IDelivery>(StringComparer.Ordinal);
        foreach (var outbox in outboxes)
        {
            var sent = outbox.Imap is null ? null : new SentMailbox(outbox, password);
            if (outbox.Target is OutboxTarget.Smtp smtp) byAccount[outbox.Account.Name] = new SmtpDelivery(smtp.Server, password, sent);
            else if (outbox.Target is OutboxTarget.Maildir maildir) byAccount[outbox.Account.Name] = new MaildirDelivery(maildir.Path, sent);
        }
        return action => action is MailSend ? byAccount.GetValueOrDefault(action.Account) : null;
    }
}
