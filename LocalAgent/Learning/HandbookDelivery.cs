using System.Text;
using LocalAgent.Acting;
using VaultKit.Vault;

namespace LocalAgent.Learning;

/// <summary>
/// Adds to the owner's handbook. It is one exchange of the file against what was read (<see cref="Durable.Replace"/>), so that after a crash the addition is there as a whole or not at all, and a look tells which. Where
/// the sections that it adds to are others than those that the owner was shown, nothing is added.
/// </summary>
/// <param name="actionOf">The action of a task; null where there is none.</param>
sealed class HandbookDelivery(VaultFolder vault, Func<TaskName, TypedAction?> actionOf) : IDelivery
{
    const int Tries = 3;

    static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public string Kind => HandbookAdd.KindName;

    public string MintId(TypedAction action) => $"handbook.{Guid.NewGuid():N}";

    /// <summary>In the form in which it is shown: the octets that are written depend on what else the file holds by then.</summary>
    public Prepared Prepare(TypedAction action, Intent intent) => new(action, intent, Encoding.UTF8.GetBytes(string.Join('\n', Changes((HandbookAdd)action)) + "\n"));

    public Task<Outcome> DeliverAsync(Prepared prepared, CancellationToken cancel) => Task.FromResult(Deliver((HandbookAdd)prepared.Action));

    Outcome Deliver(HandbookAdd add)
    {
        try
        {
            for (var left = Tries; left > 0; left--)
            {
                var read = Read();
                var text = Utf8.GetString(read ?? []);
                if (HandbookText.Holds(text, add.Body)) return new Outcome.Accepted("it was there already");
                if (HandbookText.Sections(text, add.Body) != add.Sections) return new Outcome.RefusedForGood(Changed);
                var changed = Utf8.GetBytes(HandbookText.Apply(text, add.Body));
                if (read is null ? Durable.WriteNew(FilePath, changed) : Durable.Replace(FilePath, read, changed)) return new Outcome.Accepted($"added to {VaultFolder.HandbookFile}");
            }
            return new Outcome.NotOffered($"{VaultFolder.HandbookFile} is being changed by somebody else");
        }
        catch (Exception e) when (e is DecoderFallbackException or BadTaskException) { return new Outcome.RefusedForGood($"{VaultFolder.HandbookFile}: {e.Message}"); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return new Outcome.Unknown(e.Message); } // a look tells
    }

    public Task<Sighting> FindAsync(Intent intent, CancellationToken cancel)
    {
        try
        {
            return Task.FromResult<Sighting>(actionOf(intent.Task) is not HandbookAdd add || add.Digest() != intent.Digest ? new Sighting.CannotTell("the task was changed while it was acted on")
                : HandbookText.Holds(Utf8.GetString(Read() ?? []), add.Body) ? new Sighting.Found(VaultFolder.HandbookFile) : new Sighting.ProvablyAbsent());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException or BadTaskException)
        {
            return Task.FromResult<Sighting>(new Sighting.CannotTell(e.Message));
        }
    }

    public Task<string?> AfterAsync(Prepared prepared, CancellationToken cancel) => Task.FromResult<string?>(null);

    public const string Changed = "your handbook has changed where it would be added, since it was shown to you";

    /// <summary>Why it can't be added, in words; empty where it can.</summary>
    public IReadOnlyList<string> Against(HandbookAdd add)
    {
        var text = Text();
        return HandbookText.Against(text, add.Body) is { Count: > 0 } reasons ? reasons : HandbookText.Sections(text, add.Body) == add.Sections || HandbookText.Holds(text, add.Body) ? [] : [$"{Changed}: 'localagent run --once' shows it as it would be now"];
    }

    /// <summary>What it would change, line by line.</summary>
    public IReadOnlyList<string> Changes(HandbookAdd add)
    {
        try { return HandbookText.Changes(Text(), add.Body); }
        catch (BadTaskException e) { return [e.Message]; }
    }

    /// <summary>The task with its action for the handbook as it is now; the same where nothing has changed, or it has none.</summary>
    public TaskFile Renewed(TaskFile task)
    {
        try { return TypedAction.Read(task) is HandbookAdd add && HandbookText.Sections(Text(), add.Body) is var now && now != add.Sections ? (add with { Sections = now }).Write(task) : task; }
        catch (BadTaskException) { return task; } // the card says what is wrong with it
    }

    /// <summary>Empty where there is none.</summary>
    public string Text() => Encoding.UTF8.GetString(Read() ?? []);

    string FilePath => vault.FullPath(VaultFolder.HandbookFile);

    byte[]? Read() => Disk.Stamp(FilePath).Kind == FileKind.Missing ? null : Disk.ReadRegular(FilePath, TaskFile.Limit);
}
