using VaultKit.Drafting;
using VaultKit.Mail;

namespace LocalAgent.Trying;

/// <summary>What the agent would make of a mail, without a vault: nothing is stored, nothing is sent.</summary>
sealed record Trial(string Origin, Reading Mail, Verdict Verdict)
{
    public Letter Letter => Mail.Letter;

    public static Trial Of(FileMail mail, Account account, Handbook handbook)
    {
        using var stream = new MemoryStream(mail.Octets, writable: false);
        var (letter, sifted) = LetterReader.Read(account, stream, mail.Bytes, mail.Whole);
        var read = new Reading(letter);
        return new(mail.Origin, read, Triage.Of(read, sifted, account, handbook));
    }

    /// <summary>The answer that would wait for the owner's yes; its text is null where the owner would have to write it.</summary>
    public async Task<(ReplyFields Reply, Draft Draft)> DraftAsync(IDrafter drafter, Account account, Handbook handbook, TimeProvider clock, CancellationToken cancel)
    {
        var request = new DraftRequest(Letter, account, handbook, clock.GetUtcNow()) { Read = Mail };
        var draft = Verdict.Asks ? new Draft(Verdict.Language, null, $"yours to answer: {Verdict.Rule}") : DraftLeaks.Checked(await drafter.DraftAsync(request, cancel), request);
        return (Reply.Compose(Letter, account, draft), draft);
    }
}
