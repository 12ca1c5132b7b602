using System.Diagnostics;
using LocalAgent.Acting;
using LocalAgent.Correspondence;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>
/// What the owner is shown before saying yes: the fields and the text that would go out, why it can't yet, and the digest to approve by. Computed here from
/// the task's fields; nothing that a mail says about itself becomes a part of it other than as that mail's text. As it was written: who prints it cleans it.
/// </summary>
/// <param name="Sender">Who wrote the mail that it answers.</param>
/// <param name="Urgency"><c>high</c>, <c>normal</c> or empty.</param>
/// <param name="Attached">The files that would go out with it, and how large they are.</param>
/// <param name="Proof">What the owner's own mailbox says of the mail that it answers (<see cref="Correspondence.Original.Word"/>).</param>
/// <param name="NeedsWord">A yes needs the owner's typed word.</param>
/// <param name="Changes">What would change in the owner's handbook, line by line; empty where nothing would.</param>
/// <param name="Notes">What the owner should know before deciding, the most telling first.</param>
sealed record Card(
    string Id, string Path, string? Action, string? Digest, string Account, string From, IReadOnlyList<string> To, IReadOnlyList<string> Cc, IReadOnlyList<string> Bcc,
    string Subject, IReadOnlyList<string> Attached, string Sender, DateTimeOffset? Received, string Urgency,
    string Draft, string Original, string Proof, bool NeedsWord, IReadOnlyList<string> Objections, IReadOnlyList<string> Notes, string DraftedBy, IReadOnlyList<string> Changes);

/// <summary>Makes cards.</summary>
sealed class Cards(Objections objections, IReadOnlyList<Account> accounts, Acquaintances people, OutgoingFiles files, EarlierVersions earlier, Func<TypedAction, IReadOnlyList<string>>? changes = null)
{
    /// <param name="patience">How long it may take to find out whom the owner has written to before.</param>
    /// <param name="original">Where the mail itself was found, the card speaks of that and not of what the task says of it.</param>
    /// <exception cref="BadTaskException">Its action can't be read.</exception>
    public Card Of(TaskEntry entry, TaskFile task, TimeSpan patience, Original original, News news)
    {
        var action = TypedAction.Read(task);
        var mail = action as MailSend;
        var waits = entry.Place.Stage is Stage.PendingApproval or Stage.Approved;
        var source = original.Mail ?? task;
        // What is finished already makes its own recipients known: the question is one for what waits.
        var began = Stopwatch.GetTimestamp();
        Func<string, bool?> knows = entry.Place.Stage == Stage.PendingApproval ? address => people.Has(address, patience - Stopwatch.GetElapsedTime(began)) : _ => true;
        return new(
            entry.Name.Value, entry.Path, action?.Kind, action?.Digest(), action?.Account ?? task.Get("account") ?? "",
            mail?.From ?? "", mail?.To ?? [], mail?.Cc ?? [], mail?.Bcc ?? [], mail?.Subject ?? source.Get("mail_subject") ?? task.Get("title") ?? "",
            [.. mail?.Attachments.Select(f => $"{f.Name}, {(files.Size(entry.Name, f) is { } bytes ? Size.Of(bytes) : "not on this machine")}") ?? []],
            source.Get("mail_from") ?? "", source.GetTime("received"), task.Get("urgency") ?? "",
            task.Draft ?? "", source.Original, original.Word, waits && original.NeedsWord, action is null ? [] : objections.Against(entry.Name, action, task),
            [.. waits && original.NeedsWord ? original.Notes() : [], .. waits ? news.Notes() : [], .. CardNotes.Of(task, source, mail, waits ? [.. earlier.Changes(entry.Name, action)] : [], accounts, knows), .. waits && !original.NeedsWord ? original.Notes() : []], task.Get("drafted_by") ?? "", action is not null && waits ? changes?.Invoke(action) ?? [] : []);
    }
}
