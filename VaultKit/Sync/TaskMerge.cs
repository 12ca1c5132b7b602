using VaultKit.Vault;

namespace VaultKit.Sync;

/// <summary>What became of two versions of one task.</summary>
/// <param name="Bytes">The standing version with what the other changed elsewhere.</param>
/// <param name="Whole">Whether all that the other changed is in it.</param>
sealed record MergedTask(byte[] Bytes, bool Whole);

/// <summary>
/// Merges two versions of a task part by part: each key of the front matter, the notes above the draft, the original below it. What would go out, the action's fields
/// and the draft, is one part: words never meet an address that they were not written for. A claim is never mixed. Pure.
/// </summary>
static class TaskMerge
{
    static readonly string[] Claim = [Claims.NonceKey, Claims.ByKey, Claims.AtKey, Claims.LeaseKey, ClaimRelease.Key];

    /// <param name="standing">The version that counts wherever both changed the same part.</param>
    /// <returns>Null where parts cannot be told apart, or where one version is or was approved: such a file counts as a whole.</returns>
    public static MergedTask? Run(byte[] @base, byte[] standing, byte[] other)
    {
        if (Parse(@base) is not { } was || Parse(standing) is not { } ours || Parse(other) is not { } theirs) return null;
        try { return Run(was, ours, theirs); }
        catch (BadTaskException) { return null; } // together they are more than a task may be
    }

    static MergedTask Run(TaskParts was, TaskParts ours, TaskParts theirs)
    {
        var whole = true;
        var (front, notes, draft, original) = (ours.Front, ours.Notes, ours.Draft, ours.Original);
        foreach (var key in was.Front.Keys.Union(theirs.Front.Keys))
        {
            if (Claim.Contains(key) || TypedAction.Keys.Contains(key)) continue;
            if (Takes(was.Front.Comparable(key), ours.Front.Comparable(key), theirs.Front.Comparable(key), ref whole)) front = front.Take(key, theirs.Front);
        }
        // Comments have no name by which they could be told apart.
        if (Takes(was.Front.Comments, ours.Front.Comments, theirs.Front.Comments, ref whole)) whole = false;
        if (Takes(Action(was), Action(ours), Action(theirs), ref whole))
        {
            foreach (var key in TypedAction.Keys) front = front.Take(key, theirs.Front);
            draft = theirs.Draft;
        }
        if (Takes(Lines(was.Notes), Lines(ours.Notes), Lines(theirs.Notes), ref whole)) notes = theirs.Notes;
        if (Takes(Lines(was.Original), Lines(ours.Original), Lines(theirs.Original), ref whole)) original = theirs.Original;
        return new(new TaskParts(ours.Opening, front, notes, draft, original).ToBytes(), whole);
    }

    /// <summary>Whether a version that does not stand holds text, the draft or anybody's notes, that is neither in the one that stands nor in the one both grew from.</summary>
    /// <param name="emptied">Whether a draft that was taken away counts as words.</param>
    public static bool LosesWords(byte[]? @base, byte[] standing, byte[] lost, bool emptied)
    {
        var (was, ours, theirs) = (@base is null ? null : Words(@base), Words(standing), Words(lost));
        // What is no task file any more is compared as it is.
        if (ours is null || theirs is null || (was is null && @base is not null)) return !lost.AsSpan().SequenceEqual(standing) && !lost.AsSpan().SequenceEqual(@base);
        for (var part = 0; part < theirs.Length; part++)
            if (theirs[part] != ours[part] && theirs[part] != was?[part] && (emptied || theirs[part].Length > 0)) return true;
        return false;
    }

    static string[]? Words(byte[] bytes)
    {
        try { return TaskFile.Parse(bytes) is var task && task.Parts() is { } parts ? [Lines(parts.Notes), task.Draft ?? "", Lines(parts.Original)] : null; }
        catch (BadTaskException) { return null; }
    }

    static TaskParts? Parse(byte[] bytes)
    {
        try { return TaskFile.Parse(bytes) is var task && !task.Has(Approval.Key) && !task.Has("phase") ? task.Parts() : null; }
        catch (BadTaskException) { return null; }
    }

    /// <summary>Whether the other's version of a part replaces the standing one; where both changed it, it does not, and the merge is not whole.</summary>
    static bool Takes(string? was, string? ours, string? theirs, ref bool whole)
    {
        if (theirs == was || theirs == ours) return false;
        if (ours == was) return true;
        whole = false;
        return false;
    }

    static string Action(TaskParts task) => string.Join('\u001e', TypedAction.Keys.Select(k => task.Front.Comparable(k) ?? "\u001f").Append(Lines(task.Draft)));

    static string Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd();
}
