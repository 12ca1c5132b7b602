namespace VaultKit.Vault;

/// <summary>A task and where it lies.</summary>
public readonly record struct TaskEntry(Place Place, TaskName Name)
{
    public string Path => Place.PathOf(Name);
    public override string ToString() => Path;
}

/// <summary>The vault: a folder of Markdown, nothing else. Every move goes through here and is held to the table.</summary>
public sealed class VaultFolder
{
    /// <summary>The protocol that this program speaks.</summary>
    public const int Protocol = 1;

    public const string ProtocolFile = "PROTOCOL", DashboardFile = "Dashboard.md", HandbookFile = "Company_Handbook.md", GoalsFile = "Business_Goals.md";

    public string Root { get; }
    public AgentId Agent { get; }

    /// <summary>True where the vault speaks a later protocol than this program: look, but change nothing.</summary>
    public bool ReadOnly { get; }

    VaultFolder(string root, AgentId agent, bool readOnly) => (Root, Agent, ReadOnly) = (root, agent, readOnly);

    /// <exception cref="Refusal">No vault there, not a vault, or one that lies on two file systems.</exception>
    public static VaultFolder Open(string path, AgentId agent)
    {
        var root = Path.GetFullPath(path);
        var protocol = Path.Combine(root, ProtocolFile);
        if (Disk.Stamp(protocol).Kind != FileKind.Regular)
            throw new Refusal(ExitCode.NoVault, $"there is no vault at {root}", "make one with 'localagent init DIR', or set vault = in vault.toml to where it is; CloudAgent's first 'run' takes it from the remote");
        if (!int.TryParse(System.Text.Encoding.ASCII.GetString(Disk.ReadRegular(protocol, 100)), out var number))
            throw new Refusal(ExitCode.NoVault, $"{protocol} does not hold a number", $"if this is the vault, write {Protocol} into it");
        var vault = new VaultFolder(root, agent, number > Protocol);
        if (!vault.ReadOnly) vault.Prepare();
        return vault;
    }

    /// <summary>Makes the folders of a vault and its PROTOCOL; what is there already stays. Durable when it returns.</summary>
    public static void Create(string path)
    {
        var root = Path.GetFullPath(path);
        foreach (var stage in Stages.All)
        {
            Durable.CreateDirectory(Path.Combine(root, stage.Folder()));
            if (stage is Stage.NeedsAction or Stage.PendingApproval or Stage.Approved or Stage.Rejected)
                Durable.CreateDirectory(Path.Combine(root, stage.Folder(), Domains.Email));
        }
        var protocol = Path.Combine(root, ProtocolFile);
        if (!File.Exists(protocol)) Durable.WriteNew(protocol, System.Text.Encoding.ASCII.GetBytes(Protocol + "\n"));
    }

    // A rename across two file systems is a copy and a delete, which is neither atomic nor durable: better to refuse.
    void Prepare()
    {
        Create(Root);
        Durable.CreateDirectory(FullPath(Place.InProgress(Agent).Folder));
        var device = Disk.Stamp(Root).Device;
        foreach (var stage in Stages.All)
        {
            if (Disk.Stamp(FullPath(stage.Folder())) is var stamp && (stamp.Kind != FileKind.Directory || stamp.Device != device))
                throw new Refusal(ExitCode.NoVault, $"{FullPath(stage.Folder())} is not a folder on the same file system as {Root}",
                    "a move between two file systems cannot be made safe: put the whole vault on one, without links or mounts inside it");
        }
    }

    public string FullPath(string path) => Path.Combine(Root, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>A repository of the owner's own lies in the vault: then somebody else may write here, and moving a file does not approve it.</summary>
    public bool HasForeignGit => Disk.Stamp(FullPath(".git")).Kind != FileKind.Missing;

    /// <summary>The tasks of one stage, by name. What is no task is passed over.</summary>
    public IEnumerable<TaskEntry> List(Stage stage) => Places(stage).SelectMany(List);

    public IEnumerable<TaskEntry> List(Place place)
    {
        var folder = FullPath(place.Folder);
        if (Disk.Stamp(folder).Kind != FileKind.Directory) yield break;
        var names = new List<TaskName>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.md"))
            if (TaskName.TryParseFile(Path.GetFileName(file), out var name)) names.Add(name);
        names.Sort((a, b) => string.CompareOrdinal(a.Value, b.Value));
        foreach (var name in names)
            if (Disk.Stamp(FullPath(place.PathOf(name))).Kind == FileKind.Regular) yield return new(place, name);
    }

    /// <summary>The folders of a stage that exist; of Done, the newest month first.</summary>
    public IEnumerable<Place> Places(Stage stage)
    {
        if (stage == Stage.Quarantine) return [Place.Quarantine];
        var folder = FullPath(stage.Folder());
        if (!Directory.Exists(folder)) return [];
        var places = Directory.EnumerateDirectories(folder)
            .Select(d => Place.FromFolder(stage.Folder() + "/" + Path.GetFileName(d)))
            .OfType<Place>()
            .Where(p => Disk.Stamp(FullPath(p.Folder)).Kind == FileKind.Directory)
            .OrderBy(p => p.Below, StringComparer.Ordinal);
        return stage == Stage.Done ? places.Reverse() : places;
    }

    /// <summary>Where a task lies, in whatever stage.</summary>
    public TaskEntry? Find(TaskName name)
    {
        foreach (var stage in Stages.All)
            foreach (var place in Places(stage))
                if (Disk.Stamp(FullPath(place.PathOf(name))).Kind == FileKind.Regular) return new(place, name);
        return null;
    }

    /// <summary>Finds the task that a person means: its name, the hash at its end, or any beginning that fits one task only.</summary>
    /// <exception cref="Refusal">None, or several.</exception>
    public TaskEntry Resolve(string id)
    {
        if (id.EndsWith(".md", StringComparison.Ordinal)) id = Path.GetFileName(id)[..^3];
        if (TaskName.TryParse(id, out var name) && Find(name) is { } exact) return exact;
        var found = Stages.All.SelectMany(List)
            .Where(e => e.Name.Hash == id || (id.Length > 0 && e.Name.Value.StartsWith(id, StringComparison.Ordinal))).Take(9).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 when TaskName.TryParse(id, out name) && ArchiveIndex.Find(this, name) is { } index =>
                throw new Refusal(ExitCode.Usage, $"the task '{id}' was archived", $"{index} names the archive that holds it"),
            0 => throw new Refusal(ExitCode.Usage, $"no task '{id}' in {Root}", "'localagent list' shows what there is"),
            _ => throw new Refusal(ExitCode.Usage, $"'{id}' fits several tasks", "one of: " + string.Join(", ", found.Select(e => e.Name.Value))),
        };
    }

    /// <exception cref="BadTaskException">The file is no task file, or can't be read.</exception>
    public TaskFile Read(TaskEntry entry) => TaskFile.Parse(ReadBytes(entry));

    /// <exception cref="BadTaskException">The file is gone, no regular file, too large, or unreadable.</exception>
    public byte[] ReadBytes(TaskEntry entry)
    {
        try { return Disk.ReadRegular(FullPath(entry.Path), TaskFile.Limit); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new BadTaskException(e.Message); }
    }

    /// <summary>Files a new task. Durable when it returns true.</summary>
    /// <returns>False where this place has the name already.</returns>
    public bool Create(TaskEntry entry, TaskFile task)
    {
        Check(null, entry.Place);
        Durable.CreateDirectory(FullPath(entry.Place.Folder));
        return Durable.WriteNew(FullPath(entry.Path), task.ToBytes());
    }

    /// <summary>Moves a task. Durable when it returns.</summary>
    /// <returns>Where it is now; null where somebody else moved it first, or the place has the name already.</returns>
    /// <exception cref="InvalidOperationException">This agent may not make this move: a defect, never a condition.</exception>
    public TaskEntry? Move(TaskEntry entry, Place to)
    {
        Check(entry.Place, to);
        Durable.CreateDirectory(FullPath(to.Folder));
        var moved = entry with { Place = to };
        return Durable.Move(FullPath(entry.Path), FullPath(moved.Path)) ? moved : null;
    }

    /// <summary>Changes a task's content where it lies. Durable when it returns true.</summary>
    /// <returns>False where the file is no longer what the caller has read; it is left as it is.</returns>
    public bool Rewrite(TaskEntry entry, ReadOnlySpan<byte> read, TaskFile changed)
    {
        CheckWritable();
        return Durable.Replace(FullPath(entry.Path), read, changed.ToBytes());
    }

    void Check(Place? from, Place to)
    {
        CheckWritable();
        if (!Moves.Allowed(Agent, from, to))
            throw new InvalidOperationException($"{Agent} may not move a task from {from?.Folder ?? "nowhere"} to {to.Folder}");
    }

    void CheckWritable()
    {
        if (ReadOnly)
            throw new Refusal(ExitCode.BadConfiguration, $"the vault {Root} speaks a later protocol than {Protocol}", "update this program; until then it only reads");
    }
}
