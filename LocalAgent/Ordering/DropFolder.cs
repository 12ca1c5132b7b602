using System.Security.Cryptography;
using System.Text;
using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Ordering;

/// <summary>
/// The owner's own folder outside the vault (<c>drop</c> in vault.toml): a <c>.md</c> or <c>.txt</c> in it is an order for a mail, an <c>.eml</c> a mail to answer, anything else a file that an order
/// may name. What was taken in is moved to <c>taken/</c> in it; what can't be understood stays and is reported. An order is a draft like any other: nothing goes out without a yes.
/// </summary>
sealed class DropFolder(Machine machine, string folder, OutgoingFiles files, TaskCopies ordered, Record record)
{
    const string Taken = "taken";

    // Timers know milliseconds.
    static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    readonly Dictionary<string, DateTimeOffset> alone = new(StringComparer.Ordinal);

    Account? First => machine.Settings.Accounts is [var first, ..] ? first : null;

    /// <summary>A file must lie still this long: it may still be copied.</summary>
    TimeSpan Settle => machine.Settings.Settle;

    /// <summary>What lies there now is in the vault and durable, or reported, when it returns.</summary>
    public void Run(TurnReport report)
    {
        if (!Directory.Exists(folder))
        {
            report.Problem($"the folder {folder} ('drop' in vault.toml) is not there; make it, or set drop = \"\"");
            return;
        }
        foreach (var (path, stamp, left) in Files().OrderBy(f => f.Path, StringComparer.Ordinal).ToList())
        {
            if (left > TimeSpan.Zero)
            {
                report.WakeAt(machine.Clock.GetUtcNow() + left + Slack);
                continue;
            }
            try { Take(path, stamp, report); }
            catch (Exception e) when (e is BadTaskException or Refusal or IOException or UnauthorizedAccessException)
            {
                report.Problem($"{path} was not taken in: {e.Message}", ExitCode.DoneInPart);
            }
        }
    }

    /// <summary>For how long a file there must still lie still; null where none must.</summary>
    public TimeSpan? Unsettled => Directory.Exists(folder) && Files().Select(f => f.Left).DefaultIfEmpty().Max() is var left && left > TimeSpan.Zero ? left + Slack : null;

    IEnumerable<(string Path, FileStamp Stamp, TimeSpan Left)> Files()
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f)[0] != '.'))
        {
            var stamp = Disk.Stamp(path);
            var last = DateTimeOffset.UnixEpoch.AddTicks(Math.Max(stamp.Written, stamp.Changed) / 100);
            // A clock that was set back must not hold a file for years.
            if (stamp.Kind == FileKind.Regular) yield return (path, stamp, new(Math.Min((last + Settle - machine.Clock.GetUtcNow()).Ticks, Settle.Ticks)));
        }
    }

    void Take(string path, FileStamp stamp, TurnReport report)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".md" or ".txt": TakeOrder(path, stamp, report); break;
            case ".eml": TakeMail(path, report); break;
            default:
                // It may be copied before the order that names it.
                if (alone.TryAdd(path, machine.Clock.GetUtcNow())) break;
                if (machine.Clock.GetUtcNow() - alone[path] > TimeSpan.FromMinutes(10)) report.Problem($"no order names {path}: write a .md beside it with 'To: …' and 'Attach: {Path.GetFileName(path)}'", ExitCode.DoneInPart);
                break;
        }
    }

    void TakeOrder(string path, FileStamp stamp, TurnReport report)
    {
        var octets = Disk.ReadRegular(path, Order.Limit);
        string text;
        try { text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets); }
        catch (DecoderFallbackException) { throw new BadTaskException("it is not UTF-8 text"); }
        var order = Order.Parse(text);
        var account = (order.From.Length == 0 ? First : machine.Settings.Accounts.FirstOrDefault(a => a.Owns(order.From)))
            ?? throw new BadTaskException(order.From.Length == 0 ? "this machine has no account to write from" : $"'{Unseen.OneLine(order.From)}' is no address of your accounts");
        var passedOn = order.Forward.Length == 0 ? null : machine.Vault.Read(machine.Vault.Resolve(order.Forward));
        // The same file again is the same order; a new one with the same words is another.
        var name = TaskName.From(Subject(order, passedOn), SHA256.HashData([.. Encoding.UTF8.GetBytes($"order/1\n{Path.GetFileName(path)}\n{stamp.Written}\n"), .. octets]));
        var beside = order.Attach.Select(f => Path.Combine(folder, f)).ToList();
        if (machine.Vault.Find(name) is null)
        {
            // A link leads elsewhere, and whoever may write here need not be whoever may read there.
            if (beside.Find(f => Disk.Stamp(f).Kind is not (FileKind.Regular or FileKind.Missing)) is { } other) throw new BadTaskException($"'{Unseen.OneLine(Path.GetFileName(other))}' is no file beside it, but a link or a folder: put the file itself there");
            var mail = new MailSend
            {
                Account = account.Name,
                From = new Address(account.DisplayName, order.From.Length == 0 ? account.Address : order.From).ToString(),
                To = order.To,
                Cc = order.Cc,
                Bcc = order.Bcc,
                Subject = Subject(order, passedOn),
                Body = passedOn is null ? order.Body : order.Body + "\n\n" + Forwarded(passedOn),
                Attachments = [.. beside.Select(f => files.Add(name, f).File)],
            };
            var now = machine.Clock.GetUtcNow();
            var task = mail.Write(TaskFile.New(mail.Subject.Length == 0 ? "(no subject)" : mail.Subject).With("task", MailSend.OrderTask).With("received", now))
                .With("answer", "drafted").With("drafted_by", "you").With("drafted_at", now);
            // What the vault says of it later is held against this.
            ordered.Keep(name, task);
            if (!machine.Vault.Create(new(Place.NeedsAction(Domains.Email), name), task)) throw new BadTaskException("a task of that name is there already");
            record("ordered", name, ("file", Path.GetFileName(path)));
            report.Filed++;
        }
        foreach (var file in beside) PutAway(file);
        PutAway(path);
    }

    void TakeMail(string path, TurnReport report)
    {
        using var stream = new MemoryStream(Disk.ReadRegular(path, (int)Math.Min(machine.Settings.MaxMail, int.MaxValue)));
        var account = First ?? throw new BadTaskException("this machine has no account to answer from");
        var (letter, _) = LetterReader.Read(account, stream, stream.Length, true);
        // To whichever of the accounts it was written.
        if (machine.Settings.Accounts.FirstOrDefault(a => letter.To.Concat(letter.Cc).Any(t => a.Owns(t.Mailbox))) is { } other && other != account) letter = letter with { Account = other.Name };
        var name = LetterFile.Name(letter);
        if (machine.Vault.Find(name) is null && machine.Vault.Create(new(Place.NeedsAction(Domains.Email), name), LetterFile.Write(letter)))
        {
            record("dropped", name, ("file", Path.GetFileName(path)));
            report.Filed++;
        }
        PutAway(path);
    }

    static string Subject(Order order, TaskFile? passedOn) =>
        order.Subject.Length > 0 || passedOn is null ? order.Subject : "Fwd: " + (passedOn.Get("mail_subject") ?? "");

    static string Forwarded(TaskFile mail) =>
        $"---------- Forwarded message ----------\nFrom: {mail.Get("mail_from")}\nDate: {mail.Get("received")}\nSubject: {mail.Get("mail_subject")}\n\n{mail.Original.Trim('\n')}";

    void PutAway(string path)
    {
        if (Disk.Stamp(path).Kind == FileKind.Missing) return; // by the same order, in a turn that was cut off
        var into = Path.Combine(folder, Taken);
        Durable.CreateDirectory(into);
        for (var n = 1; !Durable.Move(path, Path.Combine(into, n == 1 ? Path.GetFileName(path) : $"{Path.GetFileNameWithoutExtension(path)}.{n}{Path.GetExtension(path)}")); n++)
            if (n == 1000) throw new IOException($"{into} is full of files of that name");
        alone.Remove(path);
    }

    /// <summary>Wakes the loop when something is put there; null where the system has no watch to give.</summary>
    public IDisposable? Watch(Action wake)
    {
        if (!Directory.Exists(folder)) return null;
        var watcher = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite };
        watcher.Created += (_, _) => wake();
        watcher.Renamed += (_, _) => wake();
        watcher.Changed += (_, _) => wake();
        watcher.Error += (_, _) => wake();
        try { watcher.EnableRaisingEvents = true; }
        catch (IOException)
        {
            watcher.Dispose();
            return null;
        }
        return watcher;
    }
}
