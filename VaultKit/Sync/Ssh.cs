namespace VaultKit.Sync;

/// <summary>How ssh is called. An owner's GIT_SSH_COMMAND goes first, as with git.</summary>
static class Ssh
{
    public static readonly string OwnersCommand = Environment.GetEnvironmentVariable("GIT_SSH_COMMAND") ?? "";

    /// <summary>Whether the program has OpenSSH's options: by its name, as git tells (git-config(1), ssh.variant).</summary>
    public static bool IsOpenSsh => OwnersCommand.Length == 0 || Path.GetFileName(OwnersCommand.Split(' ')[0]) == "ssh";

    public static bool Is(string remote)
    {
        if (remote.StartsWith(Scheme, StringComparison.Ordinal)) return true;
        // user@host:path; a single letter is a Windows drive, and a second colon names one of git's helper programs.
        var colon = remote.IndexOf(':');
        return colon > 1 && colon + 1 < remote.Length && remote[colon + 1] is not (':' or '/')
            && !remote.AsSpan(0, colon).ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@");
    }

    /// <summary>What an address of ssh means; the port is null where ssh's configuration decides.</summary>
    public static (string Host, string? Port, string Path) Address(string remote)
    {
        if (!remote.StartsWith(Scheme, StringComparison.Ordinal))
        {
            var colon = remote.IndexOf(':');
            return (remote[..colon], null, remote[(colon + 1)..]);
        }
        var uri = new Uri(remote);
        var path = Uri.UnescapeDataString(uri.AbsolutePath);
        return ((uri.UserInfo.Length > 0 ? Uri.UnescapeDataString(uri.UserInfo) + "@" : "") + uri.Host, uri.Port > 0 ? $"{uri.Port}" : null,
            path.StartsWith("/~", StringComparison.Ordinal) ? path[1..] : path);
    }

    /// <summary>
    /// The address as libgit2 takes it. It asks for a path in the owner's home (<c>ssh://you@host/~/vault.git</c>, git-fetch(1)) with the slash before it, which no server knows; in the
    /// form without a scheme it does not, and that has no port: <see cref="Command"/> says it.
    /// </summary>
    public static string ForLibGit2(string remote) => IsInHome(remote) && Address(remote) is var (host, _, path) ? $"{host}:{path}" : remote;

    static bool IsInHome(string remote) => remote.StartsWith(Scheme, StringComparison.Ordinal) && Address(remote).Path.StartsWith('~');

    /// <summary>For a shell: the program and its options. It asks nobody, and it notices when the other side is gone.</summary>
    /// <param name="alive">Seconds between two questions whether the other side still lives; three without an answer end the connection.</param>
    public static string Command(SyncOptions options, int alive)
    {
        var port = IsInHome(options.Remote) && Address(options.Remote).Port is { } other ? " -p " + other : "";
        if (OwnersCommand.Length > 0) return OwnersCommand + port;
        var command = $"{options.Ssh} -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval={alive} -o ServerAliveCountMax=3";
        if (options.SshKey is { } key) command += " -o IdentitiesOnly=yes -i " + Word(key);
        if (options.KnownHosts is { } hosts) command += " -o UserKnownHostsFile=" + Word(hosts);
        return command + port;
    }

    /// <summary>One word for a shell, whatever is in it.</summary>
    public static string Word(string text) => "'" + text.Replace("'", "'\\''") + "'";

    const string Scheme = "ssh://";
}
