using System.Security.Cryptography;
using System.Text;
using LocalAgent.Acting;
using VaultKit.Agent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Ordering;

/// <summary>
/// The owner's own folder outside the vault (<c>drop</c> in vault.toml): a <c>.md</c> or <c>.txt</c> in it is an order for a mail, or a note where it names nobody; an <c>.eml</c> is a mail to answer; of
/// anything else the task says only where it lies, and an order may name it. What was taken in is moved to <c>taken/</c> in it; what can't be understood stays and is reported. An order is a draft like
/// any other: nothing goes out without a yes.
/// </summary>
sealed class DropFolder(Machine machine, string folder, OutgoingFiles files, TaskCopies ordered, Record record)
{
    const string Taken = "taken";

    // Timers know milliseconds.
    static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    // What browsers call a file that they have not whole yet.
    static readonly string[] Unfinished = [".part", ".crdownload", ".download", ".tmp"];

    readonly Dictionary<string, (FileStamp Stamp, DateTimeOffset At)> seen = new(StringComparer.Ordinal);
    readonly Claims claims = new(machine.Vault, machine.Clock);

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
        // An order goes before the files that it names.
        foreach (var (path, stamp, left) in Files().OrderBy(f => IsText(f.Path) ? 0 : 1).ThenBy(f => f.Path, StringComparer.Ordinal).ToList())
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
        var now = machine.Clock.GetUtcNow();
        foreach (var path in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f)[0] != '.' && !Unfinished.Contains(Path.GetExtension(f).ToLowerInvariant())))
        {
            var stamp = Disk.Stamp(path);
            if (stamp.Kind != FileKind.Regular) continue;
            if (!seen.TryGetValue(path, out var first) || first.Stamp != stamp) seen[path] = first = (stamp, now);
            // A time that is still to come says nothing: a camera's, or this machine's before its clock was set back.
            var last = DateTimeOffset.UnixEpoch.AddTicks(Math.Max(stamp.Written, stamp.Changed) / 100);
            yield return (path, stamp, (last < first.At ? last : first.At) + Settle - now);
        }
    }

    void Take(string path, FileStamp stamp, TurnReport report)
    {
        if (IsText(path)) TakeText(path, stamp, report);
        else if (Path.GetExtension(path).Equals(".eml", StringComparison.OrdinalIgnoreCase)) TakeMail(path, report);
        else if (Disk.Stamp(path).Kind != FileKind.Missing) Give(FileTask.Reference(Path.GetFileName(path), stamp, machine.Vault.Agent, machine.Clock.GetUtcNow()), path, report);
    }

    static bool IsText(string path) => Path.GetExtension(path).ToLowerInvariant() is ".md" or ".txt";

    void TakeText(string path, FileStamp stamp, TurnReport report)
    {
        var octets = Disk.ReadRegular(path, Order.Limit);
        string text;
        try { text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets); }
        catch (DecoderFallbackException) { throw new BadTaskException("it is not UTF-8 text"); }
        if (Order.IsOne(text)) TakeOrder(path, stamp, octets, Order.Parse(text), report);
        else
        {
            Give(FileTask.Note(Path.GetFileName(path), stamp, text, machine.Clock.GetUtcNow()), path, report);
            PutAway(path);
        }
    }

    /// <summary>A task that needs nobody's work goes to the owner at once.</summary>
    void Give((TaskName Name, TaskFile Task) file, string path, TurnReport report)
    {
        if (machine.Vault.Find(file.Name) is not null || ArchiveIndex.Find(machine.Vault, file.Name) is not null) return;
        var entry = new TaskEntry(Place.NeedsAction(Domains.Files), file.Name);
        if (!machine.Vault.Create(entry, file.Task)) return;
        record("dropped", file.Name, ("file", Path.GetFileName(path)));
        report.Filed++;
        claims.HandOver(entry);
    }

    void TakeOrder(string path, FileStamp stamp, byte[] octets, Order order, TurnReport report)
    {
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
        foreach (var file in beside)
        {
            Answered(file, name);
            PutAway(file);
        }
        PutAway(path);
    }

    /// <summary>A file that had become a task before an order named it has its answer.</summary>
    void Answered(string file, TaskName order)
    {
        var stamp = Disk.Stamp(file);
        if (stamp.Kind != FileKind.Regular || machine.Vault.Find(FileTask.Reference(Path.GetFileName(file), stamp, machine.Vault.Agent, default).Name) is not { Place.Stage: Stage.PendingApproval } entry) return;
        var bytes = machine.Vault.ReadBytes(entry);
        var task = TaskFile.Parse(bytes);
        if (machine.Vault.Rewrite(entry, bytes, task.With("why", $"attached to {order}"))
            && machine.Vault.Move(entry, Place.Done(task.GetTime("received") ?? machine.Clock.GetUtcNow())) is { } done) record("attached", entry.Name, ("to", order.Value), ("place", done.Path));
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
        seen.Remove(path);
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
