using System.Text.RegularExpressions;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>What can be known about a draft without asking anybody, in words for its owner.</summary>
static partial class CardNotes
{
    const int MaxLinks = 5, MaxNamed = 5;

    [GeneratedRegex(@"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)[^\s<>""]+", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    /// <param name="original">The mail that it answers: itself where it was found, else what the task says of it.</param>
    /// <param name="changes">Since it was drafted or approved.</param>
    /// <param name="knows">Whether the owner has written to an address before; null where that is not known.</param>
    public static IEnumerable<string> Of(TaskFile task, TaskFile original, MailSend? mail, IReadOnlyList<Change> changes, IReadOnlyList<Account> accounts, Func<string, bool?> knows)
    {
        if (task.Get(Approver.ReturnedKey) is { } returned) yield return "came back: " + returned;
        if (Redraft.Words(task) is { Length: > 0 } remark) yield return "you wanted it done again: " + remark;
        if (Redraft.Earlier(task) is { Length: > 0 } before) yield return "the draft before this one: " + Unseen.OneLine(before);
        foreach (var one in task.GetList(LetterFile.SupersedesKey)) yield return $"it answers an earlier mail too, and takes the place of that draft: {one.Split('@')[0]}";
        foreach (var change in changes)
            if (task.Get(Approver.ReturnedKey)?.Contains(change.What, StringComparison.Ordinal) != true) yield return $"changed since {change.Since}: {change.What}";
        if (mail is not null)
            foreach (var note in About(mail, original, accounts, knows)) yield return note;
        if (task.Get("same_message_id_as") is { } other) yield return $"another mail has the same Message-ID: {other}";
        if (task.Get("why") is { } why) yield return why;
        foreach (var one in task.GetList(Learning.ProposalDesk.EvidenceKey)) yield return one;
        foreach (var note in original.GetList("mail_notes")) yield return note;
        foreach (var attachment in original.GetList("mail_attachments")) yield return "came with " + attachment[(attachment.IndexOf(' ') + 1)..];
    }

    static IEnumerable<string> About(MailSend mail, TaskFile original, IReadOnlyList<Account> accounts, Func<string, bool?> knows)
    {
        var sender = original.Get("mail_from") is { } from ? MailAddress.Plain(from) : null;
        if (sender is null && original.Get("mail_from") is { Length: > 0 }) yield return "the address that it came from can't be read";
        var replyTo = Plain(original.GetList("mail_reply_to"));
        if (sender is not null && replyTo.Count > 0 && !replyTo.Contains(sender))
            yield return $"answers are asked for at {string.Join(", ", replyTo)}, but it came from {sender}";

        var recipients = Plain([.. mail.To, .. mail.Cc, .. mail.Bcc]);
        if (original.Has("mail_from"))
        {
            HashSet<string> people = [.. replyTo, .. Plain([original.Get("mail_from") ?? "", .. original.GetList("mail_to"), .. original.GetList("mail_cc")])];
            if (Named(recipients.Where(r => !people.Contains(r))) is { Length: > 0 } strangers) yield return "not in the mail that this answers: " + strangers;
        }
        if (mail.InReplyTo is { } answers && original.Get("mail_id") is { } id && answers != id) yield return "it would be filed under another mail than the one below: " + answers;
        foreach (var note in Domains(recipients, sender, accounts)) yield return note;

        var others = recipients.Where(r => !accounts.Any(a => a.Owns(r))).ToLookup(knows);
        if (Named(others[false]) is { Length: > 0 } unknown) yield return "as far as Done/ tells, you have not written before to " + unknown;
        if (Named(others[null]) is { Length: > 0 } unclear) yield return $"Done/ holds too much to tell now whether you have written before to {unclear}";

        var own = string.Join('\n', mail.Body.Split('\n').Where(l => !l.StartsWith('>')));
        foreach (var link in Link().Matches(own).Select(m => m.Value).Distinct().Take(MaxLinks)) yield return "a link is in the draft: " + link;
    }

    static IEnumerable<string> Domains(IReadOnlyList<string> recipients, string? sender, IReadOnlyList<Account> accounts)
    {
        var own = accounts.SelectMany(a => a.Aliases.Prepend(a.Address)).Select(Domain).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var domain in recipients.Select(Domain).Distinct())
        {
            if (LookAlike.Shown(domain) is var shown && shown != domain) yield return $"the domain {domain} is shown as {shown}";
            foreach (var mine in own.Where(d => LookAlike.Are(domain, d))) yield return $"the domain {domain} looks like yours, {mine}, and is another";
            if (sender is not null && LookAlike.Are(domain, Domain(sender))) yield return $"the domain {domain} looks like the sender's, {Domain(sender)}, and is another";
        }
    }

    static string Named(IEnumerable<string> addresses) =>
        addresses.ToList() is var all && all.Count <= MaxNamed ? string.Join(", ", all) : $"{string.Join(", ", all.Take(MaxNamed))} and {all.Count - MaxNamed} more";

    static string Domain(string address) => address[(address.LastIndexOf('@') + 1)..];

    static List<string> Plain(IReadOnlyList<string> texts) => [.. texts.Select(MailAddress.Plain).OfType<string>().Distinct()];
}
