using System.Collections.Concurrent;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Correspondence;

/// <summary>
/// The mails behind the tasks, fetched by Message-ID with this machine's own credential. Once found, a mail is kept in the state directory, as a task file of
/// this machine's making, for as long as its task is open: what the vault says is compared with that, each time anew.
/// </summary>
/// <param name="correspondences">Of an account's name; none: this machine can't read its mail.</param>
/// <param name="ordered">What the owner has ordered on this machine.</param>
/// <param name="limit">Of a larger mail only the header is looked at, in octets.</param>
sealed class Originals(StateDirectory state, IReadOnlyList<Account> accounts, Func<string, IReadOnlyList<ICorrespondence>> correspondences, TaskCopies ordered, long limit)
{
    readonly TaskCopies found = new(state, "originals");
    readonly ConcurrentDictionary<TaskName, Original> notFound = new();

    /// <summary>What is known of a task's original; asks nobody.</summary>
    public Original Of(TaskName name, TaskFile task)
    {
        if (IsOwn(task)) return OfOrder(name, task);
        var account = task.Get("account") ?? "";
        if (correspondences(account).Count == 0) return new(OriginalState.NoMeans, $"this machine can't read the mail of '{account}', so the original was not looked up ([account.imap] in vault.toml)");
        if (found.Find(name) is { } mail) return Original.Compare(name, task, mail);
        return notFound.TryGetValue(name, out var known) ? known : new(OriginalState.NotLookedFor, "its original was not looked up yet");
    }

    /// <summary>It answers no mail: the owner ordered it, or this program made it for the owner.</summary>
    static bool IsOwn(TaskFile task) => task.Get("task") == MailSend.OrderTask || Domains.Of(task) != Domains.Email;

    /// <summary>Nobody but the owner changes a draft (the gate); that it was ordered at all, and to whom, this machine must know by itself.</summary>
    Original OfOrder(TaskName name, TaskFile task)
    {
        if (ordered.Find(name) is not { } order) return new(OriginalState.Missing, Domains.Of(task) == Domains.Email ? "it answers no mail, and was not ordered on this machine" : "it was not made on this machine: whoever may write into the vault may have made it up");
        return Recipients(order).SequenceEqual(Recipients(task)) ? new(OriginalState.Ordered, "") : new(OriginalState.Differs, "it goes to others than you have ordered");
    }

    static IEnumerable<string> Recipients(TaskFile task) => new[] { "to", "cc", "bcc" }.SelectMany(key => task.GetList(key).Select(a => key + a));

    /// <summary>The same, looked up where it is not known. What was found is durable when it returns.</summary>
    public async Task<Original> LookAsync(TaskName name, TaskFile task, CancellationToken cancel)
    {
        var known = Of(name, task);
        if (IsOwn(task) || known.State is OriginalState.NoMeans or OriginalState.Proven or OriginalState.Differs) return known;
        notFound[name] = await AskAsync(name, task, cancel);
        return Of(name, task);
    }

    async Task<Original> AskAsync(TaskName name, TaskFile task, CancellationToken cancel)
    {
        if (accounts.FirstOrDefault(a => a.Name == task.Get("account")) is not { } account) return new(OriginalState.Missing, "its account is not one of this machine's");
        if (task.Get("mail_id") is not { } id || !IsId(id)) return new(OriginalState.Missing, "it names no mail that could be looked up");
        string? failed = null;
        TaskFile? other = null;
        foreach (var correspondence in correspondences(account.Name))
        {
            try
            {
                foreach (var stored in await correspondence.FindAsync(id, limit, cancel))
                {
                    var mail = Read(account, stored, name);
                    if (LetterFile.Name(LetterFile.Read(mail)) == name)
                    {
                        found.Keep(name, mail);
                        return Original.Compare(name, task, mail);
                    }
                    other ??= mail;
                }
            }
            catch (Refusal e) { failed = e.Message; }
        }
        if (failed is not null) return new(OriginalState.Unreachable, $"your mailbox could not be asked for its original: {failed}");
        return other is null ? new(OriginalState.Missing, "its original is not in your mailbox") : Original.Compare(name, task, other);
    }

    /// <summary>Another machine may have another limit for the size of a mail, and then another digest: the one that gives the task's name is meant.</summary>
    static TaskFile Read(Account account, StoredMail stored, TaskName name)
    {
        TaskFile mail = TaskFile.New("");
        foreach (var whole in stored.Octets.Length > 0 ? new[] { true, false } : [false])
        {
            using var stream = new MemoryStream(stored.Octets, writable: false);
            var letter = LetterReader.Read(account, stream, stored.Bytes, whole).Letter;
            if (whole || LetterFile.Name(letter) == name || stored.Octets.Length == 0) mail = LetterFile.Write(letter).With(Original.ArrivedKey, stored.Arrived);
        }
        return mail;
    }

    /// <summary>The mail itself in full, for what it came with.</summary>
    /// <exception cref="Refusal">It is not there, or can't be asked for.</exception>
    public async Task<byte[]> OctetsAsync(TaskName name, TaskFile task, CancellationToken cancel)
    {
        var original = await LookAsync(name, task, cancel);
        if (original.Mail?.Get("mail_id") is not { } id)
            throw new Refusal(original.State == OriginalState.Unreachable ? ExitCode.TryAgain : ExitCode.Failed, original.Why, "an attachment is not in the vault: it is taken from your own mailbox");
        foreach (var correspondence in correspondences(task.Get("account") ?? ""))
            foreach (var stored in await correspondence.FindAsync(id, limit, cancel))
                if (stored.Octets.Length > 0) return stored.Octets;
        throw new Refusal(ExitCode.Failed, "the mail is not in your mailbox any more, or larger than mail.max_size", null);
    }

    /// <summary>Removes the mails of tasks that are not open any more.</summary>
    public void Forget(Func<TaskName, bool> isOpen)
    {
        foreach (var name in notFound.Keys.Where(n => !isOpen(n))) notFound.TryRemove(name, out _);
        found.Forget(isOpen);
        ordered.Forget(isOpen);
    }

    // What LetterReader takes for one; anything else never came from a mail, and must not get into a question to a server.
    static bool IsId(string id) => id.Length is > 0 and <= 250 && !id.AsSpan().ContainsAnyExceptInRange('!', '~') && !id.AsSpan().ContainsAny('<', '>');
}
