using System.Security.Cryptography;
using VaultKit.Vault;

namespace LocalAgent.Acting;

/// <summary>
/// The files that the owner has attached to drafts: <c>attached/TASK/SHA256</c> in the state directory, for as long as the task is open. The vault names and
/// hashes them, never holds them. A task's files are its own: a draft that names another task's file by its hash gets nothing.
/// </summary>
public sealed class OutgoingFiles(StateDirectory state)
{
    /// <summary>Of all files of a mail together, in octets: what most servers take, less what the encoding adds.</summary>
    public const int MaxBytes = 18 * 1024 * 1024;

    const int MaxName = 120;

    readonly string root = state.PathOf("attached");

    /// <summary>Takes a copy of a file. Durable when it returns.</summary>
    /// <exception cref="Refusal">No regular file, too large, or of a name that can't be shown.</exception>
    public (OutgoingFile File, long Bytes) Add(TaskName task, string path)
    {
        var name = Path.GetFileName(path);
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl) || Unseen.AnyIn(name) || name.IndexOfAny(['/', '\\', '"']) >= 0)
            throw new Refusal(ExitCode.Usage, $"'{Unseen.Show(name)}' is no name to send a file under", $"rename it: at most {MaxName} characters, none that is not seen");
        byte[] octets;
        try
        {
            // What the owner names may be a link; where it leads must be a file.
            var file = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
            if (Disk.Stamp(file) is { Kind: FileKind.Missing }) throw new Refusal(ExitCode.Usage, $"there is no file '{path}'", null);
            octets = Disk.ReadRegular(file, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw new Refusal(ExitCode.Usage, $"'{path}' can't be attached: {e.Message}", $"it must be a file of at most {MaxBytes >> 20} MB", e); }
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(octets));
        Durable.CreateDirectory(Folder(task));
        Durable.Write(Path.Combine(Folder(task), sha256), octets, secret: true);
        return (new(name, sha256), octets.Length);
    }

    /// <summary>In octets; null where this machine does not have it.</summary>
    public long? Size(TaskName task, OutgoingFile file) =>
        Disk.Stamp(Path.Combine(Folder(task), file.Sha256)) is { Kind: FileKind.Regular } stamp ? stamp.Size : null;

    /// <exception cref="BadTaskException">This machine does not have it, or it is not what its hash says.</exception>
    public byte[] Read(TaskName task, OutgoingFile file)
    {
        if (Size(task, file) is null) throw new BadTaskException($"the file '{file.Name}' is not on this machine");
        var octets = Disk.ReadRegular(Path.Combine(Folder(task), file.Sha256), MaxBytes);
        return Convert.ToHexStringLower(SHA256.HashData(octets)) == file.Sha256 ? octets
            : throw new BadTaskException($"the file '{file.Name}' was changed since it was attached");
    }

    /// <summary>Removes the files of tasks that are not open any more.</summary>
    public void Forget(Func<TaskName, bool> isOpen)
    {
        if (!Directory.Exists(root)) return;
        foreach (var folder in Directory.EnumerateDirectories(root))
            if (!TaskName.TryParse(Path.GetFileName(folder), out var name) || !isOpen(name)) Directory.Delete(folder, recursive: true);
    }

    string Folder(TaskName task) => Path.Combine(root, task.Value);
}
