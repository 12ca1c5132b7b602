using System.Text;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Sync;
using VaultKit.Vault;
using TestClock = VaultKit.Tests.Sync.TestClock;

namespace VaultKit.Tests.Agent;

/// <summary>A whole agent on one machine: vault, state, settings, a folder of mails, no remote.</summary>
sealed class Workshop : IDisposable
{
    readonly TemporaryFolder folder = new();
    IReadOnlyList<IInbox> inboxes = [];
    Turn turn = null!;

    public TestClock Clock { get; } = new();
    public Machine Machine { get; private set; } = null!;
    public VaultFolder Vault => Machine.Vault;
    public string MailFolder => folder["mail"];

    /// <summary>Read in place of the folder of mails from the next restart on.</summary>
    public IInbox? Inbox { get; set; }

    /// <summary>Who drafts from the next restart on.</summary>
    public Func<Machine, IDrafter> Drafter { get; set; } = _ => new BuiltInDrafter();

    public Workshop(string remote = "")
    {
        Directory.CreateDirectory(MailFolder);
        File.WriteAllText(folder["vault.toml"], $"""
            vault = "{folder["vault"]}"
            state = "{folder["state"]}"
            remote = "{remote}"
            [health]
            listen = "off"
            [[account]]
            name = "main"
            address = "jo@holz.example"
            display_name = "Jo Berger"
            aliases = ["info@holz.example"]
            inbox = "folder:{MailFolder}"
            """);
        VaultFolder.Create(folder["vault"]);
        Restart();
    }

    /// <summary>As after a crash: nothing remembered but what is on disk.</summary>
    public void Restart()
    {
        Machine = Machine.Open(new Settings(folder["vault.toml"], Zone.Cloud), Zone.Cloud, Clock);
        inboxes = Inbox is null ? Machine.OpenInboxes() : [Inbox];
        turn = new(Machine, inboxes, Drafter(Machine), new SyncCycle(Machine.Vault, Machine.State, Machine.SyncOptions(), Clock));
    }

    public async Task<TurnReport> RunAsync(Hint hint = Hint.Once)
    {
        var report = new TurnReport();
        await turn.RunAsync(hint, report, default);
        return report;
    }

    public const string Question = "Hello,\n\ncould you send me a quote for 20 oak chairs?\n\nAnna Muster\n";

    /// <summary>A mail as it lies in a mailbox, dated now unless said otherwise.</summary>
    public byte[] Mail(string text = Question, string id = "1@mail.example", string from = "Anna Muster <anna@mail.example>", string subject = "Chairs", DateTimeOffset? date = null, string more = "") =>
        Encoding.UTF8.GetBytes($"From: {from}\r\nTo: jo@holz.example\r\nSubject: {subject}\r\nDate: {(date ?? Clock.Now).ToString("r")}\r\nMessage-ID: <{id}>\r\n{more}Content-Type: text/plain; charset=utf-8\r\n\r\n{text.ReplaceLineEndings("\r\n")}");

    public void Arrives(string file, byte[] mail) => File.WriteAllBytes(Path.Combine(MailFolder, file), mail);

    public string PositionFile => Machine.State.PathOf("mail", "main");

    /// <summary>Every task of a stage, read.</summary>
    public List<TaskFile> Tasks(Stage stage) => [.. Vault.List(stage).Select(Vault.Read)];

    /// <summary>A mail's task as intake writes it, put where the test wants it.</summary>
    public TaskEntry Put(Place place, string title, Func<TaskFile, TaskFile>? change = null)
    {
        using var mail = new MemoryStream(Mail(subject: title, id: title + "@mail.example"));
        var task = LetterFile.Write(LetterReader.Read(Machine.Account("main")!, mail, mail.Length, true).Item1);
        return PutRaw(place, title, (change?.Invoke(task) ?? task).ToString());
    }

    public TaskEntry PutRaw(Place place, string title, string content)
    {
        var entry = new TaskEntry(place, TaskName.From(title, System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(title))));
        Directory.CreateDirectory(Path.GetDirectoryName(Vault.FullPath(entry.Path))!);
        File.WriteAllText(Vault.FullPath(entry.Path), content);
        return entry;
    }

    /// <summary>Names and contents of everything in the vault.</summary>
    public string Picture() => string.Join('\n', Directory.EnumerateFiles(Vault.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => Path.GetRelativePath(Vault.Root, f) + " " + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))));

    public List<string> Log() => [.. Audit.Lines(this)];

    static class Audit
    {
        public static IEnumerable<string> Lines(Workshop shop) =>
            VaultKit.Audit.Story.All(shop.Vault, shop.Machine.State).Select(l => $"{l.Event} {string.Join("; ", l.Detail?.Select(d => $"{d.Key}={d.Value}") ?? [])}");
    }

    public void Dispose()
    {
        foreach (var inbox in inboxes) inbox.DisposeAsync().AsTask().GetAwaiter().GetResult();
        folder.Dispose();
    }
}

/// <summary>An inbox that gives what it is told to and remembers what it was asked.</summary>
sealed class ScriptedInbox(Account account) : IInbox
{
    public Account Account { get; } = account;
    public List<byte[]> Mails { get; } = [];
    public List<(string Position, DateTimeOffset Since)> Asked { get; } = [];
    public DateTimeOffset? Arrived { get; set; }
    public bool Answered { get; set; }

    /// <summary>Behind so many mails the mailbox is gone.</summary>
    public int? BreaksAfter { get; set; }

    /// <summary>What it says to whoever wants to read.</summary>
    public Refusal? Refuses { get; set; }

    /// <summary>Mails that are named and not given.</summary>
    public HashSet<int> NotGiven { get; } = [];

    /// <summary>They are said not to be there.</summary>
    public bool Absent { get; set; }

    IncomingMail Missing(int i) => IncomingMail.NotGiven($"mail {i}", $"{i}", new($"{i + 1}"), new(ExitCode.TryAgain, "bad sector")) with { Absent = Absent };

    public Task<IncomingMail?> AgainAsync(string key, CancellationToken cancel)
    {
        var i = int.Parse(key);
        Asked.Add(("again " + key, default));
        return Task.FromResult(NotGiven.Contains(i) ? Missing(i) : i >= Mails.Count ? null : new IncomingMail($"mail {i}", Mails[i].Length, true, Answered, Arrived, () => new MemoryStream(Mails[i]), new("")) { Key = key });
    }

    /// <summary>The mail that can't be opened.</summary>
    public int? Unreadable { get; set; }

    public async IAsyncEnumerable<IncomingMail> ReadAsync(MailPosition position, DateTimeOffset since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        Asked.Add((position.Text ?? "", since));
        if (Refuses is not null) throw Refuses;
        for (var i = position.IsStart ? 0 : int.Parse(position.Text!); i < Mails.Count; i++)
        {
            if (i == BreaksAfter) throw new Refusal(ExitCode.TryAgain, "the mailbox is gone");
            var mail = Mails[i];
            yield return NotGiven.Contains(i) ? Missing(i) : new($"mail {i}", mail.Length, true, Answered, Arrived, i == Unreadable ? () => throw new IOException("bad sector") : () => new MemoryStream(mail), new($"{i + 1}")) { Key = $"{i}" };
        }
    }

    public Task WaitAsync(CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel);
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
