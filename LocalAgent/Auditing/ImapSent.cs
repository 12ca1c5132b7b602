using LocalAgent.Acting;
using MailKit;
using MailKit.Search;
using MimeKit;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Auditing;

/// <summary>
/// The Sent mailbox of an account (RFC 9051): the UIDs that are there, of new ones two header fields, and those mails whole that bear our marker. What the server may send to each question is limited in octets and in time.
/// </summary>
sealed class ImapSent(SentMailbox sent, TimeProvider clock) : ISentSource
{
    const int Batch = 500, MostMails = 2_000_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly FetchRequest Wanted = new(MessageSummaryItems.UniqueId | MessageSummaryItems.Size, [MimeComposer.MarkerHeader, "Message-ID"]);

    public string Key => sent.Key;
    public string Name => sent.Name;

    public async Task<string?> RefreshAsync(SentCache cache, CancellationToken cancel)
    {
        using var octets = new OctetLimit();
        octets.Allow(OctetLimit.Slack);
        return await sent.ReadAsync((folder, stop) => ReadAsync(folder, cache, octets, stop), octets, cancel);
    }

    async Task ReadAsync(IMailFolder folder, SentCache cache, OctetLimit octets, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var now = clock.GetUtcNow();
        if (folder.UidValidity != cache.Validity) cache.Renumber(folder.UidValidity);
        octets.Allow(MostMails * 12L + OctetLimit.Slack);
        limit.CancelAfter(Patience);
        var all = (await folder.SearchAsync(SearchQuery.All, limit.Token)).Select(u => u.Id).ToHashSet();
        foreach (var some in all.Where(u => u >= cache.Next).Order().Chunk(Batch))
        {
            octets.Allow(some.Length * (long)MarkedMail.HeaderLimit / 16 + OctetLimit.Slack);
            limit.CancelAfter(Patience);
            foreach (var mail in await folder.FetchAsync([.. some.Select(u => new UniqueId(u))], Wanted, limit.Token))
            {
                if (mail.Headers?[MimeComposer.MarkerHeader] is not { } marker || !all.Contains(mail.UniqueId.Id)) continue;
                if (cache.IsFull) throw new Refusal(ExitCode.Failed, $"{Name} holds more than {SentCache.MailLimit} mails with our marker");
                var imprint = mail.Size is { } size and <= MarkedMail.Limit ? await ImprintAsync(folder, mail.UniqueId, (int)size, octets, limit) : Imprint.Other;
                // Deleted since it was counted.
                if (imprint is not null) cache.Add(new($"{mail.UniqueId.Id}", MarkedMail.Marker(marker), MarkedMail.Id(mail.Headers[HeaderId.MessageId]), imprint, now, null));
            }
            // What has the highest number can't be followed by more.
            cache.Next = Math.Max(some[^1], some[^1] + 1);
        }
        cache.Gone(m => uint.TryParse(m.Where, out var uid) && all.Contains(uid), now);
        cache.Looked = now;
    }

    static async Task<string?> ImprintAsync(IMailFolder folder, UniqueId uid, int size, OctetLimit octets, CancellationTokenSource limit)
    {
        octets.Allow(size + OctetLimit.Slack);
        limit.CancelAfter(Patience);
        try
        {
            await using var whole = await folder.GetStreamAsync(uid, "", 0, size, limit.Token);
            return MarkedMail.ImprintOf(whole);
        }
        catch (MessageNotFoundException) { return null; }
    }
}
