using System.Text;
using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Vault;

namespace VaultKit.Tests.Sync;

/// <summary>The simulation's blobs, and the tasks among them.</summary>
sealed class SimTasks
{
    readonly Dictionary<ObjectId, byte[]> blobs = [];
    readonly Dictionary<ObjectId, TaskFile> tasks = [];

    public byte[] Read(ObjectId blob) => blobs[blob];
    public long SizeOf(ObjectId blob) => blobs[blob].Length;

    public ObjectId Store(byte[] content)
    {
        var id = StatCache.Hash(content);
        blobs[id] = content;
        return id;
    }

    public ObjectId Store(string content) => Store(Encoding.UTF8.GetBytes(content));

    public ObjectId Store(TaskFile task)
    {
        var id = Store(task.ToBytes());
        tasks.TryAdd(id, task);
        return id;
    }

    public TaskFile Task(ObjectId blob) => tasks.TryGetValue(blob, out var known) ? known : tasks[blob] = TaskFile.Parse(blobs[blob]);

    /// <summary>As whoever reads the mail files it: the same bytes.</summary>
    public ObjectId New(string title, DateTimeOffset received) => Store(
        $"---\naction: mail.send/1\naccount: main\nfrom: me@example.com\nto:\n  - you@example.com\nsubject: {title}\nreceived: {received.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\nmark: none\n---\n\n# A mail\n\n\n\n## Draft\n\n\n\n## Original\n\n> a question\n");

    const string Head = "# A mail\n\n";

    public static string Notes(TaskFile task) => task.Parts()!.Notes.Split(Head)[1].Trim();

    public static TaskFile WithNotes(TaskFile task, string more) =>
        TaskFile.Parse(Encoding.UTF8.GetBytes(task.ToString().Replace(Head, $"{Head}{more} ")));

    /// <summary>Words that somebody wrote into a task.</summary>
    public static IEnumerable<string> Words(TaskFile task) => $"{task.Draft} {Notes(task)}".Split(' ', '\n');

    public IEnumerable<string> Words(ObjectId blob) => Words(Task(blob));
}
