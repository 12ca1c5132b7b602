namespace VaultKit.Drafting;

/// <summary>What a model is asked. <see cref="User"/> holds what strangers wrote, each line of it marked; <see cref="System"/> holds the owner's words only.</summary>
public sealed record ModelPrompt(string System, string User);

/// <summary>Why a model stopped writing.</summary>
public enum ModelStop
{
    /// <summary>It had said what it had to say.</summary>
    End,
    /// <summary>It was cut off.</summary>
    Length,
    /// <summary>It, or a filter behind it, refused.</summary>
    Refused,
    /// <summary>For a reason that this program does not know, such as a tool that it wants to call.</summary>
    Other,
}

/// <summary>What a model said.</summary>
/// <param name="TokensIn">Read, as it was counted there; null where that is not told.</param>
/// <param name="TokensOut">Written, the same.</param>
public sealed record ModelAnswer(string Text, ModelStop Stop, int? TokensIn, int? TokensOut);

/// <summary>Text in, text out: no tool, no memory, no credential but its own.</summary>
public interface IModel
{
    /// <summary>Kind and name, as they stand in <c>drafted_by</c>, such as <c>openai/llama3</c>.</summary>
    string Name { get; }

    /// <exception cref="ModelUnavailable">There is no answer.</exception>
    Task<ModelAnswer> AskAsync(ModelPrompt prompt, CancellationToken cancel);

    /// <summary>Whether it could be asked, found out without asking it: nothing is spent.</summary>
    /// <returns>What was found, in words.</returns>
    /// <exception cref="Vault.Refusal">It could not.</exception>
    Task<string> ProbeAsync(CancellationToken cancel);
}

/// <summary>A model gave no answer.</summary>
/// <param name="pause">So long it is not asked again; null where the failure is this request's own.</param>
public sealed class ModelUnavailable(string why, TimeSpan? pause, Exception? cause = null) : Exception(why, cause)
{
    public TimeSpan? Pause { get; } = pause;

    /// <summary>The request had gone out, and somebody may have worked on it.</summary>
    public bool MayHaveCost { get; init; }
}
