using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>Tells failures apart by what ssh, libgit2 or the system said. A race is never told by a text: tips are compared for that.</summary>
static class SyncFailures
{
    const int NoSpace = 28, QuotaExceeded = 122;

    // Whole phrases: an address, a banner or a file's name may hold any single word.
    static readonly (SyncFailureKind Kind, string? Hint, string[] Phrases)[] Known =
    [
        (SyncFailureKind.DiskFull, "make space; the next cycle goes on by itself", ["No space left on device", "Disk quota exceeded", "disk full", "not enough space on the disk"]),
        (SyncFailureKind.HostKey, "compare the host's key with the one on the machine itself, then put it into known_hosts",
            ["Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED", "SSL certificate", "certificate is invalid", "certificate check failed"]),
        (SyncFailureKind.Credentials, "check the key or password for the remote",
            ["Permission denied (", "Authentication failed", "authentication required", "authentication replays", "status code: 401", "status code: 403", "Too many authentication failures"]),
        (SyncFailureKind.Other, "install git on the remote's machine", ["git-upload-pack: command not found", "git-receive-pack: command not found", "git-upload-pack: not found"]),
        (SyncFailureKind.Other, "something else than git answers there: look at the address, and at what the account's shell prints", ["bad packet length", "invalid Content-Type"]),
        (SyncFailureKind.Offline, "check the address", ["could not find repository", "does not appear to be a git repository", "not a git repository", "status code: 404"]),
        // The last: libgit2 ends a transfer over http when a signal comes, and the collector stops threads with signals.
        (SyncFailureKind.Offline, null,
            ["Could not resolve", "failed to resolve", "Name or service not known", "Connection refused", "timed out", "timeout", "unreachable", "No route to host", "Connection reset", "Connection closed", "closed by remote host",
             "No such file or directory", "failed to connect", "could not read refs", "unexpected disconnection", "early EOF", "unexpected EOF", "Invalid EOF state", "Could not read from remote", "status code: 5", "Broken pipe",
             "Interrupted system call"]),
        (SyncFailureKind.Corrupt, "run 'doctor'", ["corrupt", "checksum", "inflate", "object file", "zlib", "hash mismatch", "invalid pack", "loose object"]),
    ];

    public static SyncFailure Classify(string text, Exception e)
    {
        text = text.ReplaceLineEndings(" ");
        if (e is IOException && e.HResult is NoSpace or QuotaExceeded) return new(SyncFailureKind.DiskFull, text, Known[0].Hint);
        foreach (var (kind, hint, phrases) in Known)
            foreach (var phrase in phrases)
                if (text.Contains(phrase, StringComparison.OrdinalIgnoreCase)) return new(kind, text, hint);
        // The same class stands for a remote that is not there, which is told by its words above.
        return e is NotFoundException ? new(SyncFailureKind.Corrupt, text, "run 'doctor'") : new(SyncFailureKind.Other, text);
    }

    /// <summary>Why a push was not accepted although nobody else pushed.</summary>
    /// <param name="said">By the remote, or by libgit2 where the remote is a path.</param>
    public static SyncFailure Rejected(string said)
    {
        said = said.ReplaceLineEndings(" ");
        // Whose lock it is cannot be told from here: one that is held goes away by itself, one that was left by a process that died does not.
        return said.Contains("lock", StringComparison.OrdinalIgnoreCase) && said.Contains("refs/heads/main", StringComparison.Ordinal)
            ? new(SyncFailureKind.Offline, "the remote's main is locked: " + said, "another process is writing there; if it died, remove refs/heads/main.lock in the remote")
            : new(SyncFailureKind.Declined, "the remote declined the push: " + said, "look at the remote's hooks and permissions");
    }
}
