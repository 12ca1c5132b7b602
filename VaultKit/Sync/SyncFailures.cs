using LibGit2Sharp;

namespace VaultKit.Sync;

/// <summary>Tells failures apart by what ssh, libgit2 or the system said. A race is never told by a text: tips are compared for that.</summary>
static class SyncFailures
{
    const int NoSpace = 28, QuotaExceeded = 122;

    static readonly (SyncFailureKind Kind, string? Hint, string[] Words)[] Known =
    [
        (SyncFailureKind.DiskFull, "make space; the next cycle goes on by itself", ["No space left", "Disk quota", "disk full", "not enough space"]),
        (SyncFailureKind.HostKey, "compare the host's key with the one on the machine itself, then put it into known_hosts",
            ["Host key verification failed", "REMOTE HOST IDENTIFICATION", "certificate", "host key"]),
        (SyncFailureKind.Credentials, "check the key or password for the remote", ["Permission denied", "authentication", "Authentication", "401", "403", "Too many authentication", "password"]),
        (SyncFailureKind.Offline, null,
            ["resolve", "refused", "timed out", "timeout", "unreachable", "No route", "reset", "closed", "could not find repository", "not found", "No such file",
             "failed to connect", "not a git repository", "does not appear", "unexpected disconnection", "EOF", "early", "could not read from remote"]),
        (SyncFailureKind.Corrupt, "run 'doctor'", ["corrupt", "checksum", "inflate", "object file", "missing", "hash mismatch", "invalid pack"]),
    ];

    public static SyncFailure Classify(string text, Exception e)
    {
        text = text.ReplaceLineEndings(" ");
        if (e is IOException && e.HResult is NoSpace or QuotaExceeded) return new(SyncFailureKind.DiskFull, text, Known[0].Hint);
        // The same class and nearly the same words stand for a remote that is not there.
        if (e is NotFoundException && text.StartsWith("object not found", StringComparison.Ordinal)) return new(SyncFailureKind.Corrupt, text, "run 'doctor'");
        foreach (var (kind, hint, words) in Known)
            foreach (var word in words)
                if (text.Contains(word, StringComparison.OrdinalIgnoreCase)) return new(kind, text, hint);
        return new(e is NotFoundException ? SyncFailureKind.Corrupt : SyncFailureKind.Other, text);
    }
}
