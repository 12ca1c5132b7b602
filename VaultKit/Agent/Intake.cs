using System.Security.Cryptography;
using System.Text;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace VaultKit.Agent;

/// <summary>Reads new mail and files what needs an answer into <c>Needs_Action/email/</c>. A mail is durable in the vault before the position moves past it.</summary>
sealed class Intake(Machine machine)
{
    const int PositionLimit = 64 * 1024;

    // A lost position costs reading these again, and nothing else.
    const int MailsForEachPosition = 50;

    // At the first start before a full mailbox its first drafts are there before its last mail is read, and what is open stays little.
    const int MailsForEachDrafting = 100;

    /// <param name="draft">Called after each hundred new tasks; false: the turn's time is up, and the rest is the next one's.</param>
    public async Task RunAsync(IInbox inbox, TurnReport report, Func<Task<bool>> draft, CancellationToken cancel)
    {
        var account = inbox.Account;
        var (position, since) = ReadPosition(inbox);
        var (unsaved, handbook, undrafted) = (0, machine.Handbook(), report.Filed + MailsForEachDrafting);
        SetAside? aside = null;
        try
        {
            aside = new(machine.State, inbox.PositionName, machine.Clock);
            var whole = true;
            await foreach (var mail in inbox.ReadAsync(position, since, cancel))
            {
                if (mail.Failed is not null && !NotGiven(account, aside, mail, report))
                {
                    whole = false;
                    break;
                }
                if (mail.Failed is null)
                {
                    Take(account, mail, since, handbook, report);
                    aside.Settle(mail.Key);
                }
                position = mail.Next;
                if (++unsaved % MailsForEachPosition == 0) WritePosition(inbox, position, since);
                report.Tell(machine.Clock);
                if (report.Filed < undrafted) continue;
                WritePosition(inbox, position, since);
                if (!await draft())
                {
                    whole = false;
                    break;
                }
                undrafted = report.Filed + MailsForEachDrafting;
            }
            if (whole) aside.SettleOthers();
            foreach (var due in aside.Due) await AgainAsync(inbox, aside, due, since, handbook, report, cancel);
            report.Went(TroubleKind.MailLogin, account.Name, null);
            report.Went(TroubleKind.Mail, account.Name, null);
        }
        catch (Refusal refusal)
        {
            report.Problem(refusal);
            // Whether it would let us in is not known of a server that can't be reached.
            var login = refusal.Code == ExitCode.Credential;
            if (login) report.Went(TroubleKind.MailLogin, account.Name, refusal.Message);
            report.Went(TroubleKind.Mail, account.Name, login ? null : refusal.Message);
        }
        finally
        {
            if (unsaved > 0) WritePosition(inbox, position, since);
            foreach (var told in aside?.Told ?? []) report.Problem($"account {account.Name}: {told}", ExitCode.DoneInPart);
            report.Gauge(Metrics.Aside, report.Gauges.GetValueOrDefault(Metrics.Aside) + (aside?.Told.Count() ?? 0));
        }
    }

    /// <returns>Whether the mails behind it may be read.</returns>
    bool NotGiven(Account account, SetAside aside, IncomingMail mail, TurnReport report)
    {
        if (!aside.Failed(mail))
        {
            report.Problem($"account {account.Name}: the mail {mail.Origin} can't be had now: {mail.Failed!.Message}; it is asked for again before any that came after it", mail.Failed.Code);
            return false;
        }
        machine.Audit.Append("mail.aside", null, ("origin", mail.Origin), ("why", mail.Failed!.Message));
        return true;
    }

    async Task AgainAsync(IInbox inbox, SetAside aside, AsideMail due, DateTimeOffset since, Handbook handbook, TurnReport report, CancellationToken cancel)
    {
        var mail = await inbox.AgainAsync(due.Key, cancel);
        if (mail is { Failed: not null, Absent: false })
        {
            aside.Failed(mail);
            return;
        }
        if (mail is { Failed: null }) Take(inbox.Account, mail, since, handbook, report);
        else machine.Audit.Append("mail.gone", null, ("origin", due.Origin), ("why", due.Why));
        aside.Settle(due.Key);
    }

    void Take(Account account, IncomingMail mail, DateTimeOffset since, Handbook handbook, TurnReport report)
    {
        report.Read++;
        Letter letter;
        Sifted? sifted;
        try
        {
            using var stream = mail.Open();
            (letter, sifted) = LetterReader.Read(account, stream, mail.Bytes, mail.Whole);
        }
        // Whatever it is: one mail that nobody foresaw must not keep all later ones from being read.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            machine.Audit.Append("mail.unreadable", null, ("origin", mail.Origin), ("why", e.Message));
            report.Problem($"the mail {mail.Origin} of {account.Name} can't be read: {e.Message}; it is still in the mailbox");
            report.Unreadable++;
            return;
        }

        var name = LetterFile.Name(letter);
        // Neither was there when the agent began: a mailbox of ten years must not flood anybody.
        if (mail.Answered || (mail.Arrived ?? letter.Date) < since)
        {
            report.PassedOver++;
            return;
        }
        if (machine.Vault.Find(name) is not null || ArchiveIndex.Find(machine.Vault, name) is not null || Forgotten.Holds(Forgotten.Read(machine.Vault), name))
        {
            report.Known++;
            return;
        }
        if (Triage.Of(letter, sifted, account, handbook) is { NeedsAnswer: false } verdict)
        {
            report.Sifted++;
            machine.Audit.Append("mail.sifted", null, ("origin", mail.Origin), ("from", letter.From?.Mailbox ?? ""), ("subject", letter.Subject), ("category", verdict.Category), ("why", verdict.Rule));
            return;
        }
        if (machine.Vault.Create(new(Place.NeedsAction(Domains.Email), name), Flagged(letter)))
        {
            report.Filed++;
            machine.Audit.Append("mail.filed", name, ("origin", mail.Origin), ("from", letter.From?.Mailbox ?? ""), ("message_id", letter.MessageId ?? ""), ("arrived", $"{(mail.Arrived ?? letter.Date)?.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"));
        }
        else report.Known++;
    }

    /// <summary>A Message-ID that another task has already is no proof of anything: both stay, and the later one says so.</summary>
    TaskFile Flagged(Letter letter)
    {
        var task = LetterFile.Write(letter);
        if (letter.MessageId is not { } id) return task;
        return messageIds.Value.TryAdd(Short(id), LetterFile.Name(letter).Hash) ? task : task.With("same_message_id_as", Named(messageIds.Value[Short(id)]));
    }

    /// <summary>A task may have been finished since; then its hash names it.</summary>
    string Named(string hash) => Open(machine).Select(e => e.Name).FirstOrDefault(n => n.Hash == hash) is { Value.Length: > 0 } name ? name.Value : hash;

    // Which Message-IDs the open tasks have, and the hashes of their names; read once for each run of the program. Ten thousand may be open: of an id no more is kept than a hash.
    readonly Lazy<Dictionary<string, string>> messageIds = new(() =>
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Open(machine))
        {
            try
            {
                if (machine.Vault.Read(entry).Get("mail_id") is { } id) ids.TryAdd(Short(id), entry.Name.Hash);
            }
            catch (BadTaskException) { continue; } // whoever works on it reports it
        }
        return ids;
    });

    static IEnumerable<TaskEntry> Open(Machine machine) => Stages.All.Where(s => s != Stage.Done).SelectMany(machine.Vault.List);

    static string Short(string id) => Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 10));

    string PositionFile(IInbox inbox) => machine.State.PathOf("mail", inbox.PositionName);

    /// <summary>First line: since when mail counts, fixed at the first connection. The rest is the inbox's own.</summary>
    (MailPosition Position, DateTimeOffset Since) ReadPosition(IInbox inbox)
    {
        var file = PositionFile(inbox);
        if (File.Exists(file))
        {
            var text = Encoding.UTF8.GetString(Disk.ReadRegular(file, PositionLimit));
            var line = text.IndexOf('\n');
            if (line > 0 && DateTimeOffset.TryParse(text[..line], out var since)) return (new(text[(line + 1)..]), since);
        }
        return (default, machine.Clock.GetUtcNow() - machine.Settings.FirstMail);
    }

    void WritePosition(IInbox inbox, MailPosition position, DateTimeOffset since)
    {
        Durable.CreateDirectory(machine.State.PathOf("mail"));
        Durable.Write(PositionFile(inbox), Encoding.UTF8.GetBytes($"{since:O}\n{position.Text}"));
    }
}
