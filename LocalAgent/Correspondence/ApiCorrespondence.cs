using MimeKit;
using VaultKit.Mail;

namespace LocalAgent.Correspondence;

/// <summary>An account's mail at a provider that is asked by its own interface, with a token.</summary>
sealed class ApiCorrespondence(IMailLookup lookup, string where) : ICorrespondence
{
    const int MaxThread = 50;

    readonly SemaphoreSlim turn = new(1);

    public Task<IReadOnlyList<StoredMail>> FindAsync(string messageId, long limit, CancellationToken cancel) => AskAsync<IReadOnlyList<StoredMail>>(async () =>
        [.. (await lookup.FindAsync(messageId, limit, cancel)).Where(m => !m.IsSent).Select(m => new StoredMail($"{where};id={m.Id}", m.Arrived, m.Bytes, m.Octets))], cancel);

    public Task<IReadOnlyList<ThreadMail>> ThreadAsync(IReadOnlyList<string> messageIds, CancellationToken cancel) => AskAsync<IReadOnlyList<ThreadMail>>(async () =>
    {
        var mails = (await lookup.ConversationAsync(messageIds, cancel)).Select(Read).OfType<ThreadMail>().Where(m => m.Refers.Any(messageIds.Contains)).OrderBy(m => m.Arrived).ToLookup(m => m.IsSent);
        return [.. mails[false].TakeLast(MaxThread), .. mails[true].TakeLast(MaxThread)];
    }, cancel);

    public Task<string> StampAsync(CancellationToken cancel) => AskAsync(() => lookup.StampAsync(cancel), cancel);

    static ThreadMail? Read(FoundMail mail)
    {
        using var header = new MemoryStream(mail.Octets, writable: false);
        try { return ThreadHeader.Read(new MimeParser(header, MimeFormat.Entity).ParseHeaders(), mail.Arrived, mail.IsSent); }
        catch (FormatException) { return null; } // a header without a field says nothing of any thread
    }

    async Task<T> AskAsync<T>(Func<Task<T>> question, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try { return await question(); }
        finally { turn.Release(); }
    }

    public ValueTask DisposeAsync()
    {
        lookup.Dispose();
        turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
