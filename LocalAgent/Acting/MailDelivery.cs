using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>What every way of sending a mail has in common.</summary>
/// <param name="owner">The account's own address, to which shadows go.</param>
/// <param name="shadow">Whether shadows are all that may go out.</param>
/// <param name="files">The octets of a file that a task names; null where none can be sent.</param>
abstract class MailDelivery(SentMailbox? sent, string owner, bool shadow, Func<TaskName, OutgoingFile, byte[]>? files) : IDelivery
{
    public string Kind => MailSend.KindName;

    protected SentMailbox? Sent { get; } = sent;

    /// <summary>The one address that anything may go to; null where that is for the approved action to say.</summary>
    protected string? Only { get; } = shadow ? owner : null;

    /// <returns><c>uuid@domain</c>, the domain being the sender's. Gmail and some relays replace an id of any other shape.</returns>
    public string MintId(TypedAction action)
    {
        var from = MailAddress.Wire(MailAddress.Read(((MailSend)action).From, out var why) ?? throw new BadTaskException(why))
            ?? throw new BadTaskException("the sender's address cannot be written");
        return $"{Guid.NewGuid():D}{from[from.LastIndexOf('@')..]}";
    }

    public Prepared Prepare(TypedAction action, Intent intent)
    {
        var mail = (MailSend)action;
        var attached = mail.Attachments.Select(f => (f.Name, files?.Invoke(intent.Task, f) ?? throw new BadTaskException("files can't be sent from here"))).ToList();
        if (!intent.Shadow) return new(action, intent, MimeComposer.Compose(mail, intent, files: attached));
        var seen = Shadow.Of(mail, owner);
        return new(seen, intent, MimeComposer.Compose(seen, intent, Shadow.For(mail), attached));
    }

    public virtual void MakeReady() { }

    public Task<Outcome> DeliverAsync(Prepared prepared, CancellationToken cancel)
    {
        // The last look before the world, whoever prepared it.
        var mail = (MailSend)prepared.Action;
        if (Only is { } only && !mail.To.Concat(mail.Cc).Concat(mail.Bcc).SequenceEqual([only]))
            return Task.FromResult<Outcome>(new Outcome.NotOffered($"only shadows go out now, and this would go to others than {only}"));
        return OfferAsync(prepared, cancel);
    }

    protected abstract Task<Outcome> OfferAsync(Prepared prepared, CancellationToken cancel);

    public abstract Task<Sighting> FindAsync(Intent intent, CancellationToken cancel);

    // A shadow has answered nobody: its original stays unanswered, and it belongs in no folder of what was sent.
    public Task<string?> AfterAsync(Prepared prepared, CancellationToken cancel) =>
        Sent is null || prepared.Intent.Shadow ? Task.FromResult<string?>(null) : Sent.FileAsync(prepared, cancel);
}

/// <summary>Which delivery carries out an action.</summary>
public static class Deliveries
{
    /// <param name="password">The password of a secret's name.</param>
    /// <param name="state">Where a token that replaces the owner's is kept.</param>
    /// <param name="files">The octets of a file that a task names.</param>
    /// <param name="shadow">Nothing may go to anybody but the account's own address.</param>
    /// <returns>For an action of a configured account, its delivery; null for any other.</returns>
    /// <exception cref="Refusal">A connection without protection to another machine.</exception>
    public static Func<TypedAction, IDelivery?> From(IReadOnlyList<OutboxSettings> outboxes, Func<string, string> password, StateDirectory state, bool shadow, Func<TaskName, OutgoingFile, byte[]>? files = null)
    {
        var byAccount = new Dictionary<string, IDelivery>(StringComparer.Ordinal);
        foreach (var outbox in outboxes)
        {
            var sent = outbox.Imap is null ? null : new SentMailbox(outbox, password);
            if (outbox.Target is OutboxTarget.Smtp smtp) byAccount[outbox.Account.Name] = new SmtpDelivery(smtp.Server, password, sent, outbox.Account.Address, shadow, files: files);
            else if (outbox.Target is OutboxTarget.Gmail gmail) byAccount[outbox.Account.Name] = new GmailDelivery(outbox.Account, gmail.Client, password, state, sent, shadow, files: files);
            else if (outbox.Target is OutboxTarget.Maildir maildir) byAccount[outbox.Account.Name] = new MaildirDelivery(maildir.Path, sent, outbox.Account.Address, shadow, files);
        }
        return action => action is MailSend ? byAccount.GetValueOrDefault(action.Account) : null;
    }
}
