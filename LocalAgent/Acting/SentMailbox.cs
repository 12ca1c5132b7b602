using LocalAgent.Correspondence;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>The mailbox of sent mail: where an offer without an answer is looked for, and where a copy is filed.</summary>
sealed class SentMailbox
{
    readonly OutboxSettings settings;
    readonly MailServer server;
    readonly Func<string, string> password;

    public SentMailbox(OutboxSettings settings, Func<string, string> password)
    {
        server = settings.Imap ?? throw new ArgumentException("no IMAP server", nameof(settings));
        MailConnection.Check(server);
        (this.settings, this.password) = (settings, password);
    }

    /// <summary>By Message-ID or by marker: servers rewrite the one or the other. Not found proves nothing.</summary>
    public async Task<Sighting> FindAsync(Intent intent, CancellationToken cancel)
    {
        try
        {
            using var client = new ImapClient();
            await MailConnection.OpenAsync(client, server, password, cancel);
            using var limit = Limit(cancel);
            var sent = await FolderAsync(client, settings, limit.Token);
            if (sent is null) return new Sighting.CannotTell(NoSent);
            await sent.OpenAsync(FolderAccess.ReadOnly, limit.Token);
            var found = await HasAsync(client, sent, intent, limit.Token);
            await client.DisconnectAsync(true, limit.Token);
            return found ? new Sighting.Found(sent.FullName) : new Sighting.CannotTell($"it is not in {sent.FullName}, which proves nothing");
        }
        catch (Exception e) when (Why(e) is { } why) { return new Sighting.CannotTell(why); }
    }

    /// <summary>Opens the mailbox read-only for somebody who reads more of it.</summary>
    /// <param name="watch">Is told of every octet that passes; null: nobody is.</param>
    /// <returns>Null where it was read; else what hindered it.</returns>
    public async Task<string?> ReadAsync(Func<IMailFolder, CancellationToken, Task> read, IProtocolLogger? watch, CancellationToken cancel)
    {
        try
        {
            using var client = watch is null ? new ImapClient() : new ImapClient(watch);
            await MailConnection.OpenAsync(client, server, password, cancel);
            using (var limit = Limit(cancel))
            {
                if (await FolderAsync(client, settings, limit.Token) is not { } sent) return NoSent;
                await sent.OpenAsync(FolderAccess.ReadOnly, limit.Token);
                await read(sent, cancel);
            }
            using var goodbye = Limit(cancel);
            await client.DisconnectAsync(true, goodbye.Token);
            return null;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && Why(e) is { } why) { return why; }
    }

    /// <summary>In words: the server, and the mailbox where the owner has named it.</summary>
    public string Name => $"{(settings.Sent.Length > 0 ? settings.Sent : "Sent")} at {server.Host}";

    /// <summary>What tells this mailbox from others.</summary>
    public string Key => $"imap {server.Host}:{server.Port} {server.User} {settings.Sent}";

    /// <summary>Files the copy where it is missing, and marks the original as answered. Safe to repeat.</summary>
    /// <returns>Null where it is done; else what failed.</returns>
    public async Task<string?> FileAsync(Prepared prepared, CancellationToken cancel)
    {
        try
        {
            using var client = new ImapClient();
            await MailConnection.OpenAsync(client, server, password, cancel);
            using var limit = Limit(cancel);
            string? failed = null;
            if (!settings.ServerSavesSent)
            {
                var sent = await FolderAsync(client, settings, limit.Token);
                if (sent is null) failed = NoSent;
                else
                {
                    await sent.OpenAsync(FolderAccess.ReadOnly, limit.Token);
                    if (!await HasAsync(client, sent, prepared.Intent, limit.Token))
                    {
                        using var message = await MimeMessage.LoadAsync(new MemoryStream(prepared.Bytes), limit.Token);
                        await sent.AppendAsync(message, MessageFlags.Seen, prepared.Intent.Date, limit.Token);
                    }
                }
            }
            if (((MailSend)prepared.Action).InReplyTo is { } original) await MarkAnsweredAsync(client, original, limit.Token);
            await client.DisconnectAsync(true, limit.Token);
            return failed;
        }
        catch (Exception e) when (Why(e) is { } why) { return why; }
    }

    string NoSent => settings.Sent.Length > 0 ? $"{server.Host} has no mailbox '{settings.Sent}' (sent = in vault.toml)" : $"{server.Host} marks no mailbox as Sent: set sent = in vault.toml";

    /// <returns>Null where the server has none, or does not say which it is.</returns>
    public static async Task<IMailFolder?> FolderAsync(ImapClient client, OutboxSettings settings, CancellationToken cancel)
    {
        if (settings.Sent.Length == 0)
            return (client.Capabilities & (ImapCapabilities.SpecialUse | ImapCapabilities.XList)) != 0 ? client.GetFolder(SpecialFolder.Sent) : null;
        try { return await client.GetFolderAsync(settings.Sent, cancel); }
        catch (FolderNotFoundException) { return null; }
    }

    static async Task<bool> HasAsync(ImapClient client, IMailFolder folder, Intent intent, CancellationToken cancel) =>
        (await folder.SearchAsync(ImapSearch.MessageId(client.Capabilities, intent.Id).Or(SearchQuery.HeaderContains(MimeComposer.MarkerHeader, intent.Marker)), cancel)).Count > 0;

    async Task MarkAnsweredAsync(ImapClient client, string original, CancellationToken cancel)
    {
        var inbox = await client.GetFolderAsync(settings.Mailbox, cancel);
        await inbox.OpenAsync(FolderAccess.ReadWrite, cancel);
        // An original that the owner has moved or deleted needs no mark.
        var found = await inbox.SearchAsync(SearchQuery.HeaderContains("Message-ID", $"<{original}>").And(SearchQuery.NotAnswered), cancel);
        if (found.Count > 0) await inbox.AddFlagsAsync(found, MessageFlags.Answered, true, cancel);
    }

    string? Why(Exception e) => e is FolderNotFoundException missing ? $"{server.Host} has no mailbox '{missing.FolderName}'" : MailConnection.Why(e, server);

    static CancellationTokenSource Limit(CancellationToken cancel)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        return limit;
    }
}
