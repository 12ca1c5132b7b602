using LocalAgent.Acting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Correspondence;

/// <summary>Where this machine can read an account's mail: its own folders, a server, or a provider's interface.</summary>
static class Correspondences
{
    /// <param name="password">The password of a secret's name; asked when a connection is made.</param>
    public static IReadOnlyList<ICorrespondence> Of(OutboxSettings settings, Func<string, string> password, StateDirectory state)
    {
        var found = new List<ICorrespondence>();
        IReadOnlyList<string> sent = settings.Target is OutboxTarget.Maildir outbox ? Folders(outbox.Path) : [];
        if (settings.Account.Inbox is InboxSource.Maildir maildir) found.Add(new DirectoryCorrespondence(Folders(maildir.Path), sent));
        // One file may stand for a folder of one.
        if (settings.Account.Inbox is InboxSource.Folder folder) found.Add(new DirectoryCorrespondence([File.Exists(folder.Path) ? Path.GetDirectoryName(folder.Path)! : folder.Path], sent));
        if (settings.Imap is not null) found.Add(new ImapCorrespondence(settings, password));
        else if (settings.Api is { } api) found.Add(new ApiCorrespondence(api.Service.Name == OAuthService.Gmail.Name
            ? new GmailLookup(settings.Account, api, password, state, MimeComposer.MarkerHeader, TimeProvider.System)
            : new GraphLookup(settings.Account, api, password, state, MimeComposer.MarkerHeader, TimeProvider.System), api.Service.Provider));
        return found;
    }

    static IReadOnlyList<string> Folders(string maildir) => [Path.Combine(maildir, "new"), Path.Combine(maildir, "cur")];
}
