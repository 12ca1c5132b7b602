using System.Security.Cryptography;
using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>What a machine's configuration says about its remote, and what the judge asks of others.</summary>
public sealed record SyncOptions
{
    /// <summary>A path, <c>ssh://…</c>, <c>user@host:path</c> or <c>https://…</c>; empty where this machine is alone.</summary>
    public string Remote { get; init; } = "";

    /// <summary>A private key's file for ssh; null: what ssh finds by itself.</summary>
    public string? SshKey { get; init; }

    /// <summary>A file of known hosts for ssh; null: what ssh finds by itself.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>The ssh program and options of its own.</summary>
    internal string Ssh { get; init; } = "ssh";

    /// <summary>The git program, for repacking.</summary>
    internal string Git { get; init; } = "git";

    /// <summary>A connection that a daemon holds open; null: each sync makes its own.</summary>
    public SharedSsh? Shared { get; init; }

    /// <summary>User and password for https; asked when the remote wants them.</summary>
    public Func<(string User, string Password)?>? Credentials { get; init; }

    /// <summary>Local zone: whether a task that arrives in <c>Approved/</c> carries a valid approval. Null: every such arrival is refused there. The cloud zone does not ask.</summary>
    public Func<TaskName, byte[], bool>? Approved { get; init; }

    /// <summary>Local zone: the owner's word on a commit's digest, one line. Null: nothing is signed.</summary>
    public Func<string, string>? Sign { get; init; }

    /// <summary>Local zone: whether a word on a digest was given by a machine of the owner's. Null: all that arrives is judged as the cloud's.</summary>
    public Func<string, string, bool>? IsOwners { get; init; }

    /// <summary>Local zone: whether a task says that the owner released it, and no machine of the owner's did. Null: that is not asked.</summary>
    public Func<TaskName, byte[], bool>? IsForged { get; init; }

    /// <summary>The owner's public key of a fingerprint, whose word may begin history anew; null where it is not known. Null: nobody's may.</summary>
    public Func<string, ECDsa?>? OwnersKey { get; init; }

    /// <summary>A transport that says nothing for so long is ended.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Called, again and again, while a transfer goes on.</summary>
    public Action? GoesOn { get; init; }

    /// <summary>A task file must be gone for so long before that counts as the owner's deletion: editors save by replacing.</summary>
    public TimeSpan DeletionSettle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most octets that one fetch may bring.</summary>
    public long DownloadLimit { get; init; } = 512L * 1024 * 1024;

    /// <summary>The most objects that one fetch may bring.</summary>
    public int ObjectLimit { get; init; } = 2_000_000;

    /// <summary>How long to wait for another process that holds the git directory.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(30);
}
