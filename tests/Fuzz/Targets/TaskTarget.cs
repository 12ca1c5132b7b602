using System.Text;
using VaultKit.Mail;
using VaultKit.Vault;

namespace Fuzz.Targets;

/// <summary>A task file is what it was: written back it has the same octets, and a change changes what it says and nothing else.</summary>
sealed class TaskTarget : ITarget
{
    public string Name => "task";
    public int Limit => 8 * 1024;
    public IReadOnlyList<string> Words { get; } =
    [
        "---\n", "---", "\r\n", "## Draft\n", "## Original\n", "# ", "> ", "\n\n", "\ufeff", "action: mail.send/1\n", "task: email/1\n", "account: main\n", "to:\n  - a@b.example\n", "subject: x\n",
        "from: a@b.example\n", "approval: v1.\n", "phase: claimed\n", "received: 2026-11-22T08:15:00Z\n", "mail_digest: 00ff\n", "mail_from: A <a@b.example>\n", "mail_attachments:\n", "  - ", "{{price}}", "\\", "%%",
    ];

    public IEnumerable<byte[]> Seeds =>
    [
        "---\ntask: email/1\naccount: main\n---\n\n# Hello\n\n## Original\n\n> Dear Anna,\n> can you help?\n"u8.ToArray(),
        "---\r\ntask: email/1 # mine\r\nto: [a@b.example, 'c']\r\n---\r\n# Hello\r\n\r\n## Draft\r\n\r\nYes.\r\n\r\n## Original\r\n\r\n> No?\r\n"u8.ToArray(),
        "---\naction: mail.send/1\naccount: main\nfrom: Anna <anna@werkstatt.example>\nto:\n  - b@c.example\nsubject: Re\n---\n\n# x\n\nA note.\n\n## Draft\n\nWords.\n\n## Original\n\n> y\n"u8.ToArray(),
    ];

    public void Run(byte[] input)
    {
        TaskFile task;
        try { task = TaskFile.Parse(input); }
        catch (BadTaskException) { return; }
        BrokenException.Unless(task.ToBytes().AsSpan().SequenceEqual(input), "what was parsed is not what is written");
        var parts = task.Parts();
        if (parts is not null) BrokenException.UnlessSame(Encoding.UTF8.GetString(parts.ToBytes()), task.ToString(), "its parts together are not the whole");
        Declared(() => LetterFile.Read(task));
        Declared(() => TypedAction.Read(task)?.Digest());
        Changed(task, new Words(input));
    }

    static void Changed(TaskFile task, Words words)
    {
        if (task.ToBytes().Length > TaskFile.Limit / 2) return;
        var (draft, original) = (task.Draft, task.Original);
        var marked = task.With("phase", "claimed");
        BrokenException.Unless(marked.Get("phase") == "claimed" && marked.Draft == draft && marked.Original == original, "a mark in the front matter changed the text");
        BrokenException.Unless(TaskFile.Parse(marked.ToBytes()).Get("phase") == "claimed", "a mark does not survive being written");

        // Its own text below these headings is what a section is told by; a draft with such a line in it is refused elsewhere.
        var text = words.Text();
        if (text.Split('\n').Any(l => l.TrimEnd() is "## Draft" or "## Original")) return;
        var drafted = task.WithDraft(text);
        BrokenException.UnlessSame(drafted.Draft ?? "none", text.ReplaceLineEndings("\n").Trim('\n', ' ', '\t'), "another draft than was written");
        // Where the original stands above the draft, it ends with the file: a draft is not told from it.
        if (task.Parts() is not null) BrokenException.UnlessSame(drafted.Original, original, "a new draft changed the original");
        BrokenException.UnlessSame(TaskFile.Parse(drafted.ToBytes()).ToString(), drafted.ToString(), "a draft does not survive being written");
    }

    static void Declared(Action act)
    {
        try { act(); }
        catch (BadTaskException) { return; }
    }
}
