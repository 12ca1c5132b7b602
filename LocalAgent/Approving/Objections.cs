using System.Text;
using LocalAgent.Acting;
using LocalAgent.Social;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>Why an action must not go out as it stands. Asked when the owner approves, and again by the fence before anything is offered.</summary>
/// <param name="outboxes">One for each account.</param>
/// <param name="files">The size of a file that a task names, in octets; null where this machine does not have it.</param>
/// <param name="draft">What speaks against a draft's text, such as an open blank.</param>
/// <param name="other">What speaks against an action that is no mail; null where no other can be carried out here.</param>
public sealed class Objections(IReadOnlyList<OutboxSettings> outboxes, Func<TaskName, OutgoingFile, long?> files, Func<string, IReadOnlyList<string>> draft, Func<TypedAction, IReadOnlyList<string>?>? other = null)
{
    const int MaxRecipients = 100;
    const int MaxSubject = 998; // the longest line of a mail, RFC 5322, 2.1.1

    /// <returns>In words for the owner; empty where nothing speaks against it.</returns>
    public IReadOnlyList<string> Against(TaskName name, TypedAction action, TaskFile task)
    {
        var reasons = new List<string>();
        if (task.Get("sent_at") is { } sent) reasons.Add($"it was sent already, at {sent} (to send it again, remove the line 'sent_at')");
        if (task.Get(Told.DoneAtKey) is { } done) reasons.Add($"it was done already, at {done}");
        if (task.Get(Posted.AtKey) is { } posted) reasons.Add($"you said that it was posted, at {posted}");
        if (action is MailSend mail) Mail(name, mail, reasons);
        else if (other?.Invoke(action) is { } against) reasons.AddRange([.. draft(action.Body), .. against]);
        else reasons.Add($"this version cannot carry out '{action.Kind}'");
        return reasons;
    }

    void Mail(TaskName name, MailSend mail, List<string> reasons)
    {
        var outbox = outboxes.FirstOrDefault(o => o.Account.Name == mail.Account);
        if (outbox is null) reasons.Add($"this machine has no account '{mail.Account}'");
        else if (outbox.Target is null) reasons.Add($"the account '{mail.Account}' has no outbox on this machine (set outbox in vault.toml)");

        if (MailAddress.Read(mail.From, out var why) is not { } from) reasons.Add($"from: {why}");
        else if (outbox is not null && !outbox.Account.Owns(from.Address)) reasons.Add($"from: {from.Address} is no address of the account '{mail.Account}'");

        var recipients = mail.To.Count + mail.Cc.Count + mail.Bcc.Count;
        if (recipients == 0) reasons.Add("it has no recipient");
        if (recipients > MaxRecipients) reasons.Add($"it has {recipients} recipients, more than {MaxRecipients}");
        foreach (var (field, addresses) in new[] { ("to", mail.To), ("cc", mail.Cc), ("bcc", mail.Bcc) })
            foreach (var address in addresses)
                if (MailAddress.Read(address, out why) is null) reasons.Add($"{field}: {why}");

        if (Encoding.UTF8.GetByteCount(mail.Subject) > MaxSubject) reasons.Add($"the subject is longer than {MaxSubject} octets");
        if (Unseen.AnyIn(mail.Subject)) reasons.Add("the subject has characters that change or hide what is shown");
        // MIME's own words (RFC 2047): a reader decodes them, and shows something else than the card did.
        if (mail.Subject.Contains("=?", StringComparison.Ordinal)) reasons.Add("the subject has '=?' in it, which mail readers take for a code");
        if (mail.InReplyTo is { } reply && !IsMessageId(reply)) reasons.Add($"in_reply_to: '{reply}' cannot stand in a mail's header (remove the line)");
        foreach (var id in mail.References)
            if (!IsMessageId(id)) reasons.Add($"references: '{id}' cannot stand in a mail's header (remove the line)");
        Files(name, mail.Attachments, reasons);
        reasons.AddRange(draft(mail.Body));
    }

    void Files(TaskName name, IReadOnlyList<OutgoingFile> attached, List<string> reasons)
    {
        foreach (var file in attached)
        {
            if (Unseen.AnyIn(file.Name)) reasons.Add($"the file name '{Unseen.Show(file.Name)}' has characters that change or hide what is shown");
            else if (files(name, file) is null) reasons.Add($"the file '{file.Name}' is not on this machine: 'localagent attach {name.Hash} FILE' adds it, '--remove' takes it out of the draft");
        }
        if (attached.GroupBy(f => f.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) reasons.Add($"two files are named '{twice.Key}'");
        if (attached.Sum(f => files(name, f) ?? 0) > OutgoingFiles.MaxBytes) reasons.Add($"the files together are larger than {OutgoingFiles.MaxBytes >> 20} MB");
    }

    /// <summary>Printable ASCII without brackets or blanks: anything else would be folded, encoded or cut, and would no longer be the id of that mail.</summary>
    static bool IsMessageId(string id) =>
        id.Length is > 0 and <= 900 && !id.Any(c => c is <= ' ' or >= '\u007f' or '<' or '>');
}
