using System.Text;
using VaultKit.Sync;
using VaultKit.Vault;

namespace Fuzz.Targets;

/// <summary>Two versions of one task grew from a third: what comes of them is a task, whose words stand beside the address that they were written for, and a side that changed nothing changes nothing.</summary>
sealed class MergeTarget : ITarget
{
    const char Between = '\u001d';

    public string Name => "merge";
    public int Limit => 8 * 1024;
    public IReadOnlyList<string> Words { get; } =
        ["---\n", "## Draft\n", "## Original\n", "> x\n", "\u001d", "to:\n  - a@b.example\n", "subject: x\n", "account: main\n", "action: mail.send/1\n", "claim: n1\n", "approval: v1.x\n", "# mine\n", "priority: low\n", "\n\n", "\r\n", "a note\n"];

    public IEnumerable<byte[]> Seeds =>
    [
        Encoding.UTF8.GetBytes(string.Join(Between, Version("low", "", "one"), Version("high", "", "one"), Version("low", "a note", "two"))),
        Encoding.UTF8.GetBytes(string.Join(Between, Version("low", "", "one"), Version("low", "", "two"), Version("low", "", "three"))),
    ];

    static string Version(string priority, string note, string draft) =>
        $"---\ntask: email/1\naction: mail.send/1\nto:\n  - a@b.example\nsubject: x\npriority: {priority}\n---\n\n# x\n\n{note}\n\n## Draft\n\n{draft}\n\n## Original\n\n> y\n";

    public void Run(byte[] input)
    {
        var versions = Encoding.UTF8.GetString(input).Split(Between, 3);
        if (versions.Length < 3) return;
        byte[] was = Encoding.UTF8.GetBytes(versions[0]), ours = Encoding.UTF8.GetBytes(versions[1]), theirs = Encoding.UTF8.GetBytes(versions[2]);
        _ = TaskMerge.LosesWords(was, ours, theirs, true) | TaskMerge.LosesWords(null, ours, theirs, false);
        if (TaskMerge.Run(was, ours, theirs) is not { } merged) return;
        var task = TaskFile.Parse(merged.Bytes);
        BrokenException.Unless(Outgoing(task) == Outgoing(TaskFile.Parse(ours)) || Outgoing(task) == Outgoing(TaskFile.Parse(theirs)), "a draft stands beside an address that it was not written for");
        BrokenException.Unless(task.Get(Claims.NonceKey) == TaskFile.Parse(ours).Get(Claims.NonceKey), "a claim was mixed");
        BrokenException.Unless(!task.Has(Approval.Key) && !task.Has("phase"), "an approval or a phase came of two files without");
        if (TaskMerge.Run(was, ours, was) is { } alone) BrokenException.UnlessSame(Encoding.UTF8.GetString(alone.Bytes), Encoding.UTF8.GetString(ours), "nothing was changed there, and it changed ours");
        if (TaskMerge.Run(was, merged.Bytes, theirs) is { } again && merged.Whole) BrokenException.UnlessSame(Encoding.UTF8.GetString(again.Bytes), Encoding.UTF8.GetString(merged.Bytes), "merged a second time it is something else");
    }

    static string Outgoing(TaskFile task)
    {
        var values = TypedAction.Keys.Select(k => string.Join('\u001e', task.GetList(k).Prepend(task.Has(k) ? "has" : "")));
        return string.Join('\u001f', values.Append(task.Draft ?? "\u0001"));
    }
}
