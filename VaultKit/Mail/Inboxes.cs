using VaultKit.Vault;

namespace VaultKit.Mail;

/// <summary>An account's inbox, of whatever kind.</summary>
public static class Inboxes
{
    /// <param name="secret">A secret's name to its value; raises a <see cref="Refusal"/> where there is none. Asked when a connection is made.</param>
    /// <param name="state">Where a token that replaces the owner's is kept. Its agent's zone says whether a token may be taken that allows more than reading.</param>
    /// <param name="maxBytes">Of a larger mail only the header is read.</param>
    /// <param name="poll">How long to wait where the mailbox can't tell of new mail by itself.</param>
    /// <exception cref="Refusal">The account has no inbox on this machine, or one that may not be used so.</exception>
    public static IInbox Open(Account account, Func<string, string> secret, StateDirectory state, long maxBytes, TimeSpan poll, TimeProvider time) => account.Inbox switch
    {
        InboxSource.Maildir maildir => new MaildirInbox(account, maildir.Path, maxBytes, poll, time),
        InboxSource.Folder folder => new FolderInbox(account, folder.Path, maxBytes, poll, time),
        InboxSource.Imap imap => new ImapInbox(account, imap, secret, maxBytes, poll, time),
        InboxSource.Gmail gmail => new GmailInbox(account, gmail.Client, secret, state, maxBytes, poll, time),
        InboxSource.Graph graph => new GraphInbox(account, graph.Client, secret, state, maxBytes, poll, time),
        _ => throw new Refusal(ExitCode.BadConfiguration, $"account {account.Name} has no inbox on this machine", "Set inbox = \"imap\", \"gmail\", \"graph\", \"maildir:PATH\" or \"folder:PATH\" in its [[account]]."),
    };
}
