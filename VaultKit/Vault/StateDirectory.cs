using System.Text;

namespace VaultKit.Vault;

/// <summary>What an agent keeps for itself, outside the vault and never synced: its id, the engine's git directory, positions, keys, locks.</summary>
public sealed class StateDirectory
{
    public string Root { get; }
    public AgentId Agent { get; }

    StateDirectory(string root, AgentId agent) => (Root, Agent) = (root, agent);

    /// <summary>Opens the directory, or makes it (mode 0700) with a new agent's id.</summary>
    /// <exception cref="Refusal">It belongs to the other program, or cannot be made.</exception>
    public static StateDirectory Open(string path, Zone zone)
    {
        var root = Path.GetFullPath(path);
        var file = Path.Combine(root, "agent");
        try
        {
            if (!Directory.Exists(root))
            {
                Durable.CreateDirectory(Path.GetDirectoryName(root)!);
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(root);
                else Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
            if (!File.Exists(file)) Durable.WriteNew(file, Encoding.ASCII.GetBytes(AgentId.New(zone) + "\n"));
            if (!AgentId.TryParse(Encoding.ASCII.GetString(Disk.ReadRegular(file, 100)).Trim(), out var agent))
                throw new Refusal(ExitCode.BadConfiguration, $"{file} holds no agent's id", "remove the file: the agent then takes a new id, and its claims are given back by the owner");
            if (agent.Zone != zone)
                throw new Refusal(ExitCode.BadConfiguration, $"{root} is the state of {agent}", "give each program a state directory of its own (state = in vault.toml)");
            return new(root, agent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Refusal(ExitCode.BadConfiguration, $"the state directory {root} can't be used: {e.Message}", "set state = in vault.toml to a directory that this user may write", e);
        }
    }

    public string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>A lock that dies with its process (flock). Dispose to release.</summary>
    /// <returns>Null where another process holds it.</returns>
    public IDisposable? TryLock(string name)
    {
        try { return new FileStream(PathOf(name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1); }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException)) { return null; }
    }

    /// <summary>The same, waiting for its turn.</summary>
    /// <exception cref="Refusal">Still held after <paramref name="patience"/>.</exception>
    public IDisposable Lock(string name, TimeSpan patience)
    {
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        for (; ; )
        {
            if (TryLock(name) is { } held) return held;
            if (Environment.TickCount64 >= until)
                throw new Refusal(ExitCode.Locked, $"another process holds {PathOf(name + ".lock")}", "wait for it, or stop it");
            Thread.Sleep(20);
        }
    }
}
