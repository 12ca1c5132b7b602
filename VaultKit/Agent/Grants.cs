using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>What the tokens of a machine's inboxes may do.</summary>
public static class Grants
{
    /// <summary>For a machine that must not act, before it begins to work.</summary>
    /// <exception cref="Refusal">A token allows more than reading; exit code 12.</exception>
    public static async Task RefuseMoreThanReadingAsync(IEnumerable<IInbox> inboxes, CancellationToken cancel)
    {
        foreach (var inbox in inboxes.OfType<IGranted>())
        {
            Grant grant;
            try { grant = await inbox.GrantAsync(cancel); }
            // The reading meets it too and reports it; the other accounts are read meanwhile.
            catch (Refusal) { continue; }
            if (grant.Excess.Count > 0) throw grant.TooWide();
        }
    }

    /// <summary>As they were said last, for each account that has a token; asks no server.</summary>
    public static Dictionary<string, string> Known(Machine machine) =>
        machine.Settings.Accounts.Where(a => a.Inbox is InboxSource.Gmail or InboxSource.Graph)
            .ToDictionary(a => a.Name, a => TokenMemory.Load(machine.State, a) is { Scopes.Length: > 0 } memory ? memory.Scopes + (memory.Ends is { } end ? $"; it ends on {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC, then 'localagent login' again" : "") : "not known yet", StringComparer.Ordinal);
}
