using System.Diagnostics;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>
/// What the owner is shown before saying yes: the fields and the text that would go out, why it can't yet, and the digest to approve by. Computed here from
/// the task's fields; nothing that a mail says about itself becomes a part of it other than as that mail's text. As it was written: who prints it cleans it.
/// </summary>
/// <param name="Sender">Who wrote the mail that it answers.</param>
/// <param name="Urgency"><c>high</c>, <c>normal</c> or empty.</param>
/// <param name="Notes">What the owner should know before deciding, the most telling first.</param>
sealed record Card(
    string Id, string Path, string? Action, string? Digest, string Account, string From, IReadOnlyList<string> To, IReadOnlyList<string> Cc, IReadOnlyList<string> Bcc,
    string Subject, string Sender, DateTimeOffset? Received, string Urgency,
    string Draft, string Original, IReadOnlyList<string> Objections, IReadOnlyList<string> Notes, string DraftedBy);

/// <summary>Makes cards.</summary>
sealed class Cards(Objections objections, IReadOnlyList<Account> accounts, Acquaintances people)
{
    /// <param name="patience">How long it may take to find out whom the owner has written to before.</param>
    /// <exception cref="BadTaskException">Its action can't be read.</exception>
    public Card Of(TaskEntry entry, TaskFile task, TimeSpan patience)
    {
        var action = TypedAction.Read(task);
        var mail = action as MailSend;
        // What is finished already makes its own recipients known: the question is one for what waits.
        var began = Stopwatch.GetTimestamp();
        Func<string, bool?> knows = entry.Place.Stage == Stage.PendingApproval ? address => people.Has(address, patience - Stopwatch.GetElapsedTime(began)) : _ => true;
        return new(
            entry.Name.Value, entry.Path, action?.Kind, action?.Digest(), action?.Account ?? task.Get("account") ?? "",
            mail?.From ?? "", mail?.To ?? [], mail?.Cc ?? [], mail?.Bcc ?? [], mail?.Subject ?? task.Get("mail_subject") ?? "",
            task.Get("mail_from") ?? "", task.GetTime("received"), task.Get("urgency") ?? "",
            task.Draft ?? "", task.Original, action is null ? [] : objections.Against(action, task),
            [.. CardNotes.Of(task, mail, accounts, knows)], task.Get("drafted_by") ?? "");
    }
}
