using LocalAgent.Acting;
using VaultKit.Mail;

namespace LocalAgent.Correspondence;

/// <summary>Where this machine can read an account's mail: its own folders, a server, or both.</summary>
static class Correspondences
{
    /// <param name="password">The password of a secret's name; asked when a connection is made.</param>
    public static IReadOnlyList<ICorrespondence> Of(OutboxSettings settings, Func<string, string> password)
    {
        var found = new List<ICorrespondence>();
        IReadOnlyList<string> sent = settings.Target is OutboxTarget.Maildir outbox ? Folders(outbox.Path) : [];
        if (settings.Account.Inbox is InboxSource.Maildir maildir) found.Add(new DirectoryCorrespondence(Folders(maildir.Path), sent));
        // One file may stand for a folder of one.
        if (settings.Account.Inbox is InboxSource.Folder folder) found.Add(new DirectoryCorrespondence([File.Exists(folder.Path) ? Path.GetDirectoryName(folder.Path)! : folder.Path], sent));
        if (settings.Imap is not null) found.Add(new ImapCorrespondence(settings, password));
        return found;
    }

    static IReadOnlyList<string> Folders(string maildir) => [Path.Combine(maildir, "new"), Path.Combine(maildir, "cur")];
}
