using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>
/// Who an answer goes to and which of the owner's addresses it comes from. Computed from the letter alone, never from a draft: no text in a mail
/// can add anybody. Addresses without the names beside them, since those are a stranger's words.
/// </summary>
/// <param name="From">One of the owner's.</param>
/// <param name="To">Empty where the letter names nobody but the owner.</param>
public sealed record Recipients(string From, IReadOnlyList<string> To, IReadOnlyList<string> Cc)
{
    /// <summary>A letter to more people than this is answered to its sender alone: nobody should be made to write to hundreds.</summary>
    public const int MaxOthers = 25;

    /// <summary>Reply to all (RFC 5322, 3.6.2 and 3.6.3): Reply-To before From; the others in Cc; nobody twice; never the owner; never Bcc.</summary>
    public static Recipients Of(Letter letter, Account account)
    {
        var from = letter.To.Concat(letter.Cc).FirstOrDefault(a => account.Owns(a.Mailbox))?.Mailbox ?? account.Address;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        List<string> Others(IEnumerable<Address> list)
        {
            var others = new List<string>();
            foreach (var address in list)
                if (address.Mailbox.Length > 0 && !account.Owns(address.Mailbox) && seen.Add(address.Mailbox)) others.Add(address.Mailbox);
            return others;
        }

        var to = Others(letter.ReplyTo.Take(MaxOthers));
        if (to.Count == 0 && letter.From is not null) to = Others([letter.From]);
        // The owner's own mail, answered once more: to those it went to.
        if (to.Count == 0) to = Others(letter.To.Take(MaxOthers));
        var cc = Others(letter.To.Concat(letter.Cc).Take(MaxOthers * 4));
        return new Recipients(Spelled(from, account), to, to.Count + cc.Count > MaxOthers ? [] : cc);
    }

    /// <summary>As the owner spells it.</summary>
    static string Spelled(string address, Account account) =>
        account.Aliases.Prepend(account.Address).First(a => string.Equals(a, address, StringComparison.OrdinalIgnoreCase));
}
