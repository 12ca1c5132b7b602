using System.Runtime.CompilerServices;
using LocalAgent.Acting;
using MailKit;
using MailKit.Net.Imap;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Trying;

/// <summary>The latest mails of a mailbox, read and left as they are: it is examined, nothing is marked as seen.</summary>
static class Mailbox
{
    /// <param name="last">How many, the latest first.</param>
    /// <param name="limit">Of a larger mail only its beginning is fetched, in octets.</param>
    /// <exception cref="Refusal">Not reachable, wrong password, no such mailbox.</exception>
    public static async IAsyncEnumerable<FileMail> LastAsync(MailServer server, string mailbox, string password, int last, int limit, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var imap = new ImapClient { Timeout = (int)MailConnection.Patience.TotalMilliseconds };
        var folder = await Said(server, async () =>
        {
            await MailConnection.OpenAsync(imap, server, _ => password, cancel);
            var opened = mailbox.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? imap.Inbox : await imap.GetFolderAsync(mailbox, cancel);
            await opened.OpenAsync(FolderAccess.ReadOnly, cancel);
            return opened;
        });
        for (var at = folder.Count - 1; at >= 0 && at >= folder.Count - last; at--)
        {
            var index = at;
            yield return await Said(server, async () =>
            {
                var size = (await folder.FetchAsync(index, index, MessageSummaryItems.Size, cancel)).FirstOrDefault()?.Size ?? 0;
                using var stream = size > limit ? await folder.GetStreamAsync(index, "", 0, limit, cancel) : await folder.GetStreamAsync(index, "", cancel);
                using var octets = new MemoryStream();
                await stream.CopyToAsync(octets, cancel);
                return new FileMail($"{mailbox}:{index + 1}", octets.ToArray(), size > limit ? size : octets.Length);
            });
        }
        await Said(server, async () => { await imap.DisconnectAsync(quit: true, cancel); return 0; });
    }

    static async Task<T> Said<T>(MailServer server, Func<Task<T>> what)
    {
        try { return await what(); }
        catch (FolderNotFoundException e) { throw new Refusal(ExitCode.Usage, $"{server.Host} has no mailbox '{e.FolderName}'", "name another with --mailbox"); }
        catch (MailKit.Security.AuthenticationException e)
        {
            throw new Refusal(ExitCode.Credential, MailConnection.Why(e, server)!, Provider.Of(server.User)?.Password is { Length: > 0 } hint ? hint : "many providers want an app password", e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or Refusal) && MailConnection.Why(e, server) is { } why)
        {
            throw new Refusal(ExitCode.TryAgain, why, "name the server with --host and --port where it is another", e);
        }
    }
}
