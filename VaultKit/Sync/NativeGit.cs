using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using LibGit2Sharp;
using Microsoft.Win32.SafeHandles;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>
/// Loads libgit2 before anything else uses it. A published program carries the library, packed, as a resource of its entry assembly (OneFile.targets)
/// and unpacks it into memory that has no file; otherwise the ordinary library beside the program is used.
/// </summary>
public static unsafe partial class NativeGit
{
    static readonly Lock Gate = new();
    static nint library;

    /// <summary>Does its work once in a process.</summary>
    /// <exception cref="Refusal">The system lacks something that libgit2 needs: without this check it dies with signal 11 and no word.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (library != 0) return;
            RequireOpenSsl();
            try { library = FromResource() ?? FromFile(); }
            catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException)
            {
                throw new Refusal(ExitCode.Failed, $"libgit2 can't be loaded: {e.Message}", "install the program again; it needs glibc 2.34 or later", e);
            }
            Configure();
        }
    }

    /// <exception cref="Refusal">There is no ssh on PATH.</exception>
    public static void RequireSsh()
    {
        if (!IsInstalled("ssh")) throw new Refusal(ExitCode.BadConfiguration, "the remote is reached over ssh, and there is no ssh on this machine", "install openssh-client");
    }

    /// <summary>Whether a program is on PATH.</summary>
    public static bool IsInstalled(string program)
    {
        var name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => d.Length > 0 && File.Exists(Path.Combine(d, name)));
    }

    static string? sshCommand;

    /// <summary>Sets GIT_SSH_COMMAND for libgit2. On Unix .NET changes its own copy of the environment only, which no library sees.</summary>
    internal static void SetSshCommand(string command)
    {
        // Once in a process, as a rule: other threads may be reading the environment.
        if (command == sshCommand) return;
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable("GIT_SSH_COMMAND", command);
        else if (SetEnv("GIT_SSH_COMMAND", command, 1) != 0) throw new Refusal(ExitCode.Failed, $"setenv: {Marshal.GetLastPInvokeErrorMessage()}");
        sshCommand = command;
    }

    static TimeSpan serverTimeout;

    /// <summary>How long an https server may say nothing.</summary>
    internal static void SetServerTimeout(TimeSpan timeout)
    {
        if (timeout == serverTimeout) return;
        Set(ServerTimeout, (nint)timeout.TotalMilliseconds);
        serverTimeout = timeout;
    }

    /// <summary>What libgit2 and OpenSSL freed stays with the C library until it is asked for (malloc_trim(3)): it goes back to the system.</summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux()) return;
        try { _ = MallocTrim(0); }
        catch (EntryPointNotFoundException) { return; } // another C library than glibc
    }

    static void RequireOpenSsl()
    {
        if (!OperatingSystem.IsLinux()) return;
        foreach (var version in new[] { "3", "1.1" })
            if (NativeLibrary.TryLoad("libssl.so." + version, out _) && NativeLibrary.TryLoad("libcrypto.so." + version, out _)) return;
        throw new Refusal(ExitCode.Failed, "OpenSSL is not installed on this machine (libssl.so.3, libcrypto.so.3)", "install libssl3 (Debian, Ubuntu) or openssl-libs (Fedora, Oracle Linux)");
    }

    /// <summary>Maps the library from memory: a file of its own would have to be found, kept and cleaned up.</summary>
    static nint? FromResource()
    {
        if (!OperatingSystem.IsLinux() || Assembly.GetEntryAssembly() is not { } program) return null;
        var name = program.GetManifestResourceNames().FirstOrDefault(n => n.StartsWith("libgit2-", StringComparison.Ordinal) && n.EndsWith(Packed, StringComparison.Ordinal));
        if (name is null) return null;

        // Never closed: the mapping is the library.
        var fd = MemFdCreate(name, CloseOnExec);
        if (fd < 0) throw Broken($"memfd_create: {Marshal.GetLastPInvokeErrorMessage()}");
        try { Unpack((UnmanagedMemoryStream)program.GetManifestResourceStream(name)!, fd); }
        catch (Exception e) when (e is IOException or InvalidDataException) { throw Broken(e.Message); }
        // The loader asks for NAME.so in a directory, without the "lib" in front.
        var directory = Directory.CreateTempSubdirectory("platinum-");
        try
        {
            var link = Path.Combine(directory.FullName, name["lib".Length..^".gz".Length]);
            File.CreateSymbolicLink(link, $"/proc/self/fd/{fd}");
            GlobalSettings.NativeLibraryPath = directory.FullName;
            _ = GlobalSettings.Version.Features;
            return NativeLibrary.Load(link);
        }
        finally { directory.Delete(recursive: true); }
    }

    static void Unpack(UnmanagedMemoryStream packed, int fd)
    {
        var (start, length) = ((nuint)packed.PositionPointer, (nuint)packed.Length);
        using (var unpacked = new GZipStream(packed, CompressionMode.Decompress))
        using (var memory = new FileStream(new SafeFileHandle(fd, ownsHandle: false), FileAccess.Write, bufferSize: 0))
            unpacked.CopyTo(memory);
        // The copy is what is used from here on: the resource's pages go out of this process's memory. They are the executable's own and come back when read.
        var page = (nuint)Environment.SystemPageSize;
        var from = (start + page - 1) / page * page;
        var to = (start + length) / page * page;
        // Advice, not a need: where the system does not take it, a megabyte more is resident.
        if (to > from) _ = MAdvise((void*)from, to - from, DontNeed);
    }

    static Refusal Broken(string why) => new(ExitCode.Failed, $"libgit2 can't be loaded: {why}", "check the memory limit of this service");

    static nint FromFile()
    {
        _ = GlobalSettings.Version.Features;
        // The library's file is named by the first seven digits of libgit2's commit.
        var name = "git2-" + GlobalSettings.Version.LibGit2CommitSha[..7];
        return NativeLibrary.Load(name, typeof(Repository).Assembly, null);
    }

    static void Configure()
    {
        // Only the git directory's own configuration counts: a machine's or user's could name other hosts, proxies and programs.
        foreach (var level in new[] { ConfigurationLevel.ProgramData, ConfigurationLevel.System, ConfigurationLevel.Xdg, ConfigurationLevel.Global })
            GlobalSettings.SetConfigSearchPaths(level, "");
        // The directory is ours by its place in the state directory; in a container its owner may be another number.
        GlobalSettings.SetOwnerValidation(false);
        Set(EnableFsyncGitDir, 1);
        Set(SetServerConnectTimeout, 15_000);
        Set(SetPackMaxObjects, 2_000_000);
    }

    /// <summary>git_libgit2_opts for options of one integer, which LibGit2Sharp does not expose.</summary>
    static void Set(int option, nint value)
    {
        var opts = NativeLibrary.GetExport(library, "git_libgit2_opts");
        // Apple's arm64 passes variable arguments on the stack, so the registers are filled first.
        var result = OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? ((delegate* unmanaged[Cdecl]<int, nint, nint, nint, nint, nint, nint, nint, nint, int>)opts)(option, 0, 0, 0, 0, 0, 0, 0, value)
            : ((delegate* unmanaged[Cdecl]<int, nint, int>)opts)(option, value);
        if (result != 0) throw new InvalidOperationException($"libgit2 does not know its option {option}");
    }

    // include/git2/common.h, git_libgit2_opt_t of libgit2 1.8
    const int EnableFsyncGitDir = 19, SetPackMaxObjects = 26, SetServerConnectTimeout = 39, ServerTimeout = 41;

    const string Packed = ".so.gz";
    const uint CloseOnExec = 1;
    const int DontNeed = 4;

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemFdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(void* from, nuint length, int advice);
}
