using System.Security.Cryptography;

namespace VaultKit.Vault;

/// <summary>A task that this agent holds: where it is, what was read, and those very bytes.</summary>
public sealed record Held(TaskEntry Entry, TaskFile Task, byte[] Bytes)
{
    public string Nonce => Task.Get(Claims.NonceKey) ?? "";
}

/// <summary>
/// Claim by move. On one disk the rename into <c>In_Progress/agent/</c> decides; between machines the first accepted push does,
/// and the nonce tells two claims of one name apart.
/// </summary>
public sealed class Claims(VaultFolder vault, TimeProvider clock)
{
    public const string NonceKey = "claim", ByKey = "claimed_by", AtKey = "claimed_at", LeaseKey = "lease_until";

    /// <summary>After it a claim looks stale. No clock ever takes one away.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    /// <summary>Takes a task. Durable when it returns.</summary>
    /// <returns>Null where another took it first.</returns>
    /// <exception cref="BadTaskException">Taken, but no task file: it now lies in this agent's folder, to be quarantined.</exception>
    public Held? Take(TaskEntry entry) =>
        vault.Move(entry, Place.InProgress(vault.Agent)) is { } mine ? Mark(mine) : null;

    /// <summary>What this agent holds since before it was started: its own claims, to be finished or given back.</summary>
    public IEnumerable<TaskEntry> Mine() => vault.List(Place.InProgress(vault.Agent));

    /// <summary>Writes a fresh claim into a task that lies in this agent's folder.</summary>
    public Held Mark(TaskEntry mine)
    {
        for (; ; )
        {
            var bytes = vault.ReadBytes(mine);
            var task = Stamp(TaskFile.Parse(bytes));
            if (vault.Rewrite(mine, bytes, task)) return new(mine, task, task.ToBytes());
        }
    }

    /// <summary>A task in this agent's folder as it is now, with the claim that it has; a fresh one where a crash came before it was written.</summary>
    /// <returns>Null where it is gone: another's claim was accepted first, or the owner released it.</returns>
    /// <exception cref="BadTaskException">No task file.</exception>
    public Held? Look(TaskEntry mine)
    {
        if (Disk.Stamp(vault.FullPath(mine.Path)).Kind == FileKind.Missing) return null;
        var bytes = vault.ReadBytes(mine);
        var task = TaskFile.Parse(bytes);
        return IsOf(vault.Agent, task) ? new(mine, task, bytes) : Mark(mine);
    }

    /// <summary>The claim in a file's content; null where there is none.</summary>
    internal static string? NonceOf(byte[] content)
    {
        try { return TaskFile.Parse(content).Get(NonceKey); }
        catch (BadTaskException) { return null; }
    }

    internal static bool IsOf(AgentId agent, TaskFile task) => task.Get(ByKey) == agent.Value && task.Get(NonceKey) is not null;

    /// <summary>A task's content with a fresh claim of this agent in it, for a caller that writes more in the same durable write.</summary>
    public TaskFile Stamp(TaskFile task) => Stamp(task, vault.Agent, clock.GetUtcNow(), RandomNumberGenerator.GetHexString(16, lowercase: true));

    internal static TaskFile Stamp(TaskFile task, AgentId agent, DateTimeOffset now, string nonce) =>
        task.With(ByKey, agent.Value).With(AtKey, now).With(LeaseKey, now + Lease).With(NonceKey, nonce);

    /// <summary>A task's content without the claim that was on it.</summary>
    public static TaskFile Free(TaskFile task) => task.Without(ByKey, AtKey, LeaseKey, NonceKey);

    /// <summary>Changes a held task's content. Durable when it returns.</summary>
    /// <exception cref="BadTaskException">Somebody changed the file in this agent's folder.</exception>
    public Held Write(Held held, TaskFile changed) =>
        vault.Rewrite(held.Entry, held.Bytes, changed) ? held with { Task = changed, Bytes = changed.ToBytes() }
        : throw new BadTaskException($"{held.Entry.Path} was changed by somebody else while {vault.Agent} worked on it");

    /// <summary>Writes a held task's last content, without the claim, and moves it on. Durable when it returns; a crash in between leaves it claimed by this agent.</summary>
    /// <returns>Null where the target holds the name already; the task is still held then.</returns>
    public TaskEntry? Release(Held held, TaskFile changed, Place to)
    {
        var last = Write(held, Free(changed));
        return vault.Move(last.Entry, to);
    }

    /// <summary>Files for the owner, as it is, what needs nobody's work: from <c>Needs_Action</c>, or from where a crash left it in this agent's folder. Durable when it returns.</summary>
    /// <returns>Null where another agent took it, or holds it.</returns>
    /// <exception cref="BadTaskException">No task file.</exception>
    public TaskEntry? HandOver(TaskEntry entry)
    {
        var mine = entry with { Place = Place.InProgress(vault.Agent) };
        if (entry != mine && (entry.Place.Stage != Stage.NeedsAction || vault.Move(entry, mine.Place) is null)) return null;
        return Look(mine) is { } held ? Release(held, held.Task, Place.Pending(Domains.Of(held.Task))) : null;
    }

    /// <summary>Moves what is no task file out of the way, as it is.</summary>
    public TaskEntry? Quarantine(TaskEntry mine) => vault.Move(mine, Place.Quarantine);
}
