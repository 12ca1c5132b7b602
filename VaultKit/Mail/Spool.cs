namespace VaultKit.Mail;

/// <summary>A fetched mail: a small one in memory, a large one in a temporary file that has no name and goes with the program.</summary>
sealed class Spool : IDisposable
{
    public const int Piece = 1024 * 1024;

    readonly Stream content;

    /// <param name="expected">Octets to come.</param>
    public Spool(long expected)
    {
        if (expected <= Piece)
        {
            content = new MemoryStream((int)expected);
            return;
        }
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        content = new FileStream(path, options);
        // Where a file can lose its name while it is open, a killed program leaves no mail behind.
        if (!OperatingSystem.IsWindows()) File.Delete(path);
    }

    /// <summary>It is the whole mail and not its header alone.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Octets so far.</summary>
    public long Length => content.Length;

    public void Add(Stream piece) => piece.CopyTo(content);

    /// <summary>A stream of its own over the content, good until this is disposed.</summary>
    public Stream Open()
    {
        content.Flush();
        return content switch
        {
            MemoryStream memory => new MemoryStream(memory.GetBuffer(), 0, (int)memory.Length, writable: false),
            FileStream file => new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(file.SafeFileHandle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read),
            _ => throw new InvalidOperationException(),
        };
    }

    public void Dispose() => content.Dispose();
}
