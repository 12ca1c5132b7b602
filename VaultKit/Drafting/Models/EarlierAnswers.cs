using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Drafting;

/// <summary>What the owner wrote to somebody before, out of this month's and the last month's <c>Done/</c>: the owner's own tone.</summary>
static class EarlierAnswers
{
    const int MaxFiles = 500, MaxAnswers = 3, MaxLength = 1500;

    /// <returns>The newest first; none where nothing was sent to that person.</returns>
    public static IReadOnlyList<string> To(Address? person, VaultFolder vault, DateTimeOffset now)
    {
        if (person is null) return [];
        var found = new List<(DateTimeOffset Sent, string Body)>();
        foreach (var entry in new[] { now, now.AddMonths(-1) }.Select(Place.Done).SelectMany(vault.List).Take(MaxFiles))
        {
            try
            {
                var task = vault.Read(entry);
                if (task.GetTime("sent_at") is { } sent && TypedAction.Read(task) is MailSend mail && mail.To.Any(t => Is(t, person.Mailbox)))
                    found.Add((sent, Text.Cut(DraftCheck.Own(mail.Body).Trim(), MaxLength)));
            }
            catch (BadTaskException) { continue; } // among the bad ones already, with the reason
        }
        return [.. found.OrderByDescending(f => f.Sent).Take(MaxAnswers).Select(f => f.Body)];
    }

    static bool Is(string recipient, string mailbox) => recipient.Equals(mailbox, StringComparison.OrdinalIgnoreCase) || recipient.EndsWith($"<{mailbox}>", StringComparison.OrdinalIgnoreCase);
}
