using System.Text;
using LocalAgent.Acting;
using LocalAgent.Correspondence;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Tests.Correspondence;

/// <summary>The owner's mail in a maildir, and tasks that were made of it, by the shipped reader.</summary>
sealed class Mailroom : IDisposable
{
    public const long Limit = 1024 * 1024;

    public TestVault V { get; } = new();
    public string Inbox { get; }
    public string Sent { get; }
    public Account Account { get; }
    public List<ICorrespondence> Means { get; } = [];
    public Originals Originals { get; }
    public Conversation Conversation { get; }
    public Lookout Lookout { get; }

    public Mailroom()
    {
        (Inbox, Sent) = (Path.Combine(V.Root, "mail"), Path.Combine(V.Root, "sent"));
        foreach (var maildir in new[] { Inbox, Sent })
            foreach (var folder in new[] { "new", "cur", "tmp" }) Directory.CreateDirectory(Path.Combine(maildir, folder));
        Account = TestVault.Outbox.Account with { Inbox = new InboxSource.Maildir(Inbox) };
        Means.AddRange(Correspondences.Of(new OutboxSettings { Account = Account, Target = new OutboxTarget.Maildir(Sent) }, _ => "", V.State));
        Originals = Fresh();
        Conversation = new(Originals, [Account], Of);
        Lookout = new(V.Vault, Originals, V.Files, Conversation, Of, V.Clock, V.Record);
        V.Original = Originals.Of;
    }

    List<ICorrespondence> Of(string account) => account == "main" ? Means : [];

    /// <summary>As after a restart: nothing in memory.</summary>
    public Originals Fresh(long limit = Limit) => new(V.State, [Account], Of, new TaskCopies(V.State, "ordered"), limit);

    public static string Letter(string id = "q1@there.example", string text = "Could you send us an offer?", string from = "Ann Example <ann@there.example>", string more = "") =>
        $"From: {from}\nTo: Owner <owner@here.example>\nSubject: Offer\nDate: Sat, 3 Oct 2026 04:05:06 +0000\nMessage-ID: <{id}>\n{more}Content-Type: text/plain; charset=utf-8\n\nHello,\n\n{text}\n";

    /// <summary>Delivers a mail.</summary>
    /// <param name="hours">After the first one.</param>
    public string Deliver(string mail, double hours = 0, string? to = null)
    {
        var path = Path.Combine(to ?? Inbox, "new", Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, mail, new UTF8Encoding(false));
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(20_700).AddHours(hours));
        return path;
    }

    /// <summary>The task that an agent makes of a mail, and a draft in it.</summary>
    public (TaskName Name, TaskFile Task) Made(string mail, long limit = Limit)
    {
        var octets = Encoding.UTF8.GetBytes(mail);
        using var stream = new MemoryStream(octets);
        var letter = LetterReader.Read(Account, stream, octets.Length, octets.Length <= limit).Letter;
        return (LetterFile.Name(letter), (TestVault.Mail() with { InReplyTo = letter.MessageId, References = [] }).Write(LetterFile.Write(letter)));
    }

    /// <summary>Puts a task into the vault as it would wait there.</summary>
    public TaskEntry Wait(string mail)
    {
        var (name, task) = Made(mail);
        var entry = new TaskEntry(Place.Pending(Domains.Email), name);
        Durable.CreateDirectory(V.Vault.FullPath(entry.Place.Folder));
        Durable.WriteNew(V.Vault.FullPath(entry.Path), task.ToBytes());
        return entry;
    }

    public void Dispose() => V.Dispose();
}
