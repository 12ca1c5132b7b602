using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace VaultKit.Vault;

/// <summary>
/// Tells of names that come, go and change in folders, not below them. On Linux all folders share one queue and one thread (inotify(7)): .NET's watcher has a thread of its own for each, and each
/// keeps a buffer where it lies, so that the collector can't give back what is around it: several megabytes. Elsewhere .NET's watcher it is.
/// </summary>
/// <param name="heard">Called from another thread, with the folder as it was added and the name; with null for both where something was missed.</param>
public sealed partial class FolderEvents(Action<string?, string?> heard) : IDisposable
{
    const uint Modify = 0x2, Attributes = 0x4, MovedFrom = 0x40, MovedTo = 0x80, Create = 0x100, Delete = 0x200, Overflow = 0x4000, OnlyFolder = 0x1000000, NotUnlinked = 0x4000000;
    const uint Wanted = Modify | Attributes | MovedFrom | MovedTo | Create | Delete | OnlyFolder | NotUnlinked;
    const int CloseOnExec = 0x80000, Buffer = 4096, Head = 16, Interrupted = 4;

    readonly Lock gate = new(), telling = new();
    readonly Dictionary<string, int> watches = new(StringComparer.Ordinal);
    readonly Dictionary<int, string> folders = [];
    readonly Dictionary<string, FileSystemWatcher> watchers = new(StringComparer.Ordinal);
    int queue = -1;
    bool stopped;

    /// <returns>False where the system has no more watches to give, or the folder has just gone.</returns>
    public bool Add(string folder)
    {
        if (!OperatingSystem.IsLinux()) return AddWatcher(folder);
        lock (gate)
        {
            if (queue < 0)
            {
                if ((queue = Init(CloseOnExec)) < 0) return false;
                new Thread(Listen) { IsBackground = true, Name = "folder events" }.Start(queue);
            }
            var watch = AddWatch(queue, folder, Wanted);
            if (watch < 0) return false;
            (watches[folder], folders[watch]) = (watch, folder);
            return true;
        }
    }

    public void Remove(string folder)
    {
        if (watchers.Remove(folder, out var watcher)) watcher.Dispose();
        lock (gate)
            // A folder that got another name has the same watch under both.
            if (watches.Remove(folder, out var watch) && folders.TryGetValue(watch, out var known) && known == folder)
            {
                folders.Remove(watch);
                _ = RemoveWatch(queue, watch); // it went with its folder, perhaps
            }
    }

    unsafe void Listen(object? from)
    {
        var fd = (int)from!;
        var buffer = stackalloc byte[Buffer];
        while (!Volatile.Read(ref stopped))
        {
            var count = (int)Read(fd, buffer, Buffer);
            if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted) throw new Win32Exception(Marshal.GetLastPInvokeError(), "inotify can't be read");
            // struct inotify_event: wd, mask, cookie, len, and a name that is filled up with zeros.
            for (var at = 0; at + Head <= count;)
            {
                var (watch, mask, length) = (*(int*)(buffer + at), *(uint*)(buffer + at + 4), *(int*)(buffer + at + 12));
                var name = new ReadOnlySpan<byte>(buffer + at + Head, length);
                at += Head + length;
                if ((mask & Overflow) != 0) Tell(null, null);
                else if (length > 0 && FolderOf(watch) is { } folder) Tell(folder, Encoding.UTF8.GetString(name.TrimEnd((byte)0)));
            }
        }
        // Not before Dispose is through with it: the number may be another queue's the moment that it is closed.
        lock (gate)
        {
            _ = Close(fd);
            queue = -1;
        }
    }

    void Tell(string? folder, string? name)
    {
        lock (telling)
            if (!stopped) heard(folder, name);
    }

    string? FolderOf(int watch)
    {
        lock (gate) return folders.GetValueOrDefault(watch);
    }

    bool AddWatcher(string folder)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new(folder) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size };
            void OnEvent(object sender, FileSystemEventArgs e) => Tell(folder, Path.GetFileName(e.FullPath));
            watcher.Created += OnEvent;
            watcher.Changed += OnEvent;
            watcher.Deleted += OnEvent;
            watcher.Renamed += OnEvent;
            watcher.Error += (_, _) => Tell(null, null);
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            watcher?.Dispose();
            return false;
        }
        watchers[folder] = watcher;
        return true;
    }

    /// <summary>Nothing is told any more when it returns.</summary>
    public void Dispose()
    {
        lock (telling) stopped = true;
        foreach (var watcher in watchers.Values) watcher.Dispose();
        watchers.Clear();
        lock (gate)
        {
            if (queue < 0) return;
            // The end of a watch is an event too, which wakes the thread. One that is left without any, where the system gives no other, waits until the program ends.
            var last = AddWatch(queue, "/", Wanted);
            if (last >= 0) _ = RemoveWatch(queue, last);
            foreach (var watch in folders.Keys) _ = RemoveWatch(queue, watch);
            watches.Clear();
            folders.Clear();
        }
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(int queue, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(int queue, int watch);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
