using VaultKit.Mail;

namespace VaultKit.Drafting;

/// <summary>What a drafter is given: a stranger's letter, the owner's words, and who the owner is. No credential, no tool.</summary>
public sealed record DraftRequest(Letter Letter, Account Account, Handbook Handbook, DateTimeOffset Now)
{
    /// <summary>Earlier letters of the same sender in the same conversation that nobody has answered yet, oldest first: the draft answers them too.</summary>
    public IReadOnlyList<Letter> Before { get; init; } = [];

    /// <summary>The letter as it was read for triage, where it was: it need not be read again.</summary>
    public Reading? Read { get; init; }

    /// <summary>Together with the earlier letters.</summary>
    internal Reading Reading => Before.Count == 0 && Read is { } read && ReferenceEquals(read.Letter, Letter) ? read : new(Letter, Before);

    /// <summary>What the owner wants otherwise in a draft that was written again; empty where this is the first, or nothing was said.</summary>
    public string Remark { get; init; } = "";

    /// <summary>The draft that the remark is about.</summary>
    public string Previous { get; init; } = "";
}

/// <summary>What a drafter has to say about a letter.</summary>
/// <param name="Language">Of the letter: en, de, fr or es.</param>
/// <param name="Body">Plain text, LF, without quoted history; null where nothing specific can be said and the owner must answer. What only the owner can know stands as <c>{{what is missing}}</c>.</param>
/// <param name="Reason">Why the owner must answer, or what the draft rests on; one line.</param>
public sealed record Draft(string Language, string? Body, string Reason)
{
    /// <summary>Who wrote it, where that is somebody else than the drafter that was asked.</summary>
    public string? By { get; init; }

    /// <summary>What in it needs the owner's own eyes, beside what the mail does.</summary>
    public IReadOnlyList<string> Marks { get; init; } = [];

    /// <summary>Why a model that was to write it did not; null where none was to, or it did.</summary>
    public string? ModelFailed { get; init; }

    /// <summary>What a draft that was thrown away would have given away; empty where none was.</summary>
    public IReadOnlyList<string> Leaked { get; init; } = [];
}

/// <summary>Writes an answer, or says that it can't.</summary>
public interface IDrafter
{
    /// <summary>As it stands in the task's <c>drafted_by</c>, such as <c>built-in/1</c>.</summary>
    string Name { get; }

    /// <summary>Whether it can follow what the owner says about a draft (<see cref="DraftRequest.Remark"/>).</summary>
    bool FollowsWords { get; }

    Task<Draft> DraftAsync(DraftRequest request, CancellationToken cancel);
}
