namespace VaultKit.Vault;

/// <summary>Task files as this machine once had them, one for each task, in the state directory: no remote can change what they say.</summary>
/// <param name="name">Their folder's.</param>
public sealed class TaskCopies(StateDirectory state, string name)
{
    readonly string folder = state.PathOf(name);

    /// <summary>Null where there is none, or none that can be read.</summary>
    public TaskFile? Find(TaskName task)
    {
        var file = Path.Combine(folder, task.FileName);
        if (Disk.Stamp(file).Kind != FileKind.Regular) return null;
        try { return TaskFile.Parse(Disk.ReadRegular(file, TaskFile.Limit)); }
        catch (BadTaskException) { return null; } // no file of ours
    }

    /// <summary>Durable when it returns.</summary>
    public void Keep(TaskName task, TaskFile copy)
    {
        Durable.CreateDirectory(folder);
        Durable.Write(Path.Combine(folder, task.FileName), copy.ToBytes(), secret: true);
    }

    public IReadOnlyList<TaskName> Names()
    {
        var names = new List<TaskName>();
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
            if (TaskName.TryParseFile(Path.GetFileName(file), out var name)) names.Add(name);
        return names;
    }

    /// <summary>All but so many that were kept last.</summary>
    public void ForgetOldest(int most)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var old in new DirectoryInfo(folder).EnumerateFiles("*.md").OrderByDescending(f => f.LastWriteTimeUtc).Skip(most)) old.Delete();
    }

    public void Forget(TaskName task)
    {
        var file = Path.Combine(folder, task.FileName);
        if (File.Exists(file)) File.Delete(file);
    }

    /// <summary>A command may be keeping one while the daemon clears away; what a crash left is no longer young.</summary>
    static bool IsBeingWritten(string file) =>
        Path.GetFileName(file).StartsWith(Durable.TemporaryPrefix, StringComparison.Ordinal) && File.GetLastWriteTimeUtc(file) > DateTime.UtcNow - TimeSpan.FromHours(1);

    /// <summary>Removes those of tasks that are not open any more, and whatever else lies there.</summary>
    public void Forget(Func<TaskName, bool> isOpen)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder))
            if (TaskName.TryParseFile(Path.GetFileName(file), out var task) ? !isOpen(task) : !IsBeingWritten(file)) File.Delete(file);
    }
}
