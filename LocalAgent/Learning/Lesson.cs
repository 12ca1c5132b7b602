using LocalAgent.Acting;
using LocalAgent.Approving;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Learning;

/// <summary>What was drafted for a mail, and what its owner sent. Without quoted history.</summary>
/// <param name="Person">The sender's address, in small letters.</param>
/// <param name="Remark">What the owner wanted otherwise in an earlier draft; empty where nothing.</param>
sealed record Lesson(TaskName Task, Letter Letter, string Person, string Language, string Drafted, string Sent, string Remark)
{
    public IReadOnlyList<string> DraftedLines => Lines(Drafted);
    public IReadOnlyList<string> SentLines => Lines(Sent);
    public IReadOnlyList<string> DraftedParagraphs => Paragraphs(Drafted);
    public IReadOnlyList<string> SentParagraphs => Paragraphs(Sent);

    /// <summary>What the mail asks.</summary>
    public IReadOnlyList<string> Questions => [.. VaultKit.Drafting.Questions.Find(LetterText.Split(Letter.Text).Fresh, Language).Select(q => q.Words)];

    static IReadOnlyList<string> Lines(string text) => [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];

    static IReadOnlyList<string> Paragraphs(string text) =>
        [.. text.Split("\n\n").Select(p => string.Join('\n', p.Split('\n').Select(l => l.TrimEnd())).Trim('\n')).Where(p => p.Length > 0)];
}

/// <summary>A mail that its owner rejected.</summary>
sealed record Refused(TaskName Task, string Person, string Reason);

/// <summary>What there is to learn from.</summary>
/// <param name="Answered">Everybody whom the owner has sent something, by address in small letters.</param>
sealed record Lessons(IReadOnlyList<Lesson> Sent, IReadOnlyList<Refused> Rejected, IReadOnlySet<string> Answered)
{
    /// <summary>Out of the vault and of the drafts as they came to this machine.</summary>
    public static Lessons Of(VaultFolder vault, EarlierVersions earlier)
    {
        var drafts = earlier.Finished().ToDictionary(d => d.Name, d => d.Task);
        var (sent, answered) = (new List<Lesson>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var entry in vault.List(Stage.Done))
        {
            try
            {
                var task = vault.Read(entry);
                if (!task.Has(Told.SentAtKey) && !task.Has(Told.ShadowAtKey) || TypedAction.Read(task) is not MailSend mail) continue;
                answered.UnionWith(mail.To.Concat(mail.Cc).Select(MailAddress.Plain).OfType<string>());
                if (drafts.TryGetValue(entry.Name, out var draft) && Read(entry.Name, task, draft, mail.Body) is { } lesson) sent.Add(lesson);
            }
            catch (BadTaskException) { continue; } // nothing that can be learned from
        }
        return new(sent, [.. vault.List(Place.Rejected(Domains.Email)).Select(e => Rejection(vault, e)).OfType<Refused>()], answered);
    }

    static Lesson? Read(TaskName name, TaskFile task, TaskFile draft, string body)
    {
        if (task.Get("task") != "email/1") return null;
        var letter = LetterFile.Read(task);
        // What the owner wrote without a draft tells of answers all the same.
        var drafted = draft.Get("answer") == "drafted" ? DraftCheck.Own(draft.Draft ?? "").Trim() : "";
        var sent = DraftCheck.Own(body).Trim();
        return letter.From is { } from ? new(name, letter, from.Mailbox.ToLowerInvariant(), Language.Detect(sent, letter.Subject), drafted, sent, Redraft.Words(task)) : null;
    }

    static Refused? Rejection(VaultFolder vault, TaskEntry entry)
    {
        try
        {
            var task = vault.Read(entry);
            return MailAddress.Plain(task.Get("mail_from") ?? "") is { } from ? new(entry.Name, from.ToLowerInvariant(), task.Get(Approver.RejectedReasonKey) ?? "") : null;
        }
        catch (BadTaskException) { return null; } // nothing that can be learned from
    }
}
