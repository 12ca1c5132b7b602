using LocalAgent.Correspondence;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>Asks the owner's mailbox about the next cards while one is read, so that nobody waits for a server between two of them.</summary>
sealed class LookAhead(Office office, CancellationToken cancel)
{
    /// <summary>Cards whose questions are under way.</summary>
    const int Ahead = 4;

    /// <summary>A server that takes longer is not waited for: the card says so, and wants a typed word.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), AtOnce = TimeSpan.FromMilliseconds(100);

    readonly Dictionary<TaskName, Task<News>> looks = [];

    /// <summary>What is known about a card's mail, having waited for it where need be.</summary>
    /// <param name="next">The cards that come after it.</param>
    /// <param name="waiting">Called once where it takes longer than anybody takes for at once.</param>
    public async Task<(Original Original, News News)> GetAsync(TaskEntry entry, TaskFile task, IEnumerable<TaskEntry> next, Action waiting)
    {
        var look = Start(entry);
        foreach (var later in next.Take(Ahead)) _ = Start(later);
        if (await Task.WhenAny(look, Task.Delay(AtOnce, cancel)) != look) waiting();
        var news = await Task.WhenAny(look, Task.Delay(Patience, cancel)) == look ? await look : new News(null, [], "your mailbox has not answered yet");
        // The mail is compared with what the card is made of, however long ago it was fetched.
        return (office.Originals.Of(entry.Name, task), news);
    }

    /// <summary>A card that comes again is asked about again: an edit takes longer than a mail.</summary>
    public void Forget(TaskName name) => looks.Remove(name);

    Task<News> Start(TaskEntry entry) => looks.TryGetValue(entry.Name, out var there) ? there : looks[entry.Name] = Task.Run(() => LookAsync(entry), cancel);

    async Task<News> LookAsync(TaskEntry entry)
    {
        try
        {
            var task = office.Vault.Read(entry);
            await office.Originals.LookAsync(entry.Name, task, cancel);
            return await office.Conversation.LookAsync(entry.Name, task, cancel);
        }
        catch (BadTaskException) { return News.None; } // the card says what is wrong with it
    }
}
