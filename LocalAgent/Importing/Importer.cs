using System.Text;
using VaultKit.Agent;
using VaultKit.Drafting;
using VaultKit.Vault;

namespace LocalAgent.Importing;

/// <summary>
/// Brings an older vault into this one. Its open files become tasks, each of which waits for its owner; handbook and goals take the place of those that nobody has written in; and the whole of it lies
/// below <c>Imported/</c> as notes, which stay on this machine. The older vault is only read. Called again it goes on where it was cut off, and makes nothing twice.
/// </summary>
sealed class Importer(Machine machine, OldVault old, ImportPlan plan)
{
    /// <summary>The folder of the notes; no file in it travels.</summary>
    public const string Notes = "Imported";

    const long LargestNote = 100 * 1024 * 1024;
    const int LargestText = 8 * 1024 * 1024;

    static readonly string[] Texts = [".md", ".txt", ".json", ".jsonl", ".csv", ".log", ".yaml", ".yml", ".toml", ".html", ".xml", ".py", ".js", ".ts", ".sh", ".ini", ".cfg", ".base", ".canvas", ".eml"];

    readonly Masking masking = new(old.Settings.Hidden);

    public int Made { get; private set; }
    public int Known { get; private set; }
    public int NotesWritten { get; private set; }

    /// <summary>Values that were taken out of the notes.</summary>
    public int Masked => masked;
    int masked;

    /// <summary>What was left where it is, and why.</summary>
    public List<string> Left { get; } = [.. old.Left.Select(l => $"{l.Path}: {l.Why}")];

    /// <summary>Everything is durable when it returns.</summary>
    public void Run()
    {
        Words(VaultFolder.HandbookFile, HandbookStarter.CompanyHandbook);
        Words(VaultFolder.GoalsFile, HandbookStarter.BusinessGoals);
        foreach (var item in plan.Items) Add(item);
        foreach (var file in old.Files) Keep(file);
    }

    /// <summary>The owner's words take the place of those that a new vault begins with, and of no others.</summary>
    void Words(string name, string starter)
    {
        if (old.Files.FirstOrDefault(f => f.Path == name) is not { } file) return;
        var target = machine.Vault.FullPath(name);
        if (Text(file) is not { } text || Encoding.UTF8.GetByteCount(text) > TaskFile.Limit) Left.Add($"{name}: not taken for this vault's own, since it is no text of {TaskFile.Limit / 1024} KiB or less");
        else if (!Durable.Replace(target, Encoding.UTF8.GetBytes(starter), Encoding.UTF8.GetBytes(text)) && Encoding.UTF8.GetString(Disk.ReadRegular(target, TaskFile.Limit)) != text)
            Left.Add($"{name}: this vault has one with words of yours already; the older one is {Notes}/{name}");
    }

    void Add(ImportItem item)
    {
        var vault = machine.Vault;
        var found = vault.Find(item.Name);
        if (found is null && ArchiveIndex.Find(vault, item.Name) is null)
        {
            found = new TaskEntry(Place.NeedsAction(item.Domain), item.Name);
            if (!vault.Create(found.Value, item.Task)) return;
            machine.Audit.Append("imported", item.Name, ("from", item.Task.Get(ImportPlan.FromKey) ?? ""), ("as", item.Kind.ToString().ToLowerInvariant()));
            Made++;
        }
        else Known++;
        // A mail and an order go on their way with the next turn.
        if (item.Domain != Domains.Email && found is { Place.Stage: Stage.NeedsAction or Stage.InProgress } entry) new Claims(vault, machine.Clock).HandOver(entry);
    }

    void Keep(OldFile file)
    {
        var target = Path.Combine(machine.Vault.Root, Notes, file.Path.Replace('/', Path.DirectorySeparatorChar));
        if (Disk.Stamp(target).Kind != FileKind.Missing) return;
        if (masking.Of(file.Path) is var shown && shown != file.Path)
        {
            Left.Add($"{shown}: its name holds what looks like a credential");
            return;
        }
        try
        {
            var isText = Texts.Contains(Path.GetExtension(file.Path).ToLowerInvariant());
            var size = Disk.Stamp(old.FullPath(file)).Size;
            if (size > LargestNote) Left.Add($"{file.Path}: larger than {LargestNote / 1024 / 1024} MB");
            else if (isText && Text(file) is null) Left.Add($"{file.Path}: no text, or too long to be looked through for credentials");
            else
            {
                var content = isText ? Encoding.UTF8.GetBytes(Text(file, ref masked)!) : Disk.ReadRegular(old.FullPath(file), (int)LargestNote);
                Durable.CreateDirectory(Path.GetDirectoryName(target)!);
                if (Durable.WriteNew(target, content)) NotesWritten++;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { Left.Add($"{file.Path}: {e.Message}"); }
    }

    string? Text(OldFile file)
    {
        var ignored = 0;
        return Text(file, ref ignored);
    }

    /// <summary>Without what must not get into a vault; null where it is no text.</summary>
    string? Text(OldFile file, ref int count)
    {
        if (Disk.Stamp(old.FullPath(file)).Size > LargestText) return null;
        try { return masking.Of(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Disk.ReadRegular(old.FullPath(file), LargestText)), ref count); }
        catch (DecoderFallbackException) { return null; }
    }
}
