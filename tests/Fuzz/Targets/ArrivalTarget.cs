using System.Text;
using LibGit2Sharp;
using VaultKit.Sync;
using VaultKit.Tests.Sync;
using VaultKit.Vault;

namespace Fuzz.Targets;

/// <summary>
/// What a remote brings, path by path and octet for octet as the input says, judged by the owner's machine and merged with its own work. The input decides three trees (what both grew from,
/// ours, theirs) and, where it wants, one that the owner's other machine signed.
/// </summary>
sealed class ArrivalTarget : ITarget
{
    static readonly AgentId Local = Agent("local-q9c0aa"), Cloud = Agent("cloud-7k3m2q");
    static readonly TaskName[] Names = [.. "abcd".Select(c => TaskName.From($"task {c}", System.Security.Cryptography.SHA256.HashData([(byte)c])))];
    static readonly string[] Places =
    [
        "Needs_Action/email", "In_Progress/cloud-7k3m2q", "In_Progress/local-q9c0aa", "Pending_Approval/email", "Approved/email", "Rejected/email", "Done/2026-11", "Quarantine", "Pending_Approval/social", "Done/2026-10", "In_Progress/cloud-000000",
    ];
    static readonly string[] Others =
    [
        "Dashboard.md", "Company_Handbook.md", "Business_Goals.md", "PROTOCOL", "Inbox.base", "Logs/local-q9c0aa/000001.jsonl", "Logs/cloud-7k3m2q/000001.jsonl", "Logs/cloud-7k3m2q/2026-11-22.jsonl", "Updates/cloud-7k3m2q/a.md",
        "Updates/local-q9c0aa/a.md", "Plans/email/a.md", "Plans/email/A.md", "Briefings/b.md", "Archive/2026-10-0011223344556677.md", "Quarantine/x.md", ".git/config", "../x.md",
    ];
    static readonly byte[][] Contents =
    [
        .. new[]
        {
            "---\ntask: email/1\n---\n\n# x\n\n## Original\n\n> y\n", "---\ntask: email/1\napproval: good\n---\n\n# x\n\n## Draft\n\nYes.\n\n## Original\n\n> y\n", "---\ntask: email/1\napproval: bad\n---\n\n# x\n\n## Draft\n\nYes.\n",
            "---\ntask: email/1\nclaim: n1\nclaimed_by: cloud-7k3m2q\n---\n\n# x\n", "---\ntask: email/1\nclaim: n2\nclaimed_by: local-q9c0aa\n---\n\n# x\n", "---\ntask: email/1\nreleased: forged\n---\n\n# x\n",
            "---\ntask: email/1\n---\n\n# x\n\na note\n\n## Draft\n\nNo.\n\n## Original\n\n> y\n", "{\"event\":\"x\"}\n", "{\"event\":\"x\"}\n{\"event\":\"y\"}\n", "words\n", "",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    readonly Dictionary<ObjectId, byte[]> blobs = [];

    static AgentId Agent(string name) => AgentId.TryParse(name, out var agent) ? agent : throw new ArgumentException(name, nameof(name));

    public string Name => "arrival";
    public int Limit => 2 * 1024;
    public IReadOnlyList<string> Words { get; } = ["\u0001", "\u0004", "\u0005", "---\ntask: email/1\napproval: good\n---\n\n# x\n", "approval: good\n", "released: x\n", "Approved/email/", ".md", "\0"];

    public IEnumerable<byte[]> Seeds =>
    [
        [0, 0, 3, 0, 0, 0, 0, 2, 0, 0, 4, 1],
        [1, 1, 4, 1, 0, 1, 0, 1, 6, 6],
        [0, 2, 3, 0, 2, 0, 2, 3, 0, 2, 2, 4, 1, 3, 4, 4, 1],
        [0, 3, 0, 0, 1, 3, 1, 3, 2, 3, 2, 4],
    ];

    public void Run(byte[] input)
    {
        blobs.Clear();
        Dictionary<string, ObjectId> standing = new(StringComparer.Ordinal), ours, theirs, owners;
        var words = new Words(input);
        var steps = new List<(int Side, string Path, ObjectId? Blob)>();
        while (!words.Ended && steps.Count < 40) steps.Add(Step(words));
        Apply(steps, 0, standing);
        // In the vault that both know each task lies in one place, and nothing else than what may lie there.
        foreach (var twice in standing.Keys.Where(p => Place.FromPath(p) is not null).GroupBy(p => Place.FromPath(p)!.Value.Name).SelectMany(g => g.Skip(1)).ToList()) standing.Remove(twice);
        foreach (var path in standing.Keys.Where(p => !SyncPath.Accepts(p)).ToList()) standing.Remove(path);
        ours = new(standing, StringComparer.Ordinal);
        theirs = new(standing, StringComparer.Ordinal);
        owners = new(standing, StringComparer.Ordinal);
        Apply(steps.Where(s => SyncPath.Accepts(s.Path)), 1, ours);
        foreach (var twice in ours.Keys.Where(p => Place.FromPath(p) is not null).GroupBy(p => Place.FromPath(p)!.Value.Name).SelectMany(g => g.Skip(1)).ToList()) ours.Remove(twice);
        foreach (var (path, blob) in standing) if (Place.FromPath(path) is { } lost && !ours.Keys.Any(p => SimCommit.IsOf(p, lost.Name))) ours[path] = blob;
        Apply(steps, 2, theirs);
        Apply(steps.Where(s => SyncPath.Accepts(s.Path)), 3, owners);
        Judge(Cloud, standing, ours, theirs, null);
        var final = Judge(Local, standing, ours, theirs, null);
        Safe(standing, ours, final);
        if (steps.Any(s => s.Side == 3)) Approved(ours, Judge(Local, standing, ours, theirs, owners), owners);
    }

    (int Side, string Path, ObjectId? Blob) Step(Words words)
    {
        var side = words.Next(4);
        var at = words.Next(32);
        var path = at switch
        {
            < 4 => $"{Places[words.Next(Places.Length)]}/{Names[at].FileName}",
            4 => words.Text() is { Length: > 0 } free ? free : "Dashboard.md",
            5 => $"Quarantine/{Names[words.Next(Names.Length)].Value}.0011aabb.md",
            _ => Others[at % Others.Length],
        };
        var what = words.Next(Contents.Length + 4);
        return (side, path, what < Contents.Length ? Store(Contents[what]) : what == Contents.Length ? Store(words.Bytes()) : what == Contents.Length + 1 ? SimCommit.Link : null);
    }

    ObjectId Store(byte[] content)
    {
        var id = StatCache.Hash(content);
        blobs[id] = content;
        return id;
    }

    /// <summary>What an owner's machine committed is text; what anybody else did may be anything.</summary>
    void Apply(IEnumerable<(int Side, string Path, ObjectId? Blob)> steps, int side, Dictionary<string, ObjectId> tree)
    {
        foreach (var (of, path, blob) in steps)
        {
            if (of != side) continue;
            if (blob is null || (side != 2 && (blob == SimCommit.Link || !Snapshot.IsText(Read(blob))))) tree.Remove(path);
            else tree[path] = blob;
        }
    }

    byte[] Read(ObjectId blob) => blobs.TryGetValue(blob, out var content) ? content : throw new BrokenException($"a link was read: {blob.Sha}");
    static bool IsApproved(byte[] content) => Encoding.UTF8.GetString(content).Contains("approval: good", StringComparison.Ordinal);

    Dictionary<string, ObjectId> Judge(AgentId self, Dictionary<string, ObjectId> standing, Dictionary<string, ObjectId> ours, Dictionary<string, ObjectId> theirs, Dictionary<string, ObjectId>? owners)
    {
        var (was, now) = (new SimCommit(standing), new SimCommit(ours));
        List<OwnersTree> signed = owners is null ? [] : [new(new SimCommit(owners), SimCommit.Diff(standing, owners).Keys)];
        var findings = new List<Finding>();
        var options = new SyncOptions { Approved = (_, bytes) => IsApproved(bytes), IsForged = (_, _) => true };
        var arrived = new Arrival(self, options, b => Read(b).Length, Read).Run(new(SimCommit.Diff(standing, theirs), was, now, signed), findings);
        var merged = Merge.Run(new(self, SimCommit.Diff(standing, ours), arrived, was.Find, new Elsewhere(now, arrived, Read).HoldsOrIsOver, Read, Store));
        var final = SimCommit.With(ours, merged.Changes);
        foreach (var finding in findings) BrokenException.Unless(!finding.Path.Any(c => c is < ' ' or > '~'), "a name that could write to a terminal");
        foreach (var (path, blob) in final)
        {
            BrokenException.Unless(SyncPath.Accepts(path), $"{path} is no path of the vault");
            BrokenException.Unless(blob != SimCommit.Link, $"{path} is a link");
            BrokenException.Unless(Read(blob).Length <= SyncPath.Limit(path) && (ours.GetValueOrDefault(path) == blob || Snapshot.IsText(Read(blob))), $"{path} is too large, or no text");
        }
        foreach (var task in ours.Keys.Select(p => Place.FromPath(p)?.Name).OfType<TaskName>().Distinct())
            if (!final.Keys.Any(p => SimCommit.IsOf(p, task) || p.StartsWith(ArchiveIndex.Folder, StringComparison.Ordinal))) throw new BrokenException($"{task} is gone");
        foreach (var twice in final.Keys.Where(p => Place.FromPath(p) is not null).GroupBy(p => Place.FromPath(p)!.Value.Name).Where(g => g.Count() > 1)) throw new BrokenException($"{twice.Key} lies in {string.Join(" and ", twice)}");
        return final;
    }

    /// <summary>Nobody but a machine of the cloud's spoke: what is the owner's stays as it was.</summary>
    static void Safe(Dictionary<string, ObjectId> standing, Dictionary<string, ObjectId> ours, Dictionary<string, ObjectId> final)
    {
        foreach (var (path, blob) in final)
            if (path.StartsWith("Approved/", StringComparison.Ordinal)) BrokenException.Unless(ours.GetValueOrDefault(path) == blob, $"{path} is approved, and the owner did not do that");
        foreach (var (path, blob) in ours)
        {
            if (!SyncPath.IsOwners(path) && SyncPath.Writer(path) != Local && !SyncPath.IsArchive(path)) continue;
            // A note of this machine's own may be taken by nobody either, but what we do not have stays what we do not have.
            BrokenException.Unless(final.GetValueOrDefault(path) == blob || (SyncPath.MayVanish(path) && !final.ContainsKey(path)), $"{path} was changed, and it is this owner's");
        }
        foreach (var (path, blob) in ours)
        {
            if (Place.FromPath(path) is not { } task || standing.GetValueOrDefault(path) != blob) continue;
            if (task.Place.Stage is Stage.NeedsAction || (task.Place.Stage == Stage.InProgress && task.Place.Below != Local.Value)) continue;
            BrokenException.Unless(final.GetValueOrDefault(path) == blob, $"{path} was changed or moved, and only the owner's machines may do that");
        }
        foreach (var (path, blob) in final)
            if (SyncPath.IsArchive(path)) BrokenException.Unless(ours.GetValueOrDefault(path) == blob, $"{path} is an index of a stranger's");
    }

    /// <summary>Whatever stands in Approved carries the owner's yes, and a machine of the owner's put it there.</summary>
    void Approved(Dictionary<string, ObjectId> ours, Dictionary<string, ObjectId> final, Dictionary<string, ObjectId> owners)
    {
        foreach (var (path, blob) in final)
            if (path.StartsWith("Approved/", StringComparison.Ordinal) && ours.GetValueOrDefault(path) != blob)
                BrokenException.Unless(IsApproved(Read(blob)) && owners.GetValueOrDefault(path) == blob, $"{path} is approved, and no machine of the owner's did that");
    }
}
