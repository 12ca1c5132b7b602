using System.Text;
using LibGit2Sharp;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>A commit's message: a subject in words and trailers that tie it to tasks, agents and digests. Bounded, and no value can add a line of its own.</summary>
static class CommitMessage
{
    const int TaskLimit = 50, ValueLimit = 300;

    /// <param name="changes">What the commit changes.</param>
    /// <param name="read">A blob's content.</param>
    public static string For(IReadOnlyDictionary<string, Change> changes, AgentId agent, Func<ObjectId, byte[]> read)
    {
        var before = new Dictionary<TaskName, Place>();
        var others = 0;
        foreach (var (path, change) in changes)
        {
            if (Place.FromPath(path) is not { } at) others++;
            else if (change.New is null) before[at.Name] = at.Place;
        }

        var counts = new SortedDictionary<string, SortedDictionary<string, int>>(StringComparer.Ordinal);
        var trailers = new StringBuilder();
        var tasks = 0;
        foreach (var (path, change) in changes.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (change.New is not { } blob || Place.FromPath(path) is not { } at) continue;
            var from = change.Old is not null ? at.Place : before.TryGetValue(at.Name, out var place) ? place : (Place?)null;
            var task = tasks++ < TaskLimit ? Parse(read(blob)) : null;
            var domain = Domain(at.Place, from, task);
            if (!counts.TryGetValue(domain, out var verbs)) counts[domain] = verbs = new(StringComparer.Ordinal);
            var verb = Verb(from, at.Place, task is null || domain == Domains.Email);
            verbs[verb] = verbs.GetValueOrDefault(verb) + 1;
            if (tasks > TaskLimit) continue;
            Trailer(trailers, "Task", at.Name.Value);
            Trailer(trailers, "Draft-SHA256", Digest(task));
            // Of the mail that goes out, as soon as it has one; before that of the mail that came.
            Trailer(trailers, "Message-Id", task?.Get("outgoing_id") ?? task?.Get("mail_id"));
        }
        if (tasks > TaskLimit) Trailer(trailers, "Tasks", tasks.ToString());
        Trailer(trailers, "Agent", agent.Value);

        var parts = counts.Select(d => d.Key + ": " + string.Join(", ", d.Value.Select(v => $"{v.Value} {v.Key}"))).ToList();
        if (parts.Count == 0) parts.Add(others == 1 ? "vault: " + Clean(changes.First().Key) : $"vault: {others} files");
        return string.Join("; ", parts) + "\n\n" + trailers;
    }

    public static string ForMerge(int files, AgentId agent) => $"merge: {files} {(files == 1 ? "file" : "files")} of the others\n\nAgent: {agent}\n";

    public static string ForKept(int files, AgentId agent) => $"vault: {files} {(files == 1 ? "file was" : "files were")} changed here meanwhile\n\nAgent: {agent}\n";

    static TaskFile? Parse(byte[] content)
    {
        try { return TaskFile.Parse(content); }
        catch (BadTaskException) { return null; } // it has no trailers then
    }

    static string? Digest(TaskFile? task)
    {
        try { return task is null ? null : TypedAction.Read(task)?.Digest(); }
        catch (BadTaskException) { return null; } // an action that is not complete has no digest yet
    }

    static string Domain(Place at, Place? from, TaskFile? task) =>
        Domains.All.Contains(at.Below) ? at.Below
        : from is { } place && Domains.All.Contains(place.Below) ? place.Below
        : task?.Get("domain") is { } domain && Domains.All.Contains(domain) ? domain
        : task?.Get("action")?.StartsWith("mail.", StringComparison.Ordinal) == true ? Domains.Email : "tasks";

    static string Verb(Place? from, Place to, bool mail) => (from?.Stage, to.Stage) switch
    {
        var (a, b) when a == b => "edited",
        (null, Stage.NeedsAction) => "new",
        (_, Stage.NeedsAction) => "returned",
        (_, Stage.InProgress) => "claimed",
        (Stage.Approved, Stage.PendingApproval) => "taken back",
        (_, Stage.PendingApproval) => "drafted",
        (_, Stage.Approved) => "approved",
        (_, Stage.Rejected) => "rejected",
        (_, Stage.Quarantine) => "quarantined",
        (Stage.InProgress, Stage.Done) when mail && from!.Value.Below.StartsWith("local-", StringComparison.Ordinal) => "sent",
        (Stage.Approved, Stage.Done) when mail => "sent",
        _ => "done",
    };

    static void Trailer(StringBuilder to, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value)) to.Append(key).Append(": ").Append(Clean(value)).Append('\n');
    }

    // A line break would let a mail's Message-ID write trailers of its own.
    static string Clean(string value)
    {
        var line = new StringBuilder(Math.Min(value.Length, ValueLimit));
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, ValueLimit)))
            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        return line.ToString().Trim();
    }
}
