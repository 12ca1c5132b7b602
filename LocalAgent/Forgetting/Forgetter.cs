using System.Text;
using VaultKit.Archiving;
using VaultKit.Vault;

namespace LocalAgent.Forgetting;

/// <summary>An archive that holds something of a person.</summary>
/// <param name="Index">Its index in the vault.</param>
/// <param name="Zip">Its file, with its path.</param>
/// <param name="Changes">What is to be otherwise in it; null: gone.</param>
public sealed record AffectedArchive(string Index, string Zip, IReadOnlyDictionary<string, byte[]?> Changes);

/// <summary>What becomes of a vault in which somebody is forgotten. Changes nothing yet.</summary>
public sealed class ForgetPlan
{
    /// <summary>Of files in the vault; null: gone. Without the archives' indexes and the list.</summary>
    public Dictionary<string, byte[]?> Changes { get; } = new(StringComparer.Ordinal);

    public List<AffectedArchive> Archives { get; } = [];

    /// <summary>For <see cref="ForgottenList"/>.</summary>
    public HashSet<string> Lines { get; } = new(StringComparer.Ordinal);

    /// <summary>Tasks of theirs that are not over.</summary>
    public List<string> Open { get; } = [];

    /// <summary>Tasks of theirs that may be going out in this moment, or may have gone out.</summary>
    public List<string> UnderWay { get; } = [];

    /// <summary>What is left as it is, and why.</summary>
    public List<string> Left { get; } = [];

    public bool IsEmpty => Changes.Count == 0 && Archives.Count == 0;
}

/// <summary>
/// Looks for a person in everything that the vault and its archives hold. Theirs are the tasks whose mail they wrote, or whose answer goes to them: these go as a whole. Of what else mentions them the mention goes:
/// in tasks of others the words, in what programs wrote the whole line. The owner's own texts are the owner's.
/// </summary>
/// <param name="list">What was forgotten before.</param>
public sealed class Forgetter(VaultFolder vault, string archives, Person person, ForgottenList list)
{
    static readonly string[] OwnersTexts = [VaultFolder.HandbookFile, VaultFolder.GoalsFile];

    /// <param name="files">The vault's files by path, each with a way to read it.</param>
    /// <exception cref="Refusal">An archive is away or damaged, so that nobody knows what is in it.</exception>
    public ForgetPlan Look(IReadOnlyDictionary<string, Func<byte[]>> files)
    {
        var plan = new ForgetPlan();
        foreach (var (path, read) in files)
            if (NameOf(path) is { } name) Learn(name, read());
        foreach (var archive in ArchiveCheck.Archives(vault, archives, (path, content) => { if (NameOf(path) is { } name) Learn(name, content); }))
            if (archive.Problem is { } problem)
                throw new Refusal(ExitCode.Failed, $"{archive.Zip}: {problem}; so nobody knows who is in it", "say with --archive in which folder the archives lie, or do this on the machine that has them; a damaged one take from a backup");

        foreach (var (path, read) in files)
        {
            if (ArchiveIndex.Folder + "/" is var folder && path.StartsWith(folder, StringComparison.Ordinal)) continue;
            var bytes = read();
            if (OwnersTexts.Contains(path)) Own(path, bytes, plan.Left);
            else if (Changed(path, bytes, plan) is { IsSame: false } other) plan.Changes[path] = other.Bytes;
        }
        var changes = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        foreach (var archive in ArchiveCheck.Archives(vault, archives, (path, content) => { if (Changed(path, content, plan) is { IsSame: false } other) changes[path] = other.Bytes; }))
        {
            if (changes.Count == 0) continue;
            plan.Archives.Add(new($"{ArchiveIndex.Folder}/{Path.GetFileNameWithoutExtension(archive.Zip)}.md", archive.Zip, changes));
            changes = new(StringComparer.Ordinal);
        }
        foreach (var task in person.Tasks) plan.Lines.Add("task " + Forgotten.Mark(task.Hash));
        return plan;
    }

    void Learn(TaskName name, byte[] bytes)
    {
        try
        {
            var task = TaskFile.Parse(bytes);
            person.Learn(task);
            if (person.IsOther(task)) person.Has(name);
        }
        catch (BadTaskException) { return; } // it is nobody's; what it mentions is looked for below
    }

    readonly record struct Now(bool IsSame, byte[]? Bytes);

    Now Changed(string path, byte[] bytes, ForgetPlan plan)
    {
        if (NameOf(path) is { } name)
        {
            if (person.Tasks.Contains(name))
            {
                Note(path, name, bytes, plan);
                return new(false, null);
            }
            if (!person.IsIn(Encoding.UTF8.GetString(bytes))) return new(true, null);
            var (now, stays) = OthersTask.Without(person, bytes);
            if (stays) plan.Left.Add($"{path}: it is in what you approved, which your signature holds");
            return new(now.AsSpan().SequenceEqual(bytes), now);
        }
        if (ArchiveCheck.IsLog(path, out var agent))
        {
            var segments = new List<string>();
            if (LogRedaction.Of(agent, bytes, person, list.HasTask, segments) is not { } redacted) return new(true, null);
            plan.Lines.UnionWith(segments);
            return new(false, redacted);
        }
        var text = Encoding.UTF8.GetString(bytes);
        if (!person.IsIn(text)) return new(true, null);
        return new(false, Encoding.UTF8.GetBytes(string.Join('\n', text.Split('\n').Select(l => person.IsIn(l) ? (l.StartsWith("- ", StringComparison.Ordinal) ? "- " : "") + Person.Word : l))));
    }

    static void Note(string path, TaskName name, byte[] bytes, ForgetPlan plan)
    {
        if (Place.FromPath(path) is not { Place.Stage: var stage }) return;
        if (stage is Stage.NeedsAction or Stage.InProgress or Stage.PendingApproval or Stage.Approved) plan.Open.Add(path);
        try
        {
            var task = TaskFile.Parse(bytes);
            if (stage == Stage.InProgress && task.Has(Acting.Phase.Key)) plan.UnderWay.Add(name.Value);
            if (task.Get(Acting.Intent.NonceKey) is { } intent) plan.Lines.Add("sent " + Forgotten.Mark(intent));
        }
        catch (BadTaskException) { return; } // theirs by another version of it; what can't be read was not sent
    }

    void Own(string path, byte[] bytes, List<string> left)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n').Index().Where(l => person.IsIn(l.Item)).Select(l => l.Index + 1).ToList();
        if (lines.Count > 0) left.Add($"{path}, line {string.Join(", ", lines)}: your own words; take it out and forget again");
    }

    /// <summary>The task that a file is a version of; null where it is none.</summary>
    static TaskName? NameOf(string path)
    {
        if (Place.FromPath(path) is { } task) return task.Name;
        var head = Stage.Quarantine.Folder() + "/";
        return path.StartsWith(head, StringComparison.Ordinal) && path.EndsWith(".md", StringComparison.Ordinal) && path.LastIndexOf('.', path.Length - 4) is > 0 and var dot && TaskName.TryParse(path[head.Length..dot], out var kept) ? kept : null;
    }
}
