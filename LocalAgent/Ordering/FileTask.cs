using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LocalAgent.Approving;
using VaultKit.Vault;

namespace LocalAgent.Ordering;

/// <summary>What the owner dropped that is neither an order nor a mail: a note, whose text is in the task, or any other file, which stays where it lies and is named. Nothing is drafted of it: it is the owner's to do.</summary>
static class FileTask
{
    const int LongestTitle = 100;

    /// <param name="text">All of it.</param>
    public static (TaskName Name, TaskFile Task) Note(string file, FileStamp stamp, string text, DateTimeOffset now)
    {
        var title = Unseen.OneLine(text.Split('\n').Select(l => l.Trim().TrimStart('#').Trim()).FirstOrDefault(l => l.Trim('-').Length > 0) ?? file);
        return Make(file, stamp, title.Length <= LongestTitle ? title : title[..(char.IsHighSurrogate(title[LongestTitle - 1]) ? LongestTitle - 1 : LongestTitle)] + "…", text.Trim(), "a note of yours", now);
    }

    /// <param name="agent">On whose machine it lies.</param>
    public static (TaskName Name, TaskFile Task) Reference(string file, FileStamp stamp, AgentId agent, DateTimeOffset now)
    {
        var name = Unseen.OneLine(file);
        return Make(file, stamp, name, $"{name}, {stamp.Size.ToString("N0", CultureInfo.InvariantCulture)} octets, lies on the machine of {agent}, in the folder where it was dropped.",
            $"a file of yours; an order with 'Attach: {name}' sends it", now);
    }

    static (TaskName, TaskFile) Make(string file, FileStamp stamp, string title, string text, string what, DateTimeOffset now) =>
        // The same file again is the same task; changed, it is another.
        (TaskName.From(title, SHA256.HashData(Encoding.UTF8.GetBytes($"file/1\n{file}\n{stamp.Written}\n{stamp.Size}\n"))),
            TaskFile.New(title).With("task", Domains.Files + "/1").With("received", now).With("title", title).With("file", Unseen.OneLine(file)).WithOriginal(text)
                .With("answer", "yours").With("why", what + "; yours to do: then reject this, or move it to Done/"));
}
