using System.Security.Cryptography;
using System.Text;
using LocalAgent.Ordering;
using LocalAgent.Social;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Importing;

/// <summary>What becomes of an open file of an older vault.</summary>
enum Becomes
{
    /// <summary>A mail that is answered anew.</summary>
    Mail,
    /// <summary>A draft that waits for a yes, whatever was said to it before.</summary>
    Draft,
    /// <summary>Something that the owner does: nothing here carries it out, or nobody could tell what it is.</summary>
    Yours,
}

/// <summary>One open file and its task.</summary>
sealed record ImportItem(OldFile File, Becomes Kind, TaskName Name, TaskFile Task, string Domain);

/// <summary>
/// Makes tasks of the open files of an older vault, without writing anything. Nothing of an old file but its text is believed: none of its keys, and no approval. Whatever lay in <c>Approved/</c>
/// is a draft or the owner's to do, with a word that it may have been carried out already.
/// </summary>
sealed class ImportPlan(OldVault old, Account? account)
{
    /// <summary>Where the file lay, in a task that was made of one.</summary>
    public const string FromKey = "imported_from";

    // In UTF-16 units.
    const int LongestText = 60 * 1024, LongestTitle = 200;

    static readonly (string Domain, string[] Words)[] Kinds =
    [
        ("payments", ["payment", "pay_", "transfer"]),
        ("accounting", ["invoice", "odoo", "accounting", "expense", "ledger"]),
        ("whatsapp", ["whatsapp"]),
        (Domains.Social, ["linkedin", "twitter", "tweet", "facebook", "instagram", "mastodon", "bluesky", "threads", "social"]),
    ];

    readonly Masking masking = new(old.Settings.Hidden);

    public List<ImportItem> Items { get; } = [];

    /// <summary>Files that no task was made of, and why; they are among the notes all the same.</summary>
    public List<(string Path, string Why)> NotTasks { get; } = [];

    /// <summary>How many values were taken out of the tasks' texts.</summary>
    public int Masked => masked;
    int masked;

    public static ImportPlan Of(OldVault old, Account? account)
    {
        var plan = new ImportPlan(old, account);
        // The drafts first: a mail whose draft lies beside it is answered by that.
        var answered = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in old.Files.Where(f => OldVault.Open.Contains(f.Folder)).OrderBy(f => f.Folder == "Needs_Action").ThenBy(f => f.Path, StringComparer.Ordinal)) plan.Take(file, answered);
        return plan;
    }

    void Take(OldFile file, HashSet<string> answered)
    {
        var name = Path.GetFileName(file.Path);
        var ending = Path.GetExtension(name).ToLowerInvariant();
        if (name.Equals("readme.md", StringComparison.OrdinalIgnoreCase)) return;
        if (ending is not (".md" or ".txt" or ".eml"))
        {
            NotTasks.Add((file.Path, "no text"));
            return;
        }
        byte[] octets;
        string text;
        try
        {
            octets = Disk.ReadRegular(old.FullPath(file), ending == ".eml" ? 25 * 1024 * 1024 : TaskFile.Limit);
            text = ending == ".eml" ? "" : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            NotTasks.Add((file.Path, e is DecoderFallbackException ? "not UTF-8" : e.Message));
            return;
        }
        if (ending == ".eml")
        {
            if (account is null) NotTasks.Add((file.Path, "a mail, and there is no account to answer from"));
            else AddMail(file, octets);
            return;
        }
        if (text.Trim().Length == 0)
        {
            NotTasks.Add((file.Path, "empty"));
            return;
        }
        var loose = LooseTask.Read(masking.Of(text, ref masked), masking.Of(Path.GetFileNameWithoutExtension(name)));
        if (answered.Contains(name))
        {
            NotTasks.Add((file.Path, "answered by a draft that is taken over"));
            return;
        }
        if (AsDraft(file, loose) is { } draft)
        {
            answered.UnionWith(new[] { loose["original_file"], loose["related_file"], loose["source_file"], loose["source"] }.Select(Path.GetFileName).OfType<string>().Where(n => n.Length > 0));
            Add(file, Becomes.Draft, octets, draft, Domains.Email, loose.Title);
        }
        else if (AsLetter(file, loose) is { } letter) AddMail(file, letter);
        else Add(file, Becomes.Yours, octets, AsYours(file, loose, out var domain), domain, loose.Title);
    }

    void AddMail(OldFile file, byte[] mime)
    {
        using var stream = new MemoryStream(mime);
        var letter = LetterReader.Read(account!, stream, mime.Length, true).Letter;
        Items.Add(new(file, Becomes.Mail, LetterFile.Name(letter), LetterFile.Write(letter).With(FromKey, Where(file)), Domains.Email));
    }

    void Add(OldFile file, Becomes kind, byte[] octets, TaskFile task, string domain, string title) =>
        Items.Add(new(file, kind, TaskName.From(title, SHA256.HashData([.. Encoding.UTF8.GetBytes($"imported/1\n{Path.GetFileName(file.Path)}\n"), .. octets])), task.With(FromKey, Where(file)), domain));

    string Where(OldFile file) => Short(masking.Of(file.Path));

    DateTimeOffset Written(OldFile file) => new(File.GetLastWriteTimeUtc(old.FullPath(file)), TimeSpan.Zero);

    /// <summary>A mail that somebody was to be sent; null where the file is none, or not all of one.</summary>
    TaskFile? AsDraft(OldFile file, LooseTask loose)
    {
        var kind = (loose["type"] + " " + loose["action"]).ToLowerInvariant();
        var outgoing = file.Folder is "Pending_Approval" or "Approved" || kind.Contains("send", StringComparison.Ordinal) || kind.Contains("draft", StringComparison.Ordinal);
        if (account is null || !outgoing || loose["to"] is not { Length: > 0 } to || loose.Outgoing() is not { Length: > 0 } body) return null;
        try
        {
            var order = Order.Parse($"To: {Unseen.OneLine(to)}\nCc: {Unseen.OneLine(loose["cc"])}\nBcc: {Unseen.OneLine(loose["bcc"])}\nSubject: {Unseen.OneLine(loose["subject"])}\n\n{body}");
            var mail = new MailSend
            {
                Account = account.Name,
                From = new Address(account.DisplayName, account.Address).ToString(),
                To = order.To,
                Cc = order.Cc,
                Bcc = order.Bcc,
                Subject = Short(order.Subject),
                Body = order.Body,
            };
            var task = mail.Write(TaskFile.New(mail.Subject.Length == 0 ? "(no subject)" : mail.Subject).With("task", MailSend.OrderTask).With("received", Written(file)))
                .With("answer", "drafted").With("drafted_by", "the older vault").With("why", Why(file, "look in Sent whether it went out")).WithOriginal(Cut(loose.Text));
            // As it will be read: what can't be is the owner's.
            _ = TypedAction.Read(TaskFile.Parse(task.ToBytes()));
            return task;
        }
        catch (BadTaskException e)
        {
            NotTasks.Add((file.Path, $"no draft could be made of it: {e.Message}"));
            return null;
        }
    }

    /// <summary>The mail that a file tells of, as far as it tells; null where it tells of none.</summary>
    byte[]? AsLetter(OldFile file, LooseTask loose)
    {
        if (account is null || loose["from"] is not { Length: > 0 } text || !MimeKit.MailboxAddress.TryParse(text, out var from) || from.Address.IndexOf('@') < 1 || account.Owns(from.Address)) return null;
        if (loose.Incoming() is not { Length: > 0 } body) return null;
        var date = DateTimeOffset.TryParse(loose["date", "received", "received_at", "timestamp"], null, System.Globalization.DateTimeStyles.AssumeUniversal, out var said) && said.Year is > 1980 and < 2100 ? said : Written(file);
        var header = new StringBuilder($"From: {from.ToString(true)}\r\nTo: {account.Address}\r\nSubject: {Unseen.OneLine(Short(loose.Title))}\r\nDate: {MimeKit.Utils.DateUtils.FormatDate(date)}\r\n");
        if (loose["message_id"].Trim('<', '>') is { Length: > 0 and < 250 } id && id.Contains('@') && !id.AsSpan().ContainsAnyExceptInRange('!', '~')) header.Append($"Message-ID: <{id}>\r\n");
        header.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
        return Encoding.UTF8.GetBytes(header.Append(body.Replace("\n", "\r\n", StringComparison.Ordinal)).Append("\r\n").ToString());
    }

    /// <summary>What the owner does. A post whose network is known has its text for a draft.</summary>
    TaskFile AsYours(OldFile file, LooseTask loose, out string domain)
    {
        var words = $"{loose["type"]} {loose["action"]} {loose["domain"]} {loose["platform"]} {file.Path}".ToLowerInvariant();
        var named = file.Path.Split('/') is [_, var second, _, ..] && Domains.All.Contains(second) ? second : null;
        domain = named ?? Kinds.FirstOrDefault(k => k.Words.Any(w => words.Contains(w, StringComparison.Ordinal))).Domain ?? Domains.Files;
        if (domain == Domains.Email) domain = Domains.Files;
        var title = Short(loose.Title);
        var task = TaskFile.New(title).With("task", domain + "/1").With("received", Written(file)).With("title", title).WithOriginal(Cut(loose.Text));
        if (domain == Domains.Social && Network.All.FirstOrDefault(n => words.Contains(n.Name.Length == 1 ? "twitter" : n.Name, StringComparison.Ordinal)) is { } network && loose.Outgoing() is { Length: > 0 } post)
            return new SocialPost { Account = "", Network = network.Name, Body = post }.Write(task).With("answer", "drafted").With("drafted_by", "the older vault").With("source", "text").With("why", Why(file, "look whether it was posted"));
        return task.With("answer", "yours").With("why", Why(file, "look whether it was done") + "; yours to do: then reject it, or move it to Done/");
    }

    static string Why(OldFile file, string look) => file.Folder == "Approved" ? $"taken over from Approved/ of an older vault: {look}; if not, it is asked again here" : $"taken over from {file.Folder}/ of an older vault";

    static string Short(string text) => Unseen.OneLine(text.Length <= LongestTitle ? text : text[..(char.IsHighSurrogate(text[LongestTitle - 1]) ? LongestTitle - 1 : LongestTitle)] + "…");

    static string Cut(string text)
    {
        var shown = Unseen.Show(text, lines: true);
        return shown.Length <= LongestText ? shown : shown[..(char.IsHighSurrogate(shown[LongestText - 1]) ? LongestText - 1 : LongestText)] + "\n…";
    }
}
